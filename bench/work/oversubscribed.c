/* oversubscribed.c: the workload `oversubscribed`, for every strategy. */
#include "workloads.h"

#define LT_CLIENT "work/oversubscribed.h"
#include <lifetime/foreach_strategy.h>

static const struct bench_variant variants[] = {
    {.name = "1000/10%/borrow", .size = 1000, .stores = 10, .kind = SLOT_BORROW},
    {.name = "1000/10%/owned", .size = 1000, .stores = 10, .kind = SLOT_OWNED},
    {0},
};

const struct bench_workload bench_oversubscribed = {
    .name = "oversubscribed",
    .operation = "as slot; always by four threads per hardware thread",
    .safepoint = BENCH_SHORT_BATCH,
    .crowd = 4,
    .variants = variants,
};
