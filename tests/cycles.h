/* cycles.h: lt_collect: what only holds itself is found, and nothing else; its finalizers run once and in order. */

/* Outside a section: collects, however busy the machine is. */
static void collect(void)
{
    int error;
    while ((error = lt_collect()) == EAGAIN) sched_yield();
    CHECK_EQ(error, 0);
}

/* All garbage, and what waits behind it. */
static void collect_all(void)
{
    settle();
    collect();
    settle();
}

static uint64_t found(void)
{
    lt_stats stats;
    lt_stats_read(&stats);
    return stats.collected;
}

/* Only lt_collect collects. */
static void by_hand(void) { CHECK_EQ(lt_configure(LT_COLLECT_DEBT, 0), 0); }

/* A ring of n things along `left`; takes a reference to its first, which the caller has. */
static struct thing *ring_of(unsigned n)
{
    struct thing *first = thing_new(), *last = first;
    while (--n) {
        struct thing *t = thing_new();
        lt_slot_store(&last->left, t);
        last = t;
    }
    lt_retain(first);
    lt_slot_store(&last->left, first);
    return first;
}

CASE(a_thing_that_refers_to_itself_is_collected)
{
    by_hand();
    lt_enter();
    struct thing *t = ring_of(1);
    uint32_t id = t->id;
    lt_release(t);
    lt_leave();
    settle();
    CHECK_EQ(fate(id), 0);
    collect_all();
    CHECK_EQ(fate(id), TRAIT(reclaims));
}

CASE(a_ring_that_is_held_is_not_collected)
{
    by_hand();
    lt_enter();
    struct thing *t = ring_of(5);
    uint32_t id = t->id;
    lt_leave();
    collect_all();
    for (unsigned i = 0; i < 5; i++) CHECK_EQ(fate(id + i), 0);
    lt_enter();
    lt_release(t);
    lt_leave();
    collect_all();
    for (unsigned i = 0; i < 5; i++) CHECK_EQ(fate(id + i), TRAIT(reclaims));
}

CASE(what_a_held_ring_leads_to_is_not_collected)
{
    by_hand();
    static lt_slot root;
    lt_enter();
    struct thing *ring = ring_of(3), *inner = ring_of(2);
    uint32_t id = inner->id;
    lt_slot_store(&ring->right, inner);
    lt_slot_init(&root, ring);
    lt_leave();
    collect_all();
    collect_all();
    CHECK_EQ(fate(id), 0);
    CHECK_EQ(fate(id + 1), 0);
    lt_enter();
    lt_borrow borrow = lt_slot_borrow(&root);
    thing_use(lt_deref(borrow));
    lt_unborrow(borrow);
    lt_slot_store(&root, NULL);
    lt_leave();
    collect_all();
    CHECK_EQ(fate(id), TRAIT(reclaims));
}

CASE(a_ring_of_plain_references_is_collected)
{
    by_hand();
    lt_enter();
    struct thing *one = thing_new(), *two = thing_new();
    uint32_t id = one->id;
    one->ref = two; /* takes it over */
    lt_retain(one);
    two->ref = one;
    lt_release(one);
    lt_leave();
    collect_all();
    CHECK_EQ(fate(id), TRAIT(reclaims));
    CHECK_EQ(fate(id + 1), TRAIT(reclaims));
}

CASE(a_slot_that_was_drawn_from_counts_for_what_it_owns)
{
    by_hand();
    lt_enter();
    struct thing *t = ring_of(2);
    uint32_t id = t->id;
    for (unsigned i = 0; i < scaled(100000); i++) lt_release(lt_slot_load(&t->left));
    struct thing *held = lt_slot_load(&t->left);
    lt_release(t);
    lt_leave();
    collect_all();
    CHECK_EQ(fate(id), 0);
    CHECK_EQ(fate(id + 1), 0);
    lt_enter();
    thing_use(held);
    lt_release(held);
    lt_leave();
    collect_all();
    CHECK_EQ(fate(id), TRAIT(reclaims));
    CHECK_EQ(fate(id + 1), TRAIT(reclaims));
}

CASE(a_chain_behind_a_ring_dies_with_it)
{
    by_hand();
    lt_enter();
    struct thing *chain = NULL;
    for (int i = 0; i < 10; i++) chain = thing_above(chain);
    struct thing *ring = ring_of(3);
    lt_slot_store(&ring->right, chain);
    lt_release(ring);
    lt_leave();
    collect_all();
    CHECK_EQ(finalized(), TRAIT(reclaims) ? made() : 0);
}

