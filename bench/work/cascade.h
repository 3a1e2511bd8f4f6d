/* cascade.h: big graphs that die by one release.
 *
 * Each worker has a graph of its own: a list, or a balanced tree; their nodes add up to the variant's size and are joined by
 * plain references. One operation is one node's death: lt_release of the root, then lt_poll until nothing is alive, which a
 * strategy that frees at once leaves out. Bounded: LT_CASCADE_BOUND is CASCADE_STEP, and lt_poll does the rest in steps.
 * A pause is one call: the lt_release, or one lt_poll. */

#ifndef BENCH_PEER
#include "common.h"
#endif

#include "latency.h"

static void LT_NAME(cascade_trace)(void *object, lt_visitor *visitor)
{
    struct cascade_node *node = (struct cascade_node *)object;
    lt_visit_ref(visitor, &node->left);
    lt_visit_ref(visitor, &node->right);
}

static const lt_type LT_NAME(cascade_type) = {
    "cascade", sizeof(struct cascade_node), LT_TYPE_ACYCLIC, LT_NAME(cascade_trace), NULL, NULL};

static struct cascade_node *LT_NAME(cascade_make)(struct cascade_node *left, struct cascade_node *right)
{
    struct cascade_node *node = (struct cascade_node *)lt_new(&LT_NAME(cascade_type));
    if (!node) bench_fail("lt_new: out of memory");
    node->left = left;
    node->right = right;
    return node;
}

static struct cascade_node *LT_NAME(cascade_list)(size_t nodes)
{
    struct cascade_node *head = NULL;
    while (nodes--) head = LT_NAME(cascade_make)(head, NULL);
    return head;
}

static struct cascade_node *LT_NAME(cascade_tree)(size_t nodes)
{
    if (!nodes) return NULL;
    size_t left = (nodes - 1) / 2;
    struct cascade_node *l = LT_NAME(cascade_tree)(left), *r = LT_NAME(cascade_tree)(nodes - 1 - left);
    return LT_NAME(cascade_make)(l, r);
}

static void LT_NAME(cascade_open)(struct bench_cell *cell)
{
    if (cell->variant->kind & CASCADE_BOUNDED) lt_configure(LT_CASCADE_BOUND, CASCADE_STEP);
}

static void LT_NAME(cascade_begin)(struct bench_worker *w)
{
    (void)w;
    LT_NAME(bench_register)();
}

static void LT_NAME(cascade_fill)(struct bench_worker *w)
{
    size_t nodes = w->cell->variant->size / w->cell->threads;
    lt_enter();
    w->own = w->cell->variant->kind & CASCADE_TREE ? LT_NAME(cascade_tree)(nodes) : LT_NAME(cascade_list)(nodes);
    lt_leave();
}

static bool LT_NAME(cascade_over)(void)
{
    lt_stats stats;
    lt_stats_read(&stats);
    return stats.live == 0;
}

static inline __attribute__((always_inline)) void LT_NAME(cascade_drop)(struct bench_worker *w, bool timed)
{
    lt_enter();
    uint64_t start = timed ? bench_ticks() : 0;
    lt_release(w->own);
    if (timed) bench_took(w, start);
    lt_leave();
    while (!LT_NAME(cascade_over)()) {
        start = timed ? bench_ticks() : 0;
        lt_poll();
        if (timed) bench_took(w, start);
    }
    w->operations = w->cell->variant->size / w->cell->threads;
}

static void LT_NAME(cascade_work)(struct bench_worker *w)
{
    if (w->latencies) LT_NAME(cascade_drop)(w, true);
    else LT_NAME(cascade_drop)(w, false);
}

static void LT_NAME(cascade_end)(struct bench_worker *w)
{
    (void)w;
    lt_thread_unregister();
}

const struct bench_entry LT_NAME(bench_cascade) = {
    .workload = &bench_cascade, .contestant = LT_QUOTE(LIFETIME_STRATEGY), .traits = lt_strategy_traits,
    .open = LT_NAME(cascade_open), .begin = LT_NAME(cascade_begin), .fill = LT_NAME(cascade_fill),
    .work = LT_NAME(cascade_work), .end = LT_NAME(cascade_end), .alive = LT_NAME(bench_alive), .stats = lt_stats_read,
};
