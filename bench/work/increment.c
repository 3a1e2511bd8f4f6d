/* increment.c: the workload `increment`, for every strategy. */
#include "workloads.h"

#define LT_CLIENT "work/increment.h"
#include <lifetime/foreach_strategy.h>

static const struct bench_variant variants[] = {
    {.name = "owner", .size = 1, .kind = INCREMENT_OWNER},
    {.name = "foreign", .size = 1, .kind = INCREMENT_FOREIGN},
    {0},
};

const struct bench_workload bench_increment = {
    .name = "increment",
    .operation = "lt_retain of one object that this thread made (owner) or the idle main thread (foreign)",
    .safepoint = BENCH_BATCH,
    .variants = variants,
};
