/* stall.c: the workload `stall`, for every strategy under which more than one thread can be inside a section. */
#include "workloads.h"

#define LT_CLIENT "work/stall.h"
#include <lifetime/foreach_strategy.h>

static const struct bench_variant variants[] = {
    {.name = "running", .size = 1000, .stores = 10, .kind = SLOT_BORROW | STALL_RUNNING},
    {.name = "stopped", .size = 1000, .stores = 10, .kind = SLOT_BORROW | STALL_STOPPED},
    {0},
};

const struct bench_workload bench_stall = {
    .name = "stall",
    .operation = "as slot/1000/10%/borrow, with one more thread, outside (running) or stopped inside a section (stopped)",
    .safepoint = BENCH_SHORT_BATCH,
    .needs = BENCH_NEEDS_THREADS | BENCH_NEEDS_OVERLAP,
    .grows = true,
    .variants = variants,
};
