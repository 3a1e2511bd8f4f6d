/* collect.h: collections of cycles, and how long they take as the heap grows.
 *
 * The workers share the variant's size: each holds one graph by one reference. Its nodes are a ring of plain references,
 * each with another to a node drawn at random, so that nothing in it is near what it leads to. Worker 0 makes 500 rings of
 * two, drops them and calls lt_collect; that is one operation, and a pause is the call, or, in the variants of that name,
 * what the others are held up for (lt_stats.pause). The others meanwhile walk their graphs and pass safepoints. */

#include "common.h"
#include "latency.h"

enum { LT_NAME(COLLECT_RINGS) = 500 };

static void LT_NAME(collect_trace)(void *object, lt_visitor *visitor)
{
    struct cascade_node *node = (struct cascade_node *)object;
    lt_visit_ref(visitor, &node->left);
    lt_visit_ref(visitor, &node->right);
}

static const lt_type LT_NAME(collect_type) = {"node", sizeof(struct cascade_node), 0, LT_NAME(collect_trace), NULL, NULL};

static struct cascade_node *LT_NAME(collect_make)(struct cascade_node *left)
{
    struct cascade_node *node = (struct cascade_node *)lt_new(&LT_NAME(collect_type));
    if (!node) bench_fail("lt_new: out of memory");
    node->left = left;
    node->right = NULL;
    return node;
}

static void LT_NAME(collect_drop_ring)(void)
{
    struct cascade_node *one = LT_NAME(collect_make)(NULL);
    lt_retain(one);
    one->left = LT_NAME(collect_make)(one);
    lt_release(one);
}

/* Outside a section. */
static void LT_NAME(collect_now)(void)
{
    while (lt_collect() == EAGAIN) continue;
}

static void LT_NAME(collect_open)(struct bench_cell *cell)
{
    (void)cell;
    lt_configure(LT_COLLECT_DEBT, 0);
}

static void LT_NAME(collect_begin)(struct bench_worker *w)
{
    size_t nodes = w->cell->variant->size / w->cell->threads;
    struct cascade_node **all = (struct cascade_node **)bench_memory(nodes, sizeof *all), *last = NULL;
    LT_NAME(bench_register)();
    lt_enter();
    for (size_t i = 0; i < nodes; i++) all[i] = last = LT_NAME(collect_make)(last);
    all[0]->left = last;
    lt_retain(last);
    for (size_t i = 0; i < nodes; i++) {
        all[i]->right = all[(bench_random(&w->random) >> 33) % nodes];
        lt_retain(all[i]->right);
    }
    lt_leave();
    free(all);
    w->own = last;
}

/* Nothing dies but by the collections. */
static void LT_NAME(collect_walk)(struct bench_worker *w)
{
    struct cascade_node *here = (struct cascade_node *)w->own;
    lt_enter();
    while (!bench_stopped(w)) {
        for (int i = 0; i < BENCH_SHORT_BATCH; i++) {
            lt_retain(here);
            bench_barrier();
            struct cascade_node *next = i % 8 ? here->left : here->right;
            lt_release(here);
            bench_barrier();
            here = next;
        }
        lt_safepoint();
    }
    lt_leave();
}

static void LT_NAME(collect_took)(struct bench_worker *w, uint64_t start)
{
    lt_stats stats;
    if (w->cell->variant->kind == COLLECT_CALL) {
        bench_took(w, start);
    } else {
        lt_stats_read(&stats);
        bench_lasted(w, stats.pause);
    }
}

static void LT_NAME(collect_rings)(struct bench_worker *w)
{
    while (!bench_stopped(w)) {
        lt_enter();
        for (int i = 0; i < LT_NAME(COLLECT_RINGS); i++) LT_NAME(collect_drop_ring)();
        lt_leave();
        uint64_t start = w->latencies ? bench_ticks() : 0;
        LT_NAME(collect_now)();
        if (w->latencies) LT_NAME(collect_took)(w, start);
        w->operations++;
    }
}

static void LT_NAME(collect_work)(struct bench_worker *w)
{
    if (w->index) LT_NAME(collect_walk)(w);
    else LT_NAME(collect_rings)(w);
}

static void LT_NAME(collect_end)(struct bench_worker *w)
{
    lt_enter();
    lt_release(w->own);
    lt_leave();
    lt_thread_unregister();
}

static void LT_NAME(collect_close)(struct bench_cell *cell)
{
    (void)cell;
    lt_barrier();
    LT_NAME(collect_now)();
    lt_configure(LT_COLLECT_DEBT, 1 << 16);
}

const struct bench_entry LT_NAME(bench_collect) = {
    .workload = &bench_collect, .contestant = LT_QUOTE(LIFETIME_STRATEGY), .traits = lt_strategy_traits,
    .open = LT_NAME(collect_open), .begin = LT_NAME(collect_begin), .work = LT_NAME(collect_work), .end = LT_NAME(collect_end),
    .close = LT_NAME(collect_close), .alive = LT_NAME(bench_alive), .stats = lt_stats_read,
};
