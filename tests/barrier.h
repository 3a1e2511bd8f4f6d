/* barrier.h: lt_barrier, lt_synchronize and lt_poll: what may be relied on when they return. */

CASE(barrier_finalizes_what_was_released)
{
    for (unsigned round = 0; round < 100; round++) {
        lt_enter();
        struct thing *t = thing_above(thing_above(thing_new()));
        lt_slot slot;
        lt_slot_init(&slot, t);
        lt_slot_store(&slot, NULL);
        lt_release(thing_new());
        lt_leave();
        lt_barrier();
        if (TRAIT(reclaims)) CHECK_EQ(finalized(), made());
    }
}

CASE(barrier_with_nothing_to_do)
{
    for (unsigned i = 0; i < 100; i++) {
        lt_barrier();
        lt_synchronize();
        lt_poll();
    }
}

static void *releases_many(void *argument)
{
    struct thing **things = argument;
    lt_enter();
    for (unsigned i = 0; i < 100; i++) lt_release(things[i]);
    lt_leave();
    return NULL;
}

CASE(barrier_finalizes_what_others_released)
{
    NEEDS(threads);
    for (unsigned round = 0; round < 20; round++) {
        struct thing *things[100];
        lt_enter();
        for (unsigned i = 0; i < 100; i++) things[i] = thing_new();
        lt_leave();
        finish(start(releases_many, things));
        lt_barrier();
        if (TRAIT(reclaims)) CHECK_EQ(finalized(), made());
    }
}

struct stay {
    struct thing *ours;
    sem_t done, go;
};

/* A thread that never leaves its section, but passes safepoints. */
enum { BUSY_THINGS = 5000 };
struct busy {
    struct thing *ours[BUSY_THINGS];
    sem_t done;
    bool stop; /* atomic */
};

static void *releases_and_stays(void *argument)
{
    struct stay *stay = argument;
    lt_enter();
    for (unsigned i = 0; i < 100; i++) lt_release(thing_above(thing_new()));
    lt_release(stay->ours);
    lt_leave();
    gate_open(&stay->done);
    gate_pass(&stay->go);
    return NULL;
}

CASE(barrier_finalizes_what_a_blocked_thread_released)
{
    NEEDS(threads);
    struct stay stay;
    gate_init(&stay.done);
    gate_init(&stay.go);
    lt_enter();
    stay.ours = thing_new();
    lt_leave();
    pthread_t thread = start(releases_and_stays, &stay);
    gate_pass(&stay.done);
    lt_barrier();
    if (TRAIT(reclaims)) CHECK_EQ(finalized(), made());
    gate_open(&stay.go);
    finish(thread);
}

static void *releases_and_stays_inside(void *argument)
{
    struct busy *busy = argument;
    lt_enter();
    lt_slot slot = {0};
    for (unsigned i = 0; i < BUSY_THINGS; i++) {
        lt_release(thing_new());
        lt_slot_store(&slot, thing_new());
    }
    lt_slot_store(&slot, NULL);
    for (unsigned i = 0; i < BUSY_THINGS; i++) lt_release(busy->ours[i]);
    gate_open(&busy->done);
    while (!__atomic_load_n(&busy->stop, __ATOMIC_RELAXED)) lt_safepoint();
    lt_leave();
    return NULL;
}

CASE(barrier_finalizes_what_a_busy_thread_released)
{
    NEEDS(threads);
    for (unsigned round = 0; round < 5; round++) {
        static struct busy busy;
        gate_init(&busy.done);
        busy.stop = false;
        lt_enter();
        for (unsigned i = 0; i < BUSY_THINGS; i++) busy.ours[i] = thing_new();
        lt_leave();
        pthread_t thread = start(releases_and_stays_inside, &busy);
        gate_pass(&busy.done);
        lt_barrier();
        if (TRAIT(reclaims)) CHECK_EQ(finalized(), made());
        __atomic_store_n(&busy.stop, true, __ATOMIC_RELAXED);
        finish(thread);
    }
}

static void churns_and_waits(unsigned index, void *shared)
{
    lt_slot *slot = shared;
    for (unsigned i = 0; i < 50; i++) {
        lt_enter();
        struct thing *t = thing_new();
        uint32_t id = t->id;
        lt_slot_store(slot, thing_new());
        lt_release(t);
        lt_leave();
        if ((i + index) % 3) lt_barrier();
        else lt_synchronize();
        if ((i + index) % 3 && TRAIT(reclaims)) CHECK_EQ(fate(id), 1);
    }
}

CASE(a_crowd_of_barriers)
{
    NEEDS(threads);
    lt_slot slot = {0};
    run_crowd(crowd(), churns_and_waits, &slot);
    lt_enter();
    lt_slot_store(&slot, NULL);
    lt_leave();
}

/* ---- a section that began before the call has ended, or passed a safepoint, when it returns ---- */

