/* global_lock.c: the lock and its hand-over.
 *
 * As CPython's ceval_gil.c: a thread that waits longer than the switch interval without the lock having changed hands asks
 * for it (lt_global_lock_wanted); the holder sees that at its next safepoint or leave and must pass the lock to another
 * thread before it can have it again. Here waiting threads stand in a queue and a forced hand-over goes to the first of
 * it, directly: the lock is never free meanwhile. So a thread that waits is served after at most as many intervals as there
 * are threads before it, and nobody starves. Without a request the lock is merely set free, and whoever comes first takes
 * it: no convoy.
 *
 * The lock word has two bits. HELD is taken and given by compare-and-swap; acquire and release on it are what orders one
 * section after another. WAITERS is set under the queue's mutex before a waiter looks at HELD for the last time, so a holder
 * that leaves either finds WAITERS, and the mutex, or was gone before that look. */
#define LT_THIS global_lock
#define LT_DEAD_TAG LT_COUNT_DEAD
#include "lib/strategy.h"

#include <time.h>

enum { HELD = 1, WAITERS = 2 };

#define LONGEST_US 1000000000000ull /* eleven days: for ever */

struct gl_record {
    struct lt_record base;
    /* Under the queue's mutex: */
    pthread_cond_t turn;
    struct gl_record *behind;
    bool granted; /* the lock is ours; it was handed over */
    bool woken;   /* on its way to look at the lock */
};

static lt_atomic32 lock;
lt_atomic32 lt_global_lock_wanted;

static pthread_mutex_t queue = PTHREAD_MUTEX_INITIALIZER;
static struct gl_record *first, *last;
static uint64_t switches; /* how often the lock was taken by a waiter */

/* The switch interval from now on, and the switch that it is counted from: every switch starts it anew. */
struct patience { struct timespec until; uint64_t since; };

static struct patience new_patience(struct gl_record *me)
{
    struct patience p = {.since = switches};
    lt_time(&p.until);
    uint64_t us = lt_setting_of(me->base.domain, LT_SWITCH_INTERVAL);
    if (us > LONGEST_US) us = LONGEST_US;
    uint64_t ns = (uint64_t)p.until.tv_nsec + us % 1000000 * 1000;
    p.until.tv_sec += (time_t)(us / 1000000 + ns / 1000000000);
    p.until.tv_nsec = (long)(ns % 1000000000);
    return p;
}

static void wait(struct gl_record *me, struct patience *p)
{
    me->woken = false;
    bool over = lt_cond_wait_until(&me->turn, &queue, &p->until) == ETIMEDOUT;
    if (me->granted || (!over && p->since == switches)) return;
    if (p->since == switches) lt_store32(&lt_global_lock_wanted, 1, LT_RELAXED); /* a hint: release() has the mutex */
    *p = new_patience(me);
}

static void dequeue_first(void)
{
    first = first->behind;
    if (!first) last = NULL;
    /* Under the mutex nobody else changes WAITERS; HELD may come and go. */
    uint32_t word = lt_load32(&lock, LT_RELAXED);
    while (!first && !lt_cas32(&lock, &word, word & ~(uint32_t)WAITERS, LT_RELAXED, LT_RELAXED)) {}
}

static bool try_acquire(void)
{
    uint32_t word = lt_load32(&lock, LT_RELAXED);
    while (!(word & HELD) || LT_FAULT("global_lock/taken-held", "a lock that is held is taken"))
        /* Acquire pairs with release(). */
        if (lt_cas32(&lock, &word, word | HELD, LT_WEAKEN("global_lock/acquire-relaxed", LT_ACQUIRE), LT_RELAXED)) return true;
    return false;
}

static void queue_up(struct gl_record *me)
{
    lt_mutex_lock(&queue);
    me->behind = NULL;
    me->granted = false;
    if (last) last->behind = me;
    else first = me;
    last = me;
    if (!LT_FAULT("global_lock/waiters-unseen", "the lock does not show who waits")) lt_or32(&lock, WAITERS, LT_RELAXED);
    lt_point("global_lock: waits, has not looked again");
    struct patience patience = new_patience(me);
    while (!me->granted) {
        bool turn = first == me || LT_FAULT("global_lock/out-of-turn", "a waiting thread takes the lock and another's place");
        if (turn && try_acquire()) {
            dequeue_first();
            break;
        }
        wait(me, &patience);
    }
    switches++;
    lt_store32(&lt_global_lock_wanted, 0, LT_RELAXED); /* whoever waits on begins to count anew */
    lt_mutex_unlock(&queue);
}

