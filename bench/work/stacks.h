/* stacks.h: ten stacks (Anderson, Blelloch, Wei, PLDI 2021, Figures 6e to 6h).
 *
 * The values are random, below the stacks' first size. One operation draws a stack and a value, protects the top and reads
 * downwards until the value is found; or, by chance, pops from one stack and pushes a new node with that value onto another.
 * Who protects the top protects all below: their edges do not change.
 *
 *   borrow     the top is borrowed, in the search and in the pop
 *   owned      the top is loaded, and released
 *
 * A push loads the top in either case: the new node owns it. The tops are 128 bytes apart. */

#ifndef BENCH_PEER
#include "common.h"
#endif

struct LT_NAME(stacks_node) {
    lt_object header;
    struct LT_NAME(stacks_node) *below;
    uint64_t value;
};

static void LT_NAME(stacks_trace)(void *object, lt_visitor *visitor)
{
    lt_visit_ref(visitor, &((struct LT_NAME(stacks_node) *)object)->below);
}

static const lt_type LT_NAME(stacks_type) = {
    "stacks", sizeof(struct LT_NAME(stacks_node)), LT_TYPE_ACYCLIC, LT_NAME(stacks_trace), NULL, NULL};

static void LT_NAME(stacks_push)(lt_slot *top, uint64_t value)
{
    struct LT_NAME(stacks_node) *n = (struct LT_NAME(stacks_node) *)lt_new(&LT_NAME(stacks_type));
    if (!n) bench_fail("lt_new: out of memory");
    n->value = value;
    n->below = (struct LT_NAME(stacks_node) *)lt_slot_load(top);
    while (!lt_slot_cas(top, n->below, n)) {
        if (n->below) lt_release(n->below);
        n->below = NULL;
        n->below = (struct LT_NAME(stacks_node) *)lt_slot_load(top);
    }
}

/* The top goes, whose address is protected by the caller, and so is what it owns. */
static inline bool LT_NAME(stacks_unlink)(lt_slot *top, struct LT_NAME(stacks_node) *n)
{
    struct LT_NAME(stacks_node) *below = n->below;
    if (below) lt_retain(below);
    bool done = lt_slot_cas(top, n, below);
    if (!done && below) lt_release(below);
    return done;
}

static bool LT_NAME(stacks_pop_borrowed)(lt_slot *top, uint64_t *value)
{
    for (bool done = false;;) {
        lt_borrow b = lt_slot_borrow(top);
        struct LT_NAME(stacks_node) *n = (struct LT_NAME(stacks_node) *)lt_deref(b);
        if (n && (done = LT_NAME(stacks_unlink)(top, n))) *value = n->value;
        lt_unborrow(b);
        if (!n || done) return done;
    }
}

static bool LT_NAME(stacks_pop_owned)(lt_slot *top, uint64_t *value)
{
    for (bool done = false;;) {
        struct LT_NAME(stacks_node) *n = (struct LT_NAME(stacks_node) *)lt_slot_load(top);
        if (!n) return false;
        if ((done = LT_NAME(stacks_unlink)(top, n))) *value = n->value;
        lt_release(n);
        if (done) return true;
    }
}

static inline bool LT_NAME(stacks_below)(const struct LT_NAME(stacks_node) *n, uint64_t value)
{
    while (n && n->value != value) n = n->below;
    return n != NULL;
}

static inline bool LT_NAME(stacks_find)(lt_slot *top, uint64_t value, bool owned)
{
    bool found;
    if (owned) {
        struct LT_NAME(stacks_node) *n = (struct LT_NAME(stacks_node) *)lt_slot_load(top);
        found = LT_NAME(stacks_below)(n, value);
        if (n) lt_release(n);
    } else {
        lt_borrow b = lt_slot_borrow(top);
        found = LT_NAME(stacks_below)((struct LT_NAME(stacks_node) *)lt_deref(b), value);
        lt_unborrow(b);
    }
    return found;
}

static void LT_NAME(stacks_open)(struct bench_cell *cell)
{
    struct bench_slot *tops = (struct bench_slot *)bench_memory(STACKS, sizeof *tops);
    uint64_t random = cell->seed;
    LT_NAME(bench_register)();
    lt_enter();
    for (unsigned i = 0; i < STACKS; i++)
        for (unsigned j = 0; j < cell->variant->size; j++)
            LT_NAME(stacks_push)(&tops[i].slot, (bench_random(&random) >> 32) * cell->variant->size >> 32);
    lt_leave();
    cell->shared = tops;
}

static void LT_NAME(stacks_close)(struct bench_cell *cell)
{
    struct bench_slot *tops = (struct bench_slot *)cell->shared;
    lt_enter();
    for (unsigned i = 0; i < STACKS; i++) lt_slot_store(&tops[i].slot, NULL);
    lt_leave();
    free(tops);
}

static void LT_NAME(stacks_begin)(struct bench_worker *w)
{
    (void)w;
    LT_NAME(bench_register)();
}

static void LT_NAME(stacks_end)(struct bench_worker *w)
{
    (void)w;
    lt_thread_unregister();
}

static inline __attribute__((always_inline)) void LT_NAME(stacks_loop)(struct bench_worker *w, bool owned)
{
    struct bench_slot *tops = (struct bench_slot *)w->cell->shared;
    const uint64_t size = w->cell->variant->size;
    const uint32_t updates = (uint32_t)(w->cell->variant->stores * (UINT64_C(1) << 32) / 100);
    uint64_t random = w->random, sum = 0, value;
    lt_enter();
    do {
        for (unsigned i = 0; i < STACKS_BATCH; i++) {
            uint64_t r = bench_random(&random), s = bench_random(&random);
            lt_slot *one = &tops[(r >> 32) * STACKS >> 32].slot, *other = &tops[(s >> 32) * STACKS >> 32].slot;
            if ((uint32_t)r < updates) {
                if (owned ? LT_NAME(stacks_pop_owned)(one, &value) : LT_NAME(stacks_pop_borrowed)(one, &value))
                    LT_NAME(stacks_push)(other, value);
            } else {
                sum += LT_NAME(stacks_find)(one, (s >> 32) * size >> 32, owned);
            }
            bench_barrier();
        }
        lt_safepoint();
        w->operations += STACKS_BATCH;
    } while (!bench_stopped(w));
    lt_leave();
    w->random = random;
    w->sum += sum;
}

static void LT_NAME(stacks_work)(struct bench_worker *w)
{
    if (w->cell->variant->kind == STACKS_OWNED) LT_NAME(stacks_loop)(w, true);
    else LT_NAME(stacks_loop)(w, false);
}

const struct bench_entry LT_NAME(bench_stacks) = {
    .workload = &bench_stacks, .contestant = LT_QUOTE(LIFETIME_STRATEGY), .traits = lt_strategy_traits,
    .open = LT_NAME(stacks_open), .begin = LT_NAME(stacks_begin), .work = LT_NAME(stacks_work),
    .end = LT_NAME(stacks_end), .close = LT_NAME(stacks_close), .alive = LT_NAME(bench_alive), .stats = lt_stats_read,
};