CASE(a_collection_tells_what_it_found)
{
    NEEDS(reclaims);
    by_hand();
    lt_enter();
    lt_release(ring_of(7));
    struct thing *held = ring_of(4);
    lt_leave();
    settle();
    uint64_t before = found();
    collect();
    CHECK_EQ(found(), before + 7);
    lt_stats stats;
    lt_stats_read(&stats);
    CHECK(stats.collections > 0);
    CHECK(stats.pause > 0);
    CHECK(stats.longest_pause >= stats.pause);
    lt_enter();
    lt_release(held);
    lt_leave();
    collect_all();
    CHECK_EQ(found(), before + 11);
}

/* ---- finalizers ---- */

static uint32_t order[64];
static unsigned ordered;

static unsigned rank(uint32_t id)
{
    for (unsigned i = 0; i < ordered; i++)
        if (order[i] == id) return i;
    CHECK(false);
    return 0;
}

static void note_rank(struct thing *t) { order[ordered++] = t->id; }

static void check_order(unsigned rotation)
{
    /* Three loops, upper -> middle -> lower, made in one of their orders. */
    struct thing *loop[3];
    lt_enter();
    for (unsigned i = 0; i < 3; i++) {
        loop[(i + rotation) % 3] = ring_of(1);
        loop[(i + rotation) % 3]->last_words = note_rank;
    }
    uint32_t id[3] = {loop[0]->id, loop[1]->id, loop[2]->id};
    lt_slot_store(&loop[1]->right, loop[2]);
    lt_slot_store(&loop[0]->right, loop[1]);
    lt_release(loop[0]);
    lt_leave();
    ordered = 0;
    collect_all();
    CHECK_EQ(ordered, 3);
    CHECK(rank(id[0]) < rank(id[1]));
    CHECK(rank(id[1]) < rank(id[2]));
}

CASE(finalizers_run_from_what_leads_to_what_is_led_to)
{
    NEEDS(reclaims);
    by_hand();
    for (unsigned rotation = 0; rotation < 3; rotation++) check_order(rotation);
}

/* The things are finalized one after the other, but nobody's edges are gone before all are. */
static unsigned edges_missing;
static void counts_its_edges(struct thing *t)
{
    struct thing *child = lt_slot_load(&t->left);
    if (!child) edges_missing++;
    else lt_release(child);
    if (!t->ref) edges_missing++;
}

CASE(finalizers_find_their_edges_whole)
{
    NEEDS(reclaims);
    by_hand();
    lt_enter();
    struct thing *first = ring_of(1), *last = first;
    for (unsigned i = 0; i < 20; i++) {
        struct thing *t = thing_new();
        lt_retain(first);
        lt_slot_init(&t->left, first);
        last->ref = t;
        last->last_words = counts_its_edges;
        last = t;
    }
    lt_release(first);
    lt_leave();
    edges_missing = 0;
    collect_all();
    CHECK_EQ(edges_missing, 0);
    CHECK_EQ(finalized(), made());
}

static void empties_itself(struct thing *t)
{
    lt_slot_store(&t->left, NULL);
    lt_slot_store(&t->right, NULL);
}

CASE(finalizers_that_release_their_edges_kill_nothing_twice)
{
    NEEDS(reclaims);
    by_hand();
    lt_enter();
    struct thing *ring = ring_of(10), *t = ring;
    for (int i = 0; i < 10; i++) {
        t->last_words = empties_itself;
        lt_borrow next = lt_slot_borrow(&t->left);
        struct thing *other = lt_deref(next);
        lt_unborrow(next);
        t = other;
    }
    lt_slot_store(&ring->right, ring_of(2));
    lt_release(ring);
    lt_leave();
    collect_all();
    CHECK_EQ(finalized(), made());
}

static void makes_a_ring(struct thing *t)
{
    (void)t;
    lt_release(ring_of(3));
}

CASE(a_finalizer_may_make_garbage_for_the_next_collection)
{
    NEEDS(reclaims);
    by_hand();
    lt_enter();
    struct thing *ring = ring_of(2);
    ring->last_words = makes_a_ring;
    lt_release(ring);
    lt_leave();
    collect_all();
    collect_all();
    CHECK_EQ(finalized(), made());
    CHECK_EQ(made(), 5);
}

