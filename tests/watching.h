/* watching.h: statistics and settings. */

CASE(stats_follow_objects)
{
    lt_stats stats;
    lt_enter();
    struct thing *things[10];
    for (unsigned i = 0; i < 10; i++) things[i] = thing_new();
    lt_stats_read(&stats);
    CHECK_EQ(stats.created, 10);
    CHECK_EQ(stats.live, 10);
    CHECK(stats.created_bytes >= 10 * sizeof(struct thing));
    CHECK(stats.live_bytes >= 10 * sizeof(struct thing));
    CHECK_EQ(stats.freed, 0);
    CHECK_EQ(stats.finalized, 0);
    for (unsigned i = 0; i < 10; i++) lt_release(things[i]);
    lt_leave();
    settle();
    settle();
    lt_stats_read(&stats);
    CHECK_EQ(stats.created, 10);
    CHECK_EQ(stats.finalized, TRAIT(reclaims) ? 10 : 0);
    CHECK_EQ(stats.freed, TRAIT(reclaims) ? 10 : 0);
    CHECK_EQ(stats.live, TRAIT(reclaims) ? 0 : 10);
    if (!TRAIT(reclaims)) return;
    CHECK_EQ(stats.freed_bytes, stats.created_bytes);
    CHECK_EQ(stats.live_bytes, 0);
    CHECK_EQ(stats.pending, 0);
    CHECK_EQ(stats.pending_bytes, 0);
}

CASE(stats_outlive_threads)
{
    NEEDS(threads);
    run_crowd(crowd(), registers, NULL);
    lt_stats stats;
    lt_stats_read(&stats);
    CHECK_EQ(stats.created, 2 * crowd());
    CHECK_EQ(stats.threads, 0);
    CHECK(stats.threads_ever >= 1);
}

CASE(epochs_advance)
{
    NEEDS(reclaims);
    lt_stats before, after;
    lt_enter();
    lt_leave();
    lt_stats_read(&before);
    lt_slot slot = {0};
    for (unsigned i = 0; i < 10; i++) {
        lt_enter();
        lt_slot_store(&slot, thing_new());
        lt_slot_store(&slot, NULL);
        lt_defer(&memory_new()->node, memory_free);
        lt_leave();
        lt_barrier();
    }
    lt_stats_read(&after);
    CHECK(after.epoch > before.epoch);
    CHECK(after.oldest_section <= after.epoch);
}

CASE(every_setting_can_be_set)
{
    for (unsigned setting = 0; setting < LT_SETTINGS; setting++) {
        static const uint64_t values[] = {1, 2, 1000, 0};
        for (unsigned i = 0; i < 4; i++) CHECK_EQ(lt_configure((enum lt_setting)setting, values[i]), 0);
    }
    lt_enter();
    lt_release(thing_above(thing_new()));
    lt_leave();
}

CASE(other_settings_do_not_exist)
{
    CHECK_EQ(lt_configure(LT_SETTINGS, 0), EINVAL);
    CHECK_EQ(lt_configure((enum lt_setting)(LT_SETTINGS + 1), 0), EINVAL);
    CHECK_EQ(lt_configure((enum lt_setting)1000, 1), EINVAL);
    CHECK_EQ(lt_configure((enum lt_setting)UINT32_MAX, 1), EINVAL);
}

static void churn_slots(unsigned index, void *shared)
{
    lt_slot *slots = shared;
    for (unsigned i = 0; i < scaled(20000) + 100; i++) {
        lt_enter();
        lt_slot_store(&slots[(i + index) % 4], thing_above(thing_new()));
        lt_leave();
    }
}

/* Whatever the settings: nothing is lost. */
static void churn_with(enum lt_setting setting, uint64_t value)
{
    CHECK_EQ(lt_configure(setting, value), 0);
    lt_slot slots[4] = {0};
    if (TRAIT(threads)) run_crowd(crowd(), churn_slots, slots);
    else churn_slots(0, slots);
    lt_enter();
    for (unsigned i = 0; i < 4; i++) lt_slot_store(&slots[i], NULL);
    lt_leave();
}

