/* section.c: the workload `section`, for every strategy. */
#include "workloads.h"

#define LT_CLIENT "work/section.h"
#include <lifetime/foreach_strategy.h>

static const struct bench_variant variants[] = {
    {.name = "enter+leave", .kind = SECTION_ENTER_LEAVE},
    {.name = "safepoint", .kind = SECTION_SAFEPOINT},
    {0},
};

const struct bench_workload bench_section = {
    .name = "section",
    .operation = "an outermost lt_enter and lt_leave, or a lt_safepoint in one long section",
    .safepoint = BENCH_BATCH, /* between two looks at the stop flag; every operation is a safepoint by itself */
    .variants = variants,
};
