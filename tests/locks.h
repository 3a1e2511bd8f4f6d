/* locks.h: the object lock: exclusion, waiting outside the section, two locks, finalizers that wait, nobody starves. */

#include <lifetime/strategy/lock.h>

struct guarded {
    struct thing *thing[2];
    uint64_t sum[2]; /* under the lock of thing[0], thing[1]: plain */
};

static void add_under_a_lock(unsigned index, void *shared)
{
    struct guarded *g = shared;
    lt_enter();
    for (unsigned i = 0; i < scaled(20000) + 100; i++) {
        unsigned which = (i + index) % 2;
        lt_lock(g->thing[which]);
        uint64_t sum = g->sum[which];
        if (i % 64 == 0) sched_yield(); /* others come, and wait */
        g->sum[which] = sum + 1;
        lt_unlock(g->thing[which]);
        if (i % 16 == 0) lt_safepoint();
    }
    lt_leave();
}

CASE(a_lock_excludes)
{
    NEEDS(threads);
    struct guarded g = {0};
    lt_enter();
    for (int i = 0; i < 2; i++) g.thing[i] = thing_new();
    lt_leave();
    run_crowd(crowd(), add_under_a_lock, &g);
    CHECK_EQ(g.sum[0] + g.sum[1], crowd() * (scaled(20000) + 100));
    lt_enter();
    for (int i = 0; i < 2; i++) lt_release(g.thing[i]);
    lt_leave();
}

static void move_under_two_locks(unsigned index, void *shared)
{
    struct guarded *g = shared;
    lt_enter();
    for (unsigned i = 0; i < scaled(10000) + 100; i++) {
        unsigned from = (i + index) % 2;
        lt_lock2(g->thing[from], g->thing[!from]);
        g->sum[from]--;
        g->sum[!from]++;
        CHECK_EQ(g->sum[0] + g->sum[1], 1000);
        lt_unlock2(g->thing[from], g->thing[!from]);
        if (i % 16 == 0) lt_safepoint();
    }
    lt_leave();
}

CASE(two_locks_in_any_order)
{
    NEEDS(threads);
    struct guarded g = {.sum = {500, 500}};
    lt_enter();
    for (int i = 0; i < 2; i++) g.thing[i] = thing_new();
    lt_leave();
    run_crowd(crowd(), move_under_two_locks, &g);
    CHECK_EQ(g.sum[0] + g.sum[1], 1000);
    lt_enter();
    for (int i = 0; i < 2; i++) lt_release(g.thing[i]);
    lt_leave();
}

static bool is_locked(const struct thing *t, unsigned how) { return (lt_load8(&t->header.lock, LT_RELAXED) & how) != 0; }

static void *takes_both(void *shared)
{
    struct thing **two = shared;
    lt_enter();
    lt_lock2(two[0], two[1]);
    lt_unlock2(two[0], two[1]);
    lt_leave();
    return NULL;
}

/* Of two locks that are taken: for which does lt_lock2 wait first? */
static struct thing *waited_for(struct thing *one, struct thing *two)
{
    struct thing *both[2] = {one, two};
    lt_lock2(one, two);
    pthread_t other = start(takes_both, both);
    while (!is_locked(one, LT_PARKED) && !is_locked(two, LT_PARKED)) sched_yield();
    struct thing *first = is_locked(one, LT_PARKED) ? one : two;
    lt_unlock2(one, two);
    finish(other);
    return first;
}

CASE(two_locks_have_an_order)
{
    NEEDS(threads);
    NEEDS_NOT(exclusive);
    lt_enter();
    struct thing *one = thing_new(), *two = thing_new();
    CHECK(waited_for(one, two) == waited_for(two, one));
    lt_release(one);
    lt_release(two);
    lt_leave();
}

CASE(one_object_may_be_both)
{
    lt_enter();
    struct thing *t = thing_new();
    lt_lock2(t, t);
    lt_unlock2(t, t);
    lt_lock(t);
    lt_unlock(t);
    lt_release(t);
    lt_leave();
}

