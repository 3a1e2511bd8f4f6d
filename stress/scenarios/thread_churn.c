/* Threads come and go as quickly as the system allows, and each leaves something behind: objects in slots, references that
 * others will drop, counts in its cache, merges in its queue, retired and deferred memory. Their records and ids go to the
 * threads that follow at once; what one forgot on leaving, or another took for its own, would be lost or die twice. */
#include <stdlib.h>

#include "life.h"
#include "scenario.h"

enum { SLOTS = 8, STEPS = 24 };

struct shared {
    lt_slot slot[SLOTS];
    uint64_t deferred, ran; /* atomic */
};

struct deferred {
    lt_node node;
    struct shared *shared;
};

static void run_node(lt_node *node)
{
    struct deferred *d = (struct deferred *)node;
    __atomic_add_fetch(&d->shared->ran, 1, __ATOMIC_RELAXED);
    free(d);
}

static void defer(struct shared *shared)
{
    struct deferred *d = malloc(sizeof *d);
    if (!d) fail("no memory for a node");
    d->shared = shared;
    __atomic_add_fetch(&shared->deferred, 1, __ATOMIC_RELAXED);
    lt_defer(&d->node, run_node);
}

static lt_slot *some_slot(struct worker *w)
{
    struct shared *shared = w->shared;
    return &shared->slot[draw_below(w, SLOTS)];
}

static void step(struct worker *w)
{
    struct being *b;
    switch (draw_below(w, 6)) {
    case 0: lt_slot_store(some_slot(w), being_new(draw(w))); break;
    case 1:
        if ((b = lt_slot_take(some_slot(w)))) unwatch(watch(b)), lt_release(b);
        break;
    case 2:
        b = being_new(draw(w)); /* in two slots, and soon without its maker's reference */
        lt_retain(b);
        lt_slot_store(some_slot(w), b);
        lt_slot_store(some_slot(w), b);
        break;
    case 3: defer(w->shared); break;
    default:
        if ((b = lt_slot_load(some_slot(w)))) unwatch(watch(b)), lt_release(b);
        break;
    }
}

static void section(struct worker *w)
{
    lt_enter();
    for (unsigned i = draw_below(w, STEPS); i > 0; i--) step(w);
    lt_leave();
}

/* A thread's life. It may register by itself or by entering, and may leave and come back before it exits. */
static void life(struct worker *w)
{
    if (one_in(w, 2)) EXPECT(lt_thread_register() == 0);
    section(w);
    if (one_in(w, 4)) {
        lt_thread_unregister();
        if (one_in(w, 2)) section(w);
        if (one_in(w, 2)) lt_thread_unregister();
    }
}

static void body(struct worker *w)
{
    while (goes_on(w)) {
        if (one_in(w, 4)) section(w); /* the worker itself stays, unless it leaves */
        else in_new_thread(w, life);
        if (one_in(w, 16)) lt_thread_unregister();
    }
}

SCENARIO(thread_churn, "threads come and go quickly and leave work behind; ids are used again", NEEDS_THREADS | NEEDS_RECLAIM)
{
    struct shared shared = {0};
    run_workers(run, run->threads, body, &shared);
    empty_slots(shared.slot, SLOTS);
    lt_barrier();
    EXPECT(shared.ran == shared.deferred);
}
