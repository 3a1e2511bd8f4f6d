/* increment.h: lt_retain alone (Choi, Shull, Torrellas, PACT 2018, Table 7).
 *
 * One operation is one lt_retain of one object. After every batch of them one lt_release_n gives all of the batch back,
 * so that no count saturates; its time is part of the batch. The variants differ in who made the object: the measuring
 * thread, or the idle main thread. */

#ifndef BENCH_PEER
#include "common.h"
#endif

static void LT_NAME(increment_open)(struct bench_cell *cell)
{
    lt_slot *slot = (lt_slot *)bench_memory(1, sizeof *slot);
    cell->shared = slot;
    if (cell->variant->kind == INCREMENT_OWNER) return;
    LT_NAME(bench_register)();
    lt_enter();
    lt_slot_init(slot, LT_NAME(bench_make)(0));
    lt_leave();
}

static void LT_NAME(increment_close)(struct bench_cell *cell)
{
    lt_slot *slot = (lt_slot *)cell->shared;
    if (cell->variant->kind == INCREMENT_FOREIGN) {
        lt_enter();
        lt_slot_store(slot, NULL);
        lt_leave();
    }
    free(slot);
}

static void LT_NAME(increment_begin)(struct bench_worker *w)
{
    bool owner = w->cell->variant->kind == INCREMENT_OWNER;
    LT_NAME(bench_register)();
    lt_enter();
    w->own = owner ? LT_NAME(bench_make)(0) : lt_slot_load((lt_slot *)w->cell->shared);
    lt_leave();
}

static void LT_NAME(increment_end)(struct bench_worker *w)
{
    lt_enter();
    lt_release(w->own);
    lt_leave();
    lt_thread_unregister();
}

static void LT_NAME(increment_work)(struct bench_worker *w)
{
    void *o = w->own;
    lt_enter();
    do {
        for (unsigned i = 0; i < BENCH_BATCH; i++) {
            lt_retain(o);
            bench_barrier();
        }
        lt_release_n(o, BENCH_BATCH);
        lt_safepoint();
        w->operations += BENCH_BATCH;
    } while (!bench_stopped(w));
    lt_leave();
}

const struct bench_entry LT_NAME(bench_increment) = {
    .workload = &bench_increment, .contestant = LT_QUOTE(LIFETIME_STRATEGY), .traits = lt_strategy_traits,
    .open = LT_NAME(increment_open), .begin = LT_NAME(increment_begin), .work = LT_NAME(increment_work),
    .end = LT_NAME(increment_end), .close = LT_NAME(increment_close),
    .alive = LT_NAME(bench_alive), .stats = lt_stats_read,
};
