/* shared_pair.h: lt_retain and lt_release of one object that all threads share.
 *
 * One operation is one lt_retain and one lt_release of that object, with nothing in between. The object was made by the
 * idle main thread and published in a slot, so that for `biased` every thread that is measured is foreign: its owner is
 * never among them. Each thread first loads its own reference from the slot, so that no count ever reaches zero. */

#ifndef BENCH_PEER
#include "common.h"
#endif

static void LT_NAME(shared_pair_open)(struct bench_cell *cell)
{
    lt_slot *slot = (lt_slot *)bench_memory(1, sizeof *slot);
    LT_NAME(bench_register)();
    lt_enter();
    lt_slot_init(slot, LT_NAME(bench_make)(0));
    lt_leave();
    cell->shared = slot;
}

static void LT_NAME(shared_pair_close)(struct bench_cell *cell)
{
    lt_slot *slot = (lt_slot *)cell->shared;
    lt_enter();
    lt_slot_store(slot, NULL);
    lt_leave();
    free(slot);
}

static void LT_NAME(shared_pair_begin)(struct bench_worker *w)
{
    LT_NAME(bench_register)();
    lt_enter();
    w->own = lt_slot_load((lt_slot *)w->cell->shared);
    lt_leave();
}

static void LT_NAME(shared_pair_end)(struct bench_worker *w)
{
    lt_enter();
    lt_release(w->own);
    lt_leave();
    lt_thread_unregister();
}

static void LT_NAME(shared_pair_work)(struct bench_worker *w)
{
    void *o = w->own;
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

const struct bench_entry LT_NAME(bench_shared_pair) = {
    .workload = &bench_shared_pair, .contestant = LT_QUOTE(LIFETIME_STRATEGY), .traits = lt_strategy_traits,
    .open = LT_NAME(shared_pair_open), .begin = LT_NAME(shared_pair_begin), .work = LT_NAME(shared_pair_work),
    .end = LT_NAME(shared_pair_end), .close = LT_NAME(shared_pair_close),
    .alive = LT_NAME(bench_alive), .stats = lt_stats_read,
};
