/* set.h: the lock-free sorted list of support/structures as a set (Pöter and Träff, arXiv 1712.06134).
 *
 * The keys are twice as many as the elements at the beginning. One operation draws a key and looks whether it is there; or, by
 * chance, and as often the one as the other, inserts or removes it. Nothing is counted for a look, except where borrows
 * are. The list wants an item in each node: it is an object per key that lives as long as the set. A section has SET_OPERATIONS
 * operations, or, in `each`, one. */
#include "support/structures/list.h"

struct LT_NAME(set) {
    struct list list;
    void *item[];
};

static unsigned LT_NAME(set_keys)(const struct bench_variant *v) { return v->size ? 2 * v->size : 1; }

static void LT_NAME(set_insert)(struct LT_NAME(set) *set, uint64_t key)
{
    lt_retain(set->item[key]);
    int error = list_insert(&set->list, key, set->item[key]);
    if (error == ENOMEM) bench_fail("list_insert: out of memory");
    if (error) lt_release(set->item[key]);
}

static void LT_NAME(set_remove)(struct LT_NAME(set) *set, uint64_t key)
{
    void *item;
    int error = list_remove(&set->list, key, &item);
    if (error == ENOMEM) bench_fail("list_remove: out of memory");
    if (!error) lt_release(item);
}

static inline bool LT_NAME(set_contains)(struct LT_NAME(set) *set, uint64_t key)
{
    struct list_place p = list_search(&set->list, key);
    bool there = list_found(&p, key) != NULL;
    list_leave(&p);
    return there;
}

static void LT_NAME(set_open)(struct bench_cell *cell)
{
    const unsigned keys = LT_NAME(set_keys)(cell->variant);
    struct LT_NAME(set) *set = (struct LT_NAME(set) *)bench_memory(1, sizeof *set + keys * sizeof(void *));
    LT_NAME(bench_register)();
    lt_enter();
    for (unsigned key = 0; key < keys; key++) set->item[key] = LT_NAME(bench_make)(key);
    for (unsigned i = cell->variant->size; i--;) LT_NAME(set_insert)(set, 2 * i);
    lt_leave();
    cell->shared = set;
}

static void LT_NAME(set_close)(struct bench_cell *cell)
{
    struct LT_NAME(set) *set = (struct LT_NAME(set) *)cell->shared;
    const unsigned keys = LT_NAME(set_keys)(cell->variant);
    lt_enter();
    lt_slot_store(&set->list.first, NULL);
    for (unsigned key = 0; key < keys; key++) lt_release(set->item[key]);
    lt_leave();
    free(set);
}

static inline __attribute__((always_inline)) void LT_NAME(set_loop)(struct bench_worker *w, bool each)
{
    struct LT_NAME(set) *set = (struct LT_NAME(set) *)w->cell->shared;
    const uint64_t keys = LT_NAME(set_keys)(w->cell->variant);
    const uint64_t modify = w->cell->variant->stores * (UINT64_C(1) << 32) / 100;
    uint64_t random = w->random, sum = 0;
    do {
        if (!each) lt_enter();
        for (unsigned i = 0; i < SET_OPERATIONS; i++) {
            uint64_t r = bench_random(&random), key = (r >> 32) * keys >> 32, chance = (uint32_t)r;
            if (each) lt_enter();
            if (chance < modify / 2) LT_NAME(set_insert)(set, key);
            else if (chance < modify) LT_NAME(set_remove)(set, key);
            else sum += LT_NAME(set_contains)(set, key);
            if (each) lt_leave();
        }
        if (!each) lt_leave();
        w->operations += SET_OPERATIONS;
    } while (!bench_stopped(w));
    w->random = random;
    w->sum += sum;
}

static void LT_NAME(set_work)(struct bench_worker *w)
{
    if (w->cell->variant->kind == SET_EACH) LT_NAME(set_loop)(w, true);
    else LT_NAME(set_loop)(w, false);
}

const struct bench_entry LT_NAME(bench_set) = {
    .workload = &bench_set, .contestant = LT_QUOTE(LIFETIME_STRATEGY), .traits = lt_strategy_traits,
    .open = LT_NAME(set_open), .begin = LT_NAME(structure_begin), .work = LT_NAME(set_work),
    .end = LT_NAME(structure_end), .close = LT_NAME(set_close), .alive = LT_NAME(bench_alive), .stats = lt_stats_read,
};
