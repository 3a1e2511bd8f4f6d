/* Every thread counts the same few objects up and down; now and then one is replaced, so that any of them may drop the last
 * reference. Of half of them it is said beforehand that many will count them. Some have a child, which is counted by all who have the
 * parent, and has no other reference. */
#include "life.h"
#include "scenario.h"

enum { SLOTS = 4, HELD = 8 };

struct shared {
    lt_slot slot[SLOTS];
};

static void replace(struct worker *w, lt_slot *slot)
{
    if (one_in(w, 64)) (void)lt_configure(LT_REVOKE_AT, one_in(w, 2) ? 0 : 8); /* to own it, or not */
    struct being *b = being_new(draw(w));
    if (one_in(w, 2)) b->ref = being_new(draw(w));
    if (one_in(w, 2)) lt_share(b);
    struct being *old = (struct being *)lt_slot_swap(slot, b);
    if (!old) return;
    being_unlinked(old);
    lt_release(old);
}

/* Copies a reference a few times and gives the copies back in another order. */
static void count(struct worker *w, struct being *b)
{
    struct watch seen = watch(b);
    unsigned held = 1 + draw_below(w, HELD);
    for (unsigned i = 0; i < held; i++) lt_retain(b);
    if (one_in(w, 16)) lt_safepoint();
    if (one_in(w, 2)) {
        lt_release_n(b, held);
    } else {
        for (unsigned i = 0; i < held; i++) lt_release(b);
    }
    unwatch(seen);
}

static void load_and_count(struct worker *w, lt_slot *slot)
{
    struct being *b = (struct being *)lt_slot_load(slot);
    if (!b) return;
    count(w, b->ref && one_in(w, 2) ? b->ref : b);
    lt_release(b);
}

static void body(struct worker *w)
{
    struct shared *shared = (struct shared *)w->shared;
    while (goes_on(w)) {
        lt_slot *slot = &shared->slot[draw_below(w, SLOTS)];
        lt_enter();
        if (one_in(w, 32)) replace(w, slot);
        else load_and_count(w, slot);
        lt_leave();
    }
}

static void empty(struct worker *w)
{
    struct shared *shared = (struct shared *)w->shared;
    lt_enter();
    for (unsigned i = 0; i < SLOTS; i++) lt_slot_store(&shared->slot[i], NULL);
    lt_leave();
}

SCENARIO(shared_counts, "all threads count the same few objects up and down", NEEDS_NOTHING)
{
    struct shared shared = {0};
    run_workers(run, run->threads, body, &shared);
    run_workers(run, 1, empty, &shared);
}
