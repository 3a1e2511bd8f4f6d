/* weak.h: lt_weak_load of a weak reference whose object lives.
 *
 * One operation is one lt_weak_load, and the lt_release of what it gives. `own`: each thread has an object of its own, and its
 * own weak reference to it. `shared`: all threads load the one weak reference to the one object, which the idle main thread
 * made, so that for `biased` its owner is never among them. */

#include "common.h"

struct LT_NAME(weak_pair) {
    void *object;
    lt_weak weak;
};

static struct LT_NAME(weak_pair) *LT_NAME(weak_pair_make)(void)
{
    struct LT_NAME(weak_pair) *pair = (struct LT_NAME(weak_pair) *)bench_memory(1, sizeof *pair);
    LT_NAME(bench_register)();
    lt_enter();
    pair->object = LT_NAME(bench_make)(0);
    if (lt_weak_init(&pair->weak, pair->object)) bench_fail("lt_weak_init: out of memory");
    lt_leave();
    return pair;
}

static void LT_NAME(weak_pair_end)(struct LT_NAME(weak_pair) *pair)
{
    lt_enter();
    lt_weak_clear(&pair->weak);
    lt_release(pair->object);
    lt_leave();
    free(pair);
}

static void LT_NAME(weak_open)(struct bench_cell *cell)
{
    cell->shared = LT_NAME(weak_pair_make)();
}

static void LT_NAME(weak_close)(struct bench_cell *cell)
{
    LT_NAME(weak_pair_end)((struct LT_NAME(weak_pair) *)cell->shared);
}

static void LT_NAME(weak_begin)(struct bench_worker *w)
{
    LT_NAME(bench_register)();
    w->own = w->cell->variant->kind == WEAK_OWN ? LT_NAME(weak_pair_make)() : NULL;
}

static void LT_NAME(weak_end)(struct bench_worker *w)
{
    if (w->own) LT_NAME(weak_pair_end)((struct LT_NAME(weak_pair) *)w->own);
    lt_thread_unregister();
}

static void LT_NAME(weak_work)(struct bench_worker *w)
{
    struct LT_NAME(weak_pair) *pair = (struct LT_NAME(weak_pair) *)(w->own ? w->own : w->cell->shared);
    lt_enter();
    do {
        for (unsigned i = 0; i < BENCH_BATCH; i++) {
            void *o = lt_weak_load(&pair->weak);
            bench_barrier();
            lt_release(o);
            bench_barrier();
        }
        lt_safepoint();
        w->operations += BENCH_BATCH;
    } while (!bench_stopped(w));
    lt_leave();
}

const struct bench_entry LT_NAME(bench_weak) = {
    .workload = &bench_weak, .contestant = LT_QUOTE(LIFETIME_STRATEGY), .traits = lt_strategy_traits,
    .open = LT_NAME(weak_open), .begin = LT_NAME(weak_begin), .work = LT_NAME(weak_work),
    .end = LT_NAME(weak_end), .close = LT_NAME(weak_close),
    .alive = LT_NAME(bench_alive), .stats = lt_stats_read,
};
