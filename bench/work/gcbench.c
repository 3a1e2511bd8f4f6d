/* gcbench.c: the workload `gcbench`, for every strategy. */
#include "workloads.h"

#define LT_CLIENT "work/gcbench.h"
#include <lifetime/foreach_strategy.h>

/* pairs of count operations per node, as in the paper's Table 6/depth of the first tree, which is `size` */
static const struct bench_variant variants[] = {
    {.name = "single/14", .size = 14, .kind = GCBENCH_SINGLE},
    {.name = "multi/14", .size = 14, .kind = GCBENCH_MULTI},
    {.name = "single/18", .size = 18, .kind = GCBENCH_SINGLE},
    {.name = "multi/18", .size = 18, .kind = GCBENCH_MULTI},
    {0},
};

const struct bench_workload bench_gcbench = {
    .name = "gcbench",
    .operation = "the life of one node of GCBench's binary trees",
    .safepoint = BENCH_SHORT_BATCH,
    .needs = BENCH_NEEDS_RECLAMATION,
    .variants = variants,
};
