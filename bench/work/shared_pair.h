/* shared_pair.h: lt_retain and lt_release of objects that all threads share.
 *
 * One operation is one lt_retain and one lt_release of one of them, with nothing in between: the same each time, or as many as
 * the variant says in turn. They were made by the idle main thread and published in slots, so that for `biased` every
 * thread that is measured is foreign: their owner is never among them. Each thread first loads its own references from the
 * slots, so that no count ever reaches zero. Variants: lt_share was called for them; a safepoint, for which there
 * is always a reason under `biased`, after every 16 operations. */

#ifndef BENCH_PEER
#include "common.h"
#endif

enum { LT_NAME(SHARED_LINE) = 128, LT_NAME(SHARED_SHORT_BATCH) = 16 };

/* Each has a line to itself. */
static const lt_type LT_NAME(shared_pair_type) = {"shared", LT_NAME(SHARED_LINE), LT_TYPE_ACYCLIC, NULL, NULL, NULL};

static void *LT_NAME(shared_pair_make)(const struct bench_variant *v)
{
    void *o = lt_new(&LT_NAME(shared_pair_type));
    if (!o) bench_fail("lt_new: out of memory");
    if (v->kind & SHARED_HINTED) lt_share(o);
    return o;
}

static void LT_NAME(shared_pair_open)(struct bench_cell *cell)
{
    lt_slot *slots = (lt_slot *)bench_memory(cell->variant->size, sizeof *slots);
    LT_NAME(bench_register)();
    lt_enter();
    for (unsigned i = 0; i < cell->variant->size; i++) lt_slot_init(&slots[i], LT_NAME(shared_pair_make)(cell->variant));
    lt_leave();
    cell->shared = slots;
}

static void LT_NAME(shared_pair_close)(struct bench_cell *cell)
{
    lt_slot *slots = (lt_slot *)cell->shared;
    lt_enter();
    for (unsigned i = 0; i < cell->variant->size; i++) lt_slot_store(&slots[i], NULL);
    lt_leave();
    free(slots);
}

static void LT_NAME(shared_pair_begin)(struct bench_worker *w)
{
    void **own = (void **)bench_memory(w->cell->variant->size, sizeof *own);
    LT_NAME(bench_register)();
    lt_enter();
    for (unsigned i = 0; i < w->cell->variant->size; i++) own[i] = lt_slot_load((lt_slot *)w->cell->shared + i);
    lt_leave();
    w->own = own;
}

static void LT_NAME(shared_pair_end)(struct bench_worker *w)
{
    void **own = (void **)w->own;
    lt_enter();
    for (unsigned i = 0; i < w->cell->variant->size; i++) lt_release(own[i]);
    lt_leave();
    lt_thread_unregister();
    free(own);
}

static inline void LT_NAME(shared_pair_one)(void *o)
{
    lt_retain(o);
    bench_barrier();
    lt_release(o);
    bench_barrier();
}

/* One object: its address stays in a register. */
static void LT_NAME(shared_pair_same)(struct bench_worker *w, unsigned batch)
{
    void *o = *(void **)w->own;
    do {
        for (unsigned i = 0; i < batch; i++) LT_NAME(shared_pair_one)(o);
        lt_safepoint();
        w->operations += batch;
    } while (!bench_stopped(w));
}

/* Their number is a power of two. */
static void LT_NAME(shared_pair_in_turn)(struct bench_worker *w, unsigned batch)
{
    void **own = (void **)w->own;
    size_t last = w->cell->variant->size - 1, next = 0;
    do {
        for (unsigned i = 0; i < batch; i++) LT_NAME(shared_pair_one)(own[next++ & last]);
        lt_safepoint();
        w->operations += batch;
    } while (!bench_stopped(w));
}

static void LT_NAME(shared_pair_work)(struct bench_worker *w)
{
    unsigned batch = w->cell->variant->kind & SHARED_SHORT ? LT_NAME(SHARED_SHORT_BATCH) : BENCH_BATCH;
    lt_enter();
    if (w->cell->variant->size == 1) LT_NAME(shared_pair_same)(w, batch);
    else LT_NAME(shared_pair_in_turn)(w, batch);
    lt_leave();
}

#ifdef BENCH_PEER
static bool LT_NAME(shared_pair_plays)(const struct bench_variant *v) { return !(v->kind & SHARED_HINTED); }
#endif

const struct bench_entry LT_NAME(bench_shared_pair) = {
    .workload = &bench_shared_pair, .contestant = LT_QUOTE(LIFETIME_STRATEGY), .traits = lt_strategy_traits,
    .open = LT_NAME(shared_pair_open), .begin = LT_NAME(shared_pair_begin), .work = LT_NAME(shared_pair_work),
    .end = LT_NAME(shared_pair_end), .close = LT_NAME(shared_pair_close),
    .alive = LT_NAME(bench_alive), .stats = lt_stats_read,
#ifdef BENCH_PEER
    .plays = LT_NAME(shared_pair_plays),
#ifdef PEER_TELLS_RETRIES
    .tells_retries = true,
#endif
#endif
};
