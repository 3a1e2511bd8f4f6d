/* double_link.c: the workload `double_link`; structures.c compiles its text. */
#include "workloads.h"

static const struct bench_variant variants[] = {
    {.name = "1x", .stores = 100, .length = 1},
    {.name = "2x", .stores = 100, .length = 2},
    {.name = "3x", .stores = 100, .length = 3},
    {.name = "4x", .stores = 100, .length = 4},
    {.name = "5x", .stores = 100, .length = 5},
    {.name = "6x", .stores = 100, .length = 6},
    {0},
};

const struct bench_workload bench_double_link = {
    .name = "double_link",
    .operation = "a put of a new string into the one queue, linked both ways, a get, and a safepoint",
    .safepoint = 1,
    .needs = BENCH_NEEDS_RECLAMATION,
    .allocation = true,
    .variants = variants,
};
