/* Owners make objects, publish them, leave counts and retired memory behind and block, outside of sections. Others drop
 * everything. The memory must come back while the owners sleep: whoever polls merges for them, flushes for them and takes over
 * what they had retired. */
#include <pthread.h>
#include <sched.h>

#include "life.h"
#include "scenario.h"

enum { MOST = 64, EACH = 512, POLLS = 20000 };

struct shared {
    lt_slot slot[MOST][EACH];
    pthread_barrier_t filled, dropped, empty;
    bool more; /* written by the first worker between `empty` and `filled` */
};

static void wait(pthread_barrier_t *barrier) { (void)pthread_barrier_wait(barrier); }

static void fill(struct worker *w, struct shared *shared)
{
    lt_enter();
    for (unsigned i = 0; i < EACH; i++) {
        lt_slot *slot = &shared->slot[w->index % MOST][i];
        struct being *b = being_new(draw(w)), *also;
        if (one_in(w, 2)) b->ref = being_new(0);
        if (one_in(w, 2)) lt_slot_store(&b->left, being_new(0));
        switch (draw_below(w, 4)) {
        case 0:
            lt_slot_store(slot, b);
            break;
        case 1:
            lt_slot_store(slot, b);
            if ((also = lt_slot_load(slot))) lt_release(also); /* this thread's half or cache knows it now */
            break;
        case 2:
            lt_slot_store(slot, b);
            lt_slot_store(slot, being_new(0)); /* retired, and waiting here */
            break;
        default:
            lt_release(b); /* never published */
            break;
        }
    }
    if (one_in(w, 2)) lt_safepoint();
    lt_leave();
}

static void drop(struct worker *w, struct shared *shared)
{
    unsigned rows = w->run->threads < MOST ? w->run->threads : MOST;
    for (unsigned m = 0; m < rows; m++) {
        lt_enter();
        for (unsigned i = 0; i < EACH; i++) {
            lt_slot *slot = &shared->slot[(m + w->index) % rows][i];
            if (one_in(w, 4)) {
                lt_slot_store(slot, NULL);
                continue;
            }
            struct being *b = one_in(w, 4) ? lt_slot_load(slot) : lt_slot_take(slot);
            if (!b) continue;
            unwatch(watch(b));
            lt_release(b);
        }
        lt_leave();
    }
    lt_enter();
    for (unsigned i = 0; i < rows * EACH; i++) lt_slot_store(&shared->slot[i / EACH][i % EACH], NULL);
    lt_leave();
}

/* Everybody else is blocked, and everything is dropped. */
static void reclaim_all(void)
{
    lt_stats stats;
    for (unsigned i = 0; i < POLLS; i++) {
        lt_poll();
        lt_stats_read(&stats);
        if (stats.live == 0) return;
        sched_yield();
    }
    fail("%llu objects live, %llu of them pending, after %u polls; every thread is outside of sections",
         (unsigned long long)stats.live, (unsigned long long)stats.pending, POLLS);
}

/* Workers with an odd index own and block, the others drop. */
static void body(struct worker *w)
{
    struct shared *shared = w->shared;
    bool owns = w->index % 2 == 1;
    for (;;) {
        if (w->index == 0) shared->more = run_goes_on(w->run);
        wait(&shared->filled); /* the next round begins */
        if (!shared->more) break;
        if (owns) fill(w, shared);
        wait(&shared->filled);
        if (!owns) drop(w, shared);
        wait(&shared->dropped);
        if (w->index == 0) reclaim_all();
        wait(&shared->empty);
        w->operations++;
    }
}

SCENARIO(blocked_owner, "owners block outside sections; what others drop of theirs is reclaimed all the same",
         NEEDS_THREADS | NEEDS_RECLAIM)
{
    static struct shared shared;
    pthread_barrier_t *const barriers[] = {&shared.filled, &shared.dropped, &shared.empty};
    for (unsigned i = 0; i < 3; i++)
        if (pthread_barrier_init(barriers[i], NULL, run->threads)) fail("no barrier");
    run_workers(run, run->threads, body, &shared);
    for (unsigned i = 0; i < 3; i++) pthread_barrier_destroy(barriers[i]);
}
