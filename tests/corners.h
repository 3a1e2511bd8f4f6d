/* corners.h: what reviewers found, one case for each: corners that no straightforward program comes into. */

/* ---- a borrow made through an owned object, whose parent dies in a cascade meanwhile ---- */

struct corner {
    sem_t polled, go_on;
    struct thing *parent;
};

static void *drops_and_polls(void *argument)
{
    struct corner *corner = argument;
    lt_enter();
    lt_release(corner->parent);
    lt_leave();
    gate_open(&corner->polled);
    gate_pass(&corner->go_on);
    for (unsigned i = 0; i < 10; i++) lt_poll(); /* the parent's grace period ends, if it has begun long enough ago */
    gate_open(&corner->polled);
    return NULL;
}

CASE(borrow_survives_the_release_of_the_owned_object_it_was_made_through)
{
    NEEDS(threads);
    NEEDS_NOT(exclusive);
    for (unsigned age = 0; age < 5; age++) { /* epochs between the parent's release and our section */
        struct corner corner;
        gate_init(&corner.polled);
        gate_init(&corner.go_on);
        lt_enter();
        struct thing *middle = thing_above(thing_new());
        lt_retain(middle);
        corner.parent = thing_above(middle);
        lt_leave();
        pthread_t helper = start(drops_and_polls, &corner);
        gate_pass(&corner.polled);
        for (unsigned i = 0; i < age; i++) lt_synchronize();

        lt_enter();
        lt_borrow borrow = lt_slot_borrow(&middle->left);
        struct thing *child = lt_deref(borrow);
        lt_release(middle);
        gate_open(&corner.go_on);
        gate_pass(&corner.polled); /* inside the section, as the helper never waits for us */
        CHECK_EQ(fate(child->id), 0);
        thing_use(child);
        lt_unborrow(borrow);
        lt_leave();
        finish(helper);
    }
}

/* ---- time ---- */

/* Longer ago than half of what the stamps of `epoch` and `deferred` can tell apart. */
CASE(an_old_object_dies_like_a_new_one)
{
    lt_enter();
    struct thing *old = thing_above(thing_new());
    uint32_t id = old->id;
    lt_leave();
    for (unsigned i = 0; i < 800; i++) lt_synchronize();
    lt_enter();
    lt_release(old);
    lt_leave();
    lt_stats before, after;
    lt_stats_read(&before);
    check_gone(id);
    lt_stats_read(&after);
    CHECK_AT_MOST(after.epoch - before.epoch, 100); /* not until the stamps have come round */
}

/* ---- counts ---- */

static bool has_owners(void) { return strcmp(lt_strategy_name(), "biased") == 0; }

/* More than the shared half of `biased` has room for, by way of its owner's half. */
CASE(an_owner_cannot_count_an_immortal_object_to_death)
{
    lt_enter();
    struct thing *t = thing_new();
    uint32_t id = t->id;
    lt_immortalize(t);
    survivors++;
    leaks_are_meant();
    unsigned n = has_owners() ? 40000000 : 400000;
    for (unsigned i = 0; i < n; i++) lt_retain(t);
    CHECK(lt_is_immortal(t));
    for (unsigned i = 0; i < n; i++) lt_release(t);
    CHECK(lt_is_immortal(t));
    lt_leave();
    check_alive(id);
}

/* A little more than the shared half of `biased` has room for. Nobody asks before the count has gone down again. */
static void *retains_past_the_edge(void *thing)
{
    lt_enter();
    lt_retain_n(thing, (1u << 26) - 64);
    for (unsigned i = 0; i < 80; i++) lt_retain(thing);
    lt_leave();
    return NULL;
}

enum { BALANCED = 200000 };

static void *releases_one_by_one(void *thing)
{
    lt_enter();
    for (unsigned i = 0; i < BALANCED; i++) lt_release(thing);
    lt_leave();
    return NULL;
}

CASE(an_owner_and_another_cannot_count_an_immortal_object_to_death)
{
    NEEDS(threads);
    lt_enter();
    struct thing *t = thing_new();
    uint32_t id = t->id;
    lt_leave();
    finish(start(retains_past_the_edge, t));
    for (unsigned round = 0; round < 3; round++) {
        finish(start(releases_one_by_one, t));
        lt_enter();
        for (unsigned i = 0; i < BALANCED; i++) lt_retain(t);
        CHECK(lt_is_immortal(t) || !has_owners());
        lt_leave();
    }
    check_alive(id);
    survivors++;
    leaks_are_meant();
}

