/* queue.h: the lock-free queue of stress/structures, which all threads use.
 *
 * One operation is one lt_new and put, and one get and lt_release of what that brings. */
#include "support/structures/queue.h"

static void LT_NAME(queue_open)(struct bench_cell *cell)
{
    struct queue *queue = (struct queue *)bench_memory(1, sizeof *queue);
    LT_NAME(bench_register)();
    lt_enter();
    if (queue_init(queue)) bench_fail("queue_init: out of memory");
    for (unsigned i = 0; i < cell->variant->size; i++)
        if (queue_put(queue, LT_NAME(bench_make)(i))) bench_fail("queue_put: out of memory");
    lt_leave();
    cell->shared = queue;
}

static void LT_NAME(queue_close)(struct bench_cell *cell)
{
    lt_enter();
    queue_clear((struct queue *)cell->shared);
    lt_leave();
    free(cell->shared);
}

static void LT_NAME(queue_work)(struct bench_worker *w)
{
    struct queue *queue = (struct queue *)w->cell->shared;
    lt_enter();
    do {
        for (unsigned i = 0; i < BENCH_SHORT_BATCH; i++) {
            if (queue_put(queue, LT_NAME(bench_make)(i))) bench_fail("queue_put: out of memory");
            struct bench_object *o = (struct bench_object *)queue_get(queue);
            w->sum += o->value; /* every thread puts before it gets: there is one */
            lt_release(o);
        }
        lt_safepoint();
        w->operations += BENCH_SHORT_BATCH;
    } while (!bench_stopped(w));
    lt_leave();
}

const struct bench_entry LT_NAME(bench_queue) = {
    .workload = &bench_queue, .contestant = LT_QUOTE(LIFETIME_STRATEGY), .traits = lt_strategy_traits,
    .open = LT_NAME(queue_open), .begin = LT_NAME(structure_begin), .work = LT_NAME(queue_work),
    .end = LT_NAME(structure_end), .close = LT_NAME(queue_close), .alive = LT_NAME(bench_alive), .stats = lt_stats_read,
};