static int collected_inside;
static void collects(struct thing *t)
{
    (void)t;
    collected_inside = lt_collect();
}

CASE(a_finalizer_cannot_collect)
{
    NEEDS(reclaims);
    by_hand();
    lt_enter();
    struct thing *t = ring_of(1);
    t->last_words = collects;
    lt_release(t);
    lt_leave();
    collected_inside = 0;
    collect_all();
    CHECK_EQ(collected_inside, EDEADLK);
}

/* ---- weak references ---- */

static lt_weak observed;
static unsigned seen_by_finalizers;

static void looks_at_the_observed(struct thing *t)
{
    (void)t;
    struct thing *o = lt_weak_load(&observed);
    if (o) seen_by_finalizers++;
    if (o) lt_release(o);
}

CASE(weak_references_to_garbage_are_null_before_the_first_finalizer)
{
    NEEDS(reclaims);
    by_hand();
    seen_by_finalizers = 0;
    lt_enter();
    struct thing *ring = ring_of(5), *t = ring;
    for (int i = 0; i < 5; i++) {
        t->last_words = looks_at_the_observed;
        lt_borrow next = lt_slot_borrow(&t->left);
        struct thing *other = lt_deref(next);
        lt_unborrow(next);
        t = other;
    }
    CHECK_EQ(lt_weak_init(&observed, ring), 0);
    lt_release(ring);
    lt_leave();
    settle();
    lt_enter();
    struct thing *alive = lt_weak_load(&observed); /* it can be had as long as nobody has collected */
    CHECK(alive == ring);
    lt_release(alive);
    lt_leave();
    collect_all();
    CHECK_EQ(seen_by_finalizers, 0);
    CHECK_EQ(finalized(), made());
    lt_enter();
    CHECK(!lt_weak_load(&observed));
    lt_weak_clear(&observed);
    lt_leave();
}

CASE(what_a_weak_reference_leads_to_is_not_held)
{
    by_hand();
    lt_enter();
    struct thing *ring = ring_of(2);
    lt_weak weak;
    CHECK_EQ(lt_weak_init(&weak, ring), 0);
    lt_leave();
    collect_all();
    lt_enter();
    struct thing *same = lt_weak_load(&weak);
    CHECK(same == ring); /* it is held by us */
    lt_release(same);
    lt_release(ring);
    lt_weak_clear(&weak);
    lt_leave();
    collect_all();
    CHECK_EQ(finalized(), TRAIT(reclaims) ? made() : 0);
}

/* ---- what is not looked at ---- */

static const lt_type acyclic_type = {.name = "acyclic thing", .size = sizeof(struct thing), .flags = LT_TYPE_ACYCLIC,
                                     .trace = thing_trace, .finalize = thing_finalize};

/* The promise is broken on purpose: so it is seen that nobody looks. */
CASE(acyclic_types_are_not_looked_at)
{
    NEEDS(reclaims);
    by_hand();
    lt_enter();
    struct thing *t = thing_born(needed(lt_new(&acyclic_type)));
    uint32_t id = t->id;
    lt_retain(t);
    lt_slot_store(&t->left, t);
    lt_leave();
    collect_all();
    CHECK_EQ(fate(id), 0);
    lt_enter();
    lt_slot_store(&t->left, NULL);
    lt_release(t);
    lt_leave();
    check_gone(id);
}

CASE(what_an_acyclic_thing_holds_is_held)
{
    by_hand();
    lt_enter();
    struct thing *t = thing_born(needed(lt_new(&acyclic_type))), *ring = ring_of(2);
    uint32_t id = ring->id;
    lt_slot_store(&t->left, ring);
    lt_leave();
    collect_all();
    CHECK_EQ(fate(id), 0);
    lt_enter();
    lt_release(t);
    lt_leave();
    settle(); /* the acyclic one is gone, and the ring garbage */
    collect_all();
    CHECK_EQ(fate(id), TRAIT(reclaims));
}

CASE(immortals_are_not_collected)
{
    by_hand();
    lt_enter();
    struct thing *t = ring_of(2);
    uint32_t id = t->id;
    lt_immortalize(t);
    lt_release(t);
    lt_leave();
    collect_all();
    CHECK_EQ(fate(id), 0);
    CHECK_EQ(fate(id + 1), 0);
    survivors += 2;
    leaks_are_meant();
}

