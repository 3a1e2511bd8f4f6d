/* share.h: what lt_share was called for lives and dies as everything else. */

static struct thing *shared_new(void)
{
    struct thing *t = thing_new();
    lt_share(t);
    return t;
}

CASE(a_shared_object_dies_once)
{
    lt_enter();
    struct thing *t = shared_new();
    uint32_t id = t->id;
    lt_share(t); /* again */
    lt_safepoint();
    lt_retain(t);
    lt_release(t);
    lt_retain_n(t, 100);
    lt_release_n(t, 100);
    CHECK(!lt_is_unique(t) || TRAIT(unique));
    thing_use(t);
    lt_leave();
    check_alive(id);
    lt_enter();
    lt_release(t);
    lt_leave();
    check_gone(id);
}

CASE(shared_before_it_is_stored)
{
    lt_slot slot;
    lt_enter();
    struct thing *t = shared_new();
    uint32_t id = t->id;
    lt_slot_init(&slot, t);
    lt_safepoint();
    for (unsigned i = 0; i < 300; i++) {
        lt_borrow borrow = lt_slot_borrow(&slot);
        lt_retain(lt_hold(borrow));
        lt_unborrow(borrow);
        lt_release(t);
        lt_release(lt_slot_load(&slot));
        if (i % 7 == 0) lt_safepoint();
        lt_release(t);
    }
    lt_leave();
    check_alive(id);
    lt_enter();
    lt_slot_store(&slot, NULL);
    lt_leave();
    check_gone(id);
}

enum { SHARED = 40 };

struct sharing {
    lt_slot slots[SHARED];
    sem_t ready, go;
    bool over;
};

static void sharing_open(struct sharing *s)
{
    *s = (struct sharing){0};
    gate_init(&s->ready);
    gate_init(&s->go);
    lt_enter();
    for (unsigned i = 0; i < SHARED; i++) lt_slot_init(&s->slots[i], shared_new());
    lt_leave();
}

static void sharing_close(struct sharing *s)
{
    lt_enter();
    for (unsigned i = 0; i < SHARED; i++) lt_slot_store(&s->slots[i], NULL);
    lt_leave();
    settle();
    if (TRAIT(reclaims)) CHECK_EQ(finalized(), made());
}

/* In turn, some held for longer than others, some for the next round. */
static void counts_them(struct sharing *s, unsigned rounds)
{
    struct thing *held[SHARED] = {NULL};
    for (unsigned i = 0; i < rounds * SHARED; i++) {
        unsigned n = i % SHARED;
        struct thing *t = lt_slot_load(&s->slots[n]);
        thing_use(t);
        lt_retain(t);
        lt_release(t);
        if (held[n]) lt_release(held[n]);
        held[n] = t;
        if (i % 13 == 0) lt_safepoint();
    }
    for (unsigned n = 0; n < SHARED; n++)
        if (held[n]) lt_release(held[n]);
}

static void counts_in_a_crowd(unsigned index, void *s)
{
    for (unsigned i = 0; i < scaled(100) + 3; i++) {
        lt_enter();
        counts_them(s, 1 + (i + index) % 5);
        lt_leave();
        if (i % 16 == index) lt_poll();
    }
}

CASE(a_crowd_counts_shared_objects)
{
    struct sharing s;
    sharing_open(&s);
    if (TRAIT(threads)) run_crowd(crowd(), counts_in_a_crowd, &s);
    else counts_in_a_crowd(0, &s);
    for (unsigned i = 0; i < SHARED; i++) check_alive(i);
    sharing_close(&s);
}

static void *counts_and_waits(void *argument)
{
    struct sharing *s = argument;
    lt_enter();
    counts_them(s, 2);
    lt_leave();
    gate_open(&s->ready);
    gate_pass(&s->go); /* outside */
    return NULL;
}

