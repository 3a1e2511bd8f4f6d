/* Copy on write: who is told that an object is his alone changes it in place, with plain stores, while others, who have
 * references to other versions, read theirs with plain loads. A version that somebody can still see must not be called
 * unique, and what its former readers did must be over. */
#include "life.h"
#include "scenario.h"

enum { SLOTS = 4 };

struct shared {
    lt_slot slot[SLOTS];
};

/* The version in a slot becomes the next: in place if that is allowed. */
static void change(lt_slot *slot)
{
    struct being *b = (struct being *)lt_slot_take(slot);
    if (!b) {
        b = being_new(0);
    } else if (lt_is_unique(b)) {
        being_use(b);
        b->value += 2;
    } else {
        struct being *copy = being_new(b->value + 2);
        lt_release(b);
        b = copy;
    }
    lt_slot_store(slot, b);
}

static void read_version(lt_slot *slot)
{
    struct being *b = (struct being *)lt_slot_load(slot);
    if (!b) return;
    struct watch seen = watch(b);
    EXPECT(b->value % 2 == 0); /* a plain load, of what nobody may change now */
    unwatch(seen);
    lt_release(b);
}

static void body(struct worker *w)
{
    struct shared *shared = (struct shared *)w->shared;
    while (goes_on(w)) {
        lt_slot *slot = &shared->slot[draw_below(w, SLOTS)];
        lt_enter();
        if (one_in(w, 4)) change(slot);
        else read_version(slot);
        lt_leave();
    }
}

SCENARIO(unique, "who has the only reference changes the object in place, others copy it", NEEDS_NOTHING)
{
    struct shared shared = {0};
    run_workers(run, run->threads, body, &shared);
    empty_slots(shared.slot, SLOTS);
}
