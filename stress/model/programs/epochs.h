/* epochs.h: the epoch moves on, by threads that announce it and past threads that are outside, while others borrow. For strategies
 * with free borrows and epochs. */
#include "common.h"
#include "turns.h"

static void empty_b_and_wait(void)
{
    lt_enter();
    lt_slot_store(&slot_b, NULL);
    lt_leave();
    lt_synchronize();
    lt_poll();
}
static void empty_a_and_wait(void)
{
    empty_a();
    lt_synchronize();
    lt_poll();
}
static void empty_a_and_poll(void)
{
    empty_a();
    for (int i = 0; i < 3; i++) lt_poll();
}
static void borrow_both(void)
{
    lt_enter();
    struct thing *a = lt_deref(lt_slot_borrow(&slot_a));
    if (a) thing_guard(a);
    struct thing *b = lt_deref(lt_slot_borrow(&slot_b));
    if (b) thing_guard(b);
    if (a) thing_unguard(a);
    if (b) thing_unguard(b);
    lt_leave();
}

/* Announces at a safepoint, and borrows again in the same section. */
static void borrow_twice(void)
{
    for (int i = 0; i < 2; i++) {
        lt_enter();
        struct thing *t = lt_deref(lt_slot_borrow(&slot_a));
        if (t) {
            thing_guard(t);
            thing_unguard(t);
        }
        lt_safepoint();
        t = lt_deref(lt_slot_borrow(&slot_a));
        if (t) {
            thing_guard(t);
            thing_unguard(t);
        }
        lt_leave();
    }
}

/* The child's other edge: the slot lets go of it, later the parent dies above it. */
static void child_in_b_too(void)
{
    fill_a_with_pair();
    lt_enter();
    struct thing *parent = lt_deref(lt_slot_borrow(&slot_a));
    lt_slot_init(&slot_b, lt_hold(lt_slot_borrow(&parent->next)));
    lt_leave();
}
static void empty_b(void)
{
    lt_enter();
    lt_slot_store(&slot_b, NULL);
    lt_leave();
}
static void borrow_b(void)
{
    lt_enter();
    struct thing *t = lt_deref(lt_slot_borrow(&slot_b));
    if (t) {
        thing_guard(t);
        thing_unguard(t);
    }
    lt_leave();
}
static void nested(void)
{
    lt_enter();
    struct thing *t = lt_deref(lt_slot_borrow(&slot_a));
    if (t) thing_guard(t);
    for (int i = 0; i < 4; i++) {
        lt_enter();
        lt_leave();
        lt_yield();
    }
    if (t) thing_unguard(t);
    lt_leave();
}

/* Announces epochs without leaving, and, the other way, leaves without announcing any. */
static void borrow_and_pass_safepoints(void)
{
    lt_enter();
    struct thing *t = lt_deref(lt_slot_borrow(&slot_a));
    if (t) thing_use(t);
    for (int i = 0; i < 4; i++) {
        lt_safepoint();
        lt_yield();
    }
    lt_leave();
}
static void borrow_and_come_often(void)
{
    borrow_a();
    for (int i = 0; i < 5; i++) {
        lt_enter();
        lt_leave();
    }
}

/* Thread 0 is one epoch behind when it unlinks. */
static void fill_a_and_stay(void)
{
    fill_a();
    lt_enter();
}
static void poll(void) { lt_poll(); }
static void empty_a_leave_and_wait(void)
{
    lt_slot_store(&slot_a, NULL);
    lt_leave();
    lt_synchronize();
    lt_poll();
}

/* In turns. Thread 0 unlinks the parent one epoch before thread 2, that has borrowed it, takes the child from another slot and
 * makes it the parent's. Thread 1 borrowed the child from that slot, one epoch later still: its borrow outlives the parent. */
static void parent_in_a_child_in_b_stay(void)
{
    fill_both();
    lt_enter();
}
static void poll_often(void) /* as far as the threads inside let the epoch go */
{
    for (int i = 0; i < 8; i++) lt_poll();
}
static struct thing *parent;
static void borrow_parent_stay(void)
{
    lt_enter();
    parent = lt_deref(lt_slot_borrow(&slot_a));
}
static void empty_a_and_reclaim_parent(void)
{
    lt_slot_store(&slot_a, NULL);
    lt_leave();
    poll_often();
    end_turn();
    await_turn(3);
    while (!life_is_over(0)) lt_poll();
    end_turn();
}
static void borrow_child_past_parent(void)
{
    await_turn(1);
    lt_enter();
    struct thing *child = lt_deref(lt_slot_borrow(&slot_b));
    thing_guard(child);
    end_turn();
    await_turn(4);
    thing_unguard(child);
    lt_leave();
}
static void child_to_parent(void)
{
    await_turn(2);
    lt_slot_store(&parent->next, lt_slot_take(&slot_b));
    lt_leave();
    end_turn();
}

#define EPOCH_PROGRAMS \
    {NAME("two-retirers"), STRATEGY, 3, .before = {fill_both}, .body = {empty_a_and_wait, empty_b_and_wait, borrow_both}}, \
    {NAME("polls-and-borrow"), STRATEGY, 2, .before = {fill_a}, .body = {empty_a_and_poll, borrow_twice}}, \
    {NAME("seize-and-enter"), STRATEGY, 2, .before = {fill_a}, .body = {empty_a_and_wait, borrow_twice}}, \
    {NAME("seize-and-nest"), STRATEGY, 2, .before = {fill_a}, .body = {empty_a_and_wait, nested}}, \
    {NAME("hold-against-death"), STRATEGY, 2, .before = {fill_a}, .body = {empty_a_and_wait, hold_a}}, \
    {NAME("safepoints"), STRATEGY, 2, .before = {fill_a}, .body = {empty_a_and_wait, borrow_and_pass_safepoints}}, \
    {NAME("come-often"), STRATEGY, 2, .before = {fill_a}, .body = {empty_a_and_wait, borrow_and_come_often}}, \
    {NAME("one-behind"), STRATEGY, 2, .before = {fill_a_and_stay, poll}, .body = {empty_a_leave_and_wait, borrow_a}}, \
    {NAME("edge-after-death"), STRATEGY, 3, .before = {parent_in_a_child_in_b_stay, poll_often, borrow_parent_stay}, \
     .body = {empty_a_and_reclaim_parent, borrow_child_past_parent, child_to_parent}}, \
    {NAME("late-edge"), STRATEGY, 3, .before = {child_in_b_too}, .body = {empty_a_and_wait, empty_b, borrow_b}}
