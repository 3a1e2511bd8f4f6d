/* freeing.h: the work of `slot`, where what an epoch leaves behind is freed in one go, or a little with each object retired.
 *
 * batch       LT_RECLAIM_STEP 0: all that is ripe is freed when an epoch ends, by whoever notices
 * amortised   its default
 * stores, loads   what is timed, where pauses are measured: lt_new and the store, and safepoints, where a thread notices
 *                 that an epoch has ended; or a borrow, a look, and its end */

#include "latency.h"
#include "slot_loop.h"

static bool LT_NAME(freeing_plays)(const struct bench_variant *v) { return lt_strategy_traits()->grace && LT_NAME(slot_plays)(v); }

static void LT_NAME(freeing_open)(struct bench_cell *cell)
{
    if (cell->variant->kind & FREEING_BATCH) lt_configure(LT_RECLAIM_STEP, 0);
    LT_NAME(slot_open)(cell);
}

static void LT_NAME(freeing_close)(struct bench_cell *cell)
{
    LT_NAME(slot_close)(cell);
    lt_configure(LT_RECLAIM_STEP, FREEING_STEP);
}

/* Inlined twice, so that what is timed is no branch. */
static inline __attribute__((always_inline)) void LT_NAME(freeing_loop)(struct bench_worker *w, bool loads)
{
    struct bench_slot *slots = (struct bench_slot *)w->cell->shared;
    const uint64_t size = w->cell->variant->size;
    const uint32_t stores = (uint32_t)(w->cell->variant->stores * (UINT64_C(1) << 32) / 100);
    uint64_t random = w->random, sum = 0;
    lt_enter();
    do {
        for (unsigned i = 0; i < BENCH_SHORT_BATCH; i++) {
            uint64_t r = bench_random(&random), start = bench_ticks();
            lt_slot *slot = &slots[(r >> 32) * size >> 32].slot;
            const bool store = (uint32_t)r < stores;
            if (store) lt_slot_store(slot, LT_NAME(bench_make)(r));
            else sum += LT_NAME(slot_read_borrowed)(slot);
            bench_barrier();
            if (store != loads) bench_took(w, start);
        }
        uint64_t start = bench_ticks();
        lt_safepoint();
        if (!loads) bench_took(w, start);
        bench_did(w, BENCH_SHORT_BATCH);
    } while (!bench_stopped(w));
    lt_leave();
    w->random = random;
    w->sum += sum;
}

static void LT_NAME(freeing_work)(struct bench_worker *w)
{
    if (!w->latencies) LT_NAME(slot_work)(w);
    else if (w->cell->variant->kind & FREEING_LOADS) LT_NAME(freeing_loop)(w, true);
    else LT_NAME(freeing_loop)(w, false);
}

const struct bench_entry LT_NAME(bench_freeing) = {
    .workload = &bench_freeing, .contestant = LT_QUOTE(LIFETIME_STRATEGY), .traits = lt_strategy_traits,
    .plays = LT_NAME(freeing_plays), .open = LT_NAME(freeing_open), .begin = LT_NAME(slot_begin), .work = LT_NAME(freeing_work),
    .end = LT_NAME(slot_end), .close = LT_NAME(freeing_close), .alive = LT_NAME(bench_alive), .stats = lt_stats_read,
};