/* A thread that waits for a lock is outside its section, however deep it was. The waiter waits for `one`. Its holder waits for
 * `two` meanwhile, and so comes back in a newer epoch; then a waiter that had stayed inside would be the oldest section. */
struct chained {
    struct thing *one, *two;
    sem_t held;    /* by the holder: one */
    bool released; /* atomic: the holder may let go of `one` */
};

static void *hold_one_and_wait_for_two(void *shared)
{
    struct chained *c = shared;
    lt_enter();
    lt_lock(c->one);
    gate_open(&c->held);
    lt_lock(c->two);
    lt_unlock(c->two);
    while (!__atomic_load_n(&c->released, __ATOMIC_ACQUIRE)) sched_yield();
    lt_unlock(c->one);
    lt_leave();
    return NULL;
}

static void *wait_for_one(void *shared)
{
    struct chained *c = shared;
    for (int i = 0; i < 3; i++) lt_enter();
    gate_open(&c->held);
    lt_lock(c->one);
    lt_unlock(c->one);
    for (int i = 0; i < 3; i++) lt_leave();
    return NULL;
}

static void *poll_until_the_epoch_is(void *epoch)
{
    lt_stats stats;
    do {
        lt_poll();
        lt_stats_read(&stats);
    } while (stats.epoch < *(uint64_t *)epoch);
    return NULL;
}

static uint64_t oldest_section(void)
{
    lt_stats stats;
    lt_stats_read(&stats);
    return stats.oldest_section;
}

/* Nobody can see whether the two wait already, so they are given some time for it. */
static bool both_wait_outside(useconds_t patience)
{
    struct chained c = {0};
    gate_init(&c.held);
    lt_enter();
    c.one = thing_new();
    c.two = thing_new();
    lt_poll(); /* in the current epoch, as the two threads will be */
    lt_lock(c.two);
    pthread_t holder = start(hold_one_and_wait_for_two, &c);
    gate_pass(&c.held);
    pthread_t waiter = start(wait_for_one, &c);
    gate_pass(&c.held);
    uint64_t newer = oldest_section() + 1;
    finish(start(poll_until_the_epoch_is, &newer));
    usleep(patience);
    lt_unlock(c.two);
    lt_safepoint();
    usleep(patience);
    bool outside = oldest_section() >= newer;
    __atomic_store_n(&c.released, true, __ATOMIC_RELEASE);
    lt_leave();
    finish(holder);
    finish(waiter);
    lt_enter();
    lt_release(c.one);
    lt_release(c.two);
    lt_leave();
    return outside;
}

CASE(who_waits_for_a_lock_is_outside)
{
    NEEDS(threads);
    NEEDS_NOT(exclusive);
    bool outside = false;
    for (useconds_t patience = 100; !outside && patience < 10000000; patience *= 4) outside = both_wait_outside(patience);
    CHECK(outside);
}

/* One thread takes the lock again as soon as it has let go; the other gets it all the same, though it may be by chance. */
struct greedy {
    struct thing *thing;
    unsigned turns; /* of the others; atomic */
};

static void take_turns(unsigned index, void *shared)
{
    struct greedy *g = shared;
    lt_enter();
    if (index == 0) {
        while (__atomic_load_n(&g->turns, __ATOMIC_RELAXED) < 20) {
            lt_lock(g->thing);
            for (int i = 0; i < 1000; i++) __atomic_signal_fence(__ATOMIC_SEQ_CST);
            lt_unlock(g->thing);
            if (TRAIT(exclusive)) lt_safepoint();
        }
    } else if (index == 1) {
        for (int i = 0; i < 20; i++) {
            lt_lock(g->thing);
            __atomic_add_fetch(&g->turns, 1, __ATOMIC_RELAXED);
            lt_unlock(g->thing);
            lt_safepoint();
        }
    }
    lt_leave();
}

CASE(everybody_has_turns_at_a_lock)
{
    NEEDS(threads);
    struct greedy g = {0};
    lt_enter();
    g.thing = thing_new();
    lt_leave();
    run_crowd(2, take_turns, &g);
    CHECK_EQ(g.turns, 20);
    lt_enter();
    lt_release(g.thing);
    lt_leave();
}

