/* threads.h: threads come and go, block, and pass objects to one another. */

static uint64_t threads_in_use(void)
{
    lt_stats stats;
    lt_stats_read(&stats);
    return stats.threads;
}

/* ---- registration ---- */

CASE(register_and_unregister)
{
    for (unsigned i = 0; i < 100; i++) {
        CHECK_EQ(lt_thread_register(), 0);
        CHECK_EQ(threads_in_use(), 1);
        CHECK_EQ(lt_thread_register(), 0); /* it is known already */
        CHECK_EQ(threads_in_use(), 1);
        lt_enter();
        lt_release(thing_new());
        lt_leave();
        lt_thread_unregister();
        CHECK_EQ(threads_in_use(), 0);
    }
    lt_enter(); /* registers again */
    lt_release(thing_new());
    lt_leave();
    CHECK_EQ(threads_in_use(), 1);
}

CASE(objects_outlive_their_threads_registration)
{
    lt_enter();
    struct thing *t = thing_new();
    uint32_t id = t->id;
    lt_slot slot;
    lt_retain(t);
    lt_slot_init(&slot, t);
    lt_leave();
    lt_thread_unregister();

    lt_enter();
    thing_use(t);
    lt_release(t);
    CHECK(lt_slot_take(&slot) == t);
    lt_leave();
    check_alive(id);
    lt_thread_unregister();
    lt_enter();
    lt_release(t);
    lt_leave();
    check_gone(id);
}

static void registers(unsigned index, void *shared)
{
    (void)index, (void)shared;
    CHECK_EQ(lt_thread_register(), 0);
    lt_enter();
    lt_release(thing_new());
    lt_leave();
    lt_thread_unregister();
    lt_enter();
    lt_release(thing_new());
    lt_leave(); /* and exits registered */
}

CASE(a_crowd_registers)
{
    NEEDS(threads);
    for (unsigned i = 0; i < 10; i++) run_crowd(crowd(), registers, NULL);
    CHECK_EQ(threads_in_use(), 0);
    lt_stats stats;
    lt_stats_read(&stats);
    CHECK(stats.threads_ever <= 2 * crowd()); /* records are used again */
}

/* ---- churn: many short threads, which leave objects behind ---- */

enum { LEFT_BEHIND = 64 };
struct inheritance {
    lt_slot slots[LEFT_BEHIND];
    pthread_mutex_t lock;
    struct thing *owned[LEFT_BEHIND]; /* under the lock: references that are nobody's but the array's */
};

static void *lives_shortly(void *argument)
{
    struct inheritance *estate = argument;
    uint64_t seed = (uint64_t)(uintptr_t)&seed ^ made();
    unsigned place = random_below(&seed, LEFT_BEHIND);
    lt_enter();
    struct thing *mine = thing_above(thing_new());
    lt_slot_store(&estate->slots[random_below(&seed, LEFT_BEHIND)], thing_new());
    struct thing *other = lt_slot_take(&estate->slots[random_below(&seed, LEFT_BEHIND)]);
    if (other) lt_release(other);
    lt_leave();

    pthread_mutex_lock(&estate->lock);
    struct thing *inherited = estate->owned[place];
    estate->owned[place] = mine;
    pthread_mutex_unlock(&estate->lock);

    if (inherited) {
        lt_enter();
        thing_use(inherited);
        lt_release(inherited); /* its owner exited long ago, or has this thread's id */
        lt_leave();
    }
    return NULL;
}

CASE(ten_thousand_short_threads)
{
    NEEDS(threads);
    static struct inheritance estate = {.lock = PTHREAD_MUTEX_INITIALIZER};
    enum { AT_ONCE = 4 };
    pthread_t threads[AT_ONCE];
    unsigned n = scaled(10000);
    for (unsigned i = 0; i < n; i++) {
        if (i >= AT_ONCE) finish(threads[i % AT_ONCE]);
        threads[i % AT_ONCE] = start(lives_shortly, &estate);
    }
    for (unsigned i = 0; i < AT_ONCE; i++) finish(threads[i]);

    lt_enter();
    for (unsigned i = 0; i < LEFT_BEHIND; i++) {
        lt_slot_store(&estate.slots[i], NULL);
        if (estate.owned[i]) lt_release(estate.owned[i]);
    }
    lt_leave();
    CHECK_EQ(threads_in_use(), 1);
    lt_stats stats;
    lt_stats_read(&stats);
    CHECK(stats.threads_ever <= 2 * AT_ONCE + 2);
}

/* ---- a blocked owner holds nothing up ---- */

enum { OWNED = 1000 };
struct owner {
    struct thing *things[OWNED];
    lt_slot slots[OWNED];
    sem_t made, go;
    bool in_slots;
};

