/* forks.h: fork(2). The child has the calling thread and a copy of all that the others were in the middle of. It may use
 * the library fully, and so may the parent. */

/* AddressSanitizer's allocator in gcc 12 leaves its lock taken in the child, if another thread allocates meanwhile; so does
 * ThreadSanitizer's in clang 19, where it takes more memory from the system. */
#if (defined(__SANITIZE_ADDRESS__) && !defined(__clang__)) || LT_TSAN
#define NEEDS_AN_ALLOCATOR_THAT_FORKS skip("this allocator does not survive a fork")
#else
#define NEEDS_AN_ALLOCATOR_THAT_FORKS ((void)0)
#endif

/* ---- what a child does with objects of its own ---- */

enum { KIN = 200 };
struct kin {
    lt_slot slots[KIN];
    struct thing *things[KIN];
    lt_node node;
};

static unsigned kin_deaths[KIN], kin_nodes; /* atomic */

static void counts_its_death(struct thing *t) { __atomic_fetch_add(&kin_deaths[t->value], 1, __ATOMIC_RELAXED); }

static void counts_its_node(lt_node *node)
{
    (void)node;
    __atomic_fetch_add(&kin_nodes, 1, __ATOMIC_RELAXED);
}

static void *empties_the_slots(void *argument)
{
    struct kin *kin = argument;
    for (unsigned i = 0; i < KIN; i++) {
        lt_enter();
        struct thing *t = lt_slot_load(&kin->slots[i]);
        lt_slot_store(&kin->slots[i], NULL);
        thing_use(t);
        lt_release(t);
        lt_leave();
    }
    return NULL;
}

static void *gives_the_references_back(void *argument)
{
    struct kin *kin = argument;
    lt_enter();
    lt_defer(&kin->node, counts_its_node);
    for (unsigned i = 0; i < KIN; i++) {
        thing_use(kin->things[i]);
        lt_release(kin->things[i]);
        lt_safepoint();
    }
    lt_leave();
    return NULL;
}

/* Outside a section, in a child: everything works, with this thread alone and with new ones. */
static void founds_a_family(void)
{
    static struct kin kin;
    memset(kin_deaths, 0, sizeof kin_deaths);
    kin_nodes = 0;
    lt_enter();
    for (unsigned i = 0; i < KIN; i++) {
        struct thing *t = kin.things[i] = thing_new();
        t->value = i;
        t->last_words = counts_its_death;
        lt_retain(t);
        lt_slot_init(&kin.slots[i], t);
    }
    lt_leave();
    if (TRAIT(threads)) {
        pthread_t one = start(empties_the_slots, &kin), other = start(gives_the_references_back, &kin);
        finish(one);
        finish(other);
    } else {
        empties_the_slots(&kin);
        gives_the_references_back(&kin);
    }
    lt_synchronize();
    settle();
    for (unsigned i = 0; i < KIN; i++) CHECK_EQ(kin_deaths[i], TRAIT(reclaims));
    CHECK_EQ(kin_nodes, TRAIT(reclaims));
    CHECK_EQ(threads_in_use(), 1);
}

/* ---- alone ---- */

static void founds(void *unused)
{
    (void)unused;
    founds_a_family();
}

static void leaves_and_founds(void *unused)
{
    (void)unused;
    lt_leave();
    founds_a_family();
    lt_thread_unregister();
    CHECK_EQ(threads_in_use(), 0);
}

struct held {
    lt_slot slot;
    lt_borrow borrow;
};

static void uses_its_borrow(void *argument)
{
    struct held *held = argument;
    struct thing *t = lt_deref(held->borrow);
    lt_slot_store(&held->slot, NULL);
    thing_use(t);
    CHECK_EQ(fate(t->id), 0);
    lt_unborrow(held->borrow);
    lt_leave();
    settle();
    if (TRAIT(reclaims)) CHECK_EQ(finalized(), made());
    founds_a_family();
}

CASE(a_child_keeps_its_borrows)
{
    struct held held;
    lt_enter();
    lt_slot_init(&held.slot, thing_above(thing_new()));
    held.borrow = lt_slot_borrow(&held.slot);
    CHECK(succeeds_in_a_fork(uses_its_borrow, &held));
    thing_use(lt_deref(held.borrow));
    lt_unborrow(held.borrow);
    CHECK(succeeds_in_a_fork(leaves_and_founds, NULL));
    lt_slot_store(&held.slot, NULL);
    lt_leave();
}

static void founds_twice(void *unused)
{
    (void)unused;
    founds_a_family();
    CHECK(succeeds_in_a_fork(founds, NULL));
}

