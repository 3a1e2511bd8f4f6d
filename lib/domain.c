/* domain.c: threads come and go; their records stay. */
#include "domain.h"

#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "track.h"

static void thread_exit(void *domain)
{
    struct lt_domain *d = domain;
    /* The key's value is gone by now; the record is not. Another destructor may use the library after this one: it is
     * registered anew, and this runs again. */
    if (*d->self_address()) {
        (void)pthread_setspecific(d->at_exit, NULL);
        lt_domain_unregister(d);
    }
}

/* Locked. */
static int start(struct lt_domain *d)
{
    if (d->started) return 0;
    lt_grace_choose();
    if (!d->orphans && !(d->orphans = lt_limbo_new())) return ENOMEM;
    int error = pthread_key_create(&d->at_exit, thread_exit);
    d->started = !error;
    return error;
}

/* Locked. A record whose thread has exited, or a new one. */
static int find_record(struct lt_domain *d, struct lt_record **found)
{
    struct lt_record *r = d->spare;
    if (r) {
        int error = r->lost && d->hooks.prepare ? d->hooks.prepare(r) : 0;
        if (error) return error;
        r->lost = false;
        if (!LT_FAULT("lib/record-shared", "two threads get the same record")) d->spare = r->next_spare;
        *found = r;
        return 0;
    }
    if (d->max_records && d->records_made == d->max_records) return EAGAIN; /* no thread id is left; `plain` has one */
    if (!(r = lt_alloc_lines(d->record_size))) return ENOMEM;
    r->domain = d;
    r->mark = (uint8_t)(d->id << LT_MARK_STRATEGY_SHIFT);
    int error = (r->limbo = lt_limbo_new()) ? 0 : ENOMEM;
    if (!error && d->hooks.prepare) error = d->hooks.prepare(r);
    if (error) {
        free(r->limbo);
        free(r);
        return error;
    }
    r->index = ++d->records_made;
    r->next = d->records;
    d->records = r;
    *found = r;
    return 0;
}

int lt_domain_register(struct lt_domain *d)
{
    if (*d->self_address()) return 0;
    struct lt_record *r = NULL;
    lt_mutex_lock(&d->lock);
    int error = start(d);
    if (!error) error = find_record(d, &r);
    if (!error && (error = pthread_setspecific(d->at_exit, d))) {
        r->next_spare = d->spare;
        d->spare = r;
    }
    if (!error) {
        lt_store64(&r->hot.section, 0, LT_RELAXED);
        r->thread = lt_thread_id();
        lt_online(r);
        r->live = true;
        r->summoned = lt_load64(&d->summons, LT_RELAXED);
        d->records_live++;
        *d->self_address() = &r->hot;
        if (d->hooks.attach) d->hooks.attach(r);
    }
    lt_mutex_unlock(&d->lock);
    return error;
}

void lt_offline(struct lt_record *r)
{
    struct lt_domain *d = r->domain;
    r->live = false;
#if LT_CHECKS
    lt_watcher_reset(&r->watcher); /* who vanished in a fork may have borrowed and locked */
#endif
    lt_or64(&r->hot.attention, LT_ASK_SEIZED, LT_RELAXED); /* see lt_absent */
    d->records_live--;
    r->next_spare = d->spare;
    d->spare = r;
}

void lt_register_or_abort(struct lt_domain *d)
{
    int error = lt_domain_register(d);
    if (error)
        lt_abort("lt_enter: this thread cannot be registered with strategy %s: %s. Call lt_thread_register first to handle "
                 "this.", d->name, strerror(error));
}

void lt_enter_first(struct lt_domain *d)
{
    lt_register_or_abort(d);
    d->enter();
}

/* Outside a section. */
static void finish_work(struct lt_record *r)
{
    struct lt_domain *d = r->domain;
    d->enter();
    lt_cascade_all(r);
    if (d->hooks.service) d->hooks.service(r);
    lt_cascade_all(r);
    d->leave();
}

void lt_domain_unregister(struct lt_domain *d)
{
    if (!*d->self_address()) return;
    struct lt_record *r = lt_record_of(*d->self_address());
    if (!lt_outside(r)) lt_abort("lt_thread_unregister: called inside a section of strategy %s.", d->name);

    finish_work(r);
    lt_point("lib: nothing left to do, still registered");
    lt_mutex_lock(&d->lock);
    while (d->hooks.waiting && d->hooks.waiting(r)) { /* others do not know yet that we are gone */
        lt_mutex_unlock(&d->lock);
        finish_work(r);
        lt_yield(); /* who counted what it is about to push may have to run first */
        lt_mutex_lock(&d->lock);
    }
    if (d->hooks.quiesce) d->hooks.quiesce(r);
    if (d->hooks.hand_over) d->hooks.hand_over(r);
    lt_orphan(r);
    lt_track_hand_over(r);
    lt_magazine_empty(&r->magazine);
    if (d->hooks.detach) d->hooks.detach(r);
    lt_offline(r);
    *d->self_address() = NULL;
    lt_mutex_unlock(&d->lock);
    (void)pthread_setspecific(d->at_exit, NULL);
}

const lt_traits *lt_domain_traits(const struct lt_domain *d) { return &d->traits; }
const char *lt_domain_name(const struct lt_domain *d) { return d->name; }

int lt_domain_configure(struct lt_domain *d, enum lt_setting setting, uint64_t value)
{
    if ((unsigned)setting >= LT_SETTINGS) return EINVAL;
    lt_store64(&d->settings[setting], value, LT_RELAXED);
    return 0;
}
