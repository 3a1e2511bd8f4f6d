/* stall.c: the workload `stall`, for every strategy under which more than one thread can be inside a section. */
#include "workloads.h"

#define LT_CLIENT "work/stall.h"
#include <lifetime/foreach_strategy.h>

static const struct bench_variant variants[] = {
    {.name = "running", .size = 1000, .stores = 10, .kind = SLOT_BORROW | STALL_RUNNING, .grows = true},
    {.name = "stopped", .size = 1000, .stores = 10, .kind = SLOT_BORROW | STALL_STOPPED, .grows = true},
    {.name = "late", .size = 1000, .stores = 10, .kind = SLOT_BORROW | STALL_LATE},
    {.name = "stopped/limited", .size = 1000, .stores = 10, .kind = SLOT_BORROW | STALL_STOPPED | STALL_LIMITED, .grows = true},
    {.name = "late/limited", .size = 1000, .stores = 10, .kind = SLOT_BORROW | STALL_LATE | STALL_LIMITED},
    {0},
};

const struct bench_workload bench_stall = {
    .name = "stall",
    .operation = "as slot/1000/10%/borrow, with one more thread, outside (running), stopped inside a section (stopped), or 10 ms in each (late)",
    .safepoint = BENCH_SHORT_BATCH,
    .needs = BENCH_NEEDS_THREADS | BENCH_NEEDS_OVERLAP,
    .variants = variants,
};
