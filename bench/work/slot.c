/* slot.c: the workload `slot`, for every strategy. */
#include "workloads.h"

#define LT_CLIENT "work/slot.h"
#include <lifetime/foreach_strategy.h>

/* slots/stores in per cent/kind of load */
#define VARIANT(n, percent, how, what) {.name = #n "/" #percent "%/" how, .size = n, .stores = percent, .kind = what}
#define VARIANTS(n, percent) VARIANT(n, percent, "borrow", SLOT_BORROW), VARIANT(n, percent, "owned", SLOT_OWNED)
static const struct bench_variant variants[] = {
    VARIANTS(1, 0),       VARIANTS(1, 1),       VARIANTS(1, 10),       VARIANTS(1, 50),
    VARIANTS(10, 0),      VARIANTS(10, 1),      VARIANTS(10, 10),      VARIANTS(10, 50),
    VARIANTS(1000, 0),    VARIANTS(1000, 1),    VARIANTS(1000, 10),    VARIANTS(1000, 50),
    VARIANTS(1000000, 0), VARIANTS(1000000, 1), VARIANTS(1000000, 10), VARIANTS(1000000, 50),
    VARIANTS(10000000, 10),
    {0},
};

const struct bench_workload bench_slot = {
    .name = "slot",
    .operation = "a load of a random slot (borrowed or owned), or, by chance, lt_new and a store into it",
    .safepoint = BENCH_SHORT_BATCH,
    .live = BENCH_LIVE_PER_CELL,
    .variants = variants,
};