CASE(a_grandchild_goes_on)
{
    CHECK(succeeds_in_a_fork(founds_twice, NULL)); /* the parent has not begun to use the library */
    lt_enter();
    lt_release(thing_new());
    lt_leave();
    CHECK(succeeds_in_a_fork(founds_twice, NULL));
}

static struct thing *dropped_in_the_finalizer;
static bool in_the_child;

static void forks(struct thing *t)
{
    (void)t;
    pid_t child = fork();
    in_the_child = child == 0;
    for (int status = -1; child > 0; child = 0) CHECK(waitpid(child, &status, 0) == child && status == 0);
    lt_release(dropped_in_the_finalizer);
}

CASE(a_finalizer_forks)
{
    NEEDS(reclaims);
    lt_enter();
    dropped_in_the_finalizer = thing_new();
    struct thing *t = thing_above(thing_above(thing_new()));
    t->last_words = forks;
    lt_release(t);
    lt_leave();
    settle(); /* either here or above */
    CHECK_EQ(finalized(), 4);
    if (!in_the_child) return;
    founds_a_family();
    _exit(0);
}

/* ---- beside threads that are inside sections, anywhere in the library ---- */

enum { SAILS = 16, MILLERS = 3 };
static struct {
    lt_slot slots[SAILS];
    bool over; /* atomic */
} mill;

static void turn_the_mill(uint64_t *seed)
{
    lt_slot *one = &mill.slots[random_below(seed, SAILS)], *other = &mill.slots[random_below(seed, SAILS)];
    lt_borrow borrow = lt_slot_borrow(one);
    struct thing *t = lt_hold(borrow);
    lt_unborrow(borrow);
    if (t) thing_use(t);
    switch (random_below(seed, 5)) {
    case 0:
        lt_slot_store(other, t);
        break;
    case 1:
        if (t) lt_retain(t), lt_release_n(t, 2);
        break;
    case 2:
        lt_slot_store(other, thing_above(t));
        break;
    case 3:
        if (t) lt_release(t);
        t = lt_slot_take(other);
        if (t) lt_release(t);
        break;
    case 4:
        if (!lt_slot_cas(other, NULL, t) && t) lt_release(t);
        break;
    }
}

static void *mills(void *seed_of)
{
    uint64_t seed = (uint64_t)(uintptr_t)seed_of;
    while (!__atomic_load_n(&mill.over, __ATOMIC_RELAXED)) {
        lt_enter();
        for (unsigned i = 0; i < 100; i++) {
            turn_the_mill(&seed);
            if (i % 8 == 0) lt_safepoint();
        }
        lt_leave();
        if (random_below(&seed, 16) == 0) lt_poll();
    }
    return NULL;
}

static void empty_the_mill(void)
{
    lt_enter();
    for (unsigned i = 0; i < SAILS; i++) {
        lt_borrow borrow = lt_slot_borrow(&mill.slots[i]);
        if (lt_deref(borrow)) thing_use(lt_deref(borrow));
        lt_slot_store(&mill.slots[i], NULL);
        if (lt_deref(borrow)) thing_use(lt_deref(borrow));
        lt_unborrow(borrow);
    }
    lt_leave();
}

static void stands_still(void *unused)
{
    (void)unused;
    empty_the_mill();
    settle();
    founds_a_family();
}

static void leaves_and_stands_still(void *argument)
{
    const lt_borrow *before = argument; /* the fork */
    thing_use(lt_deref(*before));
    lt_unborrow(*before);
    lt_leave();
    stands_still(NULL);
}

CASE(a_fork_beside_a_mill)
{
    NEEDS(threads);
    NEEDS(reclaims); /* or there is more and more to copy */
    NEEDS_AN_ALLOCATOR_THAT_FORKS;
    pthread_t threads[MILLERS];
    lt_enter();
    for (unsigned i = 0; i < SAILS; i++) lt_slot_init(&mill.slots[i], thing_new());
    lt_leave();
    for (uintptr_t i = 0; i < MILLERS; i++) threads[i] = start(mills, (void *)(i + 1));
    unsigned rounds = SANITIZED ? 5 : scaled(20);
    for (unsigned i = 0; i < rounds; i++) {
        CHECK(succeeds_in_a_fork(stands_still, NULL));
        lt_enter();
        struct thing *t = NULL;
        lt_borrow borrow = {NULL};
        for (unsigned place = 0; !t; place = (place + 1) % SAILS) {
            borrow = lt_slot_borrow(&mill.slots[place]);
            if (!(t = lt_deref(borrow))) lt_slot_store(&mill.slots[place], thing_new());
        }
        CHECK(succeeds_in_a_fork(leaves_and_stands_still, &borrow));
        lt_unborrow(borrow);
        lt_leave();
    }
    __atomic_store_n(&mill.over, true, __ATOMIC_RELAXED);
    for (unsigned i = 0; i < MILLERS; i++) finish(threads[i]);
    empty_the_mill();
}

