/* shared_pair.c: the workload `shared_pair`, for every strategy. */
#include "workloads.h"

#define LT_CLIENT "work/shared_pair.h"
#include <lifetime/foreach_strategy.h>

static const struct bench_variant variants[] = {
    {.name = "foreign", .size = 1},
    {.name = "foreign/8", .size = 8},
    {.name = "foreign/64", .size = 64},
    {.name = "foreign/short", .size = 1, .kind = SHARED_SHORT},
    {.name = "hinted", .size = 1, .kind = SHARED_HINTED},
    {.name = "hinted/8", .size = 8, .kind = SHARED_HINTED},
    {.name = "hinted/64", .size = 64, .kind = SHARED_HINTED},
    {.name = "hinted/short", .size = 1, .kind = SHARED_HINTED | SHARED_SHORT},
    {0},
};

const struct bench_workload bench_shared_pair = {
    .name = "shared_pair",
    .operation = "lt_retain and lt_release of an object that all threads share and none of them made",
    .safepoint = BENCH_BATCH,
    .variants = variants,
};
