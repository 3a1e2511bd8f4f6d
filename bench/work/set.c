/* set.c: the workload `set`; structures.c compiles its text. */
#include "workloads.h"

/* elements/modifications in per cent, and whether every operation has a section of its own */
static const struct bench_variant variants[] = {
    {.name = "0/0%", .size = 0},
    {.name = "1/0%", .size = 1},
    {.name = "5/0%", .size = 5},
    {.name = "10/0%", .size = 10},
    {.name = "25/0%", .size = 25},
    {.name = "50/0%", .size = 50},
    {.name = "100/0%", .size = 100},
    {.name = "10/20%", .size = 10, .stores = 20},
    {.name = "10/80%", .size = 10, .stores = 80},
    {.name = "10/100%", .size = 10, .stores = 100},
    {.name = "10/0%/each", .size = 10, .kind = SET_EACH},
    {.name = "10/20%/each", .size = 10, .stores = 20, .kind = SET_EACH},
    {.name = "1000/10%", .size = 1000, .stores = 10},
    {0},
};

const struct bench_workload bench_set = {
    .name = "set",
    .operation = "a look for a random key in a sorted list of so many; or, by chance, an insertion or a removal of it",
    .safepoint = SET_OPERATIONS,
    .variants = variants,
};