static void forks_often(unsigned index, void *unused)
{
    (void)index, (void)unused;
    for (unsigned i = 0; i < 5; i++) {
        CHECK(succeeds_in_a_fork(founds, NULL));
        lt_enter();
        lt_release(thing_new());
        CHECK(succeeds_in_a_fork(leaves_and_founds, NULL));
        lt_leave();
    }
}

CASE(many_fork_at_once)
{
    NEEDS(threads);
    NEEDS_AN_ALLOCATOR_THAT_FORKS;
    run_crowd(4, forks_often, NULL);
}

/* ---- beside threads that are outside ---- */

static unsigned bystanders_nodes; /* atomic */

static void counts_a_bystanders_node(lt_node *node)
{
    (void)node;
    __atomic_fetch_add(&bystanders_nodes, 1, __ATOMIC_RELAXED);
}

struct bystander {
    struct thing *drops[KIN], *made[KIN];
    lt_node node;
    sem_t ready, go;
    bool stays; /* inside its section */
};

static void *drops_and_waits(void *argument)
{
    struct bystander *b = argument;
    lt_enter();
    for (unsigned i = 0; i < KIN; i++) {
        b->made[i] = thing_above(thing_new());
        lt_release(b->drops[i]);
    }
    lt_defer(&b->node, counts_a_bystanders_node);
    if (!b->stays) lt_leave();
    gate_open(&b->ready);
    gate_pass(&b->go);
    if (b->stays) lt_leave();
    return NULL;
}

static pthread_t set_by(struct bystander *b, bool stays)
{
    gate_init(&b->ready);
    gate_init(&b->go);
    b->stays = stays;
    lt_enter();
    for (unsigned i = 0; i < KIN; i++) b->drops[i] = thing_above(thing_new());
    lt_leave();
    pthread_t thread = start(drops_and_waits, b);
    gate_pass(&b->ready);
    return thread;
}

static void drop_what_it_made(struct bystander *b)
{
    lt_enter();
    for (unsigned i = 0; i < KIN; i++) lt_release(b->made[i]);
    lt_leave();
}

static void inherits_all(void *bystander)
{
    CHECK_EQ(threads_in_use(), 1);
    drop_what_it_made(bystander);
    settle();
    if (TRAIT(reclaims)) {
        CHECK_EQ(finalized(), made());
        CHECK_EQ(bystanders_nodes, 1);
    }
    founds_a_family();
    if (TRAIT(reclaims)) CHECK_EQ(live_objects(), 0);
}

CASE(a_child_inherits_from_threads_that_were_outside)
{
    NEEDS(threads);
    static struct bystander b;
    pthread_t thread = set_by(&b, false);
    CHECK(succeeds_in_a_fork(inherits_all, &b));
    drop_what_it_made(&b);
    CHECK(succeeds_in_a_fork(founds, NULL));
    gate_open(&b.go);
    finish(thread);
}

/* What it keeps of the memory that it has used has nobody to keep it for in a child. */
static void *uses_memory_and_waits(void *bystander)
{
    static const lt_type leaf = {.name = "leaf", .size = sizeof(lt_object) + 8, .flags = LT_TYPE_ACYCLIC};
    struct bystander *b = bystander;
    void *leaves[KIN];
    lt_enter();
    for (unsigned i = 0; i < KIN; i++) leaves[i] = needed(lt_new(&leaf));
    for (unsigned i = 0; i < KIN; i++) lt_release(leaves[i]);
    lt_leave();
    gate_open(&b->ready);
    gate_pass(&b->go);
    return NULL;
}

static void keeps_nothing(void *unused)
{
    (void)unused;
    lt_stats stats;
    lt_thread_unregister();
    lt_stats_read(&stats);
    CHECK_EQ(stats.kept_bytes, 0);
    founds_a_family();
}

CASE(a_child_keeps_no_memory_of_other_threads)
{
    NEEDS(threads);
    static struct bystander b;
    gate_init(&b.ready);
    gate_init(&b.go);
    pthread_t thread = start(uses_memory_and_waits, &b);
    gate_pass(&b.ready);
    settle();
    CHECK(succeeds_in_a_fork(keeps_nothing, NULL));
    gate_open(&b.go);
    finish(thread);
}

