/* signals.h: signal handlers that return interrupt the library anywhere, and its system calls; cancellation ends threads that
 * are outside a section. */

/* ---- signals ---- */

static unsigned signals_caught; /* atomic */

static void catches(int number)
{
    (void)number;
    __atomic_fetch_add(&signals_caught, 1, __ATOMIC_RELAXED);
}

struct storm {
    lt_slot slots[4];
    pthread_t threads[4];
    unsigned running; /* atomic */
};

static void works_in_the_storm(uint64_t *seed, struct storm *storm)
{
    lt_slot *one = &storm->slots[random_below(seed, 4)], *other = &storm->slots[random_below(seed, 4)];
    lt_enter();
    struct thing *t = lt_slot_load(one);
    if (t) thing_use(t);
    lt_slot_store(other, thing_above(t));
    lt_slot_store(one, NULL);
    lt_safepoint();
    lt_leave();
}

/* Goes on until a signal has come, which may take its time. */
static void *weathers(void *argument)
{
    struct storm *storm = argument;
    uint64_t seed = (uint64_t)(uintptr_t)&seed;
    unsigned n = scaled(20000);
    for (unsigned i = 0; i < n || !__atomic_load_n(&signals_caught, __ATOMIC_RELAXED); i++) {
        works_in_the_storm(&seed, storm);
        if (i % 64 == 0) lt_poll();
        if (i % 256 == 0) lt_synchronize();
        if (i % 512 == 0) lt_barrier();
    }
    __atomic_fetch_sub(&storm->running, 1, __ATOMIC_RELEASE);
    return NULL;
}

static void a_storm(int flags)
{
    static struct storm storm;
    struct sigaction action = {.sa_handler = catches, .sa_flags = flags};
    CHECK(sigaction(SIGUSR1, &action, NULL) == 0);
    storm.running = 4;
    for (unsigned i = 0; i < 4; i++) storm.threads[i] = start(weathers, &storm);
    while (__atomic_load_n(&storm.running, __ATOMIC_ACQUIRE)) {
        for (unsigned i = 0; i < 4; i++) CHECK(pthread_kill(storm.threads[i], SIGUSR1) == 0); /* not joined: it exists */
        sched_yield();
    }
    for (unsigned i = 0; i < 4; i++) finish(storm.threads[i]);
    lt_enter();
    for (unsigned i = 0; i < 4; i++) lt_slot_store(&storm.slots[i], NULL);
    lt_leave();
}

CASE(a_storm_of_signals)
{
    NEEDS(threads);
    a_storm(0);
}

CASE(a_storm_of_signals_that_restart_calls)
{
    NEEDS(threads);
    a_storm(SA_RESTART);
}

/* ---- cancellation ---- */

/* ThreadSanitizer sees no lock any more of a thread that was cancelled in a call that it intercepts. */
static void wait_to_be_cancelled(sem_t *never)
{
    while (LT_TSAN) {
        pthread_testcancel();
        sched_yield();
    }
    gate_pass(never);
}

static void cancel(pthread_t thread)
{
    void *result;
    CHECK(pthread_cancel(thread) == 0);
    CHECK(pthread_join(thread, &result) == 0);
    CHECK(result == PTHREAD_CANCELED);
}

struct doomed {
    struct thing *drops[OWNED], *made[OWNED];
    lt_slot slots[OWNED];
    sem_t ready, never;
};

static void *works_and_waits_for_ever(void *argument)
{
    struct doomed *d = argument;
    lt_enter();
    for (unsigned i = 0; i < OWNED; i++) {
        d->made[i] = thing_above(thing_new());
        lt_slot_init(&d->slots[i], thing_new());
        lt_retain(d->drops[i]);
        lt_release_n(d->drops[i], 2);
    }
    lt_leave();
    gate_open(&d->ready);
    wait_to_be_cancelled(&d->never);
    return NULL;
}

CASE(a_cancelled_thread_has_exited)
{
    NEEDS(threads);
    static struct doomed d;
    gate_init(&d.ready);
    gate_init(&d.never);
    for (unsigned round = 0; round < 10; round++) {
        lt_enter();
        for (unsigned i = 0; i < OWNED; i++) d.drops[i] = thing_above(thing_new());
        lt_leave();
        pthread_t thread = start(works_and_waits_for_ever, &d);
        gate_pass(&d.ready);
        if (round % 2) settle(); /* while it is blocked */
        cancel(thread);
        CHECK_EQ(threads_in_use(), 1);
        lt_enter();
        for (unsigned i = 0; i < OWNED; i++) {
            lt_release(d.made[i]);
            lt_slot_store(&d.slots[i], NULL);
        }
        lt_leave();
        settle();
        if (TRAIT(reclaims)) CHECK_EQ(finalized(), made());
    }
}

/* Cancelled before or in the library: that goes on, and the thread is gone at its next cancellation point. */
struct condemned {
    void (*calls)(void);
    sem_t ready, never;
    unsigned returned; /* atomic */
};

static void *calls_once(void *argument)
{
    struct condemned *c = argument;
    gate_open(&c->ready);
    c->calls();
    __atomic_fetch_add(&c->returned, 1, __ATOMIC_RELEASE);
    wait_to_be_cancelled(&c->never);
    return NULL;
}

static void enters_and_leaves(void)
{
    lt_enter();
    lt_release(thing_new());
    lt_leave();
}

static void waits_for_a_grace_period(void) { lt_synchronize(); }
static void waits_for_everything(void) { lt_barrier(); }

CASE(the_librarys_waits_are_no_cancellation_points)
{
    NEEDS(threads);
    static void (*const waits[])(void) = {enters_and_leaves, waits_for_a_grace_period, waits_for_everything};
    enum { AT_ONCE = 3 };
    for (unsigned round = 0; round < 10 * AT_ONCE; round++) {
        struct condemned c = {.calls = waits[round % 3]};
        pthread_t threads[AT_ONCE];
        gate_init(&c.ready);
        gate_init(&c.never);
        lt_enter();
        for (unsigned i = 0; i < AT_ONCE; i++) threads[i] = start(calls_once, &c);
        for (unsigned i = 0; i < AT_ONCE; i++) gate_pass(&c.ready);
        for (unsigned yields = 0; yields < 10 * round; yields++) sched_yield(); /* into its wait, or not yet */
        CHECK(pthread_cancel(threads[0]) == 0);
        CHECK(pthread_cancel(threads[1]) == 0);
        lt_release(thing_new());
        lt_leave();
        for (unsigned i = 0; i < AT_ONCE; i++) cancel(threads[i]);
        CHECK_EQ(c.returned, AT_ONCE);
        CHECK_EQ(threads_in_use(), 1);
    }
}
