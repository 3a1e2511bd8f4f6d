/* functional.c: the workload `functional`, for every strategy. */
#include "workloads.h"

#define LT_CLIENT "work/functional.h"
#include <lifetime/foreach_strategy.h>

#define IN_EACH_MODE(program, words, n)                                                           \
    {.name = words "/fresh", .size = n, .kind = FUNCTIONAL_MODES * program + FUNCTIONAL_FRESH}, \
    {.name = words "/moved", .size = n, .kind = FUNCTIONAL_MODES * program + FUNCTIONAL_MOVED}, \
    {.name = words "/reuse", .size = n, .kind = FUNCTIONAL_MODES * program + FUNCTIONAL_REUSE}

/* program/how much/what a match does */
static const struct bench_variant variants[] = {
    IN_EACH_MODE(FUNCTIONAL_RBTREE, "rbtree/50000", 50000),
    IN_EACH_MODE(FUNCTIONAL_RBTREE, "rbtree/4200000", 4200000),
    IN_EACH_MODE(FUNCTIONAL_RBTREE_CK, "rbtree-ck/20000", 20000),
    IN_EACH_MODE(FUNCTIONAL_RBTREE_CK, "rbtree-ck/420000", 420000),
    IN_EACH_MODE(FUNCTIONAL_CFOLD, "cfold/13", 13),
    IN_EACH_MODE(FUNCTIONAL_CFOLD, "cfold/15", 15),
    IN_EACH_MODE(FUNCTIONAL_DERIV, "deriv/7", 7),
    IN_EACH_MODE(FUNCTIONAL_DERIV, "deriv/10", 10),
    IN_EACH_MODE(FUNCTIONAL_NQUEENS, "nqueens/8", 8),
    IN_EACH_MODE(FUNCTIONAL_NQUEENS, "nqueens/13", 13),
    {0},
};

const struct bench_workload bench_functional = {
    .name = "functional",
    .operation = "the life of one value of a functional program, from one constructor call to its end",
    .safepoint = 1,
    .needs = BENCH_NEEDS_RECLAMATION,
    .variants = variants,
};
