/* A sorted list in which all threads add, remove and look up the same few keys: nodes that are removed while others stand on
 * them, go on from them, or link something to them. */
#include "sets.h"
#include "support/structures/list.h"

static int insert(void *set, uint64_t key, void *item) { return list_insert((struct list *)set, key, item); }
static int delete(void *set, uint64_t key, void **item) { return list_remove((struct list *)set, key, item); }
static void *find(void *set, uint64_t key) { return list_find((struct list *)set, key); }

static struct list large, small[SET_GAMES];

static void empty(struct worker *w)
{
    (void)w;
    lt_enter();
    lt_slot_store(&large.first, NULL);
    for (unsigned i = 0; i < SET_GAMES; i++) lt_slot_store(&small[i].first, NULL);
    lt_leave();
}

SCENARIO(list, "a sorted list (Harris, Michael), whose small histories are checked exhaustively", NEEDS_NOTHING)
{
    struct sets sets = {.calls = {insert, delete, find}, .large = &large};
    for (unsigned i = 0; i < SET_GAMES; i++) sets.small[i] = &small[i];
    sets_run(run, &sets);
    run_workers(run, 1, empty, NULL);
}
