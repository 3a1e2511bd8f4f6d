/* queue.c: the workload `queue`; structures.c compiles its text. */
#include "workloads.h"

static const struct bench_variant variants[] = {
    {.name = "100", .size = 100, .stores = 100, .kind = QUEUE_PUT_FIRST},
    {.name = "threads", .size = 0, .stores = 100, .kind = QUEUE_GET_FIRST}, /* one object per thread to begin with */
    {0},
};

const struct bench_workload bench_queue = {
    .name = "queue",
    .operation = "a put of a new object into the one queue, and a get",
    .safepoint = BENCH_SHORT_BATCH,
    .variants = variants,
};
