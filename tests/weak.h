/* weak.h: weak references: they lead to what lives, to nothing that is dying, keep nothing alive, and are stored, loaded and
 * cleared by many threads at once. */

static lt_weak weak_ones[2]; /* for last words */

static uint64_t weak_entries(void)
{
    lt_stats stats;
    lt_stats_read(&stats);
    return stats.weak;
}

static void refer(lt_weak *weak, void *object) { CHECK_EQ(lt_weak_store(weak, object), 0); }

/* Outside a section, when nothing but weak references can be left to what they held. */
static void check_ended(lt_weak *weak)
{
    settle();
    lt_enter();
    if (TRAIT(reclaims)) CHECK(!lt_weak_load(weak));
    lt_weak_clear(weak);
    lt_leave();
}

CASE(a_weak_reference_gives_an_owned_one)
{
    lt_weak weak;
    lt_enter();
    struct thing *t = thing_new();
    CHECK_EQ(lt_weak_init(&weak, t), 0);
    struct thing *loaded = lt_weak_load(&weak);
    CHECK(loaded == t);
    lt_release(t);
    lt_leave();
    check_alive(t->id);
    lt_enter();
    CHECK(lt_weak_load(&weak) == loaded);
    lt_release_n(loaded, 2);
    lt_leave();
    check_ended(&weak);
}

struct leaf {
    lt_object header;
    uint64_t value;
};

static const lt_type leaf_type = {.name = "leaf", .size = sizeof(struct leaf)};

/* It has no finalizer and no edges, so its memory could go with its last reference; but for the weak one. */
CASE(a_leaf_that_a_slot_lets_go_of_leaves_its_weak_references)
{
    static lt_slot slot;
    lt_weak weak;
    lt_enter();
    struct leaf *leaf = needed(lt_new(&leaf_type)), *others[8];
    CHECK_EQ(lt_weak_init(&weak, leaf), 0);
    lt_slot_init(&slot, leaf);
    lt_leave();
    settle(); /* old enough for the slot's to be known as the only reference */
    settle();
    lt_enter();
    lt_slot_store(&slot, NULL);
    lt_leave();
    settle();
    lt_enter();
    for (unsigned i = 0; i < 8; i++) others[i] = needed(lt_new(&leaf_type)); /* one may be where it was */
    if (TRAIT(reclaims)) CHECK(!lt_weak_load(&weak));
    lt_weak_clear(&weak);
    for (unsigned i = 0; i < 8; i++) lt_release(others[i]);
    lt_leave();
}

CASE(a_weak_reference_keeps_nothing_alive)
{
    lt_weak weak;
    lt_enter();
    struct thing *t = thing_above(thing_new());
    uint32_t id = t->id;
    CHECK_EQ(lt_weak_init(&weak, t), 0);
    lt_release(t);
    if (TRAIT(immediate)) CHECK(!lt_weak_load(&weak));
    lt_leave();
    check_gone(id);
    check_ended(&weak);
}

CASE(an_empty_weak_reference_gives_nothing)
{
    static lt_weak zero;
    lt_weak empty;
    lt_enter();
    CHECK_EQ(lt_weak_init(&empty, NULL), 0);
    CHECK(!lt_weak_load(&empty));
    CHECK(!lt_weak_load(&zero));
    struct thing *t = thing_new();
    refer(&zero, t);
    refer(&zero, NULL);
    CHECK(!lt_weak_load(&zero));
    lt_weak_clear(&zero);
    lt_weak_clear(&empty);
    lt_release(t);
    lt_leave();
}

CASE(a_weak_reference_is_stored_anew)
{
    lt_weak weak = {0};
    lt_enter();
    struct thing *one = thing_new(), *two = thing_new();
    refer(&weak, one);
    refer(&weak, two);
    lt_release(one);
    CHECK(lt_weak_load(&weak) == two);
    lt_release_n(two, 2);
    lt_leave();
    check_ended(&weak);
}