/* Not a chance to take it, which whoever let go of it would have first, but the lock itself. */
struct heir {
    struct thing *thing;
    sem_t waits, has;
    bool over; /* atomic */
};

enum { LEGACIES = 20 };

static void *inherits(void *shared)
{
    struct heir *h = shared;
    lt_enter();
    for (unsigned i = 0; i < LEGACIES; i++) {
        gate_pass(&h->waits);
        lt_lock(h->thing);
        while (!__atomic_load_n(&h->over, __ATOMIC_ACQUIRE)) sched_yield();
        lt_unlock(h->thing);
        gate_open(&h->has);
    }
    lt_leave();
    return NULL;
}

CASE(who_has_waited_is_given_the_lock)
{
    NEEDS(threads);
    NEEDS_NOT(exclusive);
    struct heir h = {0};
    gate_init(&h.waits);
    gate_init(&h.has);
    lt_enter();
    h.thing = thing_new();
    pthread_t heir = start(inherits, &h);
    for (unsigned i = 0; i < LEGACIES; i++) {
        __atomic_store_n(&h.over, false, __ATOMIC_RELEASE);
        lt_lock(h.thing);
        gate_open(&h.waits);
        while (!is_locked(h.thing, LT_PARKED)) sched_yield();
        usleep(3000);
        lt_unlock(h.thing);
        CHECK(is_locked(h.thing, LT_LOCKED));
        __atomic_store_n(&h.over, true, __ATOMIC_RELEASE);
        gate_pass(&h.has);
    }
    lt_release(h.thing);
    lt_leave();
    finish(heir);
}

/* A finalizer in the middle of a cascade waits for a lock without ending its thread's section. */
static struct thing *locked_by_the_finalizer;
static uint64_t visits; /* under its lock */

static void visit(struct thing *t)
{
    (void)t;
    lt_lock(locked_by_the_finalizer);
    visits++;
    lt_unlock(locked_by_the_finalizer);
}

static void drop_visitors(unsigned index, void *shared)
{
    (void)index, (void)shared;
    for (unsigned i = 0; i < scaled(2000) + 50; i++) {
        lt_enter();
        struct thing *t = thing_above(thing_new());
        t->last_words = visit;
        lt_release(t);
        lt_leave();
    }
}

CASE(finalizers_take_locks)
{
    NEEDS(threads);
    NEEDS(reclaims);
    lt_enter();
    locked_by_the_finalizer = thing_new();
    lt_leave();
    run_crowd(crowd(), drop_visitors, NULL);
    lt_barrier();
    lt_enter();
    lt_lock(locked_by_the_finalizer);
    CHECK_EQ(visits, crowd() * (scaled(2000) + 50));
    lt_unlock(locked_by_the_finalizer);
    lt_release(locked_by_the_finalizer);
    lt_leave();
}

/* So lt_barrier waits for it, and for what the cascade has left to do, though whoever has the lock may be outside. */
struct blocked_cascade {
    struct chained locks;
    sem_t begun;
};
static struct blocked_cascade *blocked_cascade;

static void waits_for_one(struct thing *t)
{
    (void)t;
    gate_open(&blocked_cascade->begun);
    lt_lock(blocked_cascade->locks.one);
    lt_unlock(blocked_cascade->locks.one);
}

static void *drops_who_waits_for_one(void *unused)
{
    lt_enter();
    struct thing *t = thing_above(thing_new());
    t->last_words = waits_for_one;
    lt_release(t);
    lt_leave();
    return unused;
}

CASE(barrier_waits_for_a_finalizer_that_waits_for_a_lock)
{
    NEEDS(threads);
    NEEDS(counted_borrow); /* what is private dies at its last release, though this thread is inside its section */
    NEEDS_NOT(exclusive);
    static struct blocked_cascade b;
    blocked_cascade = &b;
    gate_init(&b.locks.held);
    for (unsigned round = 0; round < 5; round++) {
        gate_init(&b.begun);
        lt_enter();
        b.locks.one = thing_new();
        b.locks.two = thing_new();
        b.locks.released = true;
        lt_lock(b.locks.two);
        pthread_t holder = start(hold_one_and_wait_for_two, &b.locks);
        gate_pass(&b.locks.held);
        uint64_t before = finalized();
        pthread_t dropper = start(drops_who_waits_for_one, NULL);
        gate_pass(&b.begun);
        usleep(1000); /* both wait */
        lt_unlock(b.locks.two);
        lt_leave();
        lt_barrier();
        CHECK_EQ(finalized(), before + 2);
        finish(holder);
        finish(dropper);
        lt_enter();
        lt_release(b.locks.one);
        lt_release(b.locks.two);
        lt_leave();
    }
}

