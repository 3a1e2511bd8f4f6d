/* queue.h: the lock-free queue of stress/structures, which all threads use.
 *
 * One operation is one lt_new and put, and one get and lt_release of what that brings; in `threads` first the get. A peer
 * has its own queue. */
#ifndef BENCH_PEER
#include "support/structures/queue.h"

static void queue_done(void *item) { lt_release(item); }
#endif

static void LT_NAME(queue_open)(struct bench_cell *cell)
{
    struct queue *queue = (struct queue *)bench_memory(1, sizeof *queue);
    LT_NAME(bench_register)();
    lt_enter();
    if (queue_init(queue)) bench_fail("queue_init: out of memory");
    for (unsigned i = 0; i < (cell->variant->size ? cell->variant->size : cell->threads); i++)
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

static inline void LT_NAME(queue_put_one)(struct queue *queue, uint64_t value)
{
    if (queue_put(queue, LT_NAME(bench_make)(value))) bench_fail("queue_put: out of memory");
}

static inline uint64_t LT_NAME(queue_get_one)(struct queue *queue)
{
    struct bench_object *o = (struct bench_object *)queue_get(queue); /* every thread leaves one for itself: there is one */
    uint64_t value = o->value;
    queue_done(o);
    return value;
}

static void LT_NAME(queue_work)(struct bench_worker *w)
{
    struct queue *queue = (struct queue *)w->cell->shared;
    const bool get_first = w->cell->variant->kind == QUEUE_GET_FIRST;
    lt_enter();
    do {
        for (unsigned i = 0; i < BENCH_SHORT_BATCH; i++) {
            if (get_first) w->sum += LT_NAME(queue_get_one)(queue);
            LT_NAME(queue_put_one)(queue, i);
            if (!get_first) w->sum += LT_NAME(queue_get_one)(queue);
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
