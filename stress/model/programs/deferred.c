/* deferred.c: counts that are in caches while they are reviewed. */
#define LIFETIME_STRATEGY deferred
#include "common.h"

static void poll_twice(void)
{
    lt_poll();
    lt_poll();
}
static void next_epochs(void) { lt_synchronize(); }

/* The slots hold the thing in turns, each thread copies it before it drops it: there is a reference all the time, and in each
 * cache the changes of an epoch may add up to nothing. */
static void relay(lt_slot *from, lt_slot *to)
{
    lt_enter();
    struct thing *t = lt_slot_load(from);
    if (t) {
        lt_slot_store(to, t);
        lt_slot_store(from, NULL);
        thing_use(t);
    }
    lt_leave();
}
static void relay_there_and_poll(void)
{
    for (int i = 0; i < 3; i++) {
        relay(&slot_a, &slot_b);
        lt_poll();
    }
}
static void relay_back_and_poll(void)
{
    for (int i = 0; i < 3; i++) {
        relay(&slot_b, &slot_a);
        lt_poll();
    }
}
/* A borrow goes on while its own thread, too, lets go of the slot. */
static void borrow_across_own_store(void)
{
    lt_enter();
    struct thing *t = lt_deref(lt_slot_borrow(&slot_a));
    if (t) thing_guard(t);
    lt_slot_store(&slot_a, NULL);
    if (t) thing_unguard(t);
    lt_leave();
}

/* A release that no one has seen yet when its thread goes. */
static void release_1_and_go(void)
{
    release_1();
    lt_thread_unregister();
}
static void retain_many(void)
{
    lt_enter();
    lt_retain_n(owned[0], 3);
    thing_use(owned[0]);
    lt_release_n(owned[0], 4);
    owned[0] = NULL;
    lt_leave();
}

/* What the owner of the parent's last reference finds below it. */
static void take_next_and_hold(void)
{
    lt_enter();
    struct thing *parent = lt_deref(lt_slot_borrow(&slot_a));
    struct thing *child = parent ? lt_hold(lt_slot_borrow(&parent->next)) : NULL;
    if (child) thing_guard(child);
    lt_leave();
    lt_poll();
    if (!child) return;
    lt_enter();
    thing_unguard(child);
    lt_release(child);
    lt_leave();
}
static void empty_a_and_wait(void)
{
    empty_a();
    lt_synchronize();
    lt_synchronize();
}

const struct model_program deferred_programs[] = {
    COMMON_PROGRAMS,
    {"deferred/flush-and-review", STRATEGY, 3, .before = {share_between_two},
     .body = {release_0, copy_and_release_1, next_epochs}, .after = {clear}},
    {"deferred/relay", STRATEGY, 3, .before = {fill_a}, .body = {relay_there_and_poll, relay_back_and_poll, next_epochs},
     .after = {clear}},
    {"deferred/relay-of-two", STRATEGY, 2, .before = {fill_a}, .body = {relay_there_and_poll, relay_back_and_poll},
     .after = {clear}},
    {"deferred/borrow-across-own-store", STRATEGY, 3, .before = {fill_a},
     .body = {borrow_across_own_store, poll_twice, next_epochs}},
    {"deferred/flush-at-exit", STRATEGY, 2, .before = {share_between_two}, .body = {release_0, release_1_and_go}},
    {"deferred/many", STRATEGY, 2, .before = {share_between_two}, .body = {retain_many, release_1}},
    {"deferred/cascade", STRATEGY, 2, .before = {fill_a_with_pair}, .body = {empty_a_and_wait, take_next_and_hold},
     .after = {clear}},
    {0},
};
