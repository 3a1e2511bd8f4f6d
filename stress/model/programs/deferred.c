/* deferred.c: counts that are in caches while they are reviewed. */
#define LIFETIME_STRATEGY deferred
#include "common.h"
#include "turns.h"

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

/* ---- in turns ---- */

/* Thread 0 has the thing, or its only child has. Each thread takes its reference while the other has one, and settles its
 * accounts only when it has dropped it: so they always add up to nothing. */
enum { LAPS = 12 };
static struct thing *baton;
static void own_baton(void)
{
    lt_enter();
    owned[0] = baton = thing_new();
    lt_leave();
}
static void own_above_baton(void)
{
    own_baton();
    lt_enter();
    owned[0] = thing_new();
    lt_slot_init(&owned[0]->next, baton);
    lt_leave();
}
static void take_baton(void)
{
    lt_retain(baton);
    thing_guard(baton);
    end_turn();
}
static void drop_baton(void)
{
    thing_unguard(baton);
    lt_release(baton);
    lt_poll();
    end_turn();
}
static void run_first(void)
{
    lt_enter();
    take_baton();
    lt_release(owned[0]);
    owned[0] = NULL;
    for (uint64_t lap = 0; lap < LAPS; lap++) {
        await_turn(4 * lap + 2);
        drop_baton();
        if (lap + 1 < LAPS) take_baton();
        else end_turn();
    }
    lt_leave();
}
static void run_second(void)
{
    lt_enter();
    for (uint64_t lap = 0; lap < LAPS; lap++) {
        await_turn(4 * lap + 1);
        take_baton();
        await_turn(4 * lap + 4);
        drop_baton();
    }
    lt_leave();
}

/* Its count is zero, not, and zero again, all in one review. */
static void load_then_drop_late(void)
{
    lt_enter();
    struct thing *t = lt_slot_load(&slot_a);
    thing_guard(t);
    end_turn();
    await_turn(2);
    lt_poll();
    thing_unguard(t);
    lt_release(t);
    for (int i = 0; i < 6; i++) lt_poll(); /* enough for thread 0 to be seized */
    lt_leave();
}
static void empty_a_and_begin_review(void)
{
    await_turn(1);
    empty_a();
    lt_poll();
    end_turn();
}

/* Everything is watched. The child is under review in thread 0, which finds it counted, by its parent; that dies in thread 1,
 * and the child with it, in the same epoch. */
static void watch_all(void)
{
    fill_a_with_pair();
    empty_a();
    while (!life_is_over(0)) lt_poll();
}
static void own_child_and_parent(void)
{
    lt_enter();
    owned[0] = thing_new();
    lt_slot_init(&slot_a, thing_new());
    lt_leave();
}
enum { UNTIL_RIPE = 4 };
static void drop_and_review_child(void)
{
    lt_enter();
    await_turn(1);
    lt_release(owned[0]);
    owned[0] = NULL;
    end_turn();
    for (uint64_t i = 0; i < UNTIL_RIPE; i++) {
        await_turn(2 * i + 3);
        lt_poll();
        end_turn();
    }
    lt_leave();
}
static void hand_child_to_dying_parent(void)
{
    lt_enter();
    struct thing *child = owned[0], *parent = lt_deref(lt_slot_borrow(&slot_a));
    lt_retain(child);
    end_turn();
    await_turn(2);
    lt_slot_store(&parent->next, child);
    lt_slot_store(&slot_a, NULL);
    end_turn();
    for (uint64_t i = 0; i + 1 < UNTIL_RIPE; i++) {
        await_turn(2 * i + 4);
        lt_safepoint();
        end_turn();
    }
    while (!life_is_over(2)) lt_poll();
    lt_leave();
}

/* Asked to hand over inside a section, with a release that no one has seen. */
static void wait_for_both_releases(void)
{
    await_turn(1);
    release_0_and_wait();
}
static void release_1_and_hand_over(void)
{
    lt_enter();
    lt_release(owned[1]);
    owned[1] = NULL;
    end_turn();
    for (int i = 0; i < 3; i++) {
        lt_yield();
        lt_safepoint();
    }
    lt_leave();
}

/* Both slots hold the thing. One lets go of it, and its reference waits. When that is nearly over, thread 1 takes a
 * reference, which is in its cache alone, and thread 0 ends the other slot's. */
static void fill_a_and_b(void)
{
    lt_enter();
    struct thing *t = thing_new();
    lt_retain(t);
    lt_slot_store(&slot_a, t);
    lt_slot_store(&slot_b, t);
    lt_leave();
}
static void empty_a_wait_then_take_b(void)
{
    empty_a();
    lt_synchronize();
    end_turn();
    await_turn(2);
    lt_enter();
    lt_release(lt_slot_take(&slot_b));
    lt_leave();
    poll_twice();
    end_turn();
}
static void load_b_in_time(void)
{
    await_turn(1);
    lt_enter();
    struct thing *t = lt_slot_load(&slot_b);
    thing_guard(t);
    end_turn();
    await_turn(3);
    thing_unguard(t);
    lt_release(t);
    lt_leave();
}

/* What a slot lets go of dies with no step on its word, unless a weak reference gives one more. */
static void fill_a_weakly(void)
{
    fill_a();
    lt_enter();
    struct thing *t = lt_slot_load(&slot_a);
    refer(t);
    lt_release(t);
    lt_leave();
}
static void empty_a_and_settle(void)
{
    empty_a();
    lt_barrier();
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
    {"deferred/handed-over-inside", STRATEGY, 2, .before = {share_between_two},
     .body = {wait_for_both_releases, release_1_and_hand_over}},
    {"deferred/relay-in-turns", STRATEGY, 2, .before = {own_baton}, .body = {run_first, run_second}},
    {"deferred/relay-below", STRATEGY, 2, .before = {own_above_baton}, .body = {run_first, run_second}},
    {"deferred/counted-in-review", STRATEGY, 2, .before = {fill_a}, .body = {empty_a_and_begin_review, load_then_drop_late}},
    {"deferred/review-and-cascade", STRATEGY, 2, .before = {watch_all, own_child_and_parent},
     .body = {drop_and_review_child, hand_child_to_dying_parent}},
    {"deferred/waiting-and-loaded", STRATEGY, 2, .before = {fill_a_and_b}, .body = {empty_a_wait_then_take_b, load_b_in_time}},
    {"deferred/weak-and-let-go", STRATEGY, 2, .before = {fill_a_weakly}, .body = {empty_a_and_settle, load_weak_a}, .after = {all_clear}},
    {0},
};
