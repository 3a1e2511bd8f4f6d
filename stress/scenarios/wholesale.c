/* Objects change hands by the hundred: a thread makes many, publishes them all, and goes on counting them in sections as
 * short as can be; another takes all of them in one section and drops them. So much waits for an owner that its dropper
 * works for it, if only it is outside for a moment. */
#include "life.h"
#include "scenario.h"

enum { MOST = 16, EACH = 256, TOUCHES = 64 };

struct shared {
    lt_slot slot[MOST][EACH];
};

static void drop_own(struct being **own)
{
    for (unsigned i = 0; i < EACH; i++) {
        if (own[i]) lt_release(own[i]);
        own[i] = NULL;
    }
}

static void make(lt_slot *row, struct being **own)
{
    lt_enter();
    drop_own(own);
    for (unsigned i = 0; i < EACH; i++) {
        own[i] = being_new(i);
        lt_retain(own[i]);
        lt_slot_store(&row[i], own[i]);
    }
    lt_leave();
}

static void touch(struct worker *w, struct being *const *own)
{
    for (unsigned i = 0; i < TOUCHES; i++) {
        struct being *b = own[draw_below(w, EACH)];
        lt_enter();
        if (b) {
            lt_retain(b);
            being_use(b);
            lt_release(b);
        }
        lt_leave();
    }
}

static void take_all(lt_slot *row)
{
    lt_enter();
    for (unsigned i = 0; i < EACH; i++) {
        struct being *b = (struct being *)lt_slot_take(&row[i]);
        if (b) lt_release(b);
    }
    lt_leave();
}

static void body(struct worker *w)
{
    struct shared *shared = (struct shared *)w->shared;
    struct being *own[EACH] = {NULL};
    while (goes_on(w)) {
        switch (draw_below(w, 8)) {
        case 0: make(shared->slot[w->index % MOST], own); break;
        case 1: take_all(shared->slot[draw_below(w, w->run->threads) % MOST]); break;
        default: touch(w, own); break;
        }
    }
    lt_enter();
    drop_own(own);
    lt_leave();
}

SCENARIO(wholesale, "objects change hands by the hundred, while their owners count them in short sections", NEEDS_RECLAIM)
{
    static struct shared shared;
    run_workers(run, run->threads, body, &shared);
    empty_slots(&shared.slot[0][0], MOST * EACH);
}
