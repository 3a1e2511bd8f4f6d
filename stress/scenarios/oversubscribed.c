/* Eight threads for each processor: most of them do not run, and stopped anywhere, inside sections long and short. Whatever
 * waits for another thread must let it run; what a stopped thread has borrowed must wait for it. */
#include <sched.h>

#include "life.h"
#include "scenario.h"

enum { SLOTS = 16, PER_PROCESSOR = 8 };

struct shared {
    lt_slot slot[SLOTS];
};

static lt_slot *any(struct worker *w)
{
    struct shared *s = (struct shared *)w->shared;
    return &s->slot[draw_below(w, SLOTS)];
}

static void replace(struct worker *w)
{
    struct being *b = being_new(draw(w));
    if (one_in(w, 2)) b->ref = (struct being *)lt_slot_take(any(w)); /* chains, which die at once */
    struct being *old = (struct being *)lt_slot_swap(any(w), b);
    if (!old) return;
    being_unlinked(old);
    lt_release(old);
}

/* Moves an object that many may be looking at. */
static void move(struct worker *w)
{
    struct being *b = (struct being *)lt_slot_load(any(w));
    if (!b) return;
    struct watch seen = watch(b);
    lt_slot *to = any(w);
    lt_borrow borrow = lt_slot_borrow(to);
    unwatch(seen);
    if (!lt_slot_cas(to, lt_deref(borrow), b)) lt_release(b);
    lt_unborrow(borrow);
}

/* Others may run for as long as they like between the first look and the last. */
static void look_long(struct worker *w)
{
    lt_borrow borrow = lt_slot_borrow(any(w));
    struct being *b = (struct being *)lt_deref(borrow);
    if (!b) return;
    struct watch seen = watch(b);
    for (unsigned i = 1 + draw_below(w, 4); i; i--) {
        being_use(b);
        sched_yield();
    }
    unwatch(seen);
    lt_unborrow(borrow);
}

static void look(struct worker *w)
{
    lt_borrow borrow = lt_slot_borrow(any(w));
    struct being *b = (struct being *)lt_deref(borrow);
    if (b) unwatch(watch(b));
    lt_unborrow(borrow);
}

static void step(struct worker *w)
{
    unsigned what = draw_below(w, 64);
    if (what < 12) replace(w);
    else if (what < 16) lt_slot_store(any(w), NULL);
    else if (what < 24) move(w);
    else if (what == 24) look_long(w);
    else look(w);
}

static void body(struct worker *w)
{
    while (goes_on(w)) {
        unsigned steps = one_in(w, 32) ? 100 : 1;
        lt_enter();
        while (steps--) {
            step(w);
            if (one_in(w, 8)) lt_safepoint();
        }
        lt_leave();
        if (one_in(w, 512)) lt_poll();
        if (one_in(w, 4096)) lt_synchronize();
        if (one_in(w, 16384)) lt_barrier();
    }
}

static void empty(struct worker *w)
{
    struct shared *s = (struct shared *)w->shared;
    empty_slots(s->slot, SLOTS);
}

static unsigned many(const struct run *run)
{
    cpu_set_t processors;
    unsigned n = sched_getaffinity(0, sizeof processors, &processors) ? 1 : (unsigned)CPU_COUNT(&processors);
    return n * PER_PROCESSOR > run->threads ? n * PER_PROCESSOR : run->threads;
}

SCENARIO(oversubscribed, "eight threads for each processor, in short sections and in long ones", NEEDS_THREADS)
{
    struct shared s = {0};
    run_workers(run, many(run), body, &s);
    run_workers(run, 1, empty, &s);
}
