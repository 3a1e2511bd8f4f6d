/* section.h: what a section costs.
 *
 * enter+leave   one operation is one lt_enter and one lt_leave, outermost, with nothing in between
 * safepoint     one operation is one lt_safepoint inside one long section */

#ifndef BENCH_PEER
#include "common.h"
#endif

static void LT_NAME(section_begin)(struct bench_worker *w)
{
    (void)w;
    LT_NAME(bench_register)();
}

static void LT_NAME(section_end)(struct bench_worker *w)
{
    (void)w;
    lt_thread_unregister();
}

static void LT_NAME(section_enter_leave)(struct bench_worker *w)
{
    do {
        for (unsigned i = 0; i < BENCH_BATCH; i++) {
            lt_enter();
            bench_barrier();
            lt_leave();
            bench_barrier();
        }
        w->operations += BENCH_BATCH;
    } while (!bench_stopped(w));
}

static void LT_NAME(section_safepoint)(struct bench_worker *w)
{
    lt_enter();
    do {
        for (unsigned i = 0; i < BENCH_BATCH; i++) {
            lt_safepoint();
            bench_barrier();
        }
        w->operations += BENCH_BATCH;
    } while (!bench_stopped(w));
    lt_leave();
}

static void LT_NAME(section_work)(struct bench_worker *w)
{
    if (w->cell->variant->kind == SECTION_ENTER_LEAVE) LT_NAME(section_enter_leave)(w);
    else LT_NAME(section_safepoint)(w);
}

const struct bench_entry LT_NAME(bench_section) = {
    .workload = &bench_section, .contestant = LT_QUOTE(LIFETIME_STRATEGY), .traits = lt_strategy_traits,
    .begin = LT_NAME(section_begin), .work = LT_NAME(section_work), .end = LT_NAME(section_end),
    .alive = LT_NAME(bench_alive), .stats = lt_stats_read,
};
