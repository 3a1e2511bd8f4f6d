/* Sections inside of sections: only the outermost pair counts. What is borrowed outside must outlive an inner lt_enter and
 * lt_leave, though others wait for an epoch, a merge or the lock at that moment; a safepoint ends all borrows at whatever
 * depth it stands, and must let the others go on. Calls that the manual allows at odd places come in between. */
#include "life.h"
#include "scenario.h"

enum { SLOTS = 8, DEPTH = 5, DEEP = 1000 };

struct shared {
    lt_slot slot[SLOTS];
};

static lt_slot *some_slot(struct worker *w)
{
    struct shared *shared = w->shared;
    return &shared->slot[draw_below(w, SLOTS)];
}

static void replace(struct worker *w)
{
    struct being *old = lt_slot_swap(some_slot(w), being_new(draw(w)));
    if (!old) return;
    being_unlinked(old);
    lt_release(old);
}

static void be_odd(struct worker *w)
{
    lt_stats stats;
    switch (draw_below(w, 4)) {
    case 0: EXPECT(lt_thread_register() == 0); break; /* it is, already */
    case 1: lt_stats_read(&stats); break;
    case 2: EXPECT(lt_configure(LT_RECLAIM_STEP, draw_below(w, 3)) == 0); break;
    default: EXPECT(lt_configure((enum lt_setting)LT_SETTINGS, 1) != 0); break;
    }
}

/* Without a safepoint, so that a caller's borrow lasts. */
static void nest(struct worker *w, unsigned depth)
{
    lt_enter();
    lt_borrow borrow = lt_slot_borrow(some_slot(w));
    struct being *b = lt_deref(borrow);
    struct watch seen = {0};
    if (b) seen = watch(b);
    if (one_in(w, 4)) replace(w);
    if (one_in(w, 64)) be_odd(w);
    if (one_in(w, 64)) nap(w, 200); /* long enough for epochs to begin, if this thread let them */
    for (unsigned i = draw_below(w, 3); i > 0 && depth > 0; i--) nest(w, depth - 1);
    if (b) unwatch_borrow(seen);
    lt_unborrow(borrow);
    lt_leave();
}

/* With a safepoint somewhere down there: only owned references last. */
static void pass(struct worker *w, unsigned depth)
{
    lt_enter();
    struct being *b = lt_slot_load(some_slot(w));
    struct watch seen = {0};
    if (b) seen = watch(b);
    if (depth > 0) pass(w, depth - 1);
    else if (one_in(w, 2)) lt_safepoint();
    else lt_poll();
    if (one_in(w, 4)) nest(w, 1);
    if (b) {
        unwatch(seen);
        lt_release(b);
    }
    lt_leave();
}

static void go_deep(struct worker *w)
{
    for (unsigned i = 0; i < DEEP; i++) lt_enter();
    nest(w, DEPTH);
    for (unsigned i = 0; i < DEEP; i++) lt_leave();
}

static void body(struct worker *w)
{
    while (goes_on(w)) {
        unsigned depth = draw_below(w, DEPTH);
        switch (draw_below(w, 64)) {
        case 0: go_deep(w); break;
        case 1: lt_synchronize(); break; /* allowed here: the outermost section has ended */
        case 2: lt_thread_unregister(); break;
        default:
            if (one_in(w, 4)) pass(w, depth);
            else nest(w, depth);
            break;
        }
    }
}

SCENARIO(nested_sections, "sections inside of sections, with safepoints and odd calls at depth", NEEDS_NOTHING)
{
    struct shared shared = {0};
    ages_begin(run);
    run_workers(run, run->threads, body, &shared);
    empty_slots(shared.slot, SLOTS);
}