CASE(reclaiming_in_batches) { churn_with(LT_RECLAIM_STEP, 0); }
CASE(reclaiming_one_by_one) { churn_with(LT_RECLAIM_STEP, 1); }
CASE(reclaiming_eagerly) { churn_with(LT_PENDING_BYTES, 0); }
CASE(reclaiming_lazily) { churn_with(LT_PENDING_BYTES, UINT64_MAX); }
CASE(cascading_one_by_one) { churn_with(LT_CASCADE_BOUND, 1); }

/* ---- who holds memory up ---- */

struct sitter {
    sem_t sits, go;
    uint64_t thread; /* the kernel's number */
};

static void *sits(void *argument)
{
    struct sitter *s = argument;
    s->thread = (uint64_t)gettid();
    lt_enter();
    gate_open(&s->sits);
    gate_pass(&s->go); /* inside the section: this is what the test is about */
    lt_leave();
    return NULL;
}

static uint64_t clock_now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000000000 + (uint64_t)t.tv_nsec;
}

/* Retires so many objects that epochs would pass. */
static void churn_one_slot(unsigned rounds)
{
    lt_slot slot = {0};
    for (unsigned i = 0; i < rounds; i++) {
        lt_enter();
        lt_slot_store(&slot, thing_new());
        lt_safepoint();
        lt_leave();
    }
    lt_enter();
    lt_slot_store(&slot, NULL);
    lt_leave();
}

CASE(the_oldest_section_has_a_thread_and_a_time)
{
    NEEDS(threads);
    NEEDS(grace);
    struct sitter s;
    lt_stats stats;
    gate_init(&s.sits);
    gate_init(&s.go);
    uint64_t before = clock_now();
    pthread_t thread = start(sits, &s);
    gate_pass(&s.sits);
    churn_one_slot(3000); /* the next epoch begins, and no other */
    lt_enter();
    lt_poll();
    lt_leave();
    uint64_t after = clock_now();
    usleep(1000);
    lt_stats_read(&stats);
    gate_open(&s.go);
    finish(thread);
    CHECK_EQ(stats.oldest_section, stats.epoch - 1);
    CHECK_EQ(stats.oldest_thread, s.thread);
    CHECK_AT_MOST(before, stats.oldest_since);
    CHECK_AT_MOST(stats.oldest_since, after);
    settle();
    lt_stats_read(&stats);
    CHECK_EQ(stats.oldest_thread, 0);
    CHECK_EQ(stats.oldest_since, 0);
}

/* ---- where nobody does ---- */

struct stopped {
    struct sitter sitter; /* the gates */
    lt_slot slot;
    uint64_t most;        /* that were seen waiting */
};

static void *stops_with_borrows(void *argument)
{
    enum { MANY = 20 };
    struct stopped *s = argument;
    lt_borrow borrows[MANY];
    lt_enter();
    for (unsigned i = 0; i < MANY; i++) borrows[i] = lt_slot_borrow(&s->slot);
    gate_open(&s->sitter.sits);
    gate_pass(&s->sitter.go); /* inside the section: this is what the test is about */
    for (unsigned i = 0; i < MANY; i++) {
        thing_use(lt_deref(borrows[i]));
        lt_unborrow(borrows[i]);
    }
    lt_leave();
    return NULL;
}

static void churn_and_look(struct stopped *s, unsigned rounds)
{
    for (unsigned i = 0; i < rounds; i++) {
        lt_stats stats;
        lt_enter();
        lt_slot_store(&s->slot, thing_new());
        lt_leave();
        lt_stats_read(&stats);
        if (stats.pending > s->most) s->most = stats.pending;
    }
}

static void *churns_and_exits(void *argument)
{
    churn_and_look(argument, 1000);
    return NULL;
}

