/* ladder.c: the workload `ladder`, for every strategy. */
#include "workloads.h"

#define LT_CLIENT "work/ladder.h"
#include <lifetime/foreach_strategy.h>

/* size: of the LADDER_PAIRS pairs, so many on shared objects; stores: rounds of other work in a step; kind: LADDER_* */
static const struct bench_variant variants[] = {
    {.name = "nothing", .stores = LADDER_WORK},
    {.name = "thread-local", .stores = LADDER_WORK, .kind = LADDER_PUBLISHED},
    {.name = "provider", .size = 1, .stores = LADDER_WORK, .kind = LADDER_PUBLISHED},
    {.name = "container", .size = 2, .stores = LADDER_WORK, .kind = LADDER_PUBLISHED},
    {.name = "singleton", .size = 4, .stores = LADDER_WORK, .kind = LADDER_PUBLISHED},
    {.name = "raw", .size = LADDER_PAIRS, .stores = 0, .kind = LADDER_PUBLISHED},
    {.name = "singleton-immortal", .size = 4, .stores = LADDER_WORK, .kind = LADDER_PUBLISHED + LADDER_IMMORTAL},
    {.name = "raw-immortal", .size = LADDER_PAIRS, .stores = 0, .kind = LADDER_PUBLISHED + LADDER_IMMORTAL},
    {.name = "raw-private", .stores = 0},
    {0},
};

const struct bench_workload bench_ladder = {
    .name = "ladder",
    .operation = "a step of 8 retain and release pairs, some of them on objects that all threads share, and of other work",
    .safepoint = BENCH_SHORT_BATCH,
    .variants = variants,
};
