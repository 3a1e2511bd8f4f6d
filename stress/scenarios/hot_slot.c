/* One slot keeps one object for a hundred thousand loads and more. What a slot counts in its own word runs out and is filled up
 * again, by whoever comes, while the others go on loading; then the object is replaced, and must die with its last reader.
 * Now and then somebody hoards more references than half a word can count, one by one. */
#include "life.h"
#include "scenario.h"

enum { LOADS = 100000, AT_ONCE = 64, HOARD = 70000 };

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
        being_use(loaded[i]);
        lt_release(loaded[i]);
    }
    uint32_t before = __atomic_fetch_add(&shared->loads, n, __ATOMIC_RELAXED);
    if (before / LOADS != (before + n) / LOADS) lt_slot_store(&shared->slot, being_new(draw(w)));
}

static void hoard(lt_slot *slot)
{
    struct being *b = (struct being *)lt_slot_load(slot);
    struct watch seen = watch(b);
    for (unsigned i = 0; i < HOARD; i++) lt_retain(b);
    for (unsigned i = 0; i < HOARD; i++) lt_release(b);
    unwatch(seen);
    lt_release(b);
}

static void body(struct worker *w)
{
    struct shared *shared = (struct shared *)w->shared;
    while (goes_on(w)) {
        lt_enter();
        if (one_in(w, 200)) hoard(&shared->slot);
        else load(w, shared);
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
