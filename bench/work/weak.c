/* weak.c: the workload `weak`, for every strategy. */
#include "workloads.h"

#define LT_CLIENT "work/weak.h"
#include <lifetime/foreach_strategy.h>

static const struct bench_variant variants[] = {
    {.name = "own", .size = 1, .kind = WEAK_OWN},
    {.name = "shared", .size = 1, .kind = WEAK_SHARED},
    {0},
};

const struct bench_workload bench_weak = {
    .name = "weak",
    .operation = "lt_weak_load of a weak reference whose object lives, and lt_release of what it gives",
    .safepoint = BENCH_BATCH,
    .variants = variants,
};
