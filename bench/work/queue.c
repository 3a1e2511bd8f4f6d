/* queue.c: the workload `queue`; structures.c compiles its text. */
#include "workloads.h"

static const struct bench_variant variants[] = {
    {.name = "100", .size = 100, .stores = 100},
    {0},
};

const struct bench_workload bench_queue = {
    .name = "queue",
    .operation = "a put of a new object into the one queue, and a get",
    .safepoint = BENCH_SHORT_BATCH,
    .variants = variants,
};