static void drops_what_is_left(void *argument)
{
    struct bystander *b = argument;
    uint64_t before = finalized();
    drop_what_it_made(b);
    settle();
    if (TRAIT(reclaims)) CHECK_AT_MOST(2 * KIN, finalized() - before); /* of what it had dropped, some leaks */
    founds_a_family();
    lt_stats stats;
    lt_stats_read(&stats);
    CHECK_AT_MOST(stats.threads_ever, 3); /* its record is in use again */
}

CASE(a_child_can_drop_what_a_thread_inside_a_section_made)
{
    NEEDS(threads);
    NEEDS_NOT(exclusive);
    static struct bystander b;
    pthread_t thread = set_by(&b, true);
    CHECK(succeeds_in_a_fork(drops_what_is_left, &b));
    drop_what_it_made(&b);
    gate_open(&b.go);
    finish(thread);
}

/* ---- what a thread inside a section has counted, but not told ---- */

struct sharer {
    struct thing *thing;
    lt_slot slot;
    sem_t ready, go;
};

static void *shares_inside(void *argument)
{
    struct sharer *s = argument;
    lt_enter();
    lt_retain(s->thing);
    lt_slot_store(&s->slot, s->thing);
    gate_open(&s->ready);
    gate_pass(&s->go);
    lt_leave();
    return NULL;
}

static void drops_its_own(void *argument)
{
    struct sharer *s = argument;
    uint32_t id = s->thing->id;
    lt_enter();
    lt_release(s->thing);
    lt_leave();
    for (unsigned i = 0; i < 3; i++) check_alive(id);
    lt_enter();
    lt_borrow borrow = lt_slot_borrow(&s->slot);
    thing_use(lt_deref(borrow));
    lt_unborrow(borrow);
    lt_slot_store(&s->slot, NULL);
    lt_leave();
    check_gone(id);
}

CASE(a_reference_that_a_vanished_thread_gave_away_still_counts)
{
    NEEDS(threads);
    NEEDS_NOT(exclusive);
    static struct sharer s;
    gate_init(&s.ready);
    gate_init(&s.go);
    lt_enter();
    s.thing = thing_new();
    lt_leave();
    pthread_t thread = start(shares_inside, &s);
    gate_pass(&s.ready);
    CHECK(succeeds_in_a_fork(drops_its_own, &s));
    gate_open(&s.go);
    finish(thread);
    lt_enter();
    lt_release(s.thing);
    lt_slot_store(&s.slot, NULL);
    lt_leave();
}

/* ---- beside threads that wait in the library ---- */

static void *waits_in_a_barrier(void *waiting)
{
    __atomic_store_n((bool *)waiting, true, __ATOMIC_RELEASE);
    lt_barrier();
    return NULL;
}

static void *waits_to_enter(void *waiting)
{
    __atomic_store_n((bool *)waiting, true, __ATOMIC_RELEASE);
    lt_enter();
    lt_release(thing_new());
    lt_leave();
    return NULL;
}

static void *takes_its_turn(void *inside)
{
    lt_enter();
    __atomic_store_n((bool *)inside, true, __ATOMIC_RELEASE);
    lt_leave();
    return NULL;
}

static void takes_turns(void *unused)
{
    (void)unused;
    bool inside = false;
    pthread_t other = start(takes_its_turn, &inside);
    while (!__atomic_load_n(&inside, __ATOMIC_ACQUIRE)) lt_safepoint(); /* not behind a thread that is gone */
    lt_leave();
    finish(other);
    founds_a_family();
}

/* It cannot be seen from outside that a thread waits. So this thread stays inside a while, and forks several times. */
static void fork_beside_a_waiting_thread(void *(*waits)(void *))
{
    for (unsigned i = 0; i < 10; i++) {
        bool waiting = false;
        lt_enter();
        pthread_t one = start(waits, &waiting), other = start(waits, &waiting);
        while (!__atomic_load_n(&waiting, __ATOMIC_ACQUIRE)) sched_yield();
        usleep(2000 * i);
        CHECK(succeeds_in_a_fork(takes_turns, NULL));
        lt_leave();
        finish(one);
        finish(other);
    }
}

CASE(a_fork_beside_threads_in_a_barrier)
{
    NEEDS(threads);
    NEEDS_AN_ALLOCATOR_THAT_FORKS;
    fork_beside_a_waiting_thread(waits_in_a_barrier);
}

CASE(a_fork_beside_threads_that_want_in)
{
    NEEDS(threads);
    NEEDS_AN_ALLOCATOR_THAT_FORKS;
    fork_beside_a_waiting_thread(waits_to_enter);
}
