/* stack.c: the workload `stack`; structures.c compiles its text. */
#include "workloads.h"

static const struct bench_variant variants[] = {
    {.name = "100", .size = 100, .stores = 100},
    {0},
};

const struct bench_workload bench_stack = {
    .name = "stack",
    .operation = "a push of a new object onto the one stack, and a pop",
    .safepoint = BENCH_SHORT_BATCH,
    .variants = variants,
};
