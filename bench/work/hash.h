/* hash.h: the lock-free hash table of stress/structures, with at most about one object in each bucket, which all threads
 * use: map.h says how. */
#ifndef BENCH_PEER
#include "support/structures/hash.h"
#endif

static void *LT_NAME(hash_find)(void *map, uint64_t key) { return hash_find((struct hash *)map, key); }
static int LT_NAME(hash_insert)(void *map, uint64_t key, void *item) { return hash_insert((struct hash *)map, key, item); }
static int LT_NAME(hash_remove)(void *map, uint64_t key, void **item) { return hash_remove((struct hash *)map, key, item); }
static const struct map_calls LT_NAME(hash_calls) = {LT_NAME(hash_find), LT_NAME(hash_insert), LT_NAME(hash_remove)};

static void LT_NAME(hash_open)(struct bench_cell *cell)
{
    cell->shared = bench_memory(1, sizeof(struct hash));
    if (hash_init((struct hash *)cell->shared, cell->variant->kind)) bench_fail("hash_init: out of memory");
    LT_NAME(map_fill)(cell->shared, &LT_NAME(hash_calls), cell->variant);
}

static void LT_NAME(hash_close)(struct bench_cell *cell)
{
    lt_enter();
    hash_destroy((struct hash *)cell->shared);
    lt_leave();
    free(cell->shared);
}

static void LT_NAME(hash_work)(struct bench_worker *w) { LT_NAME(map_work)(w, &LT_NAME(hash_calls)); }

const struct bench_entry LT_NAME(bench_hash) = {
    .workload = &bench_hash, .contestant = LT_QUOTE(LIFETIME_STRATEGY), .traits = lt_strategy_traits,
    .open = LT_NAME(hash_open), .begin = LT_NAME(structure_begin), .work = LT_NAME(hash_work),
    .end = LT_NAME(structure_end), .close = LT_NAME(hash_close), .alive = LT_NAME(bench_alive), .stats = lt_stats_read,
};