/* `biased` has a thread merge what others take from a slot and drop, and not what they got by a plain pointer. */
static void make_things(struct owner *owner)
{
    lt_enter();
    for (unsigned i = 0; i < OWNED; i++) {
        owner->things[i] = thing_above(thing_new());
        if (owner->in_slots) lt_slot_init(&owner->slots[i], owner->things[i]);
    }
    lt_leave();
}

static void *makes_and_blocks(void *argument)
{
    struct owner *owner = argument;
    make_things(owner);
    gate_open(&owner->made);
    gate_pass(&owner->go);
    return NULL;
}

static void drop_things(struct owner *owner)
{
    lt_enter();
    for (unsigned i = 0; i < OWNED; i++) {
        if (owner->in_slots) lt_slot_store(&owner->slots[i], NULL);
        else lt_release(owner->things[i]);
    }
    lt_leave();
}

static void settle_by_polling(void)
{
    for (unsigned i = 0; finalized() < made(); i++) {
        CHECK(i < 10000);
        lt_poll();
        sched_yield();
    }
}

static void a_blocked_owner(bool in_slots, void (*settling)(void))
{
    NEEDS(threads);
    NEEDS(reclaims);
    static struct owner owner;
    owner.in_slots = in_slots;
    gate_init(&owner.made);
    gate_init(&owner.go);
    pthread_t thread = start(makes_and_blocks, &owner);
    gate_pass(&owner.made);
    drop_things(&owner);
    settling();
    CHECK_EQ(finalized(), made());
    gate_open(&owner.go);
    finish(thread);
}

CASE(a_blocked_owner_of_slots_holds_nothing_up) { a_blocked_owner(true, settle); }
CASE(a_blocked_owner_of_references_holds_nothing_up) { a_blocked_owner(false, settle); }
CASE(a_blocked_owner_of_slots_needs_only_polling) { a_blocked_owner(true, settle_by_polling); }
CASE(a_blocked_owner_of_references_needs_only_polling) { a_blocked_owner(false, settle_by_polling); }

/* The owner keeps a reference of its own and uses it when it wakes. */
static void *makes_blocks_and_uses(void *argument)
{
    struct owner *owner = argument;
    lt_enter();
    for (unsigned i = 0; i < OWNED; i++) {
        owner->things[i] = thing_new();
        lt_retain(owner->things[i]);
    }
    lt_leave();
    gate_open(&owner->made);
    gate_pass(&owner->go);
    lt_enter();
    for (unsigned i = 0; i < OWNED; i++) {
        thing_use(owner->things[i]);
        lt_retain(owner->things[i]);
        lt_release_n(owner->things[i], 2);
    }
    lt_leave();
    return NULL;
}

CASE(a_blocked_owner_still_owns)
{
    NEEDS(threads);
    static struct owner owner;
    gate_init(&owner.made);
    gate_init(&owner.go);
    pthread_t thread = start(makes_blocks_and_uses, &owner);
    gate_pass(&owner.made);
    drop_things(&owner);
    settle();
    CHECK_EQ(finalized(), 0);
    gate_open(&owner.go);
    finish(thread);
    settle();
    if (TRAIT(reclaims)) CHECK_EQ(finalized(), OWNED);
}

/* ---- another's object, counted again and again ---- */

struct counter {
    struct thing *thing;
    sem_t made, dropped, counted, go;
};

/* Whatever it keeps on the way, it has nothing left when it is outside. */
static void *counts_and_blocks(void *argument)
{
    struct counter *c = argument;
    lt_enter();
    for (unsigned i = 0; i < 100; i++) {
        lt_retain(c->thing);
        if (i % 10 == 0) lt_retain(c->thing);
        thing_use(c->thing);
        lt_release(c->thing);
        if (i % 10 == 9) lt_release(c->thing);
        if (i % 25 == 0) lt_safepoint();
    }
    lt_release(c->thing);
    lt_leave();
    gate_open(&c->counted);
    gate_pass(&c->go);
    return NULL;
}

CASE(who_counts_anothers_object_again_and_again_keeps_nothing)
{
    NEEDS(threads);
    static struct counter counter;
    gate_init(&counter.counted);
    gate_init(&counter.go);
    lt_enter();
    counter.thing = thing_new();
    lt_retain(counter.thing);
    lt_leave();
    pthread_t thread = start(counts_and_blocks, &counter);
    gate_pass(&counter.counted);
    settle();
    CHECK_EQ(finalized(), 0);
    lt_enter();
    lt_release(counter.thing);
    lt_leave();
    settle();
    if (TRAIT(reclaims)) CHECK_EQ(finalized(), 1);
    gate_open(&counter.go);
    finish(thread);
}

