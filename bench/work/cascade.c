/* cascade.c: the workload `cascade`, for every strategy. */
#include "workloads.h"

#define LT_CLIENT "work/cascade.h"
#include <lifetime/foreach_strategy.h>

static const struct bench_variant variants[] = {
    {.name = "list/10000", .size = 10000, .kind = CASCADE_LIST},
    {.name = "list/10000000", .size = 10000000, .kind = CASCADE_LIST},
    {.name = "tree/10000000", .size = 10000000, .kind = CASCADE_TREE},
    {.name = "list/10000/bounded", .size = 10000, .kind = CASCADE_LIST | CASCADE_BOUNDED},
    {.name = "list/10000000/bounded", .size = 10000000, .kind = CASCADE_LIST | CASCADE_BOUNDED},
    {.name = "tree/10000000/bounded", .size = 10000000, .kind = CASCADE_TREE | CASCADE_BOUNDED},
    {0},
};

const struct bench_workload bench_cascade = {
    .name = "cascade",
    .operation = "one node of a graph that dies by one lt_release; bounded: at most 250 of them in one call",
    .safepoint = 1,
    .needs = BENCH_NEEDS_RECLAMATION,
    .pauses = true,
    .variants = variants,
};
