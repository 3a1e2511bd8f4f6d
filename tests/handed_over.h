/* handed_over.h: objects whose last reference is not their maker's. */

struct parcel {
    struct thing *thing; /* by plain pointer; or: */
    lt_slot slot;
};

static void *drops_it(void *argument)
{
    struct parcel *p = argument;
    lt_enter();
    lt_release(p->thing);
    lt_leave();
    return NULL;
}

static void *takes_it_and_drops_it(void *argument)
{
    struct parcel *p = argument;
    lt_enter();
    lt_release(lt_slot_take(&p->slot));
    lt_leave();
    return NULL;
}

/* Another thread does it while this one stays in its section. */
static void elsewhere_meanwhile(void *(*body)(void *), struct parcel *p) { finish(start(body, p)); }

/* Its maker need not come by for it to die. */
CASE(what_was_handed_over_dies_where_it_is_dropped)
{
    if (!has_owners()) skip("no object has an owner");
    struct parcel p;
    lt_enter();
    p.thing = thing_new();
    uint32_t id = p.thing->id;
    elsewhere_meanwhile(drops_it, &p);
    CHECK_EQ(fate(id), 1);
    lt_leave();
}

CASE(it_does_where_its_maker_dropped_another_reference)
{
    if (!has_owners()) skip("no object has an owner");
    struct parcel p;
    lt_enter();
    p.thing = thing_new();
    uint32_t id = p.thing->id;
    lt_retain_n(p.thing, 3);
    lt_release(p.thing);
    p.thing->value = 1;
    lt_release_n(p.thing, 2);
    elsewhere_meanwhile(drops_it, &p);
    CHECK_EQ(fate(id), 1);
    lt_leave();
}

CASE(a_tree_that_was_handed_over_dies_with_its_root)
{
    if (!has_owners()) skip("no object has an owner");
    struct parcel p;
    lt_enter();
    p.thing = thing_new();
    uint32_t first = p.thing->id;
    for (struct thing *t = p.thing; t->id < first + 50; t = t->ref) t->ref = thing_new();
    elsewhere_meanwhile(drops_it, &p);
    for (uint32_t id = first; id <= first + 50; id++) CHECK_EQ(fate(id), 1);
    lt_leave();
}

static void *retains_and_drops_it(void *argument)
{
    struct parcel *p = argument;
    lt_enter();
    lt_retain(p->thing);
    lt_release(p->thing);
    lt_release(p->thing);
    lt_leave();
    return NULL;
}

CASE(what_others_counted_or_keep_is_not_taken_for_handed_over)
{
    NEEDS(threads);
    struct parcel counted, kept;
    lt_enter();
    counted.thing = thing_new();
    kept.thing = thing_new();
    uint32_t first = counted.thing->id, second = kept.thing->id;
    lt_retain(kept.thing);
    lt_leave();
    elsewhere_meanwhile(retains_and_drops_it, &counted);
    elsewhere_meanwhile(retains_and_drops_it, &kept);
    check_alive(second);
    check_gone(first);
    lt_enter();
    thing_use(kept.thing);
    lt_release(kept.thing);
    lt_leave();
    check_gone(second);
}

/* ---- types whose objects come back to be merged ---- */

/* Is an object that this thread published, and another one drops, dead then? It is one of many, of which nobody else knows. */
static bool dies_elsewhere(void)
{
    struct parcel p;
    lt_enter();
    for (unsigned i = 0; i < 10; i++) lt_release(thing_new());
    struct thing *t = thing_new();
    uint32_t id = t->id;
    lt_slot_init(&p.slot, t);
    elsewhere_meanwhile(takes_it_and_drops_it, &p);
    bool dead = fate(id) == 1;
    lt_leave();
    lt_enter();
    lt_safepoint();
    CHECK_EQ(fate(id), 1);
    lt_leave();
    return dead;
}

static unsigned how_many_die_elsewhere(unsigned n)
{
    unsigned dead = 0;
    while (n--) dead += dies_elsewhere();
    return dead;
}

CASE(what_mostly_comes_back_is_published_without_an_owner)
{
    if (!has_owners()) skip("no object has an owner");
    CHECK_EQ(how_many_die_elsewhere(8), 0);
    unsigned dead = how_many_die_elsewhere(64);
    CHECK(dead >= 60);
    CHECK_AT_MOST(dead, 63); /* one in 32 is tried */
    CHECK_EQ(lt_configure(LT_REVOKE_AT, 0), 0);
    CHECK_EQ(how_many_die_elsewhere(8), 0);
}

enum { ROUND = 100, MANY_ROUNDS = 10 * ROUND };

static void *takes_and_drops_a_round(void *argument)
{
    lt_enter();
    for (lt_slot *s = argument, *end = s + ROUND; s < end; s++) lt_release(lt_slot_take(s));
    lt_leave();
    return NULL;
}

static void *takes_and_drops_many_rounds(void *argument)
{
    for (lt_slot *s = argument, *end = s + MANY_ROUNDS; s < end; s += ROUND) takes_and_drops_a_round(s);
    return NULL;
}