/* ---- owners that are there ---- */

enum { LINKS = 100, NODES = 20000 };
struct owners {
    struct thing *mine[LINKS];
    lt_node my_nodes[LINKS], *others_nodes; /* NODES of them */
    sem_t ready, go;
    bool over; /* atomic */
};

static void *makes_and_stays(void *argument)
{
    struct owners *o = argument;
    lt_enter();
    for (unsigned i = 0; i < LINKS; i++) o->mine[i] = thing_new();
    lt_leave();
    gate_open(&o->ready);
    lt_enter();
    while (!__atomic_load_n(&o->over, __ATOMIC_RELAXED)) {
        sched_yield();
        lt_safepoint();
    }
    lt_leave();
    return NULL;
}

CASE(a_chain_of_two_owners_dies_whole)
{
    NEEDS(threads);
    static struct owners two[2];
    pthread_t threads[2];
    for (unsigned i = 0; i < 2; i++) {
        gate_init(&two[i].ready);
        threads[i] = start(makes_and_stays, &two[i]);
        gate_pass(&two[i].ready);
    }
    lt_enter();
    struct thing *head = NULL;
    for (unsigned i = 0; i < 2 * LINKS; i++) {
        struct thing *next = two[i % 2].mine[i / 2];
        lt_slot_init(&next->left, head);
        head = next;
    }
    lt_release(head);
    lt_leave();
    settle(); /* once is enough */
    if (TRAIT(reclaims)) CHECK_EQ(finalized(), made());
    for (unsigned i = 0; i < 2; i++) {
        __atomic_store_n(&two[i].over, true, __ATOMIC_RELAXED);
        finish(threads[i]);
    }
}

static pthread_t finalized_by; /* written by the finalizer, read after it */

static void signs(struct thing *t)
{
    (void)t;
    finalized_by = pthread_self();
}

static const lt_type owners_type = {.name = "owner's", .size = sizeof(struct thing), .flags = LT_TYPE_FINALIZE_ON_OWNER,
                                    .trace = thing_trace, .finalize = thing_finalize};

static void *makes_one_and_comes_back(void *argument)
{
    struct owners *o = argument;
    lt_enter();
    struct thing *t = o->mine[0] = thing_born(needed(lt_new(&owners_type)));
    t->last_words = signs;
    lt_leave();
    gate_open(&o->ready);
    gate_pass(&o->go);
    lt_enter();
    lt_leave();
    gate_open(&o->ready);
    gate_pass(&o->go);
    return NULL;
}

CASE(a_finalizer_waits_for_its_owner)
{
    NEEDS(threads);
    NEEDS(reclaims);
    static struct owners o;
    gate_init(&o.ready);
    gate_init(&o.go);
    pthread_t owner = start(makes_one_and_comes_back, &o);
    gate_pass(&o.ready);
    uint32_t id = o.mine[0]->id;
    lt_enter();
    lt_release(o.mine[0]);
    lt_leave();
    settle(); /* without it */
    CHECK_EQ(fate(id), !has_owners());
    gate_open(&o.go);
    gate_pass(&o.ready);
    CHECK_EQ(fate(id), 1);
    CHECK_EQ(pthread_equal(finalized_by, owner) != 0, has_owners());
    gate_open(&o.go);
    finish(owner);
}

static struct thing *owners_new(void)
{
    struct thing *t = thing_born(needed(lt_new(&owners_type)));
    t->last_words = signs;
    return t;
}

struct farewell {
    struct thing *thing;
    lt_slot slot;
    sem_t ready, go;
};

/* Takes a reference out of the slot, or has two already; gives back one and then the other. */
static void *leaves_last(void *argument)
{
    struct farewell *f = argument;
    lt_enter();
    struct thing *t = lt_slot_load(&f->slot);
    if (!t) lt_release(f->thing);
    lt_leave();
    gate_open(&f->ready);
    gate_pass(&f->go);
    lt_enter();
    lt_release(f->thing);
    lt_leave();
    return NULL;
}

