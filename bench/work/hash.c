/* hash.c: the workload `hash`; structures.c compiles its text. */
#include "workloads.h"

/* kind: the table has 2^kind buckets */
static const struct bench_variant variants[] = {
    {.name = "100000/0%", .size = 100000, .stores = 0, .kind = 17},
    {.name = "100000/10%", .size = 100000, .stores = 10, .kind = 17},
    {.name = "100000/50%", .size = 100000, .stores = 50, .kind = 17},
    {.name = "50000/10%", .size = 50000, .stores = 10, .kind = 17},
    {.name = "50000/100%", .size = 50000, .stores = 100, .kind = 17},
    {0},
};

const struct bench_workload bench_hash = {
    .name = "hash",
    .operation = "as list, in a hash table",
    .safepoint = BENCH_SHORT_BATCH,
    .variants = variants,
};
