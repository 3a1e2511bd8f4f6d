/* settle.c: the calls that wait: poll, synchronize, barrier; and lt_defer. */
#include <sched.h>

#include "domain.h"

static struct lt_record *self_inside(struct lt_domain *d)
{
    d->enter();
    return lt_record_of(*d->self_address());
}

/* Inside a section: all that can be done now without waiting for anyone. */
static void work(struct lt_record *r)
{
    lt_safepoint_slow(&r->hot);
    lt_assist_all(r);
    lt_adopt(r);
    lt_ripen(r);
    lt_reclaim(r, UINT64_MAX);
    if (r->domain->hooks.collect) r->domain->hooks.collect(r);
    lt_cascade(r);
}

void lt_domain_poll(struct lt_domain *d)
{
    lt_register_or_abort(d);
    struct lt_record *r = lt_record_of(*d->self_address());
    bool whole = lt_meter(r);
    d->enter();
    if (lt_thread_depth(&r->hot) > 1) d->safepoint();
    lt_advance(r);
    work(r);
    d->leave();
    if (whole) lt_unmeter(r);
}

static uint64_t epoch_of(struct lt_domain *d) { return lt_load64(&d->epoch, LT_ACQUIRE); }

/* Outside a section: waits until the epoch has grown by `epochs`. */
static void wait_epochs(struct lt_domain *d, uint64_t epochs)
{
    uint64_t goal = epoch_of(d) + epochs;
    while (epoch_of(d) < goal) {
        struct lt_record *r = self_inside(d);
        lt_safepoint_slow(&r->hot); /* announce, or nobody can go on */
        bool began = lt_advance_now(r);
        d->leave();
        if (!began) sched_yield();
    }
}

static void require_outside(struct lt_domain *d, const char *call)
{
    lt_thread *self = *d->self_address();
    if (self && lt_thread_depth(self))
        lt_abort("%s: called inside a section of strategy %s, which it would wait for.", call, d->name);
}

void lt_domain_synchronize(struct lt_domain *d)
{
    require_outside(d, "lt_synchronize");
    wait_epochs(d, 2); /* E >= a + 2 for every a announced before: lib/grace.c, (2) */
}

static lt_stats stats_of(struct lt_domain *d)
{
    lt_stats s;
    lt_domain_stats(d, &s);
    return s;
}

void lt_domain_barrier(struct lt_domain *d)
{
    require_outside(d, "lt_barrier");
    if (!d->traits.reclaims) return;
    /* A round takes over what every thread has waiting, lets it ripen and finalizes it. What dies by that may wait again, so
     * rounds follow until one finalizes nothing. Other threads may go on releasing for ever; but as long as anything is left
     * that follows from a release before the call, a round finalizes one such object at least. */
    lt_stats s = stats_of(d);
    uint64_t rounds = s.live + 1, before, after = s.finalized;
    do {
        before = after;
        uint64_t summons = lt_add64(&d->summons, 1, LT_ACQ_REL) + 1; /* pairs with the acquire in answer() */
        for (bool all = false; !all;) {
            struct lt_record *r = self_inside(d);
            all = lt_gather(r, summons);
            work(r);
            lt_cascade_all(r);
            d->leave();
            if (!all) sched_yield();
        }
        for (int i = 0; i < LT_GRACE + 1; i++) {
            wait_epochs(d, 1);
            struct lt_record *r = self_inside(d);
            work(r);
            lt_cascade_all(r);
            d->leave();
        }
        after = stats_of(d).finalized;
    } while (after != before && --rounds);
}

void lt_domain_defer(struct lt_domain *d, lt_node *node, void (*fn)(lt_node *))
{
#if LT_CHECKS
    lt_check_section(d, *d->self_address(), "lt_defer");
#endif
    if (!d->traits.reclaims) return;
    node->fn = fn;
    lt_defer_node(lt_record_of(*d->self_address()), node);
}