CASE(sized_things_are_collected)
{
    by_hand();
    lt_enter();
    struct thing *t = thing_born(needed(lt_new_sized(&thing_type, sizeof(struct thing) + 1000)));
    memset(t + 1, 1, 1000);
    lt_retain(t);
    lt_slot_store(&t->right, t);
    lt_release(t);
    lt_leave();
    collect_all();
    CHECK_EQ(finalized(), TRAIT(reclaims) ? made() : 0);
}

static void stored_again(void *storage) { ((struct thing *)storage)->value = 1; }
static const lt_type stored_type = {.name = "stored thing", .size = sizeof(struct thing), .trace = thing_trace,
                                    .finalize = thing_finalize, .free = stored_again};

CASE(a_ring_through_storage_is_left_alone)
{
    NEEDS(reclaims);
    by_hand();
    static _Alignas(16) struct thing storage;
    lt_enter();
    CHECK_EQ(lt_init(&storage, &stored_type), 0);
    thing_born(&storage);
    struct thing *t = thing_new();
    lt_retain(&storage);
    lt_slot_store(&t->left, &storage);
    lt_slot_store(&storage.left, t);
    lt_leave();
    collect_all();
    CHECK_EQ(finalized(), 0);
    lt_enter();
    lt_slot_store(&storage.left, NULL); /* our reference to the storage is the last but one */
    lt_release(&storage);
    lt_leave();
    settle();
    CHECK_EQ(finalized(), made());
}

/* ---- size ---- */

static void *collects_a_long_ring(void *argument)
{
    lt_enter();
    lt_release(ring_of(*(unsigned *)argument));
    lt_leave();
    collect_all();
    return NULL;
}

CASE(a_long_ring_takes_constant_stack)
{
    NEEDS(threads);
    NEEDS(reclaims);
    by_hand();
    unsigned length = scaled(1000000);
    finish(start_on_small_stack(collects_a_long_ring, &length));
    CHECK_EQ(finalized(), made());
}

CASE(a_long_ring_that_is_held_takes_constant_stack)
{
    NEEDS(reclaims);
    by_hand();
    lt_enter();
    struct thing *ring = ring_of(scaled(1000000));
    lt_leave();
    collect_all();
    CHECK_EQ(finalized(), 0);
    lt_enter();
    lt_release(ring);
    lt_leave();
    collect_all();
    CHECK_EQ(finalized(), made());
}

/* Objects that are part of many cycles at once. */
CASE(a_tangle_is_collected)
{
    by_hand();
    enum { N = 400 };
    static struct thing *t[N];
    uint64_t seed = 5;
    lt_enter();
    for (unsigned i = 0; i < N; i++) t[i] = thing_new();
    for (unsigned i = 0; i < N; i++) {
        struct thing *left = t[random_below(&seed, N)], *right = t[random_below(&seed, N)];
        lt_retain(left);
        lt_retain(right);
        lt_slot_store(&t[i]->left, left);
        lt_slot_store(&t[i]->right, right);
    }
    for (unsigned i = 1; i < N; i++) lt_release(t[i]);
    lt_leave();
    collect_all();
    CHECK_EQ(fate(t[0]->id), 0);
    lt_enter();
    thing_use(t[0]);
    lt_release(t[0]);
    lt_leave();
    collect_all();
    CHECK_EQ(finalized(), TRAIT(reclaims) ? made() : 0);
}

/* ---- by itself ---- */

CASE(garbage_is_collected_without_being_asked)
{
    NEEDS(reclaims);
    CHECK_EQ(lt_configure(LT_COLLECT_DEBT, 1000), 0);
    lt_stats stats;
    for (unsigned i = 0; i < 20000; i++) {
        lt_enter();
        lt_release(ring_of(3));
        lt_leave();
    }
    lt_poll();
    lt_stats_read(&stats);
    CHECK_AT_MOST(stats.live, 20000);
    CHECK(stats.collections >= 3);
    CHECK_EQ(lt_configure(LT_COLLECT_DEBT, 1 << 16), 0);
    collect_all();
    CHECK_EQ(finalized(), made());
}

CASE(without_a_debt_nothing_is_collected_unasked)
{
    NEEDS(reclaims);
    by_hand();
    for (unsigned i = 0; i < 5000; i++) {
        lt_enter();
        lt_release(ring_of(3));
        lt_leave();
        lt_poll();
    }
    CHECK_EQ(finalized(), 0);
    collect_all();
    CHECK_EQ(finalized(), made());
}