/* One entry for each object, however many weak references; it goes with the object and the last of them. */
CASE(weak_references_share_their_entry)
{
    enum { MANY = 100 };
    lt_weak weak[MANY] = {0};
    lt_enter();
    struct thing *t = thing_new();
    CHECK_EQ(weak_entries(), 0);
    for (unsigned i = 0; i < MANY; i++) refer(&weak[i], t);
    CHECK_EQ(weak_entries(), 1);
    for (unsigned i = 1; i < MANY; i++) lt_weak_clear(&weak[i]);
    CHECK_EQ(weak_entries(), 1);
    lt_release(t);
    lt_leave();
    settle();
    CHECK_EQ(weak_entries(), 1);
    check_ended(&weak[0]);
    CHECK_EQ(weak_entries(), !TRAIT(reclaims));
}

/* An object may come to lie where another one lay that a weak reference still remembers. */
CASE(an_address_comes_back)
{
    enum { ROUNDS = 200 };
    lt_weak weak[ROUNDS] = {0};
    for (unsigned i = 0; i < ROUNDS; i++) {
        lt_enter();
        struct thing *t = thing_new();
        for (unsigned j = 0; j < i && TRAIT(reclaims); j++) CHECK(!lt_weak_load(&weak[j]));
        refer(&weak[i], t);
        lt_release(t);
        lt_leave();
        settle();
    }
    for (unsigned i = 0; i < ROUNDS; i++) check_ended(&weak[i]);
}

/* ---- the moment of death ---- */

static void finds_nothing_left(struct thing *t)
{
    struct thing *found = lt_weak_load(&weak_ones[0]);
    CHECK(!found);
    CHECK(lt_weak_load(&weak_ones[1]) == t->ref); /* an edge is whole until its finalizer is over */
    lt_release(t->ref);
}

CASE(a_finalizer_does_not_find_its_object)
{
    NEEDS(reclaims);
    lt_enter();
    struct thing *t = thing_new();
    t->ref = thing_new();
    t->last_words = finds_nothing_left;
    refer(&weak_ones[0], t);
    refer(&weak_ones[1], t->ref);
    lt_release(t);
    lt_leave();
    check_gone(0);
    check_gone(1);
    for (unsigned i = 0; i < 2; i++) check_ended(&weak_ones[i]);
}

static void finds_no_parent(struct thing *t)
{
    (void)t;
    CHECK(!lt_weak_load(&weak_ones[0]));
}

CASE(a_child_does_not_find_its_dead_parent)
{
    NEEDS(reclaims);
    lt_enter();
    struct thing *child = thing_new(), *parent = thing_above(child);
    child->last_words = finds_no_parent;
    refer(&weak_ones[0], parent);
    lt_release(parent);
    lt_leave();
    check_gone(0);
    check_gone(1);
    check_ended(&weak_ones[0]);
}

/* What is dead may have to wait for its finalizer. */
CASE(the_dead_that_wait_are_not_found)
{
    enum { CHAIN = 50 };
    NEEDS(immediate);
    lt_weak weak[CHAIN] = {0};
    CHECK_EQ(lt_configure(LT_CASCADE_BOUND, 1), 0);
    lt_enter();
    struct thing *top = NULL;
    for (unsigned i = 0; i < CHAIN; i++) {
        struct thing *t = thing_new();
        lt_slot_init(&t->left, thing_new()); /* dead before the next in the chain: a list */
        t->ref = top;
        refer(&weak[i], top = t);
    }
    lt_release(top);
    CHECK_AT_MOST(finalized(), CHAIN);
    unsigned left = 0;
    for (unsigned i = CHAIN; i--;) {
        struct thing *found = lt_weak_load(&weak[i]);
        if (!found) continue;
        left++;
        thing_use(found); /* not reached by the cascade yet: an edge keeps it */
        CHECK_EQ(fate(found->id), 0);
        lt_release(found);
    }
    CHECK_EQ(left, CHAIN - 2); /* one is finalized; the next is dead, and waits */
    lt_leave();
    CHECK_EQ(lt_configure(LT_CASCADE_BOUND, 0), 0);
    for (unsigned i = 0; i < CHAIN; i++) check_ended(&weak[i]);
}

