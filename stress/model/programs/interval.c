/* interval.c: generations begin while slots let go; readers announce them; threads leave what they had waiting; lists die
 * beside readers. */
#define LIFETIME_STRATEGY interval
#include "common.h"
#include "turns.h"

static void begin_generation(void) { lt_add64(&lt_interval_generation, 1, LT_RELAXED); }

static void empty_a_and_scan(void)
{
    empty_a();
    for (int i = 0; i < 2; i++) lt_poll();
}
/* What is stored is of a generation that no reader has announced. */
static void begin_store_empty_scan(void)
{
    begin_generation();
    store_a();
    empty_a_and_scan();
}
static void begin_and_store(void)
{
    begin_generation();
    store_a();
    end_turn();
}
static void empty_a_then_and_scan(void)
{
    await_turn(1);
    empty_a_and_scan();
}
static void borrow_a_and_wait(void)
{
    lt_enter();
    lt_borrow borrow = lt_slot_borrow(&slot_a);
    struct thing *t = lt_deref(borrow);
    if (t) {
        thing_guard(t);
        lt_yield();
        thing_unguard(t);
    }
    lt_unborrow(borrow);
    lt_leave();
}
static void scan_twice(void)
{
    for (int i = 0; i < 2; i++) lt_poll();
}
static void borrow_twice(void)
{
    borrow_a();
    borrow_a();
}
static void take_a_and_release(void)
{
    lt_enter();
    struct thing *t = lt_slot_take(&slot_a);
    lt_slot_store(&slot_b, NULL);
    lt_leave();
    lt_poll();
    lt_enter();
    lt_release(t);
    lt_leave();
}
static void fill_a_with_leaf_and_b(void)
{
    fill_a_with_leaf();
    lt_enter();
    lt_slot_init(&slot_b, thing_new());
    lt_leave();
}
/* Owns the first node for a moment, borrows the second through it, and lets the first go. */
static void own_first_keep_second(void)
{
    lt_enter();
    struct thing *first = lt_slot_load(&slot_a);
    lt_borrow inner = {NULL};
    if (first) {
        inner = lt_slot_borrow(&first->next);
        lt_release(first);
    }
    struct thing *second = lt_deref(inner);
    if (second) {
        thing_guard(second);
        lt_yield();
        thing_unguard(second);
    }
    lt_unborrow(inner);
    lt_leave();
}
/* The child's other edge. */
static void child_in_b_too(void)
{
    fill_a_with_pair();
    lt_enter();
    lt_borrow borrow = lt_slot_borrow(&slot_a);
    lt_slot_init(&slot_b, lt_slot_load(&((struct thing *)lt_deref(borrow))->next));
    lt_unborrow(borrow);
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
    lt_borrow borrow = lt_slot_borrow(&slot_b);
    struct thing *t = lt_deref(borrow);
    if (t) {
        thing_guard(t);
        thing_unguard(t);
    }
    lt_unborrow(borrow);
    lt_leave();
}
static void empty_a_and_go(void)
{
    empty_a();
    lt_thread_unregister();
}

const struct model_program interval_programs[] = {
    COMMON_PROGRAMS,
    {NAME("scan-and-borrow"), STRATEGY, 2, .before = {fill_a}, .body = {empty_a_and_scan, borrow_twice}},
    {NAME("newer"), STRATEGY, 2, .before = {fill_a}, .body = {begin_store_empty_scan, borrow_a}},
    {NAME("newer-yet"), STRATEGY, 3, .before = {begin_generation}, .body = {begin_and_store, borrow_a_and_wait, empty_a_then_and_scan}},
    {NAME("leaf-taken"), STRATEGY, 2, .before = {fill_a_with_leaf_and_b}, .body = {take_a_and_release, borrow_a}},
    {NAME("own-first"), STRATEGY, 3, .before = {fill_a_with_pair}, .body = {empty_a_and_scan, own_first_keep_second, scan_twice}},
    {NAME("late-edge"), STRATEGY, 3, .before = {child_in_b_too}, .body = {empty_a_and_scan, empty_b, borrow_b}},
    {NAME("go-and-adopt"), STRATEGY, 3, .before = {fill_a}, .body = {empty_a_and_go, borrow_a, scan_twice}},
    {0},
};
