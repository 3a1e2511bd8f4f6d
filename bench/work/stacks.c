/* stacks.c: the workload `stacks`, for every strategy. */
#include "workloads.h"

#define LT_CLIENT "work/stacks.h"
#include <lifetime/foreach_strategy.h>

/* stacks x elements/updates in per cent/kind of read */
#define VARIANT(n, percent, how, what) {.name = "10x" #n "/" #percent "%/" how, .size = n, .stores = percent, .kind = what}
#define VARIANTS(n, percent) VARIANT(n, percent, "borrow", STACKS_BORROW), VARIANT(n, percent, "owned", STACKS_OWNED)
static const struct bench_variant variants[] = {
    VARIANTS(20, 1), VARIANTS(20, 10), VARIANTS(20, 50),
    VARIANTS(10, 10), VARIANTS(100, 10), VARIANTS(1000, 10), VARIANTS(10000, 10), VARIANTS(100000, 10),
    {0},
};

const struct bench_workload bench_stacks = {
    .name = "stacks",
    .operation = "a search in one of 10 stacks; or, by chance, a pop from one and a push of its value onto one",
    .safepoint = STACKS_BATCH,
    .live = BENCH_LIVE_UNTOLD,
    .variants = variants,
};
