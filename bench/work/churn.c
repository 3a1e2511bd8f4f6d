/* churn.c: the workload `churn`, for every strategy. */
#include "workloads.h"

#define LT_CLIENT "work/churn.h"
#include <lifetime/foreach_strategy.h>

static const struct bench_variant variants[] = {{.name = "own-slot", .size = 1, .stores = 100}, {0}};

const struct bench_workload bench_churn = {
    .name = "churn",
    .operation = "lt_new, a write, and lt_slot_store into this thread's slot, which retires the object before",
    .safepoint = BENCH_SHORT_BATCH,
    .pauses = true,
    .variants = variants,
};
