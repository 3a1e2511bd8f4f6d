/* new_drop.h: objects that are made and dropped and never seen by another thread.
 *
 * One operation is one lt_new, one write of the object's value and the lt_release of the only reference to it. */

#ifndef BENCH_PEER
#include "common.h"
#endif

static void LT_NAME(new_drop_begin)(struct bench_worker *w)
{
    (void)w;
    LT_NAME(bench_register)();
}

static void LT_NAME(new_drop_end)(struct bench_worker *w)
{
    (void)w;
    lt_thread_unregister();
}

static void LT_NAME(new_drop_work)(struct bench_worker *w)
{
    lt_enter();
    do {
        for (unsigned i = 0; i < BENCH_SHORT_BATCH; i++) {
            struct bench_object *o = LT_NAME(bench_make)(i);
            bench_seen(o);
            lt_release(o);
            bench_barrier();
        }
        lt_safepoint();
        w->operations += BENCH_SHORT_BATCH;
    } while (!bench_stopped(w));
    lt_leave();
}

const struct bench_entry LT_NAME(bench_new_drop) = {
    .workload = &bench_new_drop, .contestant = LT_QUOTE(LIFETIME_STRATEGY), .traits = lt_strategy_traits,
    .begin = LT_NAME(new_drop_begin), .work = LT_NAME(new_drop_work), .end = LT_NAME(new_drop_end),
    .alive = LT_NAME(bench_alive), .stats = lt_stats_read,
};
