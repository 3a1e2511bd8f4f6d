/* list.h: the lock-free sorted list of stress/structures, which all threads use: map.h says how. */
#include "support/structures/list.h"

static void *LT_NAME(list_find)(void *map, uint64_t key) { return list_find((struct list *)map, key); }
static int LT_NAME(list_insert)(void *map, uint64_t key, void *item) { return list_insert((struct list *)map, key, item); }
static int LT_NAME(list_remove)(void *map, uint64_t key, void **item) { return list_remove((struct list *)map, key, item); }
static const struct map_calls LT_NAME(list_calls) = {LT_NAME(list_find), LT_NAME(list_insert), LT_NAME(list_remove)};

static void LT_NAME(list_open)(struct bench_cell *cell)
{
    cell->shared = bench_memory(1, sizeof(struct list));
    LT_NAME(map_fill)(cell->shared, &LT_NAME(list_calls), cell->variant);
}

static void LT_NAME(list_close)(struct bench_cell *cell)
{
    lt_enter();
    lt_slot_store(&((struct list *)cell->shared)->first, NULL);
    lt_leave();
    free(cell->shared);
}

static void LT_NAME(list_work)(struct bench_worker *w) { LT_NAME(map_work)(w, &LT_NAME(list_calls)); }

const struct bench_entry LT_NAME(bench_list) = {
    .workload = &bench_list, .contestant = LT_QUOTE(LIFETIME_STRATEGY), .traits = lt_strategy_traits,
    .open = LT_NAME(list_open), .begin = LT_NAME(structure_begin), .work = LT_NAME(list_work),
    .end = LT_NAME(structure_end), .close = LT_NAME(list_close), .alive = LT_NAME(bench_alive), .stats = lt_stats_read,
};
