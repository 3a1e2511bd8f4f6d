/* Owners exit while others drop what they own: a release may find the owner inside a section, on its way out with its queue
 * just looked at, gone, or replaced by a thread that has its record. Some exit with merges in their queue, some with
 * others' objects in their own batch, some use the library once more in a destructor that runs before or after the
 * library's own. */
#include <pthread.h>

#include "life.h"
#include "scenario.h"

enum { SLOTS = 32, EACH = 16 };

struct shared {
    lt_slot slot[SLOTS];
};

static pthread_key_t early, late; /* created before and after the library's own */

static lt_slot *some_slot(struct worker *w)
{
    struct shared *shared = w->shared;
    return &shared->slot[draw_below(w, SLOTS)];
}

static void drop(struct worker *w)
{
    lt_enter();
    for (unsigned i = draw_below(w, EACH); i > 0; i--) {
        struct being *b = lt_slot_take(some_slot(w));
        if (!b) continue;
        unwatch(watch(b));
        lt_release(b);
    }
    lt_leave();
}

static void own(struct worker *w)
{
    lt_enter();
    for (unsigned i = draw_below(w, EACH); i > 0; i--) {
        struct being *b = being_new(draw(w));
        if (one_in(w, 2)) lt_slot_store(&b->left, one_in(w, 2) ? lt_slot_load(some_slot(w)) : being_new(0)); /* another's */
        if (one_in(w, 2)) {
            lt_retain(b);
            lt_slot_store(some_slot(w), b); /* so that two may drop it at once */
        }
        lt_slot_store(some_slot(w), b);
    }
    if (one_in(w, 4)) {
        struct being *b = lt_slot_load(some_slot(w));
        for (unsigned i = draw_below(w, 500); b && i > 0; i--) being_use(b); /* others drop, this thread's queue fills */
        if (b) lt_release(b);
    }
    lt_leave();
}

static void destructor(void *worker)
{
    struct worker *w = worker;
    own(w);
    if (one_in(w, 2)) drop(w);
    if (one_in(w, 4)) lt_thread_unregister();
}

static void owner(struct worker *w)
{
    if (one_in(w, 4)) pthread_setspecific(early, w);
    if (one_in(w, 4)) pthread_setspecific(late, w);
    own(w);
    if (one_in(w, 4)) drop(w); /* leaves a batch open, for another owner */
    if (one_in(w, 4)) own(w);
    if (one_in(w, 4)) lt_thread_unregister();
    if (one_in(w, 8)) pthread_exit(NULL);
}

static void body(struct worker *w)
{
    while (goes_on(w)) {
        if (one_in(w, 4)) in_new_thread(w, owner);
        else drop(w);
    }
}

SCENARIO(owner_exit, "owners exit while others drop what they own, and use the library in destructors", NEEDS_THREADS | NEEDS_RECLAIM)
{
    struct shared shared = {0};
    if (pthread_key_create(&early, destructor)) fail("no key");
    lt_enter();
    lt_leave();
    if (pthread_key_create(&late, destructor)) fail("no key");
    run_workers(run, run->threads, body, &shared);
    empty_slots(shared.slot, SLOTS);
}
