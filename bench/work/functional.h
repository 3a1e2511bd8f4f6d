/* functional.h: the five programs of Reinking, Xie, de Moura, Leijen, "Perceus: Garbage Free Reference Counting with Reuse", PLDI 2021,
 * Figure 9, after koka's test/bench, as a compiler for a functional language would write them against lifetime.h: values do not change,
 * functions own their arguments, a match gives its argument up and takes its fields over.
 *
 * The text is there three times, functional_programs.h; they differ in what a match does with what it has matched:
 *
 *   fresh   retains the fields and releases the node                                                    (§2.2)
 *   moved   takes the fields over where the node is its alone, and frees it; else as above             (§2.3, drop specialisation)
 *   reuse   the same, but the next constructor is made of the node's storage, if there is one          (§2.4)
 *
 * One operation is one constructor. A program runs to its end, as often as there is time. */

#ifndef BENCH_PEER
#include "common.h"
#endif

struct LT_NAME(functional_tree) {
    lt_object header;
    struct LT_NAME(functional_tree) *left, *right; /* NULL: a leaf */
    int64_t key;
    bool value, red;
};

struct LT_NAME(functional_expression) {
    lt_object header;
    int32_t kind, value; /* FUNCTIONAL_VALUE, ..._VARIABLE: its name */
    struct LT_NAME(functional_expression) *left, *right;
};

struct LT_NAME(functional_list) {
    lt_object header;
    struct LT_NAME(functional_list) *next; /* NULL: the end */
    union { int64_t number; void *object; } head;
};

static void LT_NAME(functional_trace_tree)(void *object, lt_visitor *visitor)
{
    struct LT_NAME(functional_tree) *t = (struct LT_NAME(functional_tree) *)object;
    lt_visit_ref(visitor, &t->left);
    lt_visit_ref(visitor, &t->right);
}

static void LT_NAME(functional_trace_expression)(void *object, lt_visitor *visitor)
{
    struct LT_NAME(functional_expression) *e = (struct LT_NAME(functional_expression) *)object;
    lt_visit_ref(visitor, &e->left);
    lt_visit_ref(visitor, &e->right);
}

static void LT_NAME(functional_trace_numbers)(void *object, lt_visitor *visitor)
{
    lt_visit_ref(visitor, &((struct LT_NAME(functional_list) *)object)->next);
}

static void LT_NAME(functional_trace_objects)(void *object, lt_visitor *visitor)
{
    LT_NAME(functional_trace_numbers)(object, visitor);
    lt_visit_ref(visitor, &((struct LT_NAME(functional_list) *)object)->head.object);
}

static const lt_type LT_NAME(functional_tree_type) = {
    "tree", sizeof(struct LT_NAME(functional_tree)), LT_TYPE_ACYCLIC, LT_NAME(functional_trace_tree), NULL, NULL};
static const lt_type LT_NAME(functional_expression_type) = {
    "expression", sizeof(struct LT_NAME(functional_expression)), LT_TYPE_ACYCLIC, LT_NAME(functional_trace_expression), NULL, NULL};
static const lt_type LT_NAME(functional_numbers_type) = {
    "numbers", sizeof(struct LT_NAME(functional_list)), LT_TYPE_ACYCLIC, LT_NAME(functional_trace_numbers), NULL, NULL};
static const lt_type LT_NAME(functional_objects_type) = {
    "list", sizeof(struct LT_NAME(functional_list)), LT_TYPE_ACYCLIC, LT_NAME(functional_trace_objects), NULL, NULL};

/* A reference more, to a value that may be a leaf. */
static inline void *LT_NAME(functional_keep)(void *o)
{
    if (o) lt_retain(o);
    return o;
}

static inline void LT_NAME(functional_drop)(void *o)
{
    if (o) lt_release(o);
}

#define FUNCTIONAL_JOIN_(name, mode) name##_##mode
#define FUNCTIONAL_JOIN(name, mode) FUNCTIONAL_JOIN_(name, mode)
#define FUNCTIONAL(name) LT_NAME(FUNCTIONAL_JOIN(functional_##name, FUNCTIONAL_MODE))

#define FUNCTIONAL_MODE 0 /* FUNCTIONAL_FRESH */
#include "functional_programs.h"
#undef FUNCTIONAL_MODE
#define FUNCTIONAL_MODE 1 /* FUNCTIONAL_MOVED */
#include "functional_programs.h"
#undef FUNCTIONAL_MODE
#define FUNCTIONAL_MODE 2 /* FUNCTIONAL_REUSE */
#include "functional_programs.h"
#undef FUNCTIONAL_MODE
#undef FUNCTIONAL
#undef FUNCTIONAL_JOIN
#undef FUNCTIONAL_JOIN_

static void LT_NAME(functional_begin)(struct bench_worker *w)
{
    (void)w;
    LT_NAME(bench_register)();
}

static void LT_NAME(functional_end)(struct bench_worker *w)
{
    (void)w;
    lt_thread_unregister();
}

static void LT_NAME(functional_work)(struct bench_worker *w)
{
    const struct bench_variant *v = w->cell->variant;
    lt_enter();
    do {
        switch (functional_mode(v)) {
        case FUNCTIONAL_FRESH: w->sum += LT_NAME(functional_run_0)(w, v); break;
        case FUNCTIONAL_MOVED: w->sum += LT_NAME(functional_run_1)(w, v); break;
        case FUNCTIONAL_REUSE: w->sum += LT_NAME(functional_run_2)(w, v); break;
        }
        lt_safepoint();
    } while (!bench_stopped(w));
    lt_leave();
}

const struct bench_entry LT_NAME(bench_functional) = {
    .workload = &bench_functional, .contestant = LT_QUOTE(LIFETIME_STRATEGY), .traits = lt_strategy_traits,
    .begin = LT_NAME(functional_begin), .work = LT_NAME(functional_work), .end = LT_NAME(functional_end),
    .alive = LT_NAME(bench_alive), .stats = lt_stats_read,
};