/* ---- threads ---- */

static lt_slot between; /* two threads */

static void *makes_a_ring_for_another(void *argument)
{
    (void)argument;
    lt_enter();
    lt_slot_store(&between, ring_of(4));
    lt_leave();
    return NULL;
}

static void drop_what_is_between(void)
{
    lt_enter();
    struct thing *t = lt_slot_take(&between);
    for (int i = 0; i < 3; i++) lt_release(lt_slot_load(&t->left));
    lt_release(t);
    lt_leave();
}

CASE(a_ring_whose_owner_is_gone_is_collected)
{
    NEEDS(threads);
    by_hand();
    finish(start(makes_a_ring_for_another, NULL));
    drop_what_is_between();
    collect_all();
    CHECK_EQ(finalized(), TRAIT(reclaims) ? made() : 0);
}

static sem_t made_it, may_go;

static void *makes_a_ring_and_stays(void *argument)
{
    makes_a_ring_for_another(argument);
    gate_open(&made_it);
    gate_pass(&may_go);
    return NULL;
}

CASE(a_ring_whose_owner_is_away_is_collected)
{
    NEEDS(threads);
    by_hand();
    gate_init(&made_it);
    gate_init(&may_go);
    pthread_t owner = start(makes_a_ring_and_stays, NULL);
    gate_pass(&made_it);
    drop_what_is_between();
    collect_all();
    CHECK_EQ(finalized(), TRAIT(reclaims) ? made() : 0);
    gate_open(&may_go);
    finish(owner);
}

/* Half of each ring is another thread's: every link leads across. */
static struct thing *halves[2];
static void *makes_a_half(void *argument)
{
    lt_enter();
    halves[*(int *)argument] = thing_new();
    lt_leave();
    return NULL;
}

CASE(a_ring_across_threads_is_collected)
{
    NEEDS(threads);
    by_hand();
    int zero = 0, one = 1;
    finish(start(makes_a_half, &zero));
    makes_a_half(&one);
    lt_enter();
    lt_retain(halves[0]);
    lt_retain(halves[1]);
    lt_slot_store(&halves[0]->left, halves[1]);
    lt_slot_store(&halves[1]->left, halves[0]);
    lt_release(halves[0]);
    lt_release(halves[1]);
    lt_leave();
    collect_all();
    CHECK_EQ(finalized(), TRAIT(reclaims) ? made() : 0);
}

static bool stop_it; /* atomic */

static void *stays_inside(void *argument)
{
    (void)argument;
    lt_enter();
    gate_open(&made_it);
    while (!__atomic_load_n(&stop_it, __ATOMIC_ACQUIRE)) {}
    lt_leave();
    return NULL;
}

CASE(a_thread_that_stays_inside_makes_a_collection_give_up)
{
    NEEDS(threads);
    NEEDS(reclaims);
    NEEDS_NOT(exclusive);
    by_hand();
    gate_init(&made_it);
    stop_it = false;
    CHECK_EQ(lt_configure(LT_COLLECT_PATIENCE, 1000), 0);
    lt_enter();
    lt_release(ring_of(3));
    lt_leave();
    pthread_t other = start(stays_inside, NULL);
    gate_pass(&made_it);
    CHECK_EQ(lt_collect(), EAGAIN);
    CHECK_EQ(finalized(), 0);
    lt_enter(); /* and goes on, in a section or out of it */
    CHECK_EQ(lt_collect(), EAGAIN);
    lt_leave();
    __atomic_store_n(&stop_it, true, __ATOMIC_RELEASE);
    finish(other);
    CHECK_EQ(lt_configure(LT_COLLECT_PATIENCE, 100000), 0);
    collect_all();
    CHECK_EQ(finalized(), made());
}

static void *passes_safepoints(void *argument)
{
    lt_enter();
    lt_enter();
    gate_open(&made_it);
    while (!__atomic_load_n(&stop_it, __ATOMIC_ACQUIRE)) lt_safepoint();
    lt_leave();
    lt_leave();
    return argument;
}

CASE(a_thread_that_passes_safepoints_does_not_hinder_a_collection)
{
    NEEDS(threads);
    NEEDS(reclaims);
    by_hand();
    gate_init(&made_it);
    stop_it = false;
    lt_enter();
    lt_release(ring_of(3));
    lt_leave();
    pthread_t other = start(passes_safepoints, NULL);
    gate_pass(&made_it);
    int tries = 100;
    while (tries && lt_collect() == EAGAIN) tries--;
    CHECK(tries);
    CHECK_EQ(found(), 3);
    __atomic_store_n(&stop_it, true, __ATOMIC_RELEASE);
    finish(other);
    collect_all();
    CHECK_EQ(finalized(), made());
}

