/* Garbage that holds itself: rings are made, woven into others, shared, moved between threads and dropped by all of
 * them, while some collect and all have it done for them. Whoever holds a member of a ring walks it: it must be whole.
 * Between the rings are single objects, which die by their last release, at any moment. At the end nothing is left. */
#include <sched.h>

#include "life.h"
#include "scenario.h"

enum { STALLS = 12, LONGEST = 6, SINGLE = 0 /* a being's value; else the length of its ring */ };

static struct shared {
    lt_slot stall[STALLS];
    lt_weak seen;
    lt_atomic32 inside, collected;
} shared;

static void look_around(struct being *);

/* The client's storage is not the collector's to look at: all of these are the library's. */
static struct being *member(uint64_t value)
{
    struct being *b = (struct being *)lt_new(&being_type);
    if (!b) fail("no memory for an object");
    lt_slot_init(&b->left, NULL);
    lt_slot_init(&b->right, NULL);
    being_born(b, value, false);
    b->last_words = look_around;
    return b;
}

/* Of `left` edges; the caller has a reference to the first, and the last has another. */
static struct being *ring(struct worker *w)
{
    uint64_t length = 1 + draw_below(w, LONGEST);
    struct being *first = member(length), *last = first;
    for (uint64_t i = 1; i < length; i++) {
        struct being *b = member(length);
        lt_slot_store(&last->left, b);
        last = b;
    }
    lt_retain(first);
    lt_slot_store(&last->left, first);
    return first;
}

/* Nobody changes a ring's `left` edges, so it comes back to where it began. Uses its own reference up. */
static void walk(struct worker *w, struct being *from)
{
    uint64_t length = from->value;
    struct watch kept = watch(from);
    struct being *here = from;
    lt_retain(here);
    for (uint64_t i = 0; i < length; i++) {
        struct being *next = (struct being *)lt_slot_load(&here->left);
        EXPECT(next != NULL);
        EXPECT(next->value == length);
        being_use(next);
        lt_release(here);
        here = next;
        if (one_in(w, 16)) lt_safepoint();
    }
    EXPECT(here == from);
    lt_release(here);
    unwatch(kept);
    lt_release(from);
}

/* A finalizer looks at its neighbours: their edges are there until all are finalized. */
static void look_around(struct being *b)
{
    if (b->value != SINGLE) {
        struct being *next = (struct being *)lt_slot_load(&b->left), *after;
        EXPECT(next != NULL);
        after = (struct being *)lt_slot_load(&next->left);
        EXPECT(after != NULL);
        lt_release(after);
        lt_release(next);
    }
    struct being *seen = (struct being *)lt_weak_load(&shared.seen); /* none of what is garbage with b */
    EXPECT(seen != b);
    if (!seen) return;
    being_use(seen);
    lt_release(seen);
}

static void look_for_what_was_seen(struct worker *w)
{
    struct being *b = (struct being *)lt_weak_load(&shared.seen);
    if (b) walk(w, b);
}

static void trade(struct worker *w)
{
    lt_slot *stall = &shared.stall[draw_below(w, STALLS)];
    struct being *b;
    switch (draw_below(w, 8)) {
    case 0: lt_slot_store(stall, ring(w)); break;
    case 1: lt_slot_store(stall, member(SINGLE)); break;
    case 2: lt_slot_store(stall, NULL); break;
    case 3: /* one ring holds another, or that one it */
        if (!(b = (struct being *)lt_slot_load(stall))) break;
        lt_slot_store(&b->right, lt_slot_load(&shared.stall[draw_below(w, STALLS)]));
        lt_release(b);
        break;
    case 4: /* it is known by another of its members */
        if (!(b = (struct being *)lt_slot_load(stall))) break;
        if (b->value != SINGLE) lt_slot_store(stall, lt_slot_load(&b->left));
        lt_release(b);
        break;
    case 5: lt_slot_store(&shared.stall[draw_below(w, STALLS)], lt_slot_take(stall)); break;
    case 6:
        if (!(b = (struct being *)lt_slot_load(stall))) break;
        EXPECT(lt_weak_store(&shared.seen, b) == 0);
        walk(w, b);
        break;
    default:
        if (one_in(w, 2)) look_for_what_was_seen(w);
        else if ((b = (struct being *)lt_slot_load(stall))) walk(w, b);
    }
}

static void body(struct worker *w)
{
    while (goes_on(w)) {
        lt_enter();
        for (int i = 0; i < 8; i++) trade(w);
        if (one_in(w, 64)) (void)lt_collect();
        lt_leave();
        if (one_in(w, 64)) (void)lt_collect(); /* EAGAIN is an answer */
        if (one_in(w, 256)) lt_poll();
    }
}

/* One stays inside for as long as it takes another to collect: its safepoints must be enough. */
static void stay_or_collect(struct worker *w)
{
    if (w->index == 0) {
        lt_enter();
        lt_store32(&shared.inside, 1, LT_RELEASE);
        while (!lt_load32(&shared.collected, LT_ACQUIRE)) lt_safepoint();
        lt_leave();
    } else {
        while (!lt_load32(&shared.inside, LT_ACQUIRE)) sched_yield();
        int tries = 50;
        while (tries && lt_collect() == EAGAIN) tries--;
        lt_store32(&shared.collected, 1, LT_RELEASE);
        EXPECT(tries);
    }
}

static void end(struct worker *w)
{
    (void)w;
    empty_slots(shared.stall, STALLS);
    lt_enter();
    lt_weak_clear(&shared.seen);
    lt_leave();
    lt_barrier();
    while (lt_collect() == EAGAIN) {}
}

SCENARIO(cycles, "rings: made, woven together, shared, dropped and collected by all", NEEDS_RECLAIM)
{
    (void)lt_configure(LT_COLLECT_DEBT, 2000);
    run_workers(run, lt_strategy_traits()->threads ? run->threads : 1, body, NULL);
    if (lt_strategy_traits()->threads) run_workers(run, 2, stay_or_collect, NULL);
    run_workers(run, 1, end, NULL);
}