/* The owner has given up its half, or has been relieved of it; then another thread drops the last reference. */
static void finalizer_finds_its_owner(bool by_slot)
{
    struct farewell f = {0};
    gate_init(&f.ready);
    gate_init(&f.go);
    lt_enter();
    f.thing = owners_new();
    uint32_t id = f.thing->id;
    if (by_slot) lt_slot_init(&f.slot, f.thing);
    else lt_retain_n(f.thing, 2);
    lt_leave();
    pthread_t other = start(leaves_last, &f);
    gate_pass(&f.ready);
    lt_enter();
    lt_safepoint(); /* `biased` merges it, if it is queued */
    if (by_slot) lt_slot_store(&f.slot, NULL);
    else lt_release(f.thing);
    lt_leave();
    check_alive(id);
    gate_open(&f.go);
    finish(other);
    lt_enter();
    lt_leave();
    check_gone(id);
    if (TRAIT(reclaims) && has_owners()) CHECK(pthread_equal(finalized_by, pthread_self()));
}

CASE(a_finalizer_finds_the_owner_that_let_go_first)
{
    NEEDS(threads);
    finalizer_finds_its_owner(true);
}

CASE(a_finalizer_finds_the_owner_of_what_was_merged)
{
    NEEDS(threads);
    finalizer_finds_its_owner(false);
}

static void *makes_one_and_goes(void *argument)
{
    struct farewell *f = argument;
    lt_enter();
    f->thing = thing_born(needed(lt_new(&owners_type)));
    lt_leave();
    gate_open(&f->ready);
    gate_pass(&f->go);
    return NULL;
}

static void collect_and_settle(void)
{
    while (lt_collect() == EAGAIN) sched_yield();
    settle();
}

/* Each is its owner's to finalize: neither can collect both, until one has gone. */
CASE(a_ring_of_two_owners)
{
    NEEDS(threads);
    NEEDS(reclaims);
    struct farewell f = {0};
    gate_init(&f.ready);
    gate_init(&f.go);
    pthread_t other = start(makes_one_and_goes, &f);
    gate_pass(&f.ready);
    lt_enter();
    struct thing *t = thing_born(needed(lt_new(&owners_type)));
    uint32_t mine = t->id, others = f.thing->id;
    lt_slot_init(&t->left, f.thing);
    lt_slot_init(&f.thing->left, t);
    lt_leave();
    collect_and_settle();
    CHECK_EQ(fate(mine), !has_owners());
    CHECK_EQ(fate(others), !has_owners());
    gate_open(&f.go);
    finish(other);
    collect_and_settle();
    CHECK_EQ(fate(mine), 1);
    CHECK_EQ(fate(others), 1);
}

static unsigned links_run; /* atomic */

static void counts_a_link(lt_node *node)
{
    (void)node;
    __atomic_fetch_add(&links_run, 1, __ATOMIC_RELAXED);
}

static void *defers_for_ever(void *argument)
{
    struct owners *o = argument;
    lt_enter();
    for (unsigned i = 0; i < NODES; i++) lt_defer(&o->others_nodes[i], counts_a_link);
    gate_open(&o->ready);
    while (!__atomic_load_n(&o->over, __ATOMIC_RELAXED)) {
        lt_defer(&memory_new()->node, memory_free);
        sched_yield();
        lt_safepoint();
    }
    lt_leave();
    return NULL;
}

CASE(barrier_runs_nodes_beside_a_thread_that_goes_on_deferring)
{
    NEEDS(threads);
    NEEDS(reclaims);
    static struct owners o;
    o.others_nodes = needed(calloc(NODES, sizeof(lt_node)));
    gate_init(&o.ready);
    pthread_t other = start(defers_for_ever, &o);
    gate_pass(&o.ready);
    lt_enter();
    for (unsigned i = 0; i < LINKS; i++) lt_defer(&o.my_nodes[i], counts_a_link);
    lt_leave();
    lt_barrier();
    CHECK_EQ(links_run, LINKS + NODES);
    __atomic_store_n(&o.over, true, __ATOMIC_RELAXED);
    finish(other);
    free(o.others_nodes);
}