CASE(what_waits_is_bounded_whoever_stops)
{
    NEEDS(threads);
    NEEDS(reclaims);
    NEEDS_NOT(grace);
    NEEDS_NOT(exclusive);
    enum { THREADS = 2, EXITS = 5 };
    /* One thread retires at a time: hazard/README.md; and where borrows are free, interval/README.md. */
    const uint64_t bound = TRAIT(owed_borrow) ? 1024 + THREADS * 7 : 7 * 1024;
    struct stopped s = {0};
    gate_init(&s.sitter.sits);
    gate_init(&s.sitter.go);
    lt_enter();
    lt_slot_init(&s.slot, thing_new());
    lt_leave();
    pthread_t thread = start(stops_with_borrows, &s);
    gate_pass(&s.sitter.sits);
    churn_and_look(&s, 20000);
    lt_thread_unregister();
    for (unsigned i = 0; i < EXITS; i++) finish(start(churns_and_exits, &s));
    CHECK_AT_MOST(s.most, bound);
    gate_open(&s.sitter.go);
    finish(thread);
    lt_enter();
    lt_slot_store(&s.slot, NULL);
    lt_leave();
}

/* A queue with one node in it. What leaves it holds what came after, so that all hangs from what died first. */
enum { WEAKLY = 64, PASSAGES = 100, PASSAGE = 2000, HANGING = PASSAGES * PASSAGE / 4 };

struct passage {
    lt_slot first;
    lt_weak weak[WEAKLY];
    sem_t begun;
    uint32_t passes, over; /* atomic: of the other thread */
    uint64_t most;
};

static void pass_one(struct passage *p, unsigned i, bool weakly)
{
    struct thing *t = thing_new();
    if (weakly) lt_weak_store(&p->weak[i % WEAKLY], t);
    lt_borrow first = lt_slot_borrow(&p->first);
    struct thing *f = lt_deref(first);
    lt_slot_store(&f->right, t);
    struct thing *next = lt_slot_load(&f->right);
    lt_unborrow(first);
    lt_slot_store(&p->first, next);
}

static void pass_round(struct passage *p, bool weakly)
{
    for (unsigned i = 0; i < PASSAGE; i++) {
        lt_enter();
        pass_one(p, i, weakly);
        lt_leave();
    }
    lt_stats stats;
    lt_stats_read(&stats);
    if (stats.live > p->most) p->most = stats.live;
}

static void begin_passage(struct passage *p)
{
    gate_init(&p->begun);
    lt_enter();
    lt_slot_init(&p->first, thing_new());
    lt_leave();
}

static void end_passage(struct passage *p)
{
    lt_enter();
    lt_slot_store(&p->first, NULL);
    for (unsigned i = 0; i < WEAKLY; i++) lt_weak_clear(&p->weak[i]);
    lt_leave();
    CHECK_AT_MOST(p->most, HANGING);
}

CASE(what_hangs_from_the_dead_is_bounded)
{
    NEEDS(reclaims);
    NEEDS_NOT(grace);
    for (int weakly = 0; weakly < 2; weakly++) {
        struct passage p = {0};
        begin_passage(&p);
        for (unsigned i = 0; i < PASSAGES; i++) pass_round(&p, weakly);
        end_passage(&p);
    }
}

static void *lets_one_die_and_goes_on(void *argument)
{
    struct passage *p = argument;
    lt_enter();
    pass_one(p, 0, false);
    lt_leave();
    gate_open(&p->begun);
    while (!__atomic_load_n(&p->over, __ATOMIC_RELAXED)) {
        lt_enter();
        lt_leave();
        __atomic_fetch_add(&p->passes, 1, __ATOMIC_RELEASE);
        sched_yield();
    }
    return NULL;
}