/* Everyone makes rings, shares them, drops them, and collects. */
static lt_slot market[8];

static void trades(unsigned index, void *shared)
{
    (void)shared;
    uint64_t seed = index + 1;
    for (unsigned i = 0; i < scaled(20000); i++) {
        lt_enter();
        lt_slot *stall = &market[random_below(&seed, 8)];
        switch (random_below(&seed, 4)) {
        case 0: lt_slot_store(stall, ring_of(1 + random_below(&seed, 4))); break;
        case 1: {
            struct thing *t = lt_slot_load(stall);
            if (t) {
                thing_use(t);
                lt_slot_store(&t->right, ring_of(2));
                lt_release(t);
            }
            break;
        }
        case 2: {
            struct thing *t = lt_slot_load(stall), *other = lt_slot_load(&market[random_below(&seed, 8)]);
            if (t) lt_slot_store(&t->right, other);
            else if (other) lt_release(other);
            if (t) lt_release(t);
            break;
        }
        default: {
            lt_borrow b = lt_slot_borrow(stall);
            if (lt_deref(b)) thing_use(lt_deref(b));
            lt_unborrow(b);
            lt_safepoint();
        }
        }
        lt_leave();
        if (i % 500 == 0) (void)lt_collect();
    }
}

CASE(many_make_share_and_collect)
{
    NEEDS(threads);
    CHECK_EQ(lt_configure(LT_COLLECT_DEBT, 500), 0);
    run_crowd(crowd(), trades, NULL);
    CHECK_EQ(lt_configure(LT_COLLECT_DEBT, 1 << 16), 0);
    lt_enter();
    for (unsigned i = 0; i < 8; i++) lt_slot_store(&market[i], NULL);
    lt_leave();
    collect_all();
    collect_all();
    CHECK_EQ(finalized(), TRAIT(reclaims) ? made() : 0);
}

/* ---- fork ---- */

#if !EMULATED
static void collects_in_a_child(void *shared)
{
    uint32_t id = *(uint32_t *)shared;
    collect_all();
    CHECK_EQ(fate(id), TRAIT(reclaims));
}

CASE(a_child_collects)
{
    by_hand();
    lt_enter();
    struct thing *t = ring_of(3);
    uint32_t id = t->id;
    lt_release(t);
    lt_leave();
    CHECK(succeeds_in_a_fork(collects_in_a_child, &id));
    collect_all();
    CHECK_EQ(fate(id), TRAIT(reclaims));
}

static void *keeps_collecting(void *argument)
{
    while (!__atomic_load_n(&stop_it, __ATOMIC_ACQUIRE)) {
        lt_enter();
        lt_release(ring_of(3));
        lt_leave();
        (void)lt_collect();
    }
    return argument;
}

static unsigned last_words_said;
static void says_so(struct thing *t) { last_words_said += t->canary == ALIVE; }

/* What a thread that vanished had been about to finalize may leak; anything else is found, and nothing twice. */
static void collects_its_own_in_a_child(void *inside)
{
    if (!*(bool *)inside) lt_enter();
    struct thing *t = ring_of(3);
    t->last_words = says_so;
    lt_release(t);
    lt_leave();
    last_words_said = 0;
    collect_all();
    CHECK_EQ(last_words_said, 1);
}

CASE(forks_while_others_collect)
{
    NEEDS_AN_ALLOCATOR_THAT_FORKS;
    NEEDS(threads);
    NEEDS(reclaims);
    by_hand();
    stop_it = false;
    pthread_t others[2];
    for (int i = 0; i < 2; i++) others[i] = start(keeps_collecting, NULL);
    for (unsigned i = 0; i < scaled(100) + 10; i++) {
        bool inside = i % 2;
        if (inside) lt_enter();
        bool well = succeeds_in_a_fork(collects_its_own_in_a_child, &inside);
        if (inside) lt_leave();
        CHECK(well);
    }
    __atomic_store_n(&stop_it, true, __ATOMIC_RELEASE);
    for (int i = 0; i < 2; i++) finish(others[i]);
    collect_all();
    CHECK_EQ(finalized(), made());
}
#endif
