/* Everybody announces, polls, synchronizes and waits in barriers, as fast as it goes, while everybody counts and retires:
 * epochs begin one after the other, each thread is seized whenever it is outside, and comes back. What the waiting calls
 * promise is checked by whoever waited:
 *   after lt_synchronize nobody reads any more what was unlinked before it, so it may be written to, with a plain store;
 *   after lt_barrier all that was released and deferred before it is over. */
#include "life.h"
#include "scenario.h"

enum { SLOTS = 8, READ_ONLY = 4 };

struct shared {
    lt_slot slot[SLOTS];
    lt_slot read_only[READ_ONLY]; /* their objects are borrowed and never held */
};

static lt_slot *some_slot(struct worker *w)
{
    struct shared *shared = w->shared;
    return &shared->slot[draw_below(w, SLOTS)];
}

static lt_slot *some_read_only(struct worker *w)
{
    struct shared *shared = w->shared;
    return &shared->read_only[draw_below(w, READ_ONLY)];
}

static void read(struct worker *w)
{
    lt_borrow borrow = lt_slot_borrow(some_read_only(w));
    struct being *b = lt_deref(borrow);
    if (!b) return;
    uint64_t value = b->value;
    struct watch seen = watch(b);
    if (one_in(w, 64)) nap(w, 200);
    unwatch(seen);
    if (b->value != value) fail("being %p was written to while it was borrowed", (void *)b);
    lt_unborrow(borrow);
}

static void count(struct worker *w)
{
    struct being *b = lt_slot_load(some_slot(w));
    if (!b) return;
    struct watch seen = watch(b);
    if (one_in(w, 2)) lt_safepoint();
    unwatch(seen);
    lt_release(b);
}

static void work(struct worker *w)
{
    lt_enter();
    for (unsigned i = draw_below(w, 16); i > 0; i--) {
        switch (draw_below(w, 4)) {
        case 0: lt_slot_store(some_slot(w), being_new(draw(w))); break;
        case 1: count(w); break;
        case 2: read(w); break;
        default: lt_safepoint(); break;
        }
    }
    lt_leave();
}

static void synchronize(struct worker *w)
{
    lt_enter();
    struct being *old = lt_slot_swap(some_read_only(w), being_new(draw(w)));
    lt_leave();
    lt_synchronize();
    if (!old) return;
    lt_enter();
    being_use(old);
    old->value++;
    lt_release(old);
    lt_leave();
}

/* What must be over when lt_barrier returns. */
struct expected {
    lt_node node;
    uint32_t node_ran, died; /* atomic */
};

static void run_node(lt_node *node)
{
    struct expected *e = (struct expected *)node;
    __atomic_store_n(&e->node_ran, 1, __ATOMIC_RELAXED);
}

static void say_so(struct being *b) { __atomic_store_n((uint32_t *)(uintptr_t)b->value, 1, __ATOMIC_RELAXED); }

static void wait_for_all(struct worker *w)
{
    struct expected e = {0};
    lt_slot passing = {0};
    lt_enter();
    struct being *b = being_new((uint64_t)(uintptr_t)&e.died);
    b->last_words = say_so;
    if (one_in(w, 2)) b = (lt_slot_store(&passing, b), lt_slot_take(&passing));
    if (one_in(w, 2)) {
        struct being *above = being_new(0);
        above->ref = b; /* it follows in a cascade */
        b = above;
    }
    lt_defer(&e.node, run_node);
    lt_release(b);
    lt_leave();
    lt_barrier();
    EXPECT(__atomic_load_n(&e.died, __ATOMIC_RELAXED));
    EXPECT(__atomic_load_n(&e.node_ran, __ATOMIC_RELAXED));
}

static void body(struct worker *w)
{
    while (goes_on(w)) {
        switch (draw_below(w, 16)) {
        case 0: synchronize(w); break;
        case 1:
            if (one_in(w, 8)) wait_for_all(w);
            break;
        case 2:
        case 3: lt_poll(); break;
        default: work(w); break;
        }
    }
}

SCENARIO(safepoint_storm, "safepoints, polls, grace periods and barriers one after the other, under load", NEEDS_RECLAIM)
{
    struct shared shared = {0};
    run_workers(run, run->threads, body, &shared);
    empty_slots(shared.slot, SLOTS);
    empty_slots(shared.read_only, READ_ONLY);
}