CASE(what_hangs_from_the_dead_of_others_is_bounded)
{
    NEEDS(threads);
    NEEDS(reclaims);
    NEEDS_NOT(grace);
    NEEDS_NOT(exclusive);
    struct passage p = {0};
    begin_passage(&p);
    pthread_t other = start(lets_one_die_and_goes_on, &p);
    gate_pass(&p.begun);
    for (unsigned i = 0; i < PASSAGES; i++) {
        uint32_t passes = __atomic_load_n(&p.passes, __ATOMIC_ACQUIRE);
        pass_round(&p, false);
        while (__atomic_load_n(&p.passes, __ATOMIC_ACQUIRE) - passes < 2) sched_yield();
    }
    __atomic_store_n(&p.over, 1, __ATOMIC_RELAXED);
    finish(other);
    end_passage(&p);
}

/* ---- peaks ---- */

CASE(peaks_stay)
{
    struct thing *things[100];
    lt_stats stats;
    lt_enter();
    for (unsigned i = 0; i < 100; i++) things[i] = thing_new();
    lt_stats_read(&stats);
    CHECK_EQ(stats.peak_live, 100);
    CHECK_EQ(stats.peak_live_bytes, 100 * sizeof(struct thing));
    for (unsigned i = 0; i < 100; i++) lt_release(things[i]);
    lt_leave();
    settle();
    lt_stats_read(&stats);
    CHECK_EQ(stats.peak_live, 100);
    CHECK_EQ(stats.peak_live_bytes, 100 * sizeof(struct thing));
    if (TRAIT(reclaims)) CHECK_EQ(stats.live, 0);
}

CASE(a_peak_is_seen_without_being_read)
{
    NEEDS(reclaims);
    enum { MANY = 20000, SEEN_EVERY = 4 * 1024 };
    static struct thing *things[MANY];
    lt_stats stats;
    lt_enter();
    for (unsigned i = 0; i < MANY; i++) {
        things[i] = thing_new();
        lt_safepoint();
    }
    for (unsigned i = 0; i < MANY; i++) lt_release(things[i]);
    lt_leave();
    settle();
    lt_stats_read(&stats);
    CHECK_AT_MOST(MANY - SEEN_EVERY - 1025, stats.peak_live);
    CHECK_AT_MOST(stats.peak_live, MANY);
}

/* ---- pressure ---- */

struct pressed {
    unsigned calls;
    uint64_t most;
    uint64_t bound;
};

static void note_pressure(void *context, uint64_t pending)
{
    struct pressed *p = context;
    p->calls++;
    if (pending > p->most) p->most = pending;
    lt_release(thing_new()); /* inside a section */
    lt_poll();
    lt_safepoint();
}

/* With a thread that stays in its section, what this one lets go of has to wait. */
static void let_go_beside_a_sitter(unsigned objects)
{
    struct sitter s;
    gate_init(&s.sits);
    gate_init(&s.go);
    pthread_t thread = start(sits, &s);
    gate_pass(&s.sits);
    churn_one_slot(objects);
    gate_open(&s.go);
    finish(thread);
    settle();
    settle();
}

CASE(pressure_is_told_once_each_time)
{
    NEEDS(threads);
    NEEDS(grace);
    NEEDS(reclaims);
    enum { FEW = 2000, MANY = 10000 };
    struct pressed p = {.bound = 4000 * sizeof(struct thing)};
    lt_on_pressure(p.bound, note_pressure, &p);
    let_go_beside_a_sitter(FEW);
    CHECK_EQ(p.calls, 0);
    for (unsigned round = 1; round < 4; round++) {
        let_go_beside_a_sitter(MANY);
        CHECK_EQ(p.calls, round);
        CHECK(p.most > p.bound);
        CHECK_AT_MOST(p.most, p.bound + (2048 + 256) * sizeof(struct thing)); /* a flush, a turn */
    }
    lt_on_pressure(0, NULL, NULL);
    let_go_beside_a_sitter(MANY);
    CHECK_EQ(p.calls, 3);
}

static void *lets_go_and_exits(void *argument)
{
    churn_one_slot(*(unsigned *)argument);
    return NULL;
}

