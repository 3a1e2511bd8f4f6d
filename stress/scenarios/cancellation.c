/* Threads that are cancelled: guests, which use the library and then come to a cancellation point of their own, while their
 * host asks them to end at any time. The library's waits are no such points; a guest that is cancelled leaves as every thread
 * does that exits, with merges, deltas and retired objects pending. */
#include <pthread.h>

#include "life.h"
#include "scenario.h"

enum { SLOTS = 8 };

struct guest {
    struct worker worker;  /* its random numbers */
    lt_slot *slots;
    struct being *held;    /* outside sections too: released when it is cancelled */
    bool in_library;
};

static lt_slot *any(struct guest *g) { return &g->slots[draw_below(&g->worker, SLOTS)]; }

static void let_go(struct guest *g)
{
    if (!g->held) return;
    being_use(g->held);
    lt_release(g->held);
    g->held = NULL;
}

static void is_cancelled(void *argument)
{
    struct guest *g = (struct guest *)argument;
    if (g->in_library) fail("a thread was cancelled inside the library");
    lt_enter();
    let_go(g);
    lt_leave();
}

/* Leaves something behind: a count of another thread's object, an object of its own in others' hands. */
static void use(struct guest *g)
{
    lt_enter();
    let_go(g);
    lt_slot_store(any(g), being_new(draw(&g->worker)));
    g->held = (struct being *)lt_slot_load(any(g));
    lt_borrow borrow = lt_slot_borrow(any(g));
    struct being *b = (struct being *)lt_hold(borrow);
    lt_unborrow(borrow);
    lt_safepoint();
    if (b) {
        being_use(b);
        lt_release(b);
    }
    lt_leave();
}

static void wait(struct guest *g)
{
    switch (draw_below(&g->worker, 64)) {
    case 0: lt_barrier(); break;
    case 1: case 2: lt_synchronize(); break;
    case 3: case 4: case 5: case 6: lt_poll(); break;
    case 7: lt_thread_unregister(); break;
    default: break;
    }
}

/* The sanitizers do not see that a frame is left by cancellation, nor a call that they intercept. So this one has nothing on
 * the stack that AddressSanitizer would guard, and its cancellation point is not one that blocks. */
__attribute__((no_sanitize_address)) static void *visit(void *argument)
{
    struct guest *g = (struct guest *)argument;
    pthread_cleanup_push(is_cancelled, g);
    for (;;) {
        g->in_library = true;
        use(g);
        wait(g);
        g->in_library = false;
        pthread_testcancel();
    }
    pthread_cleanup_pop(0);
    return NULL;
}

/* The guest has the host's random numbers while it is there. */
static void body(struct worker *w)
{
    while (goes_on(w)) {
        struct guest g = {.worker = *w, .slots = (lt_slot *)w->shared};
        pthread_t thread;
        void *end;
        if (pthread_create(&thread, NULL, visit, &g)) fail("a guest cannot be started");
        nap(w, 500);
        if (pthread_cancel(thread) || pthread_join(thread, &end)) fail("a guest cannot be cancelled");
        EXPECT(end == PTHREAD_CANCELED);
        w->random = g.worker.random;
    }
}

static void empty(struct worker *w) { empty_slots((lt_slot *)w->shared, SLOTS); }

SCENARIO(cancellation, "threads that use the library are cancelled", NEEDS_THREADS | NEEDS_RECLAIM)
{
    lt_slot slots[SLOTS] = {{{0}}};
    run_workers(run, run->threads, body, slots);
    run_workers(run, 1, empty, slots);
}
