/* handoff.h: objects whose last reference is dropped by a thread that did not make them.
 *
 * One operation is one lt_release of the only reference to such an object. The objects are made before, in `fill`, and
 * handed over by plain pointers; owner.h says by whom, and what he does while they are dropped. */

#ifndef BENCH_PEER
#include "common.h"
#endif

#include "latency.h"
#include "owner.h"

struct LT_NAME(handoff_hand) {
    struct bench_owner owner;
    size_t dropped; /* so many of the objects are gone */
    void *objects[HANDOFF_OBJECTS];
};

static void LT_NAME(handoff_fill_hand)(struct LT_NAME(handoff_hand) *hand)
{
    lt_enter();
    while (hand->dropped) hand->objects[--hand->dropped] = LT_NAME(bench_make)(1);
    lt_leave();
}

static void LT_NAME(handoff_make)(struct bench_owner *o)
{
    LT_NAME(handoff_fill_hand)((struct LT_NAME(handoff_hand) *)o->worker->own);
}

static void LT_NAME(handoff_safepoints)(struct bench_owner *o)
{
    lt_enter();
    while (!bench_owner_over(o)) lt_safepoint();
    lt_leave();
}

static void LT_NAME(handoff_unregister)(void) { lt_thread_unregister(); }

static void LT_NAME(handoff_open)(struct bench_cell *cell)
{
    cell->shared = bench_memory(cell->threads, sizeof(struct LT_NAME(handoff_hand)));
}

static void LT_NAME(handoff_close)(struct bench_cell *cell) { free(cell->shared); }

static void LT_NAME(handoff_begin)(struct bench_worker *w)
{
    struct LT_NAME(handoff_hand) *hand = (struct LT_NAME(handoff_hand) *)w->cell->shared + w->index;
    w->own = hand;
    hand->dropped = HANDOFF_OBJECTS;
    hand->owner.worker = w;
    hand->owner.make = LT_NAME(handoff_make);
    hand->owner.safepoints = LT_NAME(handoff_safepoints);
    hand->owner.register_thread = LT_NAME(bench_register);
    hand->owner.unregister_thread = LT_NAME(handoff_unregister);
    LT_NAME(bench_register)();
}

static void LT_NAME(handoff_fill)(struct bench_worker *w)
{
    struct LT_NAME(handoff_hand) *hands = (struct LT_NAME(handoff_hand) *)w->cell->shared;
    if (w->cell->variant->kind == HANDOFF_RING) {
        LT_NAME(handoff_fill_hand)(&hands[(w->index + 1) % w->cell->threads]);
        return;
    }
    bench_owner_stop(&hands[w->index].owner);
    bench_owner_start(&hands[w->index].owner);
}

static inline __attribute__((always_inline)) void LT_NAME(handoff_loop)(struct bench_worker *w, bool timed)
{
    struct LT_NAME(handoff_hand) *hand = (struct LT_NAME(handoff_hand) *)w->own;
    size_t dropped = hand->dropped;
    lt_enter();
    do {
        for (unsigned i = 0; i < BENCH_SHORT_BATCH; i++) {
            uint64_t start = timed ? bench_ticks() : 0;
            lt_release(hand->objects[dropped++]);
            bench_barrier();
            if (timed) bench_took(w, start);
        }
        uint64_t start = timed ? bench_ticks() : 0;
        lt_safepoint();
        if (timed) bench_took(w, start);
        w->operations += BENCH_SHORT_BATCH;
    } while (!bench_stopped(w) && dropped < HANDOFF_OBJECTS);
    lt_leave();
    hand->dropped = dropped;
}

static void LT_NAME(handoff_work)(struct bench_worker *w)
{
    if (w->latencies) LT_NAME(handoff_loop)(w, true);
    else LT_NAME(handoff_loop)(w, false);
}

static void LT_NAME(handoff_end)(struct bench_worker *w)
{
    struct LT_NAME(handoff_hand) *hand = (struct LT_NAME(handoff_hand) *)w->own;
    bench_owner_stop(&hand->owner);
    lt_enter();
    while (hand->dropped < HANDOFF_OBJECTS) lt_release(hand->objects[hand->dropped++]);
    lt_leave();
    lt_thread_unregister();
}

const struct bench_entry LT_NAME(bench_handoff) = {
    .workload = &bench_handoff, .contestant = LT_QUOTE(LIFETIME_STRATEGY), .traits = lt_strategy_traits,
    .open = LT_NAME(handoff_open), .begin = LT_NAME(handoff_begin), .fill = LT_NAME(handoff_fill),
    .work = LT_NAME(handoff_work), .end = LT_NAME(handoff_end), .close = LT_NAME(handoff_close),
    .alive = LT_NAME(bench_alive), .stats = lt_stats_read,
};