/* Who has reclaimed what others retired is told of what it retires itself. */
CASE(pressure_is_told_whoever_reclaims)
{
    NEEDS(threads);
    NEEDS(grace);
    NEEDS(reclaims);
    unsigned many = 10000;
    struct pressed p = {.bound = 4000 * sizeof(struct thing)};
    struct sitter s;
    gate_init(&s.sits);
    gate_init(&s.go);
    pthread_t thread = start(sits, &s);
    gate_pass(&s.sits);
    for (unsigned i = 0; i < 3; i++) finish(start(lets_go_and_exits, &many));
    gate_open(&s.go);
    finish(thread);
    settle();
    lt_on_pressure(p.bound, note_pressure, &p);
    let_go_beside_a_sitter(many);
    CHECK_EQ(p.calls, 1);
    CHECK_AT_MOST(p.most, p.bound + (2048 + 256) * sizeof(struct thing));
    lt_on_pressure(0, NULL, NULL);
}

struct accuser {
    uint64_t thread, since; /* lt_stats.oldest_thread, .oldest_since */
};

static void ask_who(void *context, uint64_t pending)
{
    (void)pending;
    struct accuser *a = context;
    lt_stats stats;
    lt_stats_read(&stats);
    a->thread = stats.oldest_thread;
    a->since = stats.oldest_since;
}

CASE(pressure_has_a_name_and_a_time)
{
    NEEDS(threads);
    NEEDS(grace);
    NEEDS(reclaims);
    struct accuser a = {0};
    struct sitter s;
    gate_init(&s.sits);
    gate_init(&s.go);
    uint64_t before = clock_now();
    pthread_t thread = start(sits, &s);
    gate_pass(&s.sits);
    lt_on_pressure(4000 * sizeof(struct thing), ask_who, &a);
    churn_one_slot(10000);
    uint64_t after = clock_now();
    lt_on_pressure(0, NULL, NULL);
    gate_open(&s.go);
    finish(thread);
    CHECK_EQ(a.thread, s.thread);
    CHECK_AT_MOST(before, a.since);
    CHECK_AT_MOST(a.since, after);
}

static void collect_under_pressure(void *context, uint64_t pending)
{
    (void)pending;
    ++*(unsigned *)context;
    (void)lt_collect();
}

CASE(a_callback_under_pressure_may_collect)
{
    NEEDS(grace);
    NEEDS(reclaims);
    unsigned calls = 0;
    churn_one_slot(100);
    lt_on_pressure(0, collect_under_pressure, &calls);
    lt_barrier(); /* has what a collection needs: or the case times out */
    churn_one_slot(5000);
    settle();
    CHECK_AT_MOST(1, calls);
    lt_on_pressure(0, NULL, NULL);
}

/* The callback may come at the end of a section. What it keeps of another's object then, as a thread may that counts it
 * again and again, it has no safepoint left to give back at. */
struct burden {
    struct thing *thing;
    unsigned references; /* to the thing, not given back yet */
    sem_t dropped, go;
};

static void drop_burden(void *context, uint64_t pending)
{
    (void)pending;
    struct burden *b = context;
    for (; b->references; b->references--) lt_release(b->thing);
}

static void *leaves_under_pressure(void *argument)
{
    struct burden *b = argument;
    lt_slot slot = {0};
    lt_stats stats;
    lt_on_pressure(0, drop_burden, b);
    lt_enter();
    do {
        lt_slot_store(&slot, thing_new());
        lt_stats_read(&stats); /* notices what is pending */
    } while (!stats.pending);
    lt_slot_store(&slot, NULL);
    for (unsigned i = 0; i < 4; i++) { /* so that something is wanted of it when it leaves */
        lt_retain(b->thing);
        lt_release(b->thing);
    }
    CHECK_EQ(b->references, 4);
    lt_leave();
    while (b->references) lt_poll();
    gate_open(&b->dropped);
    gate_pass(&b->go);
    return NULL;
}

