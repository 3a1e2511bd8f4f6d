/* list.c: the workload `list`; structures.c compiles its text. */
#include "workloads.h"

static const struct bench_variant variants[] = {
    {.name = "128/0%", .size = 128, .stores = 0},
    {.name = "128/10%", .size = 128, .stores = 10},
    {.name = "128/50%", .size = 128, .stores = 50},
    {0},
};

const struct bench_workload bench_list = {
    .name = "list",
    .operation = "a look for a random key in a sorted list of so many; or, by chance, an insertion or a removal",
    .safepoint = BENCH_SHORT_BATCH,
    .variants = variants,
};