CASE(who_waits_outside_keeps_no_shared_object_alive)
{
    NEEDS(threads);
    struct sharing s;
    sharing_open(&s);
    pthread_t thread = start(counts_and_waits, &s);
    gate_pass(&s.ready);
    sharing_close(&s);
    gate_open(&s.go);
    finish(thread);
}

CASE(who_exits_keeps_no_shared_object_alive)
{
    NEEDS(threads);
    struct sharing s;
    sharing_open(&s);
    gate_open(&s.go);
    finish(start(counts_and_waits, &s));
    sharing_close(&s);
}

static void *counts_and_runs_on(void *argument)
{
    struct sharing *s = argument;
    lt_enter();
    counts_them(s, 2);
    gate_open(&s->ready);
    while (!__atomic_load_n(&s->over, __ATOMIC_ACQUIRE)) {
        sched_yield();
        lt_safepoint();
    }
    lt_leave();
    return NULL;
}

CASE(who_passes_safepoints_keeps_no_shared_object_alive)
{
    NEEDS(threads);
    NEEDS_NOT(exclusive);
    struct sharing s;
    sharing_open(&s);
    pthread_t thread = start(counts_and_runs_on, &s);
    gate_pass(&s.ready);
    sharing_close(&s);
    __atomic_store_n(&s.over, true, __ATOMIC_RELEASE);
    finish(thread);
}

/* Epochs alone do it: nobody waits in lt_barrier. */
CASE(shared_objects_die_as_time_passes)
{
    NEEDS(reclaims);
    struct sharing s;
    sharing_open(&s);
    lt_enter();
    counts_them(&s, 2);
    for (unsigned i = 0; i < SHARED; i++) lt_slot_store(&s.slots[i], NULL);
    for (unsigned i = 0; i < 40; i++) lt_poll();
    CHECK_EQ(finalized(), SHARED);
    lt_leave();
}

static void *shares_it(void *t)
{
    lt_enter();
    lt_share(t);
    lt_retain(t);
    lt_release(t);
    lt_release(t);
    lt_leave();
    return NULL;
}

CASE(shared_by_another_thread)
{
    NEEDS(threads);
    lt_enter();
    struct thing *t = thing_new();
    uint32_t id = t->id;
    lt_retain(t);
    lt_leave();
    finish(start(shares_it, t));
    check_alive(id);
    lt_enter();
    lt_retain(t);
    lt_release(t);
    lt_release(t);
    lt_leave();
    check_gone(id);
}

CASE(a_shared_object_may_be_immortal)
{
    lt_enter();
    lt_share(&fixed);
    lt_retain(&fixed);
    lt_release(&fixed);
    lt_release(&fixed);
    CHECK(lt_is_immortal(&fixed));
    immortal = shared_new();
    survivors++;
    lt_retain(immortal);
    lt_safepoint();
    lt_release(immortal);
    lt_immortalize(immortal);
    lt_share(immortal);
    lt_release(immortal);
    lt_release(immortal);
    lt_leave();
    check_immortal(immortal);
}

static void retains_its_neighbour(struct thing *t)
{
    lt_retain(t->ref);
    lt_release(t->ref);
}

/* What a cascade takes and drops dies in it. */
CASE(shared_objects_in_a_chain)
{
    enum { LENGTH = 100 };
    lt_enter();
    struct thing *head = NULL;
    for (unsigned i = 0; i < LENGTH; i++) {
        struct thing *t = shared_new();
        t->ref = head;
        if (head) t->last_words = retains_its_neighbour;
        head = t;
    }
    lt_release(head);
    lt_leave();
    settle();
    if (TRAIT(reclaims)) CHECK_EQ(finalized(), LENGTH);
}

CASE(shared_garbage_is_collected)
{
    NEEDS(reclaims);
    lt_enter();
    struct thing *one = shared_new(), *two = shared_new();
    lt_slot_init(&one->left, two);
    lt_slot_init(&two->left, one);
    lt_safepoint();
    for (unsigned i = 0; i < 3; i++) lt_release(lt_slot_load(&one->left)); /* something of it may be kept */
    CHECK_EQ(lt_collect(), 0);
    lt_leave();
    check_gone(0);
    check_gone(1);
}