static void release(void)
{
    uint32_t held = HELD;
    /* Release pairs with try_acquire(). */
    if (LT_LIKELY(lt_cas32(&lock, &held, 0, LT_WEAKEN("global_lock/release-relaxed", LT_RELEASE), LT_RELAXED))) return;
    lt_point("global_lock: found waiters, still held");
    lt_mutex_lock(&queue);
    struct gl_record *next = first;
    bool pass = next && lt_load32(&lt_global_lock_wanted, LT_RELAXED);
    if (pass && !LT_FAULT("global_lock/never-passed-on", "the lock is set free when it should be handed over")) {
        lt_store32(&lt_global_lock_wanted, 0, LT_RELAXED);
        /* HELD stays set; the mutex orders the sections. */
        if (!LT_FAULT("global_lock/passed-to-nobody", "the lock is handed over and nobody has it")) next->granted = true;
        if (LT_FAULT("global_lock/passed-and-freed", "the lock is handed over and set free")) 
            lt_store32(&lock, WAITERS, LT_RELAXED);
        dequeue_first();
    } else {
        uint32_t word = lt_load32(&lock, LT_RELAXED);
        int order = LT_WEAKEN("global_lock/release-relaxed", LT_RELEASE);
        while (!lt_cas32(&lock, &word, word & ~(uint32_t)HELD, order, LT_RELAXED)) {}
    }
    lt_point("global_lock: passed on or free, nobody is woken");
    bool wake = next && !next->woken && !LT_FAULT("global_lock/unwoken", "nobody is woken");
    if (wake) {
        next->woken = true;
        lt_cond_signal(&next->turn);
    }
    lt_mutex_unlock(&queue);
}

/* The wait is no cancellation point: a thread cancelled in it would leave the mutex locked, and itself in the queue. */
static void acquire(struct gl_record *me)
{
    if (LT_LIKELY(try_acquire())) return;
    int cancel;
    pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &cancel);
    queue_up(me);
    pthread_setcancelstate(cancel, NULL);
}

static struct gl_record *gl_of(lt_thread *thread) { return (struct gl_record *)thread; }

void lt_global_lock_enter(void)
{
    if (LT_UNLIKELY(!lt_global_lock_self)) lt_register_or_abort(&lt_global_lock_domain);
    lt_thread *me = lt_global_lock_self;
    if (lt_thread_depth(me) == 0) acquire(gl_of(me));
    lt_section_enter(me);
}

void lt_global_lock_leave(void)
{
#if LT_CHECKS
    lt_check_leave(&lt_global_lock_domain, lt_global_lock_self, "lt_leave", __builtin_return_address(0));
#endif
    lt_section_leave(lt_global_lock_self);
    bool outermost = lt_thread_depth(lt_global_lock_self) == 0;
    if (outermost || LT_FAULT("global_lock/nested-release", "the end of a nested section sets the lock free")) release();
}

void lt_global_lock_switch(void)
{
    lt_thread *me = lt_global_lock_self;
    uint64_t depth = lt_suspend(me);
    release();
    lt_resume(me, depth); /* which acquires */
}

static int prepare(struct lt_record *r)
{
    pthread_condattr_t monotonic;
    int error = pthread_condattr_init(&monotonic);
    if (error) return error;
    (void)pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    error = pthread_cond_init(&((struct gl_record *)r)->turn, &monotonic);
    (void)pthread_condattr_destroy(&monotonic);
    return error;
}

static bool inside(void) { return lt_global_lock_self && lt_thread_depth(lt_global_lock_self); }

/* A process is forked by the thread that holds the lock, so that nobody is in the middle of a plain count or slot. */
static void acquire_to_fork(struct lt_domain *d)
{
    if (inside()) return;
    struct gl_record stand_in = {.base.domain = d}; /* the thread may have no record */
    if (prepare(&stand_in.base) != 0) lt_abort("fork: strategy %s cannot wait for its lock.", d->name);
    acquire(&stand_in);
    (void)pthread_cond_destroy(&stand_in.turn);
}

/* In the child: nobody waits. */
static void reset(struct lt_domain *d)
{
    if (LT_FAULT("global_lock/fork-queue", "a child's lock is waited for by threads that vanished")) return;
    first = last = NULL;
    lt_store32(&lock, inside() ? HELD : 0, LT_RELAXED);
    lt_store32(&lt_global_lock_wanted, 0, LT_RELAXED);
    for (struct lt_record *r = d->records; r; r = r->next) (void)prepare(r);
}

static void forked(struct lt_domain *d, enum lt_fork step)
{
    switch (step) {
    case LT_FORK_BEFORE:
        acquire_to_fork(d);
        break;
    case LT_FORK_LOCK:
        lt_mutex_lock(&queue);
        break;
    case LT_FORK_UNLOCK:
        lt_mutex_unlock(&queue);
        break;
    case LT_FORK_AFTER:
        if (!inside()) release();
        break;
    case LT_FORK_CHILD:
        reset(d);
        lt_mutex_unlock(&queue);
        break;
    }
}

void lt_global_lock_die_raw(lt_object *o) { lt_kill_leaf(self(), o); }

lt_domain lt_global_lock_domain = {
    LT_DOMAIN,
    .record_size = sizeof(struct gl_record),
    .traits = {.threads = true, .reclaims = true, .immediate = true, .owed_borrow = true, .counted_borrow = true, .exclusive = true, .unique = true, .reuse = true},
    .hooks = {.prepare = prepare, .count = whole_count, .edge = edge, .claim = claim,
              .drop = drop, .drop_slot = drop_slot, .ripen = lt_object_ripe, .fork = forked,
              .links = LT_WHOLE_LINKS},
};
