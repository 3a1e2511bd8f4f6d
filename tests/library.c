/* library.c: what belongs to the library and to no strategy. */
#include <criterion/criterion.h>
#include <errno.h>
#include <lifetime/dynamic.h>
#include <lifetime/lifetime.h>
#include <lifetime/strategy/stamp.h>
#if LT_HAS_hazard
#include <lifetime/strategy/hazard.h>
#endif
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "harness.h"

Test(library, version)
{
    test_begins();
    char version[32];
    snprintf(version, sizeof version, "%d.%d.%d", LT_VERSION_MAJOR, LT_VERSION_MINOR, LT_VERSION_PATCH);
    CHECK(strcmp(lt_version(), LT_VERSION) == 0);
    CHECK(strcmp(lt_version(), version) == 0);
}

Test(library, describe)
{
    test_begins();
    const char *description = lt_describe();
    CHECK(strstr(description, "allocator=") != NULL);
    CHECK(strstr(description, "grace=") != NULL);
#if LT_CHECKS
    CHECK(strstr(description, "checks=on") != NULL);
#else
    CHECK(strstr(description, "checks=off") != NULL);
#endif
    CHECK(strchr(description, '\n') == NULL);
}

Test(library, sizes)
{
    test_begins();
    CHECK_EQ(sizeof(lt_object), 16);
    CHECK_EQ(sizeof(lt_slot), 8);
    CHECK_EQ(sizeof(lt_weak), 8);
    CHECK_EQ(sizeof(lt_borrow), sizeof(void *));
}

/* Another thread may be one epoch ahead. Its stamp is not moved back, and is not taken for one that is 4095 epochs old. */
Test(library, stamps_from_one_epoch_ahead)
{
    test_begins();
    for (uint64_t epoch = 4; epoch < 3 * LT_STAMP_MODULUS; epoch++) {
        uint64_t count = 12345, now = count | (epoch << LT_STAMP_SHIFT & LT_STAMP);
        uint64_t ahead = count | ((epoch + 1) << LT_STAMP_SHIFT & LT_STAMP);
        CHECK_EQ(lt_stamped(ahead, epoch), ahead);
        CHECK_EQ(lt_stamped(now, epoch + 1), ahead);
        CHECK(lt_stamp_is_ahead(lt_stamp_age(lt_stamp_of(ahead), epoch)));
        CHECK(!lt_stamp_is_ahead(lt_stamp_age(lt_stamp_of(now), epoch)));
        CHECK_EQ(lt_stamp_age(lt_stamp_of(now), epoch + 3), 3);
    }
}

#if LT_HAS_hazard
/* Under `hazard` every borrow has to know whether the child has lost what its parent had. */
Test(library, a_child_may_lose_membarrier)
{
    test_begins();
    int status;
    CHECK_EQ(lt_hazard_thread_register(), 0);
    CHECK(strstr(lt_describe(), "grace=fence") || !lt_load64(&lt_hazard_fences, LT_RELAXED));
    CHECK_EQ(setenv("LIFETIME_NO_MEMBARRIER", "1", 1), 0);
    pid_t child = fork();
    CHECK(child >= 0);
    if (child == 0) _exit(lt_load64(&lt_hazard_fences, LT_RELAXED) ? 0 : 1);
    CHECK_EQ(waitpid(child, &status, 0), child);
    CHECK_EQ(status, 0);
    lt_hazard_thread_unregister();
}

struct kept_from_barrier {
    sem_t inside, go;
};

static void *stays_inside(void *argument)
{
    struct kept_from_barrier *k = argument;
    lt_hazard_enter();
    gate_open(&k->inside);
    gate_pass(&k->go); /* inside the section: this is what the test is about */
    lt_hazard_leave();
    return NULL;
}

static void *waits_in_barrier(void *unused)
{
    lt_hazard_barrier();
    return unused;
}

static void retire_so_many(unsigned n)
{
    static const lt_type leaf = {.name = "leaf", .size = sizeof(lt_object), .flags = LT_TYPE_ACYCLIC};
    lt_slot slot = {0};
    lt_hazard_enter();
    for (unsigned i = 0; i < n; i++) {
        lt_hazard_slot_store(&slot, needed(lt_hazard_new(&leaf)));
        lt_hazard_safepoint();
    }
    lt_hazard_slot_store(&slot, NULL);
    lt_hazard_leave();
}

