/* lookup.c: the workload `lookup`, for every strategy. */
#include "workloads.h"

#define LT_CLIENT "work/lookup.h"
#include <lifetime/foreach_strategy.h>

/* size: elements; stores: none; kind: the table has 2^(kind / 2) buckets */
static const struct bench_variant variants[] = {
    {.name = "route/section", .size = 10, .kind = LOOKUP_SECTION},
    {.name = "route/safepoint", .size = 10, .kind = LOOKUP_SAFEPOINT},
    {.name = "zoo/section", .size = 1 << 18, .kind = LOOKUP_SECTION + LOOKUP_BUCKETS(18)},
    {.name = "zoo/safepoint", .size = 1 << 18, .kind = LOOKUP_SAFEPOINT + LOOKUP_BUCKETS(18)},
    {0},
};

const struct bench_workload bench_lookup = {
    .name = "lookup",
    .operation = "a search for a random key that is there, in a list of 10 (route) or a hash table of 262144 (zoo)",
    .safepoint = BENCH_SHORT_BATCH,
    .variants = variants,
};
