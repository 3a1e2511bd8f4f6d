/* A hash table of such lists as list.c has: short chains, so that most steps are at a bucket's first edge. */
#include "sets.h"
#include "support/structures/hash.h"

static int insert(void *set, uint64_t key, void *item) { return hash_insert((struct hash *)set, key, item); }
static int delete(void *set, uint64_t key, void **item) { return hash_remove((struct hash *)set, key, item); }
static void *find(void *set, uint64_t key) { return hash_find((struct hash *)set, key); }

static struct hash large, small[SET_GAMES];

static void destroy(struct worker *w)
{
    (void)w;
    lt_enter();
    hash_destroy(&large);
    for (unsigned i = 0; i < SET_GAMES; i++) hash_destroy(&small[i]);
    lt_leave();
}

SCENARIO(hash, "a hash table of sorted lists, whose small histories are checked exhaustively", NEEDS_NOTHING)
{
    struct sets sets = {.calls = {insert, delete, find}, .large = &large};
    if (hash_init(&large, 4)) fail("no memory for a hash table");
    for (unsigned i = 0; i < SET_GAMES; i++) {
        if (hash_init(&small[i], 1)) fail("no memory for a hash table");
        sets.small[i] = &small[i];
    }
    sets_run(run, &sets);
    run_workers(run, 1, destroy, NULL);
}
