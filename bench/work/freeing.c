/* freeing.c: the workload `freeing`, for every strategy under which memory waits for a grace period. */
#include "workloads.h"

#define LT_CLIENT "work/freeing.h"
#include <lifetime/foreach_strategy.h>

static const struct bench_variant variants[] = {
    {.name = "amortised/stores", .size = 1000, .stores = 10, .kind = FREEING_AMORTISED | FREEING_STORES},
    {.name = "amortised/loads", .size = 1000, .stores = 10, .kind = FREEING_AMORTISED | FREEING_LOADS},
    {.name = "batch/stores", .size = 1000, .stores = 10, .kind = FREEING_BATCH | FREEING_STORES},
    {.name = "batch/loads", .size = 1000, .stores = 10, .kind = FREEING_BATCH | FREEING_LOADS},
    {0},
};

const struct bench_workload bench_freeing = {
    .name = "freeing",
    .operation = "as slot/1000/10%/borrow; timed are the stores and the safepoints, or the loads",
    .safepoint = BENCH_SHORT_BATCH,
    .needs = BENCH_NEEDS_THREADS | BENCH_NEEDS_RECLAMATION,
    .pauses = true,
    .variants = variants,
};