/* Those who have weak references die in one cascade like others: not one in each grace period. */
CASE(a_list_of_weakly_referenced_dies_as_a_list)
{
    enum { LONG = 1000 };
    NEEDS(reclaims);
    static lt_weak weak[LONG];
    lt_slot slot;
    lt_enter();
    struct thing *top = NULL;
    for (unsigned i = 0; i < LONG; i++) {
        top = thing_above(top);
        refer(&weak[i], top);
    }
    lt_slot_init(&slot, top);
    lt_leave();
    for (unsigned i = 0; i < 12; i++) lt_synchronize();
    lt_enter();
    lt_slot_store(&slot, NULL);
    lt_leave();
    for (unsigned i = 0; i < 30; i++) {
        lt_synchronize();
        lt_poll();
    }
    CHECK_EQ(finalized(), LONG);
    for (unsigned i = 0; i < LONG; i++) check_ended(&weak[i]);
}

/* ---- who else must know ---- */

CASE(a_weakly_referenced_object_is_not_unique)
{
    lt_weak weak;
    lt_enter();
    struct thing *t = thing_new();
    CHECK_EQ(lt_is_unique(t), TRAIT(unique));
    CHECK_EQ(lt_weak_init(&weak, t), 0);
    CHECK(!lt_is_unique(t));
    lt_release(t);
    lt_leave();
    check_ended(&weak);
}

CASE(an_immortal_is_found_for_ever)
{
    lt_weak weak;
    static struct thing *t; /* for LeakSanitizer */
    lt_enter();
    t = thing_new();
    CHECK_EQ(lt_weak_init(&weak, t), 0);
    lt_immortalize(t);
    survivors = 1;
    lt_release(t);
    lt_leave();
    settle();
    lt_enter();
    CHECK(lt_weak_load(&weak) == t);
    lt_weak_clear(&weak);
    lt_leave();
    survivors_entries = 1;
}

struct referrer {
    lt_object header;
    lt_weak weak;
};

static void referrer_trace(void *object, lt_visitor *visitor) { lt_visit_weak(visitor, &((struct referrer *)object)->weak); }

static const lt_type referrer_type = {.name = "referrer", .size = sizeof(struct referrer), .trace = referrer_trace};

CASE(a_dead_object_s_weak_references_are_cleared)
{
    lt_enter();
    struct thing *t = thing_new();
    struct referrer *r = needed(lt_new(&referrer_type));
    CHECK_EQ(lt_weak_init(&r->weak, t), 0);
    lt_release(r);
    lt_release(t);
    lt_leave();
    settle();
    CHECK_EQ(weak_entries(), !TRAIT(reclaims));
}

static unsigned storage_freed;
static void storage_is_free(void *storage)
{
    struct thing *t = storage;
    CHECK_EQ(t->canary, DEAD);
    storage_freed++;
}

CASE(storage_waits_for_those_who_look)
{
    NEEDS(reclaims);
    static struct thing storage;
    lt_type type = thing_type;
    type.free = storage_is_free;
    lt_weak weak;
    storage_freed = 0;
    lt_enter();
    CHECK_EQ(lt_init(&storage, &type), 0);
    thing_born(&storage);
    CHECK_EQ(lt_weak_init(&weak, &storage), 0);
    lt_release(&storage);
    if (TRAIT(immediate)) CHECK_EQ(fate(0), 1);
    if (!TRAIT(exclusive)) CHECK_EQ(storage_freed, 0);
    lt_leave();
    settle();
    settle();
    CHECK_EQ(storage_freed, 1);
    check_ended(&weak);
}

/* ---- many threads ---- */

enum { CACHE = 8 };
struct cache {
    lt_weak weak[CACHE];
    lt_slot strong[CACHE];
    unsigned found, missed; /* atomic */
};

static struct thing *cached(struct cache *cache, unsigned i)
{
    struct thing *t = lt_weak_load(&cache->weak[i]);
    __atomic_add_fetch(t ? &cache->found : &cache->missed, 1, __ATOMIC_RELAXED);
    if (t) return t;
    t = thing_new();
    t->value = i;
    refer(&cache->weak[i], t);
    return t;
}

