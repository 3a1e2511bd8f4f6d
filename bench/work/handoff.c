/* handoff.c: the workload `handoff`, for every strategy. */
#include "workloads.h"

#define LT_CLIENT "work/handoff.h"
#include <lifetime/foreach_strategy.h>

static const struct bench_variant variants[] = {
    {.name = "ring", .kind = HANDOFF_RING},
    {.name = "running", .kind = HANDOFF_RUNNING},
    {.name = "blocked", .kind = HANDOFF_BLOCKED},
    {.name = "exited", .kind = HANDOFF_EXITED},
    {0},
};

const struct bench_workload bench_handoff = {
    .name = "handoff",
    .operation = "lt_release of the only reference to an object that another thread made",
    .safepoint = BENCH_SHORT_BATCH,
    .needs = BENCH_NEEDS_THREADS | BENCH_NEEDS_RECLAMATION,
    .pauses = true,
    .variants = variants,
};
