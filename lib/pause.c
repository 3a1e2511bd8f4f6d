/* pause.c: back-pressure. While more bytes wait than LT_PENDING_LIMIT, a thread that retires is held back, so that it adds
 * nothing, and helps those along whom the rest waits for. (crossbeam#566 is the wish; Linux's call_rcu the model, whose
 * caller, above qhimark, forces quiescent states instead of going on.)
 *
 *   who       the thread that has just retired so many objects that it tries for a new epoch, and none else: who only reads
 *             goes on.
 *   where     at its next safepoint, on the way in or out of its outermost section. There it has no borrow and no object
 *             lock, and is in no finalizer; and there it can go outside, so that nobody's epoch waits for a thread that
 *             waits itself, a collection counts it as stopped, and others may do what it has to do (lib/grace.c).
 *   how long  until no more than the limit waits; until ENOUGH epochs have begun, for then nobody is stalled, and what
 *             still waits does not wait for a section: it was leaked by threads that vanished in a fork, say; or until its
 *             time is over, in proportion to the excess and at most LONGEST: a stalled thread may wait for this one.
 *
 * So what waits exceeds the limit by no more than the limit again, and by what each thread retires between two attempts at
 * an epoch, once for each LONGEST that the stalled section lasts. */
#include "domain.h"

enum { LONGEST = 10 * 1000 * 1000 }; /* nanoseconds; at twice the limit and above */
enum { YIELDS = 4, SHORTEST_NAP = 20 * 1000, LONGEST_NAP = 1000 * 1000 };
enum { ENOUGH = 2 * (LT_GRACE + 2) }; /* what ripens may wait for a second time */

static uint64_t now(void)
{
    struct timespec t;
    lt_time(&t);
    return (uint64_t)t.tv_sec * 1000000000 + (uint64_t)t.tv_nsec;
}

static uint64_t least(uint64_t a, uint64_t b) { return a < b ? a : b; }

static uint64_t time_for(const struct lt_domain *d, uint64_t excess)
{
    uint64_t limit = lt_setting_of(d, LT_PENDING_LIMIT);
    return excess >= limit ? LONGEST : (uint64_t)((double)LONGEST * (double)excess / (double)limit);
}

void lt_owe_pause(struct lt_record *r)
{
    struct lt_domain *d = r->domain;
    if (LT_LIKELY(!lt_load64(&d->excess, LT_RELAXED)) || !d->traits.grace || r->pausing) return;
    if (LT_FAULT("lib/limit-ignored", "who retires goes on, however much waits")) return;
    r->owes_pause = true;
    lt_ask(r);
}

/* Others may wait for a thread that is behind, and outside, where it can be worked for. */
static void give_time(struct lt_record *r, unsigned turn, uint64_t left)
{
    uint64_t nap = turn < YIELDS ? 0 : (uint64_t)SHORTEST_NAP << least(turn - YIELDS, 8);
    lt_nap(r, least(least(nap, LONGEST_NAP), left));
}

void lt_take_pause(struct lt_record *r)
{
    struct lt_domain *d = r->domain;
    if (r->pausing) return;
    r->owes_pause = false;
    uint64_t excess = lt_excess(d);
    if (!excess) return;
    uint64_t began = now(), until = began + time_for(d, excess), t = began;
    uint64_t goal = lt_load64(&d->epoch, LT_RELAXED) + ENOUGH;
    r->pausing = true;
    bool whole = lt_meter(r);
    for (unsigned turn = 0; excess && lt_load64(&d->epoch, LT_RELAXED) < goal; turn++) {
        if (!lt_advance_now(r)) {
            if (t >= until && !LT_FAULT("lib/pause-endless", "who is held back waits for as long as it takes")) break;
            give_time(r, turn, until > t ? until - t : 0);
        }
        lt_work(r);
        excess = lt_excess(d);
        t = now();
    }
    if (whole) lt_unmeter(r);
    r->pausing = false;
    lt_add64(&d->held_back, 1, LT_RELAXED);
    lt_add64(&d->held_back_ns, t - began, LT_RELAXED);
}
