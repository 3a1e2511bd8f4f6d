/* gcbench.h: Boehm's GCBench, after Ellis, Kovac and Boehm: each worker builds and drops perfect binary trees of its own.
 *
 * A tree of the first depth is made and dropped; one two levels lower is made, and kept to the end. Then, for every second
 * depth from 4 to that of the kept one, trees of that depth are made and dropped, half of them from the root down, half
 * from the leaves up, so many that each depth has about four times as many nodes as the first tree. There is no stopping
 * half-way.
 *
 * Whoever calls a function with a node holds it meanwhile, as Swift's compiled code does: `single` two pairs of lt_retain and
 * lt_release per node, so that with the last release it is 5 count operations (the paper's Table 6: 4.98), `multi` one, so
 * that it is 3 (2.97). One operation is one node. */

#ifndef BENCH_PEER
#include "common.h"
#endif

struct LT_NAME(gcbench_node) {
    lt_object header;
    struct LT_NAME(gcbench_node) *left, *right;
    int i, j;
};

static void LT_NAME(gcbench_trace)(void *object, lt_visitor *visitor)
{
    struct LT_NAME(gcbench_node) *n = (struct LT_NAME(gcbench_node) *)object;
    lt_visit_ref(visitor, &n->left);
    lt_visit_ref(visitor, &n->right);
}

static const lt_type LT_NAME(gcbench_type) = {
    "node", sizeof(struct LT_NAME(gcbench_node)), LT_TYPE_ACYCLIC, LT_NAME(gcbench_trace), NULL, NULL};

static inline struct LT_NAME(gcbench_node) *LT_NAME(gcbench_new)(
    struct bench_worker *w, struct LT_NAME(gcbench_node) *left, struct LT_NAME(gcbench_node) *right)
{
    struct LT_NAME(gcbench_node) *n = (struct LT_NAME(gcbench_node) *)lt_new(&LT_NAME(gcbench_type));
    if (!n) bench_fail("lt_new: out of memory");
    n->left = left;
    n->right = right;
    n->i = n->j = 0;
    w->operations++;
    return n;
}

static inline void LT_NAME(gcbench_hold)(void *node, bool twice)
{
    for (int i = 0; i <= twice; i++) {
        lt_retain(node);
        bench_barrier();
    }
}

static inline void LT_NAME(gcbench_drop)(void *node, bool twice)
{
    for (int i = 0; i <= twice; i++) {
        lt_release(node);
        bench_barrier();
    }
}

/* From the root down. */
static void LT_NAME(gcbench_populate)(struct bench_worker *w, struct LT_NAME(gcbench_node) *n, unsigned depth, bool twice)
{
    LT_NAME(gcbench_hold)(n, twice);
    if (depth) {
        n->left = LT_NAME(gcbench_new)(w, NULL, NULL);
        n->right = LT_NAME(gcbench_new)(w, NULL, NULL);
        LT_NAME(gcbench_populate)(w, n->left, depth - 1, twice);
        LT_NAME(gcbench_populate)(w, n->right, depth - 1, twice);
    }
    LT_NAME(gcbench_drop)(n, twice);
}

static struct LT_NAME(gcbench_node) *LT_NAME(gcbench_down)(struct bench_worker *w, unsigned depth, bool twice)
{
    struct LT_NAME(gcbench_node) *root = LT_NAME(gcbench_new)(w, NULL, NULL);
    LT_NAME(gcbench_populate)(w, root, depth, twice);
    return root;
}

/* From the leaves up. */
static struct LT_NAME(gcbench_node) *LT_NAME(gcbench_up)(struct bench_worker *w, unsigned depth, bool twice)
{
    struct LT_NAME(gcbench_node) *left = depth ? LT_NAME(gcbench_up)(w, depth - 1, twice) : NULL;
    struct LT_NAME(gcbench_node) *right = depth ? LT_NAME(gcbench_up)(w, depth - 1, twice) : NULL;
    struct LT_NAME(gcbench_node) *n = LT_NAME(gcbench_new)(w, left, right);
    LT_NAME(gcbench_hold)(n, twice);
    LT_NAME(gcbench_drop)(n, twice);
    return n;
}

static void LT_NAME(gcbench_begin)(struct bench_worker *w)
{
    (void)w;
    LT_NAME(bench_register)();
}

static void LT_NAME(gcbench_end)(struct bench_worker *w)
{
    (void)w;
    lt_thread_unregister();
}

static void LT_NAME(gcbench_work)(struct bench_worker *w)
{
    const unsigned first = w->cell->variant->size;
    const bool twice = w->cell->variant->kind == GCBENCH_SINGLE;
    lt_enter();
    lt_release(LT_NAME(gcbench_up)(w, first, twice));
    void *kept = LT_NAME(gcbench_down)(w, first - 2, twice);
    for (unsigned depth = 4; depth <= first - 2; depth += 2)
        for (unsigned trees = 2u << (first - depth); trees--;) {
            lt_release(trees % 2 ? LT_NAME(gcbench_down)(w, depth, twice) : LT_NAME(gcbench_up)(w, depth, twice));
            lt_safepoint();
        }
    lt_release(kept);
    lt_leave();
}

const struct bench_entry LT_NAME(bench_gcbench) = {
    .workload = &bench_gcbench, .contestant = LT_QUOTE(LIFETIME_STRATEGY), .traits = lt_strategy_traits,
    .begin = LT_NAME(gcbench_begin), .work = LT_NAME(gcbench_work), .end = LT_NAME(gcbench_end),
    .alive = LT_NAME(bench_alive), .stats = lt_stats_read,
};
