/* What two or three threads may see of each other through the library, program by program. */
#include "litmus.h"

/* What a slot has: 0 if nothing; else its value, which was set before publication. */
static int look(lt_slot *slot)
{
    lt_borrow borrow = lt_slot_borrow(slot);
    const struct being *b = (const struct being *)lt_deref(borrow);
    int value = 0;
    if (b) {
        being_use(b);
        value = (int)b->value;
    }
    lt_unborrow(borrow);
    return value;
}

static int look_by_load(lt_slot *slot)
{
    struct being *b = (struct being *)lt_slot_load(slot);
    if (!b) return 0;
    being_use(b);
    int value = (int)b->value;
    lt_release(b);
    return value;
}

/* Two calls of one actor. */
static void between(void) { lt_point("litmus: between two calls"); }

static void nothing(struct cell *c) { (void)c; }

static void store_x(struct cell *c)
{
    lt_enter();
    lt_slot_store(&c->x, being_new(1));
    lt_leave();
}

/* ---- message passing: who finds an object finds what was written into it ---- */

static void find_x(struct cell *c)
{
    lt_enter();
    c->found[1] = look(&c->x);
    lt_leave();
}

static void load_x(struct cell *c)
{
    lt_enter();
    c->found[2] = look_by_load(&c->x);
    lt_leave();
}

/* ---- two slots: stores are seen in their order ---- */

static void store_x_then_y(struct cell *c)
{
    lt_enter();
    lt_slot_store(&c->x, being_new(1));
    between();
    lt_slot_store(&c->y, being_new(1));
    lt_leave();
}

static void look_y_then_x(struct cell *c)
{
    lt_enter();
    c->found[1] = look(&c->y);
    between();
    c->found[2] = look(&c->x);
    lt_leave();
}

/* ---- causality: what was seen before a store is seen by who sees the store ---- */

static void store_y_if_x(struct cell *c)
{
    lt_enter();
    c->found[1] = look(&c->x);
    if (c->found[1]) lt_slot_store(&c->y, being_new(1));
    lt_leave();
}

static void look_x_if_y(struct cell *c)
{
    lt_enter();
    if (look_by_load(&c->y)) c->found[2] = 1 + look(&c->x);
    lt_leave();
}

/* ---- release: the finalizer sees what every releaser wrote before ---- */

static void add_up_notes(struct being *b)
{
    struct cell *c = (struct cell *)(uintptr_t)b->value;
    c->found[0] = (int)(c->note[0] + c->note[1] + c->note[2]);
}

static void three_references(struct cell *c)
{
    c->a = being_new((uintptr_t)c);
    c->a->last_words = add_up_notes;
    lt_retain_n(c->a, 2);
}

static void note_and_release(struct cell *c, unsigned i)
{
    c->note[i] = 1u << i;
    lt_enter();
    lt_release(c->a);
    lt_leave();
}
static void note_0(struct cell *c) { note_and_release(c, 0); }
static void note_1(struct cell *c) { note_and_release(c, 1); }
static void note_2(struct cell *c) { note_and_release(c, 2); }

/* ---- compare-and-swap: one wins ---- */

static void x_has_a(struct cell *c)
{
    c->a = being_new(1);
    lt_retain(c->a);
    lt_slot_init(&c->x, c->a);
}

static void replace_a(struct cell *c, unsigned i)
{
    lt_enter();
    struct being *b = being_new(10 + i);
    c->found[i] = lt_slot_cas(&c->x, c->a, b);
    if (!c->found[i]) lt_release(b);
    lt_leave();
}
static void replace_0(struct cell *c) { replace_a(c, 0); }
static void replace_1(struct cell *c) { replace_a(c, 1); }

static void the_winner_is_there(struct cell *c)
{
    EXPECT(look(&c->x) == (c->found[0] ? 10 : 11));
    lt_release(c->a);
}

/* ---- swap: each object comes out once ---- */

static void x_has_1(struct cell *c) { lt_slot_init(&c->x, being_new(1)); }

static void swap_x(struct cell *c, unsigned i)
{
    lt_enter();
    struct being *b = (struct being *)lt_slot_swap(&c->x, being_new(10 + i));
    c->found[i] = (int)b->value;
    lt_release(b);
    lt_leave();
}
static void swap_0(struct cell *c) { swap_x(c, 0); }
static void swap_1(struct cell *c) { swap_x(c, 1); }

/* ---- take: one gets it; whoever borrowed it before may hold it, or is told that it is dead ---- */

static void take_x(struct cell *c, unsigned i)
{
    lt_enter();
    struct being *b = (struct being *)lt_slot_take(&c->x);
    c->found[i] = b != NULL;
    if (b) lt_release(b);
    lt_leave();
}
static void take_0(struct cell *c) { take_x(c, 0); }
static void take_1(struct cell *c) { take_x(c, 1); }

static void borrow_and_hold(struct cell *c)
{
    lt_enter();
    lt_borrow borrow = lt_slot_borrow(&c->x);
    struct being *b = (struct being *)lt_deref(borrow), *held = NULL;
    if (b) {
        struct watch seen = watch(b);
        between();
        held = (struct being *)lt_hold(borrow);
        unwatch(seen);
        c->found[2] = held ? 2 : 1;
    }
    lt_unborrow(borrow);
    lt_safepoint();
    if (held) {
        being_use(held);
        lt_release(held);
    }
    lt_leave();
}

