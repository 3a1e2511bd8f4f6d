/* mix.c: the workload `mix`, for every strategy. */
#include "workloads.h"

#define LT_CLIENT "work/mix.h"
#include <lifetime/foreach_strategy.h>

static const struct bench_variant variants[] = { /* size: a row of mix_rows */
    {.name = "gcbench-single", .size = 0},
    {.name = "gcbench-multi", .size = 1},
    {.name = "regex-redux", .size = 2},
    {.name = "server-average", .size = 3},
    {0},
};

/* Choi, Shull, Torrellas, PACT 2018, Table 6. */
const struct mix_row mix_rows[] = {
    {4.98, 0, 0, 0},
    {2.97, 0.32, 0.03, 0.01},
    {35.91, 48.87, 11.98, 0},
    {17.51, 13.27, 10.15, 2.35},
};

const struct bench_workload bench_mix = {
    .name = "mix",
    .operation = "the life of one object, with as many count operations, and as many of them shared, as in a program",
    .safepoint = BENCH_SHORT_BATCH,
    .needs = BENCH_NEEDS_THREADS,
    .variants = variants,
};
