/* pair.c: the workload `pair`, for every strategy. */
#include "workloads.h"

#define LT_CLIENT "work/pair.h"
#include <lifetime/foreach_strategy.h>

static const struct bench_variant variants[] = {
    {.name = "1", .size = 1, .kind = PAIR_ONE},
    {.name = "1024", .size = 1024, .kind = PAIR_MANY},
    {.name = "64k-shuffled", .size = 65536, .kind = PAIR_SHUFFLED},
    {0},
};

const struct bench_workload bench_pair = {
    .name = "pair",
    .operation = "lt_retain and lt_release of an object that only this thread sees",
    .safepoint = BENCH_BATCH,
    .live = BENCH_LIVE_PER_WORKER,
    .variants = variants,
};