#if !EMULATED /* as in unit.c */
/* In the child of a fork nobody waits: who did is gone. */
static void *takes_the_lock(void *thing)
{
    lt_enter();
    lt_lock(thing);
    lt_unlock(thing);
    lt_leave();
    return NULL;
}

static void takes_the_lock_again(void *thing)
{
    alarm(PATIENCE / 10); /* a lock that was handed to a waiter that is gone is never free */
    lt_unlock(thing);
    pthread_t other = start(takes_the_lock, thing);
    lt_lock(thing);
    lt_unlock(thing);
    lt_leave();
    finish(other);
}

CASE(a_child_waits_for_no_thread_of_its_parent)
{
    NEEDS(threads);
    lt_enter();
    struct thing *t = thing_new();
    lt_lock(t);
    pthread_t waiter = start(takes_the_lock, t);
    usleep(20000); /* it waits by now, or the test shows less */
    CHECK(succeeds_in_a_fork(takes_the_lock_again, t));
    lt_unlock(t);
    lt_leave();
    finish(waiter);
    lt_enter();
    lt_release(t);
    lt_leave();
}
#endif

/* ---- no client code under a lock that it does not know of ---- */

static struct {
    struct thing *other; /* locked by another thread for a while */
    sem_t held, go;
    bool holding;        /* this thread holds a lock, or is about to */
    unsigned intrusions; /* client code that ran meanwhile */
} quiet;

static void intrudes(struct thing *t)
{
    (void)t;
    if (quiet.holding) quiet.intrusions++;
}

static void presses(void *context, uint64_t pending)
{
    (void)context;
    (void)pending;
    intrudes(NULL);
}

static void *holds_for_a_while(void *unused)
{
    (void)unused;
    lt_enter();
    lt_lock(quiet.other);
    gate_open(&quiet.held);
    gate_pass(&quiet.go);
    usleep(50000);
    lt_unlock(quiet.other);
    lt_leave();
    return NULL;
}

/* Who waits for a lock passes the end of its section and the beginning of the next; but it may hold another, or has this
 * one. */
CASE(no_client_code_runs_while_a_thread_waits_for_a_lock)
{
    NEEDS(threads);
    NEEDS(reclaims);
    NEEDS_NOT(exclusive);
    lt_slot slot = {0};
    gate_init(&quiet.held);
    gate_init(&quiet.go);
    lt_configure(LT_CASCADE_BOUND, 1);
    lt_on_pressure(0, presses, NULL);
    lt_enter();
    struct thing *mine = thing_new(), *head = NULL;
    quiet.other = thing_new();
    pthread_t holder = start(holds_for_a_while, NULL);
    gate_pass(&quiet.held);
    for (unsigned i = 0; i < 5; i++) {
        head = thing_above(head);
        head->last_words = intrudes;
    }
    lt_release(head); /* one dies, the others are left over */
    for (unsigned i = 0; i < 600; i++) lt_slot_store(&slot, thing_new());
    lt_slot_store(&slot, NULL);
    quiet.holding = true;
    gate_open(&quiet.go);
    lt_lock(mine);
    lt_lock(quiet.other);
    lt_unlock(quiet.other);
    lt_unlock(mine);
    quiet.holding = false;
    CHECK_EQ(quiet.intrusions, 0);
    lt_configure(LT_CASCADE_BOUND, 0);
    lt_safepoint();
    lt_release(mine);
    lt_release(quiet.other);
    lt_leave();
    finish(holder);
    lt_on_pressure(0, NULL, NULL);
}
