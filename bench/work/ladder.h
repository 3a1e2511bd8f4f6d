/* ladder.h: what sharing does to threads that otherwise work on their own (the article's and the issues' sharing ladders).
 *
 * One operation is a step as an interpreter's: LADDER_PAIRS pairs of lt_retain and lt_release, and LADDER_WORK rounds of other
 * work, each of which waits for the one before. A rung says how many of the pairs are on objects that all threads share:
 *
 *   nothing       none; the objects were never published
 *   thread-local  none; the thread published its objects, so that others could have found them
 *   provider      one
 *   container     two, on two objects
 *   singleton     four, on three objects
 *   raw           all eight, on three objects, and there is no other work
 *   …-immortal    the shared objects are immortal
 *   raw-private   no other work and nothing shared: what is compared with raw
 *
 * The shared objects were made by the idle main thread, so to `biased` they are foreign. */

#ifndef BENCH_PEER
#include "common.h"
#endif

struct LT_NAME(ladder_own) {
    void *object[LADDER_PAIRS];
    lt_slot slot[LADDER_PAIRS];
};

static uint64_t LT_NAME(ladder_immortal); /* objects that stay */

static void LT_NAME(ladder_open)(struct bench_cell *cell)
{
    struct bench_slot *shared = (struct bench_slot *)bench_memory(LADDER_SHARED, sizeof *shared);
    LT_NAME(bench_register)();
    lt_enter();
    for (unsigned i = 0; i < LADDER_SHARED; i++) {
        struct bench_object *o = LT_NAME(bench_make)(i);
        if (cell->variant->kind & LADDER_IMMORTAL) lt_immortalize(o);
        lt_slot_init(&shared[i].slot, o);
    }
    lt_leave();
    cell->shared = shared;
}

static void LT_NAME(ladder_close)(struct bench_cell *cell)
{
    struct bench_slot *shared = (struct bench_slot *)cell->shared;
    lt_enter();
    for (unsigned i = 0; i < LADDER_SHARED; i++) lt_slot_store(&shared[i].slot, NULL);
    lt_leave();
    if (cell->variant->kind & LADDER_IMMORTAL) LT_NAME(ladder_immortal) = LADDER_SHARED;
    free(shared);
}

static uint64_t LT_NAME(ladder_alive)(void)
{
    uint64_t alive = LT_NAME(bench_alive)();
    return alive == LT_NAME(ladder_immortal) ? 0 : alive;
}

static void LT_NAME(ladder_begin)(struct bench_worker *w)
{
    const struct bench_variant *v = w->cell->variant;
    struct bench_slot *shared = (struct bench_slot *)w->cell->shared;
    struct LT_NAME(ladder_own) *own = (struct LT_NAME(ladder_own) *)bench_memory(1, sizeof *own);
    LT_NAME(bench_register)();
    lt_enter();
    for (unsigned i = 0; i < LADDER_PAIRS; i++) {
        if (i < v->size) {
            own->object[i] = lt_slot_load(&shared[i % LADDER_SHARED].slot);
            continue;
        }
        own->object[i] = LT_NAME(bench_make)(i);
        if (!(v->kind & LADDER_PUBLISHED)) continue;
        lt_retain(own->object[i]);
        lt_slot_init(&own->slot[i], own->object[i]);
    }
    lt_leave();
    w->own = own;
}

static void LT_NAME(ladder_end)(struct bench_worker *w)
{
    struct LT_NAME(ladder_own) *own = (struct LT_NAME(ladder_own) *)w->own;
    lt_enter();
    for (unsigned i = 0; i < LADDER_PAIRS; i++) {
        lt_slot_store(&own->slot[i], NULL);
        lt_release(own->object[i]);
    }
    lt_leave();
    lt_thread_unregister();
    free(own);
}

static void LT_NAME(ladder_work)(struct bench_worker *w)
{
    void **object = ((struct LT_NAME(ladder_own) *)w->own)->object;
    const unsigned rounds = w->cell->variant->stores;
    uint64_t random = w->random;
    lt_enter();
    do {
        for (unsigned i = 0; i < BENCH_SHORT_BATCH; i++) {
            for (unsigned p = 0; p < LADDER_PAIRS; p++) {
                lt_retain(object[p]);
                bench_barrier();
                lt_release(object[p]);
                bench_barrier();
            }
            for (unsigned r = 0; r < rounds; r++) (void)bench_random(&random);
            bench_seen((void *)random);
        }
        lt_safepoint();
        w->operations += BENCH_SHORT_BATCH;
    } while (!bench_stopped(w));
    lt_leave();
    w->random = random;
}

const struct bench_entry LT_NAME(bench_ladder) = {
    .workload = &bench_ladder, .contestant = LT_QUOTE(LIFETIME_STRATEGY), .traits = lt_strategy_traits,
    .open = LT_NAME(ladder_open), .begin = LT_NAME(ladder_begin), .work = LT_NAME(ladder_work),
    .end = LT_NAME(ladder_end), .close = LT_NAME(ladder_close), .alive = LT_NAME(ladder_alive), .stats = lt_stats_read,
};
