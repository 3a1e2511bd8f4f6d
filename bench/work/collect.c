/* collect.c: the workload `collect`, for every strategy that reclaims. */
#include "workloads.h"

#define LT_CLIENT "work/collect.h"
#include <lifetime/foreach_strategy.h>

static const struct bench_variant variants[] = {
    {.name = "1000", .size = 1000},
    {.name = "10000", .size = 10000},
    {.name = "100000", .size = 100000},
    {.name = "1000000", .size = 1000000},
    {.name = "1000/pause", .size = 1000, .kind = COLLECT_PAUSE},
    {.name = "10000/pause", .size = 10000, .kind = COLLECT_PAUSE},
    {.name = "100000/pause", .size = 100000, .kind = COLLECT_PAUSE},
    {.name = "1000000/pause", .size = 1000000, .kind = COLLECT_PAUSE},
    {0},
};

const struct bench_workload bench_collect = {
    .name = "collect",
    .operation = "one lt_collect that finds 1000 objects, while as many are alive as the variant says",
    .safepoint = BENCH_SHORT_BATCH,
    .needs = BENCH_NEEDS_RECLAMATION,
    .pauses = true,
    .variants = variants,
};