/* Half of a round comes back, and then as many stay. */
CASE(what_came_back_is_not_forgotten_within_a_round)
{
    if (!has_owners()) skip("no object has an owner");
    static lt_slot slots[2 * ROUND];
    lt_enter();
    for (unsigned i = 0; i < 2 * ROUND; i++) lt_slot_init(&slots[i], thing_new());
    finish(start(takes_and_drops_a_round, slots));
    lt_safepoint();
    for (unsigned i = ROUND; i < 2 * ROUND; i++) lt_slot_store(&slots[i], NULL);
    lt_leave();
    CHECK(how_many_die_elsewhere(32) >= 30);
}

/* More types than their owner has places for; and much is against each before the next one comes. */
CASE(each_of_many_types_gets_a_place)
{
    if (!has_owners()) skip("no object has an owner");
    static lt_type types[33];
    static lt_slot slots[MANY_ROUNDS];
    lt_enter();
    for (unsigned i = 0; i < sizeof types / sizeof *types; i++) {
        types[i] = thing_type;
        for (unsigned j = 0; j < MANY_ROUNDS; j++) lt_slot_init(&slots[j], thing_born(needed(lt_new(&types[i]))));
        finish(start(takes_and_drops_many_rounds, slots));
        lt_safepoint();
        for (unsigned j = 0; j < ROUND; j++) lt_slot_init(&slots[j], thing_born(needed(lt_new(&types[i]))));
        uint64_t dead = finalized();
        finish(start(takes_and_drops_a_round, slots));
        CHECK(finalized() - dead >= 9 * ROUND / 10);
        lt_safepoint();
    }
    lt_leave();
}

CASE(what_stays_is_owned_again)
{
    if (!has_owners()) skip("no object has an owner");
    (void)how_many_die_elsewhere(20);
    lt_enter();
    for (unsigned i = 0; i < 5000; i++) {
        lt_slot slot;
        lt_slot_init(&slot, thing_new());
        lt_slot_store(&slot, NULL);
    }
    lt_leave();
    CHECK_EQ(how_many_die_elsewhere(4), 0);
}

static void *retains_and_keeps_it(void *argument)
{
    struct parcel *p = argument;
    lt_enter();
    lt_retain(p->thing);
    lt_leave();
    return NULL;
}

/* Published while its maker has more references than the slot's, and others know it. */
CASE(its_references_are_all_counted)
{
    NEEDS(threads);
    for (unsigned i = 0; i < 70; i++) {
        struct parcel p;
        lt_enter();
        struct thing *t = p.thing = thing_new();
        uint32_t id = t->id;
        lt_retain_n(t, 1 + i % 7);
        lt_leave();
        if (i % 2) elsewhere_meanwhile(retains_and_keeps_it, &p);
        lt_enter();
        lt_slot_init(&p.slot, t);
        lt_leave();
        elsewhere_meanwhile(takes_it_and_drops_it, &p);
        check_alive(id);
        lt_enter();
        thing_use(t);
        lt_release_n(t, 1 + i % 7 + i % 2);
        lt_leave();
        check_gone(id);
    }
}

/* Two references, of which another thread drops the first. Is it dead when this one drops the second? */
static bool dies_at_once(void)
{
    struct parcel p;
    lt_enter();
    struct thing *t = p.thing = thing_new();
    uint32_t id = t->id;
    lt_retain(t);
    elsewhere_meanwhile(drops_it, &p);
    CHECK_EQ(fate(id), 0);
    lt_release(t);
    bool dead = fate(id) == 1;
    lt_safepoint();
    CHECK_EQ(fate(id), 1);
    lt_leave();
    return dead;
}

CASE(what_mostly_comes_back_is_made_without_an_owner)
{
    if (!has_owners()) skip("no object has an owner");
    unsigned dead = 0;
    for (unsigned i = 0; i < 8; i++) dead += dies_at_once();
    CHECK_EQ(dead, 0);
    for (unsigned i = 0; i < 64; i++) dead += dies_at_once();
    CHECK(dead >= 60);
    CHECK_AT_MOST(dead, 63);
    lt_enter();
    for (unsigned i = 0; i < 100; i++) { /* counted by nobody else, and by its maker */
        struct thing *t = thing_new();
        uint32_t id = t->id;
        if (i % 2) {
            lt_retain(t);
            lt_release(t);
            CHECK_EQ(fate(id), 0);
        }
        lt_release(t);
        CHECK_EQ(fate(id), 1);
    }
    lt_leave();
}

/* Its memory is handed back as that of an object with an owner. */
CASE(what_is_made_without_an_owner_is_reused)
{
    if (!has_owners()) skip("no object has an owner");
    lt_enter();
    for (unsigned i = 0; i < 20; i++) { /* they come back */
        struct parcel p = {.thing = cell_new()};
        lt_retain(p.thing);
        elsewhere_meanwhile(drops_it, &p);
        lt_release(p.thing);
        lt_safepoint();
    }
    unsigned tokens = 0;
    for (unsigned i = 0; i < 64; i++) {
        struct thing *t = cell_new();
        lt_token token = lt_release_reuse(t);
        tokens += token.storage == t;
        t = cell_of(token);
        thing_use(t);
        lt_retain(t);
        CHECK(lt_release_reuse(t).storage == NULL);
        thing_use(t);
        token = lt_release_reuse(t);
        tokens += token.storage == t;
        lt_token_free(token);
    }
    CHECK_EQ(tokens, 128);
    lt_leave();
}
