/* stall.h: the work of `slot`, while one more thread, the main thread, has stopped inside a section.
 *
 * running   that thread is outside: what the work costs by itself
 * stopped   it entered, borrowed from the first slot, and does not go on until the work is over */

#ifndef BENCH_PEER
#include "slot_loop.h"
#endif

static lt_borrow LT_NAME(stall_borrow); /* of the main thread alone */

static void LT_NAME(stall_open)(struct bench_cell *cell)
{
    LT_NAME(slot_open)(cell);
    if (!(cell->variant->kind & STALL_STOPPED)) return;
    lt_enter();
    LT_NAME(stall_borrow) = lt_slot_borrow(&((struct bench_slot *)cell->shared)->slot);
}

static void LT_NAME(stall_close)(struct bench_cell *cell)
{
    if (cell->variant->kind & STALL_STOPPED) {
        lt_unborrow(LT_NAME(stall_borrow));
        lt_leave();
    }
    LT_NAME(slot_close)(cell);
}

const struct bench_entry LT_NAME(bench_stall) = {
    .workload = &bench_stall, .contestant = LT_QUOTE(LIFETIME_STRATEGY), .traits = lt_strategy_traits,
    .plays = LT_NAME(slot_plays), .open = LT_NAME(stall_open), .begin = LT_NAME(slot_begin), .work = LT_NAME(slot_work),
    .end = LT_NAME(slot_end), .close = LT_NAME(stall_close), .alive = LT_NAME(bench_alive), .stats = lt_stats_read,
};
