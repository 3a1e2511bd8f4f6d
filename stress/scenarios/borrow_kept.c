/* Borrows that are kept while other threads, and the borrower itself, store to the same slot. What is borrowed must outlive the
 * slot's reference and everybody's: a grace period may not end while one goes on. The clock of ages tells how close it came. */
#include "life.h"
#include "scenario.h"

enum { SLOTS = 8, KEPT = 4 };

struct shared {
    lt_slot slot[SLOTS];
};

struct kept {
    lt_slot *slot;
    lt_borrow borrow;
    struct watch seen;
};

static lt_slot *some_slot(struct worker *w)
{
    struct shared *shared = w->shared;
    return &shared->slot[draw_below(w, SLOTS)];
}

static void replace(struct worker *w, lt_slot *slot)
{
    struct being *old = lt_slot_swap(slot, one_in(w, 8) ? NULL : being_new(draw(w)));
    if (!old) return;
    being_unlinked(old);
    lt_release(old);
}

static struct kept borrow(lt_slot *slot)
{
    struct kept k = {.slot = slot, .borrow = lt_slot_borrow(slot)};
    if (lt_deref(k.borrow)) k.seen = watch(lt_deref(k.borrow));
    return k;
}

/* What may happen to it before it ends. */
static void live_through(struct worker *w, struct kept *k)
{
    switch (draw_below(w, 8)) {
    case 0: lt_slot_store(k->slot, being_new(draw(w))); break; /* the borrower's own store lets go of it */
    case 1: replace(w, k->slot); break;
    case 2: nap(w, 50); break; /* others' stores; a clumsy client */
    case 3:
        for (unsigned i = draw_below(w, 8); i > 0; i--) lt_release(being_new(draw(w))); /* creation is no safepoint */
        break;
    default:
        for (unsigned i = draw_below(w, 64); i > 0; i--) being_use(lt_deref(k->borrow));
        break;
    }
}

static void end(struct kept *k)
{
    unwatch_borrow(k->seen);
    lt_unborrow(k->borrow);
}

static void keep(struct worker *w)
{
    struct kept kept[KEPT];
    struct being *held = NULL;
    unsigned n = 0;
    lt_enter();
    for (unsigned i = 1 + draw_below(w, KEPT); i > 0; i--) {
        kept[n] = borrow(some_slot(w));
        if (lt_deref(kept[n].borrow)) n++;
    }
    for (unsigned i = 0; i < n; i++) live_through(w, &kept[i]);
    if (n > 0 && one_in(w, 4)) held = lt_hold(kept[0].borrow);
    while (n > 0) end(&kept[--n]);
    lt_leave();
    if (!held) return;
    lt_enter();
    being_use(held);
    lt_release(held);
    lt_leave();
}

static void body(struct worker *w)
{
    while (goes_on(w)) {
        if (one_in(w, 4)) {
            lt_enter();
            replace(w, some_slot(w));
            lt_leave();
        } else {
            keep(w);
        }
    }
}

SCENARIO(borrow_kept, "borrows are kept across others' stores and the borrower's own", NEEDS_NOTHING)
{
    struct shared shared = {0};
    ages_begin(run);
    run_workers(run, run->threads, body, &shared);
    empty_slots(shared.slot, SLOTS);
}
