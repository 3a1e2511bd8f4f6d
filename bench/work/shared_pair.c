/* shared_pair.c: the workload `shared_pair`, for every strategy. */
#include "workloads.h"

#define LT_CLIENT "work/shared_pair.h"
#include <lifetime/foreach_strategy.h>

static const struct bench_variant variants[] = {{.name = "foreign", .size = 1}, {0}};

const struct bench_workload bench_shared_pair = {
    .name = "shared_pair",
    .operation = "lt_retain and lt_release of the one object that all threads share and none of them made",
    .safepoint = BENCH_BATCH,
    .variants = variants,
};
