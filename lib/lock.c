/* lock.c: the object lock's slow paths. A byte of the header is the lock; who must wait does so in a queue that is found by the
 * object's address (a parking lot, as WebKit's and CPython's PyMutex).
 *
 * PARKED is set under the queue's mutex by a thread that is about to be in the queue, and taken off under it by the unlocker
 * that found no one else there for this object. So who unlocks with PARKED clear owes nobody a wake-up.
 *
 * A thread that finds the byte free may take it, though others wait: the lock is rarely handed from one running thread to a
 * sleeping one. But who has waited for PATIENCE is given the lock instead of a chance, so nobody starves: each unlocking takes
 * the longest waiting thread off the queue, and one that comes back keeps the time of its arrival.
 *
 * A thread that waits has left its section, so that it holds up nobody's epoch or merge, and its borrows have ended; it is back
 * inside before lt_lock returns. A finalizer is the exception: it runs in the middle of another call, and waits inside.
 * There nobody can work for it. So who needs it, and may have the lock, wakes it (lt_rouse) until it has done what was
 * needed (hooks.relieve).
 *
 * On the way out and in again no client code runs, no finalizer and no callback, as it would at a safepoint: the thread may
 * hold other locks, and has this one when it comes back, and client code that takes one of them would wait for ever. It
 * comes after. */
#include <lifetime/strategy/lock.h>

#include "domain.h"

enum { SPINS = 64, QUEUES = 64, PATIENCE_NS = 1000000 };

enum { WAITING, INVITED, OWNER };

struct waiter {
    const lt_object *object;
    struct waiter *next;
    int64_t since;
    lt_atomic32 *state; /* of its record: lock_wait */
};

static struct queue {
    _Alignas(64) pthread_mutex_t mutex;
    struct waiter *head, *tail;
} queues[QUEUES];

static void make_queues(void)
{
    for (int i = 0; i < QUEUES; i++) pthread_mutex_init(&queues[i].mutex, NULL); /* cannot fail without attributes */
}

/* Who waited is gone, and a queue may be half changed. What they held stays locked, as any mutex does. */
void lt_lock_forked(void)
{
    if (LT_FAULT("lib/fork-parked", "a child's lock is given to a thread that vanished")) return;
    for (int i = 0; i < QUEUES; i++) queues[i].head = queues[i].tail = NULL;
    make_queues();
}

static struct queue *queue_of(const lt_object *o)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    (void)pthread_once(&once, make_queues);
    return &queues[(uint64_t)(uintptr_t)o * 0x9e3779b97f4a7c15ull >> 58];
}

static int64_t now(void)
{
    struct timespec t;
    lt_time(&t);
    return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

static bool try_take(lt_object *o)
{
    uint8_t byte = lt_load8(&o->lock, LT_RELAXED);
    while (!(byte & LT_LOCKED))
        if (lt_cas8(&o->lock, &byte, byte | LT_LOCKED, LT_ACQUIRE, LT_RELAXED)) return true; /* as in lt_object_lock */
    return false;
}

/* Queue locked. False: the lock came free, and is ours. */
static bool announce(lt_object *o)
{
    uint8_t byte = lt_load8(&o->lock, LT_RELAXED);
    for (;;) {
        if (!(byte & LT_LOCKED)) {
            if (lt_cas8(&o->lock, &byte, byte | LT_LOCKED, LT_ACQUIRE, LT_RELAXED)) return false;
        } else if (LT_FAULT("lib/lock-unannounced", "a thread waits without saying so")) {
            return true;
        } else if (byte & LT_PARKED || lt_cas8(&o->lock, &byte, byte | LT_PARKED, LT_RELAXED, LT_RELAXED)) {
            return true;
        }
    }
}

static void append(struct queue *q, struct waiter *w)
{
    w->next = NULL;
    if (q->head) q->tail->next = w;
    else q->head = w;
    q->tail = w;
}

/* Removes and returns the one that has waited longest for o; *more: another waits for it. */
static struct waiter *remove_first(struct queue *q, const lt_object *o, bool *more)
{
    struct waiter *before = NULL, *w = q->head;
    while (w && w->object != o) before = w, w = w->next;
    *more = false;
    if (!w) return NULL;
    if (before) before->next = w->next;
    else q->head = w->next;
    if (q->tail == w) q->tail = before;
    for (const struct waiter *other = w->next; other; other = other->next) *more |= other->object == o;
    if (LT_FAULT("lib/lock-others-forgotten", "who waits behind the first is not looked for")) *more = false;
    return w;
}

/* What only this thread can do for others, who may have the lock. None of it is client code. */
static void relieve(struct lt_record *r)
{
    if (LT_FAULT("lib/lock-deaf", "who waits for a lock inside its section does nothing for others")) return;
    if (r->domain->hooks.relieve) r->domain->hooks.relieve(r);
}

static void wait(struct lt_record *r, lt_object *o, bool inside)
{
    struct queue *q = queue_of(o);
    struct waiter w = {.object = o, .since = now(), .state = &r->lock_wait};
    do {
        lt_mutex_lock(&q->mutex);
        bool waits = announce(o);
        if (waits) {
            lt_store32(w.state, WAITING, LT_RELAXED); /* the mutex passes it on */
            append(q, &w);
        }
        lt_mutex_unlock(&q->mutex);
        if (!waits) return;
        /* Acquire pairs with the release in lt_object_unlock_slow, which may have made us the owner. */
        while (lt_load32(w.state, LT_ACQUIRE) == WAITING) {
            if (inside) relieve(r);
            lt_futex_wait(&w.state->raw, WAITING);
        }
        if (lt_load32(w.state, LT_RELAXED) == OWNER) return;
    } while (!try_take(o));
}

void lt_object_lock_slow(lt_thread *self, lt_object *o)
{
    for (int i = 0; i < SPINS; i++) {
        if (try_take(o)) return;
        lt_pause();
    }
    struct lt_record *r = lt_record_of(self);
    if (r->cascading || r->reclaiming) {
        wait(r, o, true);
    } else {
        r->cascading = r->reclaiming = true; /* as in a finalizer, there is to be no other */
        uint64_t depth = lt_suspend(self);
        wait(r, o, false);
        lt_resume(self, depth);
        r->cascading = r->reclaiming = false;
        if (lt_has_dead(r) || r->owes_pause || lt_load32(&r->domain->pressure.pressed, LT_RELAXED)) lt_ask(r);
    }
}

void lt_object_unlock_slow(lt_object *o)
{
    struct queue *q = queue_of(o);
    bool more;
    lt_point("lib: about to look who waits");
    lt_mutex_lock(&q->mutex);
    struct waiter *w = remove_first(q, o, &more);
    bool hand_over = w && now() - w->since > PATIENCE_NS;
    unsigned byte = (hand_over ? LT_LOCKED : 0) | (more ? LT_PARKED : 0);
    /* We have the lock, and PARKED changes under the mutex only: a store will do. Release as in lt_object_unlock. From here on
     * the object may be gone. */
    lt_store8(&o->lock, (uint8_t)byte, LT_WEAKEN("lib/unlock-slow-relaxed", LT_RELEASE));
    lt_atomic32 *state = w ? w->state : NULL;
    if (state) lt_store32(state, hand_over ? OWNER : INVITED, LT_RELEASE); /* from here on the waiter may be gone, not its record */
    lt_mutex_unlock(&q->mutex);
    if (state) lt_futex_wake(&state->raw);
}

void lt_rouse(struct lt_record *r) { lt_futex_wake(&r->lock_wait.raw); }
