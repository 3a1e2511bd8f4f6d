/* churn.h: objects that are made, published, and replaced by the next.
 *
 * One operation is one lt_new, one write of the object's value and one lt_slot_store into the thread's own slot, which
 * releases the object before. The slots are on cache lines of their own; any thread might store into them, so that a store is
 * an exchange for everybody. */

#ifndef BENCH_PEER
#include "common.h"
#endif

#include "latency.h"

static void LT_NAME(churn_begin)(struct bench_worker *w)
{
    w->own = bench_memory(1, sizeof(struct bench_slot));
    LT_NAME(bench_register)();
    lt_enter();
    lt_slot_init((lt_slot *)w->own, LT_NAME(bench_make)(0));
    lt_leave();
}

static void LT_NAME(churn_end)(struct bench_worker *w)
{
    lt_enter();
    lt_slot_store((lt_slot *)w->own, NULL);
    lt_leave();
    lt_thread_unregister();
    free(w->own);
}

/* Inlined twice, so that the clock is no branch. */
static inline __attribute__((always_inline)) void LT_NAME(churn_loop)(struct bench_worker *w, bool timed)
{
    lt_slot *slot = (lt_slot *)w->own;
    lt_enter();
    do {
        for (unsigned i = 0; i < BENCH_SHORT_BATCH; i++) {
            uint64_t start = timed ? bench_ticks() : 0;
            lt_slot_store(slot, LT_NAME(bench_make)(i));
            bench_barrier();
            if (timed) bench_took(w, start);
        }
        uint64_t start = timed ? bench_ticks() : 0;
        lt_safepoint();
        if (timed) bench_took(w, start);
        w->operations += BENCH_SHORT_BATCH;
    } while (!bench_stopped(w));
    lt_leave();
}

static void LT_NAME(churn_work)(struct bench_worker *w)
{
    if (w->latencies) LT_NAME(churn_loop)(w, true);
    else LT_NAME(churn_loop)(w, false);
}

const struct bench_entry LT_NAME(bench_churn) = {
    .workload = &bench_churn, .contestant = LT_QUOTE(LIFETIME_STRATEGY), .traits = lt_strategy_traits,
    .begin = LT_NAME(churn_begin), .work = LT_NAME(churn_work), .end = LT_NAME(churn_end), .alive = LT_NAME(bench_alive),
    .stats = lt_stats_read,
};