/* ---- threads that are gone ---- */

static void *leaves_a_chain(void *head)
{
    lt_enter();
    struct thing *t = NULL;
    for (unsigned i = 0; i < 10000; i++) t = thing_above(t);
    *(struct thing **)head = t;
    lt_leave();
    return NULL;
}

CASE(a_chain_outlives_its_maker_and_dies_whole)
{
    NEEDS(threads);
    lt_enter(); /* so that we have a record of our own, and nobody gets the maker's */
    lt_leave();
    struct thing *head = NULL;
    finish(start(leaves_a_chain, &head));
    lt_enter();
    lt_release(head);
    lt_leave();
    settle(); /* once is enough */
    if (TRAIT(reclaims)) CHECK_EQ(finalized(), made());
}

/* ---- threads that are away ---- */

static void *drops_and_stays_away(void *argument)
{
    struct corner *corner = argument;
    lt_enter();
    lt_release(corner->parent);
    lt_leave();
    gate_open(&corner->polled);
    gate_pass(&corner->go_on);
    return NULL;
}

/* Nobody polls. Others go about their business. */
CASE(what_an_absent_thread_dropped_dies_meanwhile)
{
    NEEDS(threads);
    NEEDS(reclaims);
    struct corner corner;
    gate_init(&corner.polled);
    gate_init(&corner.go_on);
    lt_enter();
    corner.parent = thing_new();
    uint32_t id = corner.parent->id;
    lt_leave();
    pthread_t helper = start(drops_and_stays_away, &corner);
    gate_pass(&corner.polled);
    for (unsigned i = 0; i < 100000 && !fate(id); i++) {
        lt_enter();
        lt_release(thing_new());
        lt_leave();
    }
    CHECK_EQ(fate(id), 1);
    gate_open(&corner.go_on);
    finish(helper);
}

/* ---- a poll inside a section ---- */

static void *wants_in(void *inside)
{
    lt_enter();
    __atomic_store_n((bool *)inside, true, __ATOMIC_RELEASE);
    lt_leave();
    return NULL;
}

CASE(a_poll_lets_others_in)
{
    NEEDS(exclusive);
    bool inside = false;
    lt_enter();
    pthread_t other = start(wants_in, &inside);
    while (!__atomic_load_n(&inside, __ATOMIC_ACQUIRE)) lt_poll(); /* or the case times out */
    lt_leave();
    finish(other);
}

/* ---- callbacks ---- */

struct bead {
    lt_object header;
    struct bead *next;
};

static unsigned beads_freed;

static void free_bead(void *storage)
{
    struct bead *next = ((struct bead *)storage)->next;
    free(storage);
    beads_freed++;
    if (next) lt_release(next);
}

static const lt_type bead_type = {.name = "bead", .size = sizeof(struct bead), .free = free_bead};

static void *drops_beads(void *unused)
{
    (void)unused;
    lt_enter();
    struct bead *head = NULL;
    for (unsigned i = 0; i < 100000; i++) {
        struct bead *b = needed(aligned_alloc(16, (sizeof *b + 15) / 16 * 16));
        CHECK_EQ(lt_init(b, &bead_type), 0);
        b->next = head;
        head = b;
    }
    lt_release(head);
    lt_leave();
    return NULL;
}

CASE(storage_that_releases_the_next_takes_constant_stack)
{
    NEEDS(unique); /* so that the last release of a bead that was never shared frees it. Else a bead is a grace period */
    if (TRAIT(threads)) finish(start_on_small_stack(drops_beads, NULL));
    else drops_beads(NULL);
    CHECK_EQ(beads_freed, 100000);
}

#if LT_CHECKS
static void waits_in_a_finalizer(struct thing *t)
{
    (void)t;
    lt_safepoint();
}

static void releases_one_that_waits(void *unused)
{
    (void)unused;
    lt_enter();
    struct thing *t = thing_new();
    t->last_words = waits_in_a_finalizer;
    lt_release(t);
    lt_leave();
    settle();
}

CASE(a_safepoint_in_a_finalizer_aborts)
{
    NEEDS(reclaims);
    CHECK(aborts_in_a_fork(releases_one_that_waits, NULL));
}
#endif
