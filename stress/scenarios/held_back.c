/* One thread sits in its section for a while, borrowing; the others replace what slots hold, under an LT_PENDING_LIMIT.
 * What waits then stays near the limit: each of them retires a few objects between two pauses. But they do go on: the one
 * that sits waits for that before it leaves. */
#include <sched.h>
#include <time.h>
#include <unistd.h>

#include "life.h"
#include "scenario.h"

enum { SLOTS = 64, LIMIT = 64 << 10, SIT_US = 100000, FEW = 100 };
enum { PAUSE_NS = 10000000, BETWEEN = 64 * sizeof(struct being) }; /* lib/pause.c; twice what a thread may retire before it tries again */

struct shared {
    lt_slot slot[SLOTS];
    uint64_t stores, ended; /* atomic: of the others */
};

static uint64_t stores_of(struct shared *shared) { return __atomic_load_n(&shared->stores, __ATOMIC_RELAXED); }

static bool others_are_there(const struct worker *w, struct shared *shared)
{
    return __atomic_load_n(&shared->ended, __ATOMIC_RELAXED) < w->run->threads - 1;
}

static uint64_t now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000000000 + (uint64_t)t.tv_nsec;
}

static void check_limit(const struct worker *w, uint64_t since)
{
    lt_stats stats;
    lt_stats_read(&stats);
    uint64_t pauses = 4 + (now() - since) / PAUSE_NS, most = 2 * LIMIT + (w->run->threads - 1) * pauses * BETWEEN;
    if (stats.pending_bytes > most)
        fail("%llu bytes wait, more than %llu, though the limit is %u", (unsigned long long)stats.pending_bytes, (unsigned long long)most,
             LIMIT);
}

static void sit(struct worker *w, struct shared *shared)
{
    lt_slot *slot = &shared->slot[draw_below(w, SLOTS)];
    uint64_t since = now();
    lt_enter();
    lt_borrow borrow = lt_slot_borrow(slot);
    struct being *b = (struct being *)lt_deref(borrow);
    usleep(SIT_US);
    check_limit(w, since);
    for (uint64_t before = stores_of(shared); stores_of(shared) < before + FEW && others_are_there(w, shared);) sched_yield();
    if (b) being_use(b);
    lt_unborrow(borrow);
    lt_leave();
    lt_barrier(); /* or what waited for three of its sections would be added up */
}

static void body(struct worker *w)
{
    struct shared *shared = (struct shared *)w->shared;
    if (w->index == 0) {
        while (goes_on(w)) sit(w, shared);
        return;
    }
    while (goes_on(w)) {
        lt_enter();
        lt_slot_store(&shared->slot[draw_below(w, SLOTS)], being_new(draw(w)));
        lt_leave();
        __atomic_add_fetch(&shared->stores, 1, __ATOMIC_RELAXED);
    }
    __atomic_add_fetch(&shared->ended, 1, __ATOMIC_RELAXED);
}

SCENARIO(held_back, "one thread sits, the others retire under LT_PENDING_LIMIT: what waits stays near it, and they go on",
         NEEDS_THREADS | NEEDS_RECLAIM)
{
    static struct shared shared;
    if (!lt_strategy_traits()->grace) return; /* nobody is held back */
    lt_configure(LT_PENDING_LIMIT, LIMIT);
    lt_configure(LT_PENDING_BYTES, 0);
    run_workers(run, run->threads, body, &shared);
    lt_configure(LT_PENDING_LIMIT, 0);
    empty_slots(shared.slot, SLOTS);
}