CASE(what_is_released_under_pressure_dies)
{
    NEEDS(threads);
    NEEDS(grace);
    NEEDS(reclaims);
    static struct burden burden = {.references = 4};
    gate_init(&burden.dropped);
    gate_init(&burden.go);
    lt_enter();
    burden.thing = thing_new();
    lt_retain_n(burden.thing, burden.references - 1);
    lt_leave();
    pthread_t thread = start(leaves_under_pressure, &burden);
    gate_pass(&burden.dropped);
    settle();
    CHECK_EQ(finalized(), made());
    lt_on_pressure(0, NULL, NULL);
    gate_open(&burden.go);
    finish(thread);
}

CASE(no_pressure_where_memory_does_not_wait)
{
    NEEDS_NOT(grace);
    bool at_once = TRAIT(immediate) || !TRAIT(reclaims); /* else a batch at a time, whoever reads */
    struct pressed p = {.bound = at_once ? 0 : (TRAIT(owed_borrow) ? 1u : 4u) * 1100 * sizeof(struct thing)};
    lt_on_pressure(p.bound, note_pressure, &p);
    churn_one_slot(5000);
    settle();
    CHECK_EQ(p.calls, 0);
    lt_on_pressure(0, NULL, NULL);
}

/* ---- back-pressure ---- */

enum { LIMIT = 2000, LONGEST_PAUSE = 10000000 }; /* things; nanoseconds: lib/pause.c */

static void set_limit(uint64_t bytes)
{
    CHECK_EQ(lt_configure(LT_PENDING_LIMIT, bytes), 0);
    CHECK_EQ(lt_configure(LT_PENDING_BYTES, bytes), 0); /* attempts at an epoch follow each other sooner from there on */
}

static uint64_t times_held_back(void)
{
    lt_stats stats;
    lt_stats_read(&stats);
    return stats.held_back;
}

CASE(above_the_limit_who_retires_is_held_back)
{
    NEEDS(threads);
    NEEDS(grace);
    NEEDS(reclaims);
    set_limit(LIMIT * sizeof(struct thing));
    churn_one_slot(20000); /* epochs pass */
    let_go_beside_a_sitter(LIMIT / 2); /* too little waits */
    uint64_t before = times_held_back();
    let_go_beside_a_sitter(2 * LIMIT); /* and returns: the sitter waits for it */
    lt_stats stats;
    lt_stats_read(&stats);
    CHECK_AT_MOST(before + 1, stats.held_back);
    CHECK_AT_MOST(1, stats.held_back_ns);
    CHECK_AT_MOST(stats.held_back - before, 2 * LIMIT / 16);
    set_limit(0);
    before = times_held_back();
    let_go_beside_a_sitter(2 * LIMIT);
    CHECK_EQ(times_held_back(), before);
}

struct dawdler {
    sem_t sits;
    bool over; /* atomic */
};

static void *dawdles(void *argument)
{
    struct dawdler *d = argument;
    for (bool first = true; !__atomic_load_n(&d->over, __ATOMIC_ACQUIRE); first = false) {
        lt_enter();
        if (first) gate_open(&d->sits);
        usleep(LONGEST_PAUSE / 1000 / 2);
        lt_leave();
    }
    return NULL;
}

CASE(the_limit_bounds_what_waits_for_a_slow_section)
{
    NEEDS(threads);
    NEEDS(grace);
    NEEDS(reclaims);
    enum { MANY = 100000, A_STALL = 20, TURN = 32 + 16, REVIEWS = 2048 + 256 };
    struct dawdler d = {.over = false};
    lt_slot slot = {0};
    lt_stats stats;
    uint64_t most = 0;
    gate_init(&d.sits);
    set_limit(LIMIT * sizeof(struct thing));
    pthread_t thread = start(dawdles, &d);
    gate_pass(&d.sits);
    for (unsigned i = 0; i < scaled(MANY); i++) {
        lt_enter();
        lt_slot_store(&slot, thing_new());
        lt_leave();
        if (i % 64) continue;
        lt_stats_read(&stats);
        if (stats.pending > most) most = stats.pending;
    }
    __atomic_store_n(&d.over, true, __ATOMIC_RELEASE);
    finish(thread);
    set_limit(0);
    lt_enter();
    lt_slot_store(&slot, NULL);
    lt_leave();
    CHECK_AT_MOST(most, 2 * LIMIT + REVIEWS + A_STALL * TURN);
}

