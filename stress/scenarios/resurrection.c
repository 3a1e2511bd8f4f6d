/* Attempts to bring the dying back, from both sides of the last release: threads that try to hold what they have borrowed while
 * its slot lets go of it, and finalizers that look around in the slots that led to their object, and make, move and release
 * other objects. Who is refused once is refused for ever; who is not has an object that lives. */
#include "life.h"
#include "scenario.h"

enum { SLOTS = 4 };

static lt_slot slots[SLOTS], elsewhere;

/* The finalizer's look at a slot that may have held its object: it cannot find it there any more. */
static void look(const struct being *dying, lt_slot *slot)
{
    lt_borrow borrow = lt_slot_borrow(slot);
    EXPECT(lt_deref(borrow) != dying);
    struct being *held = (struct being *)lt_hold(borrow);
    lt_unborrow(borrow);
    if (!held) return;
    being_use(held);
    if (held->value % 4) lt_release(held);
    else lt_slot_store(&elsewhere, held);
}

/* Everything that a finalizer may do: its child moves on, its other child is released with it, a new object comes and goes. */
static void look_around(struct being *b)
{
    unsigned i = (unsigned)(b->value % SLOTS);
    for (unsigned n = 0; n < SLOTS; n++) look(b, &slots[n]);
    struct being *child = (struct being *)lt_slot_take(&b->left);
    if (child) lt_slot_store(&slots[i], child);
    struct being *late = being_try_new(b->value / SLOTS);
    if (!late) return;
    lt_retain(late);
    lt_slot_store(&b->left, late); /* dies with it */
    lt_slot_store(&elsewhere, late);
}

static struct being *parent_new(struct worker *w)
{
    struct being *b = being_new(draw(w));
    b->last_words = look_around;
    if (one_in(w, 2)) lt_slot_store(&b->left, being_new(draw(w)));
    if (one_in(w, 2)) lt_slot_store(&b->right, being_new(draw(w)));
    return b;
}

/* Another thread may be releasing it at this moment. */
static void try_to_hold(struct worker *w, lt_slot *slot)
{
    lt_borrow borrow = lt_slot_borrow(slot);
    struct being *b = (struct being *)lt_deref(borrow);
    if (!b) return;
    struct watch seen = watch(b);
    if (one_in(w, 8)) lt_slot_store(slot, NULL); /* by the borrower itself */
    lt_point("resurrection: about to hold a borrow");
    bool held = one_in(w, 2) ? lt_hold(borrow) != NULL : lt_try_retain(b);
    if (!held) {
        EXPECT(!lt_strategy_traits()->counted_borrow); /* there a borrow is a reference */
        EXPECT(!lt_hold(borrow) && !lt_try_retain(b));
    }
    unwatch(seen);
    lt_unborrow(borrow);
    if (!held) return;
    struct watch mine = watch(b);
    lt_safepoint();
    unwatch(mine);
    if (one_in(w, 4)) lt_slot_store(&slots[draw_below(w, SLOTS)], b);
    else lt_release(b);
}

static void body(struct worker *w)
{
    while (goes_on(w)) {
        lt_slot *slot = &slots[draw_below(w, SLOTS)];
        unsigned what = draw_below(w, 8);
        lt_enter();
        if (what == 0) lt_slot_store(slot, parent_new(w));
        else if (what == 1) lt_slot_store(slot, NULL);
        else try_to_hold(w, slot);
        lt_leave();
        if (one_in(w, 256)) lt_poll();
    }
}

/* What dies here may leave something behind, in another slot or elsewhere. */
static void empty(struct worker *w)
{
    (void)w;
    for (unsigned round = 0; round < 4; round++) { /* a child is no parent: what it leaves behind leaves nothing behind */
        empty_slots(slots, SLOTS);
        empty_slots(&elsewhere, 1);
        lt_barrier();
    }
}

SCENARIO(resurrection, "finalizers that look around, and threads that try to hold what dies", NEEDS_RECLAIM)
{
    run_workers(run, run->threads, body, NULL);
    run_workers(run, 1, empty, NULL);
}