struct reader {
    lt_slot slot;
    sem_t inside;
    bool through; /* atomic */
    bool by_safepoint;
};

static void *reads_slowly(void *argument)
{
    struct reader *reader = argument;
    lt_enter();
    lt_borrow borrow = lt_slot_borrow(&reader->slot);
    gate_open(&reader->inside);
    for (unsigned i = 0; i < 1000; i++) {
        sched_yield();
        thing_use(lt_deref(borrow));
    }
    lt_unborrow(borrow);
    __atomic_store_n(&reader->through, true, __ATOMIC_RELAXED);
    if (reader->by_safepoint) {
        lt_safepoint();
        sched_yield();
    }
    lt_leave();
    return NULL;
}

static void wait_for_a_reader(void (*wait)(void), bool by_safepoint)
{
    struct reader reader = {.through = false, .by_safepoint = by_safepoint};
    gate_init(&reader.inside);
    lt_enter();
    struct thing *t = thing_new();
    uint32_t id = t->id;
    lt_slot_init(&reader.slot, t);
    lt_leave();
    pthread_t thread = start(reads_slowly, &reader);
    gate_pass(&reader.inside);
    wait();
    CHECK(__atomic_load_n(&reader.through, __ATOMIC_RELAXED));
    finish(thread);
    lt_enter();
    lt_slot_store(&reader.slot, NULL);
    lt_leave();
    check_gone(id);
}

CASE(synchronize_waits_for_a_leave)
{
    NEEDS(threads);
    wait_for_a_reader(lt_synchronize, false);
}

CASE(synchronize_waits_for_a_safepoint)
{
    NEEDS(threads);
    wait_for_a_reader(lt_synchronize, true);
}

static void release_and_barrier(void)
{
    lt_enter();
    lt_release(thing_new());
    lt_leave();
    lt_barrier();
}

CASE(barrier_waits_for_a_leave)
{
    NEEDS(threads);
    NEEDS(reclaims);
    wait_for_a_reader(release_and_barrier, false);
}

CASE(barrier_waits_for_a_safepoint)
{
    NEEDS(threads);
    NEEDS(reclaims);
    wait_for_a_reader(release_and_barrier, true);
}

/* The ageing pipe of RCU's tortures: what was unlinked grows older with every grace period, and no reader that found it
 * linked may see that. It catches a grace period that is too short and that nothing crashes on. */
enum { PIPE = 8 };
struct pipe {
    unsigned ages[PIPE]; /* atomic; by element */
    unsigned linked;     /* atomic */
    unsigned readers;    /* atomic: who have begun */
    bool stop;           /* atomic */
};

static void age(struct pipe *pipe, unsigned rounds)
{
    while (__atomic_load_n(&pipe->readers, __ATOMIC_RELAXED) < crowd() - 1) sched_yield();
    for (unsigned i = 1; i <= rounds; i++) {
        unsigned next = i % PIPE;
        __atomic_store_n(&pipe->ages[next], 0, __ATOMIC_RELAXED);
        __atomic_store_n(&pipe->linked, next, __ATOMIC_RELEASE);
        lt_synchronize();
        for (unsigned e = 0; e < PIPE; e++)
            if (e != next) __atomic_fetch_add(&pipe->ages[e], 1, __ATOMIC_RELAXED);
    }
    __atomic_store_n(&pipe->stop, true, __ATOMIC_RELAXED);
}

static void age_or_read(unsigned index, void *shared)
{
    struct pipe *pipe = shared;
    if (index == 0) age(pipe, scaled(100) + 10);
    for (bool begun = false; !__atomic_load_n(&pipe->stop, __ATOMIC_RELAXED); begun = true) {
        if (!begun) __atomic_fetch_add(&pipe->readers, 1, __ATOMIC_RELAXED);
        lt_enter();
        unsigned e = __atomic_load_n(&pipe->linked, __ATOMIC_ACQUIRE);
        for (unsigned i = 0; i < index; i++) CHECK_EQ(__atomic_load_n(&pipe->ages[e], __ATOMIC_RELAXED), 0);
        if (index % 2) sched_yield();
        CHECK_EQ(__atomic_load_n(&pipe->ages[e], __ATOMIC_RELAXED), 0);
        lt_leave();
    }
}

CASE(no_grace_period_is_short)
{
    NEEDS(threads);
    struct pipe pipe = {.linked = 0};
    run_crowd(crowd(), age_or_read, &pipe);
}

CASE(polling_is_enough)
{
    NEEDS(reclaims);
    lt_slot slot = {0};
    for (unsigned i = 0; i < 100; i++) {
        lt_enter();
        lt_slot_store(&slot, thing_above(thing_new()));
        lt_slot_store(&slot, NULL);
        lt_leave();
    }
    for (unsigned i = 0; finalized() < made(); i++) {
        CHECK(i < 10000);
        lt_poll();
    }
}
