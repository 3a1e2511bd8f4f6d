/* pair.h: lt_retain and lt_release of objects that no other thread ever sees.
 *
 * One operation is one lt_retain and one lt_release of the same object, with nothing in between. Each thread makes its
 * objects itself and holds one reference to each, so that no count ever reaches zero. */

#ifndef BENCH_PEER
#include "common.h"
#endif

static void LT_NAME(pair_begin)(struct bench_worker *w)
{
    const struct bench_variant *v = w->cell->variant;
    void **objects = (void **)bench_memory(v->size, sizeof *objects);
    LT_NAME(bench_register)();
    lt_enter();
    for (unsigned i = 0; i < v->size; i++) objects[i] = LT_NAME(bench_make)(i);
    lt_leave();
    if (v->kind == PAIR_SHUFFLED) bench_shuffle(objects, v->size, &w->random);
    w->own = objects;
}

static void LT_NAME(pair_end)(struct bench_worker *w)
{
    void **objects = (void **)w->own;
    lt_enter();
    for (unsigned i = 0; i < w->cell->variant->size; i++) lt_release(objects[i]);
    lt_leave();
    lt_thread_unregister();
    free(objects);
}

/* One object: its address stays in a register. */
static void LT_NAME(pair_one)(struct bench_worker *w)
{
    void *o = *(void **)w->own;
    lt_enter();
    do {
        for (unsigned i = 0; i < BENCH_BATCH; i++) {
            lt_retain(o);
            bench_barrier();
            lt_release(o);
            bench_barrier();
        }
        lt_safepoint();
        w->operations += BENCH_BATCH;
    } while (!bench_stopped(w));
    lt_leave();
}

/* Many objects in turn; the array of their addresses is read in order. Their number is a multiple of the batch. */
static void LT_NAME(pair_many)(struct bench_worker *w)
{
    void **objects = (void **)w->own;
    const size_t size = w->cell->variant->size;
    lt_enter();
    do {
        void **batch = objects + w->cursor;
        for (unsigned i = 0; i < BENCH_BATCH; i++) {
            void *o = batch[i];
            lt_retain(o);
            bench_barrier();
            lt_release(o);
            bench_barrier();
        }
        w->cursor = (w->cursor + BENCH_BATCH) % size;
        lt_safepoint();
        w->operations += BENCH_BATCH;
    } while (!bench_stopped(w));
    lt_leave();
}

static void LT_NAME(pair_work)(struct bench_worker *w)
{
    if (w->cell->variant->kind == PAIR_ONE) LT_NAME(pair_one)(w);
    else LT_NAME(pair_many)(w);
}

const struct bench_entry LT_NAME(bench_pair) = {
    .workload = &bench_pair, .contestant = LT_QUOTE(LIFETIME_STRATEGY), .traits = lt_strategy_traits,
    .begin = LT_NAME(pair_begin), .work = LT_NAME(pair_work), .end = LT_NAME(pair_end),
    .alive = LT_NAME(bench_alive), .stats = lt_stats_read,
};
