/* One thread stops inside a section, with all that it can borrow; the others replace objects, let lists die, and some exit
 * and come again. What waits must stay below a bound that no time makes larger, under strategies where a section delays no
 * memory. */
#include <sched.h>

#include "life.h"
#include "scenario.h"

/* A batch for each thread and for those that exited, what one thread leaves, what readers can keep; and as much again for
 * what dies in a cascade meanwhile. */
enum { SLOTS = 64, BORROWS = 24, EACH = 1024 + 7, LENGTH = 32, GENERATION = 3000 };

struct shared {
    lt_slot slot[SLOTS];
    bool stopped; /* atomic */
};

static struct being *list_new(struct worker *w)
{
    struct being *first = NULL;
    for (unsigned i = 1 + draw_below(w, LENGTH); i; i--) {
        struct being *b = being_new(i);
        b->ref = first;
        first = b;
    }
    return first;
}

/* Borrows from every slot that it comes to, and stays. */
static void stop(struct worker *w, struct shared *shared)
{
    lt_borrow borrow[BORROWS];
    lt_enter();
    for (unsigned i = 0; i < BORROWS; i++) borrow[i] = lt_slot_borrow(&shared->slot[i % SLOTS]);
    __atomic_store_n(&shared->stopped, true, __ATOMIC_RELEASE);
    while (goes_on(w)) sched_yield();
    for (unsigned i = BORROWS; i--;) {
        if (lt_deref(borrow[i])) being_use((struct being *)lt_deref(borrow[i]));
        lt_unborrow(borrow[i]);
    }
    lt_leave();
}

static void check_bound(const struct worker *w)
{
    lt_stats stats;
    lt_stats_read(&stats);
    uint64_t bound = (lt_strategy_traits()->owed_borrow ? 2u : 6u) * (w->run->threads + 2) * EACH;
    if (stats.pending > bound)
        fail("%llu objects wait, more than %llu, while one thread of %u is stopped", (unsigned long long)stats.pending,
             (unsigned long long)bound, w->run->threads);
}

static void body(struct worker *w)
{
    struct shared *shared = (struct shared *)w->shared;
    if (w->index == 0) {
        stop(w, shared);
        return;
    }
    while (goes_on(w)) {
        lt_enter();
        for (unsigned i = 0; i < GENERATION; i++) {
            lt_slot *slot = &shared->slot[draw_below(w, SLOTS)];
            if (one_in(w, 16)) lt_slot_store(slot, list_new(w));
            else lt_slot_store(slot, being_new(draw(w)));
            if (one_in(w, 4)) {
                lt_borrow borrow = lt_slot_borrow(slot);
                if (lt_deref(borrow)) being_use((struct being *)lt_deref(borrow));
                lt_unborrow(borrow);
            }
            if (i % 16 == 0) lt_safepoint();
        }
        lt_leave();
        check_bound(w);
        if (one_in(w, 4)) lt_thread_unregister();
    }
}

SCENARIO(bounded, "a thread is stopped in a section with all that it borrows; what waits stays bounded", NEEDS_THREADS | NEEDS_RECLAIM | NEEDS_BOUND)
{
    static struct shared shared;
    run_workers(run, run->threads, body, &shared);
    empty_slots(shared.slot, SLOTS);
}