static void *only_takes_part(void *unused)
{
    (void)unused;
    lt_enter();
    lt_leave();
    return NULL;
}

CASE(an_owner_keeps_its_finalizer)
{
    NEEDS(threads);
    lt_enter();
    struct thing *t = owners_new();
    uint32_t id = t->id;
    lt_share(t);
    lt_leave();
    finish(start(only_takes_part, NULL));
    finish(start(releases_its_reference, t));
    settle();
    lt_enter();
    lt_leave();
    check_gone(id);
    if (has_owners()) CHECK(pthread_equal(finalized_by, pthread_self()));
}

/* The hint does nothing to such an object. */
CASE(an_owners_object_stays_its_owners_alone)
{
    NEEDS(unique);
    lt_enter();
    struct thing *t = owners_new();
    CHECK(lt_is_unique(t));
    lt_share(t);
    CHECK(lt_is_unique(t));
    lt_release(t);
    lt_leave();
}

#ifndef SELECTED
static bool is_biased(void) { return !strcmp(lt_strategy_name(), "biased"); }

static uint64_t words_of(struct sharing *s)
{
    uint64_t sum = 0;
    for (unsigned i = 0; i < SHARED; i++) {
        lt_borrow borrow = lt_slot_borrow(&s->slots[i]);
        sum = sum * 31 + lt_load64(&((lt_object *)lt_deref(borrow))->count.whole, LT_RELAXED);
        lt_unborrow(borrow);
    }
    return sum;
}

static void *counts_unseen(void *argument)
{
    struct sharing *s = argument;
    lt_enter();
    counts_them(s, 1);
    uint64_t before = words_of(s);
    for (unsigned i = 0; i < 50; i++) counts_them(s, 1);
    CHECK_EQ(words_of(s), before);
    lt_leave();
    return NULL;
}

/* The gain: however many there are, and safepoints too, nothing shared is written. */
CASE(counting_shared_objects_writes_nothing)
{
    if (!is_biased()) skip("the hint does nothing here");
    struct sharing s;
    sharing_open(&s);
    finish(start(counts_unseen, &s));
    counts_unseen(&s); /* the owner does as the others */
    sharing_close(&s);
}

static void *contends(void *argument)
{
    struct sharing *s = argument;
    lt_enter();
    while (!__atomic_load_n(&s->over, __ATOMIC_ACQUIRE)) {
        for (unsigned i = 0; i < 1000; i++) {
            lt_release(lt_slot_load(&s->slots[0]));
            lt_release(lt_slot_load(&s->slots[1]));
        }
        lt_safepoint();
    }
    lt_leave();
    return NULL;
}

static bool is_known_to_be_shared(lt_slot *slot)
{
    struct thing *t = lt_slot_load(slot);
    bool marked = lt_load8(&t->header.mark, LT_RELAXED) & LT_MARK_SHARED;
    lt_release(t);
    return marked;
}

/* Nobody gave the hint. */
CASE(contention_is_noticed)
{
    if (!is_biased()) skip("the hint does nothing here");
    if (sysconf(_SC_NPROCESSORS_ONLN) < 2) skip("one processor: no contention");
    struct sharing s;
    pthread_t threads[2];
    memset(&s, 0, sizeof s);
    lt_enter();
    for (unsigned i = 0; i < 2; i++) lt_slot_init(&s.slots[i], thing_new());
    lt_leave();
    for (unsigned i = 0; i < 2; i++) threads[i] = start(contends, &s);
    for (bool both = false; !both; sched_yield()) {
        lt_enter();
        both = is_known_to_be_shared(&s.slots[0]) && is_known_to_be_shared(&s.slots[1]);
        lt_leave();
    }
    __atomic_store_n(&s.over, true, __ATOMIC_RELEASE);
    for (unsigned i = 0; i < 2; i++) finish(threads[i]);
    sharing_close(&s);
}
#endif
