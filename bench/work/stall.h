/* stall.h: the work of `slot`, while one more thread has stopped inside a section.
 *
 * running   that thread is outside: what the work costs by itself
 * stopped   it entered, borrowed from the first slot, and does not go on until the work is over
 * late      the same, but it leaves after 10 ms, and begins again
 * limited   with LT_PENDING_LIMIT, of strategies that hold somebody back for it */
#include <pthread.h>
#include <time.h>

#ifndef BENCH_PEER
#include "slot_loop.h"
#endif

static lt_borrow LT_NAME(stall_borrow); /* of the main thread alone, which is the one that has stopped */

static struct {
    pthread_t thread;
    lt_slot *slot;
    lt_atomic32 over;
} LT_NAME(stall_late);

static void *LT_NAME(stall_be_late)(void *nothing)
{
    const struct timespec lateness = {.tv_nsec = 10000000};
    LT_NAME(bench_register)();
    while (!lt_load32(&LT_NAME(stall_late).over, LT_RELAXED)) { /* the join orders what follows */
        lt_enter();
        lt_borrow borrow = lt_slot_borrow(LT_NAME(stall_late).slot);
        nanosleep(&lateness, NULL);
        lt_unborrow(borrow);
        lt_leave();
    }
    lt_thread_unregister();
    return nothing;
}

#ifdef BENCH_PEER
static bool LT_NAME(stall_plays)(const struct bench_variant *v) { return !(v->kind & STALL_LIMITED) && LT_NAME(slot_plays)(v); }
static void LT_NAME(stall_limit)(uint64_t bytes) { (void)bytes; }
#else
static bool LT_NAME(stall_plays)(const struct bench_variant *v)
{
    const lt_traits *traits = lt_strategy_traits();
    return LT_NAME(slot_plays)(v) && ((traits->grace && traits->reclaims) || !(v->kind & STALL_LIMITED));
}
static void LT_NAME(stall_limit)(uint64_t bytes) { lt_configure(LT_PENDING_LIMIT, bytes); }
#endif

static void LT_NAME(stall_open)(struct bench_cell *cell)
{
    const unsigned kind = cell->variant->kind;
    LT_NAME(slot_open)(cell);
    lt_slot *first = &((struct bench_slot *)cell->shared)->slot;
    LT_NAME(stall_limit)(kind & STALL_LIMITED ? STALL_LIMIT : 0);
    if (kind & STALL_STOPPED) {
        lt_enter();
        LT_NAME(stall_borrow) = lt_slot_borrow(first);
    }
    if (kind & STALL_LATE) {
        LT_NAME(stall_late).slot = first;
        if (pthread_create(&LT_NAME(stall_late).thread, NULL, LT_NAME(stall_be_late), NULL)) bench_fail("cannot start a thread");
    }
}

static void LT_NAME(stall_close)(struct bench_cell *cell)
{
    const unsigned kind = cell->variant->kind;
    if (kind & STALL_STOPPED) {
        lt_unborrow(LT_NAME(stall_borrow));
        lt_leave();
    }
    if (kind & STALL_LATE) {
        lt_store32(&LT_NAME(stall_late).over, 1, LT_RELAXED);
        pthread_join(LT_NAME(stall_late).thread, NULL);
    }
    LT_NAME(slot_close)(cell);
}

const struct bench_entry LT_NAME(bench_stall) = {
    .workload = &bench_stall, .contestant = LT_QUOTE(LIFETIME_STRATEGY), .traits = lt_strategy_traits,
    .plays = LT_NAME(stall_plays), .open = LT_NAME(stall_open), .begin = LT_NAME(slot_begin), .work = LT_NAME(slot_work),
    .end = LT_NAME(slot_end), .close = LT_NAME(stall_close), .alive = LT_NAME(bench_alive), .stats = lt_stats_read,
};