struct keeper {
    struct thing *thing;
    sem_t locked, go;
};

static void *keeps_a_lock(void *argument)
{
    struct keeper *k = argument;
    lt_enter();
    lt_lock(k->thing);
    gate_open(&k->locked);
    gate_pass(&k->go);
    usleep(20000); /* till then the other waits */
    lt_unlock(k->thing);
    lt_leave();
    return NULL;
}

CASE(nobody_is_held_back_before_a_safepoint)
{
    NEEDS(threads);
    NEEDS(grace);
    NEEDS(reclaims);
    struct keeper k;
    lt_slot slot = {0};
    gate_init(&k.locked);
    gate_init(&k.go);
    lt_enter();
    k.thing = thing_new();
    pthread_t thread = start(keeps_a_lock, &k); /* and holds up epochs */
    gate_pass(&k.locked);
    set_limit(LIMIT * sizeof(struct thing));
    for (unsigned i = 0; i < 4 * LIMIT; i++) lt_slot_store(&slot, thing_new());
    CHECK_EQ(times_held_back(), 0);
    gate_open(&k.go);
    lt_lock(k.thing); /* leaves the section, and has the lock when it comes back */
    CHECK_EQ(times_held_back(), 0);
    lt_unlock(k.thing);
    for (unsigned i = 0; i < 4 * LIMIT; i++) lt_slot_store(&slot, thing_new()); /* what waited may be gone by now */
    lt_safepoint();
    CHECK_EQ(times_held_back(), 1);
    lt_slot_store(&slot, NULL);
    lt_release(k.thing);
    set_limit(0);
    lt_leave();
    finish(thread);
}

CASE(nobody_is_held_back_where_memory_does_not_wait)
{
    NEEDS_NOT(grace);
    set_limit(1);
    churn_one_slot(5000);
    settle();
    CHECK_EQ(times_held_back(), 0);
}

#ifdef NEEDS_AN_ALLOCATOR_THAT_FORKS

struct hoarder {
    struct sitter sitter;
    lt_slot slot;
};

/* What it lets go of waits in a list of its own, and in a child is forgotten. */
static void *hoards_inside(void *argument)
{
    struct hoarder *h = argument;
    lt_enter();
    for (unsigned i = 0; i < 2 * LIMIT; i++) lt_slot_store(&h->slot, thing_new());
    gate_open(&h->sitter.sits);
    gate_pass(&h->sitter.go);
    lt_slot_store(&h->slot, NULL);
    lt_leave();
    return NULL;
}

static void goes_on_retiring(void *argument)
{
    (void)argument;
    set_limit(LIMIT * sizeof(struct thing));
    churn_one_slot(2000);
    lt_stats stats;
    lt_stats_read(&stats);
    CHECK_AT_MOST(stats.held_back_ns, stats.held_back * LONGEST_PAUSE / 2); /* nobody sleeps for those that vanished */
}

CASE(a_child_is_not_held_back_for_who_vanished)
{
    NEEDS(threads);
    NEEDS(grace);
    NEEDS(reclaims);
    NEEDS_AN_ALLOCATOR_THAT_FORKS;
    struct hoarder h = {0};
    gate_init(&h.sitter.sits);
    gate_init(&h.sitter.go);
    pthread_t thread = start(hoards_inside, &h);
    gate_pass(&h.sitter.sits);
    CHECK(succeeds_in_a_fork(goes_on_retiring, NULL));
    gate_open(&h.sitter.go);
    finish(thread);
}

#endif