static void *retires_and_exits(void *unused)
{
    retire_so_many(1000);
    return unused;
}

/* What exited threads leave meanwhile is the barrier's to take: that it is there is no reason for others to scan again and
 * again. */
Test(library, scans_stay_rare_while_a_barrier_waits)
{
    test_begins();
    struct kept_from_barrier k;
    gate_init(&k.inside);
    gate_init(&k.go);
    pthread_t inside = start(stays_inside, &k);
    gate_pass(&k.inside);
    pthread_t waits = start(waits_in_barrier, NULL);
    usleep(50000); /* it has begun */
    for (unsigned i = 0; i < 3; i++) finish(start(retires_and_exits, NULL));
    uint64_t before = lt_load64(&lt_hazard_era, LT_RELAXED);
    retire_so_many(3000);
    CHECK_AT_MOST(lt_load64(&lt_hazard_era, LT_RELAXED) - before, 50);
    gate_open(&k.go);
    finish(inside);
    finish(waits);
    lt_hazard_barrier();
    lt_hazard_thread_unregister();
}
#endif

Test(library, strategies_are_all_there)
{
    test_begins();
    unsigned n = 0;
    for (; lt_strategies[n]; n++) {
        CHECK(lt_strategies[n]->name != NULL);
        CHECK(lt_strategies[n]->traits != NULL);
        for (unsigned i = 0; i < n; i++) CHECK(strcmp(lt_strategies[i]->name, lt_strategies[n]->name) != 0);
    }
    CHECK_EQ(n, LT_STRATEGY_COUNT);
    unsigned found = 0;
#define LOOK_FOR(strategy) \
    for (unsigned i = 0; i < n; i++) found += strcmp(lt_strategies[i]->name, #strategy) == 0;
    LT_FOREACH_STRATEGY(LOOK_FOR)
    CHECK_EQ(found, n);
}

Test(library, tables_have_no_holes)
{
    test_begins();
    for (unsigned n = 0; lt_strategies[n]; n++) {
        void (*calls[sizeof(lt_strategy) / sizeof(void (*)(void))])(void);
        memcpy(calls, lt_strategies[n], sizeof calls);
        for (unsigned i = 0; i < sizeof calls / sizeof *calls; i++) CHECK(calls[i] != NULL);
    }
}

Test(library, tables_can_be_called)
{
    test_begins();
    static const lt_type type = {.name = "bare", .size = sizeof(lt_object)};
    leaks_are_meant();
    for (unsigned n = 0; lt_strategies[n]; n++) {
        const lt_strategy *s = lt_strategies[n];
        lt_slot slot = {0};
        lt_stats stats;
        s->enter();
        s->slot_store(&slot, s->new_(&type));
        lt_borrow borrow = s->slot_borrow(&slot);
        CHECK(s->hold(borrow) == lt_deref(borrow));
        s->release(lt_deref(borrow));
        s->unborrow(borrow);
        s->slot_store(&slot, NULL);
        s->leave();
        s->barrier();
        s->barrier();
        s->stats_read(&stats);
        CHECK_EQ(stats.created, 1);
        CHECK_EQ(stats.freed, s->traits->reclaims);
    }
}

Test(library, selecting)
{
    test_begins();
    CHECK(strcmp(lt_dynamic_strategy->name, "biased") == 0);
    CHECK_EQ(lt_dynamic_select("no such strategy"), ENOENT);
    CHECK_EQ(lt_dynamic_select(""), ENOENT);
    CHECK(strcmp(lt_dynamic_strategy->name, "biased") == 0);
    for (unsigned n = 0; lt_strategies[n]; n++) {
        CHECK_EQ(lt_dynamic_select(lt_strategies[n]->name), 0);
        CHECK(lt_dynamic_strategy == lt_strategies[n]);
    }
}

static void quiet(const char *message) { (void)message; }
static void loud(const char *message) { (void)message; }

Test(library, the_abort_hook_can_be_replaced)
{
    test_begins();
    lt_abort_hook standard = lt_set_abort_hook(quiet);
    CHECK(standard != NULL);
    CHECK(lt_set_abort_hook(loud) == quiet);
    CHECK(lt_set_abort_hook(NULL) == loud);
    CHECK(lt_set_abort_hook(standard) == standard);
}
