/* slot.h: loads and stores of shared slots: slot_loop.h says how. */

#ifndef BENCH_PEER
#include "slot_loop.h"
#endif

const struct bench_entry LT_NAME(bench_slot) = {
    .workload = &bench_slot, .contestant = LT_QUOTE(LIFETIME_STRATEGY), .traits = lt_strategy_traits,
    .plays = LT_NAME(slot_plays), .open = LT_NAME(slot_open), .begin = LT_NAME(slot_begin), .work = LT_NAME(slot_work),
    .end = LT_NAME(slot_end), .close = LT_NAME(slot_close), .alive = LT_NAME(bench_alive), .stats = lt_stats_read,
};
