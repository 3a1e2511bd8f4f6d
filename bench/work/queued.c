/* queued.c: the workload `queued`, for every strategy. */
#include "workloads.h"

#define LT_CLIENT "work/queued.h"
#include <lifetime/foreach_strategy.h>

/* objects in a round/of which another thread drops a reference, in per cent/whether there is work in between, and owners stay */
#define VARIANTS(n, percent) \
    {.name = #n "/" #percent "%", .size = n, .stores = percent, .kind = QUEUED_IDLE}, \
    {.name = #n "/" #percent "%/work", .size = n, .stores = percent, .kind = QUEUED_WORK}, \
    {.name = #n "/" #percent "%/kept", .size = n, .stores = percent, .kind = QUEUED_KEPT}, \
    {.name = #n "/" #percent "%/work/kept", .size = n, .stores = percent, .kind = QUEUED_WORK | QUEUED_KEPT}
static const struct bench_variant variants[] = {
    VARIANTS(100000, 0),  VARIANTS(100000, 25),  VARIANTS(100000, 50),  VARIANTS(100000, 75),  VARIANTS(100000, 100),
    VARIANTS(1000000, 0), VARIANTS(1000000, 25), VARIANTS(1000000, 50), VARIANTS(1000000, 75), VARIANTS(1000000, 100),
    {0},
};

const struct bench_workload bench_queued = {
    .name = "queued",
    .operation = "the life of an object with two references, one of which, by chance, another thread drops",
    .safepoint = BENCH_SHORT_BATCH,
    .needs = BENCH_NEEDS_THREADS | BENCH_NEEDS_OVERLAP,
    .variants = variants,
};