/* ---- unique: who is alone may write ---- */

static void two_references(struct cell *c)
{
    c->a = being_new(1);
    lt_retain(c->a);
}

static void write_if_unique(struct cell *c)
{
    lt_enter();
    if (lt_is_unique(c->a)) {
        between();
        c->a->value = 2;
        c->found[0] = 1;
    }
    lt_release(c->a);
    lt_leave();
}

static void read_and_release(struct cell *c)
{
    lt_enter();
    c->found[1] = (int)c->a->value;
    lt_release(c->a);
    lt_leave();
}

/* ---- store buffering: nothing but the slots' own order keeps both from coming first ---- */

static void x_then_y_in_two(struct cell *c)
{
    store_x(c);
    between();
    lt_enter();
    c->found[0] = look(&c->y);
    lt_leave();
}

static void y_then_x(struct cell *c)
{
    lt_enter();
    lt_slot_store(&c->y, being_new(1));
    between();
    c->found[1] = look(&c->x);
    lt_leave();
}

/* ---- grace period: a section that began before it is over when it returns, so no section sees what came after it and not
 *      what came before ---- */

static void x_grace_period_y(struct cell *c)
{
    store_x(c);
    lt_synchronize();
    lt_enter();
    lt_slot_store(&c->y, being_new(1));
    lt_leave();
}

static void look_x_then_y(struct cell *c)
{
    lt_enter();
    c->found[1] = look(&c->x);
    if (one_in(this_worker(), 4)) sched_yield();
    c->found[2] = look(&c->y);
    lt_leave();
}

/* To be waited for. */
static void come_and_go(struct cell *c)
{
    (void)c;
    lt_enter();
    sched_yield();
    lt_leave();
}

static const struct litmus programs[] = {
    {.name = "message passing", .arrange = nothing, .act = {store_x, find_x, load_x},
     .outcome = {{{0, 0, 0}, ACCEPTABLE, "none"}, {{0, 1, 0}, INTERESTING, "one"}, {{0, 0, 1}, INTERESTING, "other"},
                 {{0, 1, 1}, ACCEPTABLE, "both"}}},
    {.name = "two slots", .arrange = nothing, .act = {store_x_then_y, look_y_then_x},
     .outcome = {{{0, 0, 0}, ACCEPTABLE, "none"}, {{0, 0, 1}, INTERESTING, "first only"}, {{0, 1, 1}, ACCEPTABLE, "both"}}},
    {.name = "causality", .arrange = nothing, .act = {store_x, store_y_if_x, look_x_if_y},
     .outcome = {{{0, 0, 0}, ACCEPTABLE, "none"}, {{0, 1, 0}, ACCEPTABLE, "first"}, {{0, 1, 2}, INTERESTING, "both"}}},
    {.name = "release", .seldom = 16, .barrier = true, .arrange = three_references, .act = {note_0, note_1, note_2},
     .outcome = {{{7, 0, 0}, ACCEPTABLE, "all seen"}}},
    {.name = "compare-and-swap", .arrange = x_has_a, .act = {replace_0, replace_1}, .end = the_winner_is_there,
     .outcome = {{{1, 0, 0}, ACCEPTABLE, "one"}, {{0, 1, 0}, ACCEPTABLE, "other"}}},
    {.name = "swap", .arrange = x_has_1, .act = {swap_0, swap_1},
     .outcome = {{{1, 10, 0}, ACCEPTABLE, "one first"}, {{11, 1, 0}, ACCEPTABLE, "other first"}}},
    {.name = "take", .arrange = x_has_1, .act = {take_0, take_1, borrow_and_hold},
     .outcome = {{{1, 0, 0}, ACCEPTABLE, "one, empty"}, {{0, 1, 0}, ACCEPTABLE, "other, empty"},
                 {{1, 0, 1}, INTERESTING, "one, dead"}, {{0, 1, 1}, INTERESTING, "other, dead"},
                 {{1, 0, 2}, ACCEPTABLE, "one, held"}, {{0, 1, 2}, ACCEPTABLE, "other, held"}}},
    {.name = "unique", .arrange = two_references, .act = {write_if_unique, read_and_release},
     .outcome = {{{0, 1, 0}, ACCEPTABLE, "not alone"}, {{1, 1, 0}, INTERESTING, "alone"}}},
    {.name = "store buffering", .arrange = nothing, .act = {x_then_y_in_two, y_then_x},
     .outcome = {{{1, 0, 0}, ACCEPTABLE, "one first"}, {{0, 1, 0}, ACCEPTABLE, "other first"},
                 {{1, 1, 0}, ACCEPTABLE, "together"}, {{0, 0, 0}, INTERESTING, "both first"}}},
    {.name = "grace period", .seldom = 16, .arrange = nothing, .act = {x_grace_period_y, look_x_then_y, come_and_go},
     .outcome = {{{0, 0, 0}, ACCEPTABLE, "before"}, {{0, 1, 0}, ACCEPTABLE, "during"}, {{0, 1, 1}, ACCEPTABLE, "after"}}},
};

SCENARIO(litmus, "what threads may see of each other: litmus programs and tables of their outcomes", NEEDS_THREADS | NEEDS_RECLAIM)
{
    litmus_run(run, programs, sizeof programs / sizeof *programs);
}
