/* Owned references go round a ring of threads, through mailboxes; so each thread drops what its neighbours made. Meanwhile an
 * object's maker runs, or sleeps outside a section, or has exited: then somebody merges for it, flushes for it, or inherits
 * from it, at the same time as others drop. */
#include "life.h"
#include "scenario.h"

enum { PLACES = 4, MOST = 64, LIFE_OF_THREAD = 2000 };

struct shared {
    lt_slot box[MOST][PLACES]; /* each has one receiver, and one sender before it in the ring */
};

static unsigned members(const struct worker *w) { return w->run->threads < MOST ? w->run->threads : MOST; }

/* Into the next one's mailbox, if there is room. The reference goes with it, and with it the right to change the being. */
static void send(struct worker *w, struct being *b)
{
    struct shared *shared = w->shared;
    lt_slot *place = &shared->box[(w->index + 1) % members(w)][draw_below(w, PLACES)];
    if (!lt_slot_cas(place, NULL, b)) lt_release(b);
}

static void make(struct worker *w)
{
    if (one_in(w, 64)) (void)lt_configure(LT_REVOKE_AT, one_in(w, 2) ? 0 : 8); /* to own it, or not */
    struct being *b = being_new(draw_below(w, 2 * members(w))); /* how often it is passed on */
    if (one_in(w, 2)) b->ref = being_new(0);
    if (one_in(w, 4)) {
        struct being *shared = being_new(0);
        lt_retain(shared);
        lt_slot_store(&b->left, shared); /* the maker keeps one while the other travels */
        send(w, b);
        being_use(shared);
        lt_release(shared);
    } else {
        send(w, b);
    }
}

static void receive(struct worker *w)
{
    struct shared *shared = w->shared;
    struct being *b = lt_slot_take(&shared->box[w->index][draw_below(w, PLACES)]);
    if (!b) return;
    unwatch(watch(b));
    if (b->ref) being_use(b->ref);
    if (b->value-- == 0) lt_release(b);
    else send(w, b);
}

/* One life of a thread. */
static void work(struct worker *w)
{
    for (unsigned i = draw_below(w, LIFE_OF_THREAD); i > 0 && goes_on(w); i--) {
        lt_enter();
        for (unsigned n = 1 + draw_below(w, 8); n > 0; n--) {
            if (one_in(w, 3)) make(w);
            else receive(w);
        }
        lt_leave();
        if (one_in(w, 200)) nap(w, 1000);
    }
}

static void body(struct worker *w)
{
    if (w->index >= MOST) return;
    while (goes_on(w)) {
        if (one_in(w, 2)) in_new_thread(w, work);
        else work(w);
    }
}

SCENARIO(handoff_ring, "owned references go round a ring of threads that run, block and exit", NEEDS_THREADS)
{
    struct shared shared = {0};
    run_workers(run, run->threads, body, &shared);
    empty_slots(&shared.box[0][0], MOST * PLACES);
}
