/* fork.c: fork(2) in a process of many threads. The child has one of them, the caller, and a copy of all memory.
 *
 * Before. The caller takes the lock of every domain, in one order, and seizes the threads that are outside a section
 * (lib/grace.c): they cannot come back while the lock is taken, so nothing private of theirs changes under the copy.
 *
 * In the child. A thread that was seized was in order and had handed over what it had: its record is that of a thread
 * that exited. A thread that was inside a section has stopped for ever, between two instructions:
 *   The copy is a consistent cut: Linux lets a thread that writes to a page already copied wait for the end of the copy.
 *   So who sees one of its writes sees all that the write was ordered after.
 *   Any thread may be stopped anywhere for any time. So shared words are as right as ever, and what is half done errs
 *   towards too many references: each protocol counts before it links and unlinks before it discounts.
 *   Its borrows are over, as it will not use them: epochs go on without it.
 *   Its private lists may be half changed: they are forgotten, and what is in them leaks. What must not be forgotten,
 *   the strategy sees to in hooks.fork.
 *
 * Locks. None is held while client code runs, so the caller holds none; but the allocator's are taken under ours. So its
 * handlers must run after ours before the fork, that is, must have been registered earlier. */
#include "alloc.h"
#include "track.h"

static struct lt_domain *all;     /* atomic: read by every fork; grows when a library is loaded */
static struct lt_domain *covered; /* by the fork that is under way; under the locks of the domains */

static struct lt_record *own_record(struct lt_domain *d)
{
    lt_thread *self = *d->self_address();
    return self ? lt_record_of(self) : NULL;
}

static void step(struct lt_domain *d, enum lt_fork step)
{
    if (d->hooks.fork) d->hooks.fork(d, step);
}

static void before(void)
{
    struct lt_domain *first = __atomic_load_n(&all, __ATOMIC_ACQUIRE); /* pairs with the release in lt_fork_covers */
    for (struct lt_domain *d = first; d; d = d->next) step(d, LT_FORK_BEFORE);
    for (struct lt_domain *d = first; d; d = d->next) {
        lt_mutex_lock(&d->lock);
        lt_seize_all(d, own_record(d));
        step(d, LT_FORK_LOCK);
    }
    lt_weak_fork(LT_FORK_LOCK);
    lt_shadow_fork(LT_FORK_LOCK);
    covered = first;
}

static void after_in_parent(void)
{
    struct lt_domain *first = covered;
    lt_weak_fork(LT_FORK_UNLOCK);
    lt_shadow_fork(LT_FORK_UNLOCK);
    for (struct lt_domain *d = first; d; d = d->next) {
        step(d, LT_FORK_UNLOCK);
        lt_mutex_unlock(&d->lock);
    }
    for (struct lt_domain *d = first; d; d = d->next) step(d, LT_FORK_AFTER);
}

/* Its private lists may be half changed. */
static void forget(struct lt_record *r)
{
    if (LT_FAULT("lib/vanished-believed", "a child goes on with what vanished threads left half done")) return;
    r->heir = NULL;
    r->dead = (struct lt_chain){0};
    lt_limbo_forget(r);
    r->metered = false;
    lt_track_forget(r);
    lt_magazine_forget(&r->magazine);
}

static void clear_up(struct lt_domain *d, struct lt_record *self)
{
    for (struct lt_record *r = d->records; r; r = r->next) {
        if (r == self || !r->live) continue;
        r->lost = !r->seized;
        r->barring = r->cascading = r->reclaiming = false; /* it waited for a lock, or had the barrier */
        r->owes_pause = r->pausing = false;
        if (r->lost) {
            forget(r);
        } else {
            lt_track_hand_over(r);
            lt_magazine_empty(&r->magazine);
        }
    }
    lt_grace_forked(self); /* strategies ask what it found */
    step(d, LT_FORK_CHILD);  /* first: to give up may take the strategy's own locks */
    for (struct lt_record *r = d->records; r; r = r->next) {
        if (r == self || !r->live) continue;
        if (!r->lost) lt_give_up(r); /* it has something if it was in lt_barrier */
        if (!LT_FAULT("lib/vanished-awaited", "a child waits for threads that vanished")) lt_offline(r);
    }
    if (!self || (d->gatherer != self && d->collector != self)) { /* whoever is in lt_barrier, or collects, is gone */
        d->collector = NULL;
        d->gatherer = NULL;
        (void)pthread_mutex_init(&d->barrier, NULL);
    }
    (void)pthread_mutex_init(&d->world, NULL);
    lt_store32(&d->stopping, 0, LT_RELAXED);
    if (self) self->thread = lt_thread_id();
    if (self) lt_ask(self); /* whoever had something for it may have vanished before saying so */
}

static void after_in_child(void)
{
    lt_lock_forked();
    lt_weak_fork(LT_FORK_CHILD);
    lt_shadow_fork(LT_FORK_CHILD);
    for (struct lt_domain *d = covered; d; d = d->next) {
        clear_up(d, own_record(d));
        lt_mutex_unlock(&d->lock);
    }
}

static void handle_forks(void)
{
    void *first = lt_take(1); /* whereby the allocator registers its handlers */
    if (first) lt_dealloc(first, 1);
    (void)pthread_atfork(before, after_in_parent, after_in_child);
}

void lt_fork_covers(struct lt_domain *d)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    (void)pthread_once(&once, handle_forks);
    d->next = __atomic_load_n(&all, __ATOMIC_RELAXED);
    /* One library is loaded at a time. Release: d->next first. */
    __atomic_store_n(&all, d, __ATOMIC_RELEASE);
}
