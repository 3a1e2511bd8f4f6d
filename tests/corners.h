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

/* More than the shared half of `biased` has room for, by way of its owner's half. */
CASE(an_owner_cannot_count_an_immortal_object_to_death)
{
    lt_enter();
    struct thing *t = thing_new();
    uint32_t id = t->id;
    lt_immortalize(t);
    survivors++;
    leaks_are_meant();
    unsigned n = 40000000;
    for (unsigned i = 0; i < n; i++) lt_retain(t);
    CHECK(lt_is_immortal(t));
    for (unsigned i = 0; i < n; i++) lt_release(t);
    CHECK(lt_is_immortal(t));
    lt_leave();
    check_alive(id);
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
    NEEDS(immediate); /* elsewhere a bead is a grace period */
    finish(start_on_small_stack(drops_beads, NULL));
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