/* The same in a finalizer that the end of the section runs: for the last reference was another thread's. */
static void count_again_and_again(struct thing *t)
{
    for (unsigned i = 0; i < 10; i++) {
        lt_retain(t->ref);
        lt_release(t->ref);
    }
}

static void *leaves_and_blocks(void *argument)
{
    struct counter *c = argument;
    lt_enter();
    struct thing *above = thing_new();
    above->ref = c->thing;
    above->last_words = count_again_and_again;
    c->thing = above;
    gate_open(&c->made);
    gate_pass(&c->dropped);
    lt_leave();
    gate_open(&c->counted);
    gate_pass(&c->go);
    return NULL;
}

CASE(who_counts_anothers_object_in_finalizers_keeps_nothing)
{
    NEEDS(threads);
    NEEDS_NOT(exclusive);
    static struct counter counter;
    gate_init(&counter.made);
    gate_init(&counter.dropped);
    gate_init(&counter.counted);
    gate_init(&counter.go);
    lt_enter();
    counter.thing = thing_new();
    lt_leave();
    pthread_t thread = start(leaves_and_blocks, &counter);
    gate_pass(&counter.made);
    lt_enter();
    lt_release(counter.thing);
    lt_leave();
    gate_open(&counter.dropped);
    gate_pass(&counter.counted);
    settle();
    if (TRAIT(reclaims)) CHECK_EQ(finalized(), 2);
    gate_open(&counter.go);
    finish(thread);
}

/* ---- owners that leave ---- */

static void *makes_and_exits(void *argument)
{
    make_things(argument);
    return NULL;
}

CASE(an_exited_owner)
{
    NEEDS(threads);
    static struct owner owner = {.in_slots = true};
    finish(start(makes_and_exits, &owner));
    settle();
    CHECK_EQ(finalized(), 0);
    drop_things(&owner);
    settle();
    if (TRAIT(reclaims)) CHECK_EQ(finalized(), made());
}

CASE(an_owner_exits_with_merges_pending)
{
    NEEDS(threads);
    static struct owner owner;
    gate_init(&owner.made);
    gate_init(&owner.go);
    for (unsigned round = 0; round < 10; round++) {
        owner.in_slots = round % 2;
        pthread_t thread = start(makes_and_blocks, &owner);
        gate_pass(&owner.made);
        drop_things(&owner); /* all wait for the owner, which exits without another section */
        gate_open(&owner.go);
        finish(thread);
        settle();
        if (TRAIT(reclaims)) CHECK_EQ(finalized(), made());
    }
}

static void *takes_over_and_exits(void *argument)
{
    drop_things(argument);
    return NULL;
}

CASE(the_releaser_exits_too)
{
    NEEDS(threads);
    static struct owner owner = {.in_slots = true};
    finish(start(makes_and_exits, &owner));
    finish(start(takes_over_and_exits, &owner));
    settle();
    if (TRAIT(reclaims)) CHECK_EQ(finalized(), made());
}

CASE(main_owns_and_another_releases)
{
    NEEDS(threads);
    static struct owner owner;
    for (unsigned round = 0; round < 10; round++) {
        owner.in_slots = round % 2;
        makes_and_exits(&owner);
        finish(start(takes_over_and_exits, &owner));
        lt_enter();
        lt_safepoint(); /* here the owner does what waits for it, or ... */
        lt_leave();
        settle(); /* ... at the latest here */
        if (TRAIT(reclaims)) CHECK_EQ(finalized(), made());
    }
}

/* ---- a ring: everyone releases what the neighbour made ---- */

struct ring {
    pthread_barrier_t turn;
    unsigned n;
    struct thing *things[CROWD_MOST][100];
};

static void makes_and_releases_the_neighbours(unsigned index, void *shared)
{
    struct ring *ring = shared;
    for (unsigned round = 0; round < 20; round++) {
        lt_enter();
        for (unsigned i = 0; i < 100; i++) {
            ring->things[index][i] = thing_new();
            if (i % 2) lt_retain(ring->things[index][i]), lt_release(ring->things[index][i]);
        }
        lt_leave();
        pthread_barrier_wait(&ring->turn);
        lt_enter();
        for (unsigned i = 0; i < 100; i++) lt_release(ring->things[(index + 1) % ring->n][i]);
        lt_leave();
        pthread_barrier_wait(&ring->turn);
    }
}

CASE(a_ring_of_neighbours)
{
    NEEDS(threads);
    static struct ring ring;
    ring.n = crowd();
    pthread_barrier_init(&ring.turn, NULL, ring.n);
    run_crowd(ring.n, makes_and_releases_the_neighbours, &ring);
}
