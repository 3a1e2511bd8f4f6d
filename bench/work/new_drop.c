/* new_drop.c: the workload `new_drop`, for every strategy. */
#include "workloads.h"

#define LT_CLIENT "work/new_drop.h"
#include <lifetime/foreach_strategy.h>

static const struct bench_variant variants[] = {{.name = "unpublished", .stores = 100}, {0}};

const struct bench_workload bench_new_drop = {
    .name = "new_drop",
    .operation = "lt_new, a write, and lt_release of the only reference",
    .safepoint = BENCH_SHORT_BATCH,
    .variants = variants,
};
