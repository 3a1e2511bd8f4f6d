/* settle.c: the calls that wait: poll, synchronize, barrier; and lt_defer. */

#include "domain.h"

static struct lt_record *self_inside(struct lt_domain *d)
{
    d->enter();
    return lt_record_of(*d->self_address());
}

void lt_work(struct lt_record *r)
{
    lt_safepoint_slow(&r->hot);
    lt_assist_all(r);
    lt_adopt(r);
    lt_ripen(r);
    lt_reclaim(r, UINT64_MAX);
    if (r->domain->hooks.collect) r->domain->hooks.collect(r);
    if (r->domain->hooks.poll) r->domain->hooks.poll(r);
    lt_cascade(r);
}

void lt_domain_poll(struct lt_domain *d)
{
    lt_register_or_abort(d);
    struct lt_record *r = lt_record_of(*d->self_address());
#if LT_CHECKS
    if (lt_thread_depth(&r->hot)) lt_check_safepoint(d, &r->hot, "lt_poll", __builtin_return_address(0));
#endif
    bool whole = lt_meter(r);
    d->enter();
    if (lt_thread_depth(&r->hot) > 1) d->safepoint();
    lt_advance(r);
    lt_work(r);
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
        if (!began) lt_yield();
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
    /* As for what is retired now (lib/grace.c). Not less: a store by which the caller unlinked something may still be on its way,
     * so that an epoch begins, and a thread announces it, before that is seen. */
    uint64_t epochs = LT_GRACE - LT_FAULT("lib/synchronize-short", "lt_synchronize waits one epoch less");
    if (LT_FAULT("lib/synchronize-once", "lt_synchronize waits for one epoch")) epochs = 1;
    wait_epochs(d, epochs);
}

static uint64_t merges(struct lt_domain *d, uint64_t *live)
{
    lt_stats s;
    lt_domain_stats(d, &s);
    *live = s.live;
    return s.slow;
}

static bool is_settled(const struct lt_record *r)
{
    return !lt_has_dead(r) && lt_limbo_is_empty(r) && (!r->domain->hooks.is_idle || r->domain->hooks.is_idle(r));
}

/* Asks every thread to hand over what it has waiting, until all have; takes it. */
static void gather(struct lt_domain *d)
{
    uint64_t summons = lt_summon(lt_record_of(*d->self_address()));
    for (bool all = false; !all;) {
        struct lt_record *r = self_inside(d);
        all = lt_gather(r, summons);
        lt_work(r);
        lt_cascade_all(r);
        d->leave();
        if (!all) lt_yield();
    }
}

void lt_domain_barrier(struct lt_domain *d)
{
    require_outside(d, "lt_barrier");
    if (!d->traits.reclaims) return;
    lt_register_or_abort(d);
    lt_mutex_lock(&d->barrier);
    struct lt_record *r = lt_record_of(*d->self_address());
    r->barring = true;

    /* Where objects are merged by their owners, what dies of one may be another's to merge: in one round it reaches that
     * thread's queue, in the next it is merged. So rounds follow until two have merged nothing. Other threads may go on
     * merging what concerns us not; but as long as ours is not over, two rounds merge one of the objects alive at the call. */
    uint64_t rounds, live, before, after = merges(d, &rounds);
    int quiet = 0;
    rounds = 2 * rounds + 2;
    do {
        before = after;
        gather(d);
        after = merges(d, &live);
        quiet = after == before ? quiet + 1 : 0;
    } while (d->hooks.assist && quiet < 2 && --rounds);

    /* All that waited is ours now, and what others let go of from here on does not come to us. */
    for (bool settled = false; !settled;) {
        wait_epochs(d, 1);
        d->enter();
        lt_work(r);
        lt_cascade_all(r);
        settled = is_settled(r) || LT_FAULT("lib/barrier-unsettled", "lt_barrier leaves what is not ripe at once");
        d->leave();
    }
    lt_mutex_lock(&d->lock);
    d->gatherer = NULL;
    lt_mutex_unlock(&d->lock);
    r->barring = false;
    lt_mutex_unlock(&d->barrier);
    if (lt_load32(&d->pressure.pressed, LT_RELAXED)) lt_ask(r); /* the callback had to wait */
}

void lt_domain_defer(struct lt_domain *d, lt_node *node, void (*fn)(lt_node *))
{
#if LT_CHECKS
    lt_check_section(d, *d->self_address(), "lt_defer", __builtin_return_address(0));
#endif
    if (!d->traits.reclaims) return;
    node->fn = fn;
    lt_defer_node(lt_record_of(*d->self_address()), node);
}
