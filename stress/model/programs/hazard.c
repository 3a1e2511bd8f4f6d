/* hazard.c: hazards are written and read while slots let go; borrows pass from one to the next; lists die beside their
 * readers. */
#define LIFETIME_STRATEGY hazard
#include "common.h"
#include "turns.h"

static void empty_a_and_scan(void)
{
    empty_a();
    for (int i = 0; i < 2; i++) lt_poll();
}
static void replace_a_and_scan(void)
{
    store_a();
    lt_poll();
}
/* An era begins between the two. */
static void fill_a_with_leaf_and_b(void)
{
    fill_a_with_leaf();
    lt_enter();
    lt_slot_init(&slot_b, thing_new());
    lt_leave();
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
static void scan_twice(void)
{
    for (int i = 0; i < 2; i++) lt_poll();
}

static void borrow_twice(void)
{
    borrow_a();
    borrow_a();
}

/* From node to node: each borrow begins before the one before it ends. */
static void walk(void)
{
    lt_enter();
    lt_borrow last = lt_slot_borrow(&slot_a), next;
    for (struct thing *t; (t = lt_deref(last)); last = next) {
        thing_guard(t);
        next = lt_slot_borrow(&t->next);
        thing_unguard(t);
        lt_unborrow(last);
    }
    lt_unborrow(last);
    lt_leave();
}
static void fill_a_with_list(void)
{
    lt_enter();
    struct thing *first = NULL;
    for (int i = 0; i < 4; i++) {
        struct thing *t = thing_new();
        lt_slot_init(&t->next, first);
        first = t;
    }
    lt_slot_init(&slot_a, first);
    lt_leave();
}

/* Keeps the second node when the first is given back. */
static void keep_second(void)
{
    lt_enter();
    lt_borrow outer = lt_slot_borrow(&slot_a);
    struct thing *first = lt_deref(outer);
    lt_borrow inner = {NULL};
    if (first) inner = lt_slot_borrow(&first->next);
    lt_unborrow(outer);
    struct thing *second = lt_deref(inner);
    if (second) {
        thing_guard(second);
        lt_yield();
        thing_unguard(second);
    }
    lt_unborrow(inner);
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
static void child_known_weakly(void)
{
    fill_a_with_pair();
    lt_enter();
    lt_borrow borrow = lt_slot_borrow(&slot_a);
    lt_borrow inner = lt_slot_borrow(&((struct thing *)lt_deref(borrow))->next);
    refer(lt_deref(inner));
    lt_unborrow(inner);
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

/* More than there are hazards. */
static void borrow_a_often(void)
{
    lt_borrow borrow[LT_HAZARDS + 1];
    lt_enter();
    for (int i = 0; i <= LT_HAZARDS; i++) borrow[i] = lt_slot_borrow(&slot_a);
    for (int i = 0; i <= LT_HAZARDS; i++) {
        struct thing *t = lt_deref(borrow[i]);
        if (t) {
            thing_guard(t);
            thing_unguard(t);
        }
        lt_unborrow(borrow[i]);
    }
    lt_leave();
}
static void empty_a_and_go(void)
{
    empty_a();
    lt_thread_unregister();
}

const struct model_program hazard_programs[] = {
    COMMON_PROGRAMS,
    {NAME("scan-and-borrow"), STRATEGY, 2, .before = {fill_a}, .body = {empty_a_and_scan, borrow_twice}},
    {NAME("scan-and-replace"), STRATEGY, 3, .before = {fill_a}, .body = {replace_a_and_scan, borrow_a, hold_a}, .after = {clear}},
    {NAME("leaf-taken"), STRATEGY, 2, .before = {fill_a_with_leaf_and_b}, .body = {take_a_and_release, borrow_a}},
    {NAME("walk"), STRATEGY, 2, .before = {fill_a_with_list}, .body = {empty_a_and_scan, walk}},
    {NAME("keep-second"), STRATEGY, 2, .before = {fill_a_with_pair}, .body = {empty_a_and_scan, keep_second}},
    {NAME("own-first"), STRATEGY, 3, .before = {fill_a_with_list}, .body = {empty_a_and_scan, own_first_keep_second, scan_twice}},
    {NAME("late-edge"), STRATEGY, 3, .before = {child_in_b_too}, .body = {empty_a_and_scan, empty_b, borrow_b}},
    {NAME("weak-edge"), STRATEGY, 2, .before = {child_known_weakly}, .body = {empty_a_and_scan, load_weak_a}, .after = {all_clear}},
    {NAME("more-than-hazards"), STRATEGY, 2, .before = {fill_a}, .body = {empty_a_and_scan, borrow_a_often}},
    {NAME("go-and-adopt"), STRATEGY, 3, .before = {fill_a}, .body = {empty_a_and_go, borrow_a, scan_twice}},
    {0},
};