static void uses_the_cache(unsigned index, void *shared)
{
    struct cache *cache = shared;
    uint64_t random = index + 1;
    for (unsigned n = 0; n < scaled(40000) + 200; n++) {
        unsigned i = random_below(&random, CACHE);
        lt_enter();
        struct thing *t = cached(cache, i);
        thing_use(t);
        CHECK_EQ(t->value, i);
        unsigned what = random_below(&random, 8);
        if (what == 0) lt_slot_store(&cache->strong[i], t);
        else lt_release(t);
        if (what == 1) lt_slot_store(&cache->strong[i], NULL);
        if (what == 2) lt_weak_clear(&cache->weak[i]);
        if (what == 3) lt_safepoint();
        lt_leave();
        if (n % 1024 == 0) lt_poll();
    }
}

CASE(a_weak_cache_of_many_threads)
{
    NEEDS(threads);
    static struct cache cache;
    memset(&cache, 0, sizeof cache);
    run_crowd(crowd(), uses_the_cache, &cache);
    CHECK(cache.found > 0 && cache.missed > 0);
    lt_enter();
    for (unsigned i = 0; i < CACHE; i++) lt_slot_store(&cache.strong[i], NULL);
    lt_leave();
    for (unsigned i = 0; i < CACHE; i++) check_ended(&cache.weak[i]);
}

/* The weak reference always leads to an object that lives: the next is stored before the last is released. So it is never
 * found empty, though what it led to a moment ago may be dead. */
struct succession {
    lt_weak weak;
    struct thing *king; /* the first, and the last */
    bool over;          /* atomic */
};

static void look_for_the_king(unsigned index, void *shared)
{
    struct succession *s = shared;
    lt_enter();
    for (unsigned n = 0; index == 0 && n < scaled(40000) + 200; n++) {
        struct thing *next = thing_new();
        refer(&s->weak, next);
        lt_release(s->king);
        s->king = next;
        lt_safepoint();
    }
    if (index == 0) __atomic_store_n(&s->over, true, __ATOMIC_RELEASE);
    while (!__atomic_load_n(&s->over, __ATOMIC_ACQUIRE)) {
        struct thing *king = lt_weak_load(&s->weak);
        CHECK(king);
        if (!king) break;
        thing_use(king);
        lt_release(king);
        lt_safepoint();
    }
    lt_leave();
}

CASE(there_is_always_a_king)
{
    NEEDS(threads);
    struct succession s = {0};
    lt_enter();
    s.king = thing_new();
    refer(&s.weak, s.king);
    lt_leave();
    run_crowd(crowd(), look_for_the_king, &s);
    lt_enter();
    CHECK(lt_weak_load(&s.weak) == s.king);
    lt_release_n(s.king, 2);
    lt_leave();
    check_ended(&s.weak);
}

/* One thread's only reference goes into a slot and comes out again, and should be counted as if it were alone only if no weak
 * reference can make another. */
struct lonely {
    lt_weak weak;
    lt_slot slot;
    bool over; /* atomic */
};

static void share_by_accident(unsigned index, void *shared)
{
    struct lonely *l = shared;
    lt_enter();
    for (unsigned n = 0; index == 0 && n < scaled(20000) + 200; n++) {
        struct thing *t = thing_new();
        refer(&l->weak, t);
        for (unsigned i = 0; i < 4; i++) {
            lt_slot_store(&l->slot, t);
            t = lt_slot_take(&l->slot);
            thing_use(t);
        }
        lt_release(t);
        lt_safepoint();
    }
    if (index == 0) __atomic_store_n(&l->over, true, __ATOMIC_RELEASE);
    while (!__atomic_load_n(&l->over, __ATOMIC_ACQUIRE)) {
        struct thing *t = lt_weak_load(&l->weak);
        if (t) {
            thing_use(t);
            lt_release(t);
        }
        lt_safepoint();
    }
    lt_leave();
}

