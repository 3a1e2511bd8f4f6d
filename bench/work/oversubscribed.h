/* oversubscribed.h: the work of `slot`, by four times as many threads as there are hardware threads: they are stopped in the
 * midst of it, inside sections, for as long as the others' time slices last. */

#ifndef BENCH_PEER
#include "slot_loop.h"
#endif

const struct bench_entry LT_NAME(bench_oversubscribed) = {
    .workload = &bench_oversubscribed, .contestant = LT_QUOTE(LIFETIME_STRATEGY), .traits = lt_strategy_traits,
    .plays = LT_NAME(slot_plays), .open = LT_NAME(slot_open), .begin = LT_NAME(slot_begin), .work = LT_NAME(slot_work),
    .end = LT_NAME(slot_end), .close = LT_NAME(slot_close), .alive = LT_NAME(bench_alive), .stats = lt_stats_read,
};
