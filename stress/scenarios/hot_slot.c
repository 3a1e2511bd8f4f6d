/* One slot keeps one object for a hundred thousand loads and more. What a slot counts in its own word runs out and is filled up
 * again, by whoever comes, while the others go on loading; then the object is replaced, and must die with its last reader. */
#include "life.h"
#include "scenario.h"

enum { LOADS = 100000, AT_ONCE = 64 };

struct shared {
    lt_slot slot;
    uint32_t loads; /* atomic: since the object came */
};

static void load(struct worker *w, struct shared *shared)
{
    struct being *loaded[AT_ONCE];
    unsigned n = 1 + draw_below(w, AT_ONCE);
    for (unsigned i = 0; i < n; i++) loaded[i] = (struct being *)lt_slot_load(&shared->slot);
    for (unsigned i = 0; i < n; i++) {
        if (!loaded[i]) continue;
        being_use(loaded[i]);
        lt_release(loaded[i]);
    }
    uint32_t before = __atomic_fetch_add(&shared->loads, n, __ATOMIC_RELAXED);
    if (before / LOADS != (before + n) / LOADS) lt_slot_store(&shared->slot, being_new(draw(w)));
}

static void body(struct worker *w)
{
    while (goes_on(w)) {
        lt_enter();
        load(w, (struct shared *)w->shared);
        lt_leave();
    }
}

static void fill(struct worker *w)
{
    lt_enter();
    lt_slot_store(&((struct shared *)w->shared)->slot, being_new(draw(w)));
    lt_leave();
}

SCENARIO(hot_slot, "all threads load one slot, which keeps its object for a hundred thousand loads", NEEDS_NOTHING)
{
    struct shared shared = {0};
    run_workers(run, 1, fill, &shared);
    run_workers(run, run->threads, body, &shared);
    empty_slots(&shared.slot, 1);
}
