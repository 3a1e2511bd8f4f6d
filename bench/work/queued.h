/* queued.h: objects of which another thread drops a reference that it has not counted (Choi, Shull, Torrellas, PACT 2018,
 * Figure 10).
 *
 * Each worker has a helper, a thread on the hardware thread behind the workers'. In a round the worker makes its objects and
 * takes a second reference to each, as many as the variant says. Then both begin: the helper drops one reference to so many
 * per cent of the objects; the worker does QUEUED_ROUNDS rounds of work per object, or none, then drops the references that
 * are left. The round is over when the helper is done, for which the worker waits at safepoints. One operation is one
 * object. Kept: `biased` is told to let every object have its owner (LT_REVOKE_AT is 0). */

#ifndef BENCH_PEER
#include "common.h"
#endif

#include <pthread.h>
#include <sched.h>

struct LT_NAME(queued_own) {
    struct bench_worker *worker;
    pthread_t helper;
    void **objects;
    lt_atomic32 begun __attribute__((aligned(128))); /* rounds; all ones: it is over */
    lt_atomic32 done __attribute__((aligned(128)));
};

/* Which objects the helper gets, spread evenly. */
static inline bool LT_NAME(queued_goes)(unsigned i, unsigned percent) { return i % 4 < percent / 25; }

static void LT_NAME(queued_drop)(struct LT_NAME(queued_own) *own)
{
    const struct bench_variant *v = own->worker->cell->variant;
    lt_enter();
    for (unsigned i = 0; i < v->size; i++) {
        if (LT_NAME(queued_goes)(i, v->stores)) lt_release(own->objects[i]);
        if (i % BENCH_SHORT_BATCH == 0) lt_safepoint();
    }
    lt_leave();
}

static void *LT_NAME(queued_help)(void *argument)
{
    struct LT_NAME(queued_own) *own = (struct LT_NAME(queued_own) *)argument;
    bench_pin(own->worker->cell->threads + own->worker->index);
    LT_NAME(bench_register)();
    for (uint32_t round = 0, next;; round = next) {
        for (unsigned looks = 0; (next = lt_load32(&own->begun, LT_ACQUIRE)) == round; looks++)
            if (looks % 1000 == 999) sched_yield(); /* acquire: the objects are made */
        if (next == UINT32_MAX) break;
        LT_NAME(queued_drop)(own);
        lt_store32(&own->done, next, LT_RELEASE);
    }
    lt_thread_unregister();
    return NULL;
}

static void LT_NAME(queued_open)(struct bench_cell *cell)
{
    if (cell->variant->kind & QUEUED_KEPT) lt_configure(LT_REVOKE_AT, 0);
}

static void LT_NAME(queued_begin)(struct bench_worker *w)
{
    struct LT_NAME(queued_own) *own = (struct LT_NAME(queued_own) *)bench_memory(1, sizeof *own);
    LT_NAME(bench_register)();
    own->worker = w;
    own->objects = (void **)bench_memory(w->cell->variant->size, sizeof *own->objects);
    w->own = own;
    if (pthread_create(&own->helper, NULL, LT_NAME(queued_help), own)) bench_fail("cannot start so many threads");
}

static void LT_NAME(queued_end)(struct bench_worker *w)
{
    struct LT_NAME(queued_own) *own = (struct LT_NAME(queued_own) *)w->own;
    lt_store32(&own->begun, UINT32_MAX, LT_RELEASE);
    pthread_join(own->helper, NULL);
    lt_thread_unregister();
    free(own->objects);
    free(own);
}

static void LT_NAME(queued_make)(struct LT_NAME(queued_own) *own, unsigned size)
{
    for (unsigned i = 0; i < size; i++) {
        own->objects[i] = LT_NAME(bench_make)(i);
        bench_barrier();
        lt_retain(own->objects[i]);
        bench_barrier();
        if (i % BENCH_SHORT_BATCH == 0) lt_safepoint();
    }
}

static void LT_NAME(queued_finish)(struct LT_NAME(queued_own) *own, unsigned size, unsigned percent)
{
    for (unsigned i = 0; i < size; i++) {
        bool went = LT_NAME(queued_goes)(i, percent);
        lt_release(own->objects[i]);
        bench_barrier();
        if (!went) lt_release(own->objects[i]);
        bench_barrier();
        if (i % BENCH_SHORT_BATCH == 0) lt_safepoint();
    }
}

static void LT_NAME(queued_work)(struct bench_worker *w)
{
    struct LT_NAME(queued_own) *own = (struct LT_NAME(queued_own) *)w->own;
    const struct bench_variant *v = w->cell->variant;
    lt_enter();
    do {
        LT_NAME(queued_make)(own, v->size);
        uint32_t round = lt_load32(&own->begun, LT_RELAXED) + 1;
        lt_store32(&own->begun, round, LT_RELEASE);
        if (v->kind & QUEUED_WORK)
            for (uint64_t i = 0; i < (uint64_t)QUEUED_ROUNDS * v->size; i++) {
                w->sum += bench_random(&w->random);
                if (i % (QUEUED_ROUNDS * BENCH_SHORT_BATCH) == 0) lt_safepoint();
            }
        LT_NAME(queued_finish)(own, v->size, v->stores);
        while (lt_load32(&own->done, LT_ACQUIRE) != round) lt_safepoint();
        w->operations += v->size;
    } while (!bench_stopped(w));
    lt_leave();
}

const struct bench_entry LT_NAME(bench_queued) = {
    .workload = &bench_queued, .contestant = LT_QUOTE(LIFETIME_STRATEGY), .traits = lt_strategy_traits,
    .open = LT_NAME(queued_open), .begin = LT_NAME(queued_begin), .work = LT_NAME(queued_work), .end = LT_NAME(queued_end),
    .alive = LT_NAME(bench_alive), .stats = lt_stats_read,
};