CASE(the_only_owner_is_not_alone)
{
    NEEDS(threads);
    struct lonely l = {0};
    run_crowd(crowd(), share_by_accident, &l);
    check_ended(&l.weak);
}

/* Threads come, make weak references to what they leave behind in slots, and go. */
static void leaves_something(unsigned index, void *shared)
{
    struct cache *cache = shared;
    lt_enter();
    struct thing *t = thing_new();
    refer(&cache->weak[index % CACHE], t);
    if (index % 2) lt_slot_store(&cache->strong[index % CACHE], t);
    else lt_release(t);
    lt_leave();
}

CASE(weak_references_outlive_their_maker)
{
    NEEDS(threads);
    static struct cache cache;
    memset(&cache, 0, sizeof cache);
    run_crowd(CACHE, leaves_something, &cache);
    settle();
    lt_enter();
    for (unsigned i = 0; i < CACHE; i++) {
        struct thing *t = lt_weak_load(&cache.weak[i]);
        CHECK_EQ(t != NULL, i % 2 || !TRAIT(reclaims));
        if (t) lt_release(t);
        lt_slot_store(&cache.strong[i], NULL);
    }
    lt_leave();
    for (unsigned i = 0; i < CACHE; i++) check_ended(&cache.weak[i]);
}

/* ---- how much of it there is ---- */

/* The table grows with the objects that have weak references, and is as good when they are gone. */
CASE(many_weak_references_come_and_go)
{
    unsigned n = scaled(200000) + 1000;
    struct referrer **all = needed(calloc(n, sizeof *all));
    struct thing **things = needed(calloc(n, sizeof *things));
    lt_enter();
    for (unsigned round = 0; round < 2; round++) {
        for (unsigned i = 0; i < n; i++) {
            things[i] = thing_new();
            all[i] = needed(lt_new(&referrer_type));
            CHECK_EQ(lt_weak_init(&all[i]->weak, things[i]), 0);
        }
        if (TRAIT(reclaims)) CHECK_AT_MOST(weak_entries(), 2 * n);
        for (unsigned i = 0; i < n; i++) {
            CHECK(lt_weak_load(&all[i]->weak) == things[i]);
            lt_release_n(things[i], 2);
            if (i % 2) lt_release(all[i]);
            if (i % 64 == 0) lt_safepoint();
        }
        for (unsigned i = 0; i < n; i += 2) lt_release(all[i]);
    }
    lt_leave();
    free(all);
    free(things);
}

#if !EMULATED /* as in unit.c */
/* A child has the weak references of its parent, in whatever state the other threads were. */
static bool churning; /* atomic */

static void *churns_weak_references(void *shared)
{
    struct cache *cache = shared;
    uint64_t random = 1;
    while (__atomic_load_n(&churning, __ATOMIC_RELAXED)) {
        lt_enter();
        lt_release(cached(cache, random_below(&random, CACHE)));
        lt_leave();
    }
    return NULL;
}

static void uses_the_cache_alone(void *shared)
{
    struct cache *cache = shared;
    alarm(PATIENCE / 10); /* a lock that a thread of the parent has is never free */
    lt_enter();
    for (unsigned round = 0; round < 2000; round++) {
        struct thing *t = thing_new();
        lt_weak weak = {0};
        refer(&weak, t);
        CHECK(lt_weak_load(&weak) == t);
        lt_release_n(t, 2);
        lt_weak_clear(&weak);
        lt_release(cached(cache, round % CACHE));
        lt_safepoint();
    }
    lt_leave();
}

CASE(a_child_has_the_weak_references)
{
    NEEDS(threads);
    NEEDS_AN_ALLOCATOR_THAT_FORKS;
    static struct cache cache;
    memset(&cache, 0, sizeof cache);
    churning = true;
    pthread_t other = start(churns_weak_references, &cache);
    for (unsigned i = 0; i < 20; i++) CHECK(succeeds_in_a_fork(uses_the_cache_alone, &cache));
    __atomic_store_n(&churning, false, __ATOMIC_RELAXED);
    finish(other);
    for (unsigned i = 0; i < CACHE; i++) check_ended(&cache.weak[i]);
}
#endif
