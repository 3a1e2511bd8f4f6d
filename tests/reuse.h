/* reuse.h: reuse tokens: the storage of what died, for what is made next. */

/* A thing that may be reused: no part of a cycle. */
static const lt_type cell_type = {
    .name = "cell", .size = sizeof(struct thing), .flags = LT_TYPE_ACYCLIC, .trace = thing_trace, .finalize = thing_finalize};

/* One that a client may take apart. */
struct pair_cell {
    lt_object header;
    uint64_t value;
    struct thing *ref;
    lt_slot slot;
};
static void pair_cell_trace(void *object, lt_visitor *visitor)
{
    struct pair_cell *c = object;
    lt_visit_ref(visitor, &c->ref);
    lt_visit_slot(visitor, &c->slot);
}
static const lt_type pair_cell_type = {
    .name = "pair", .size = sizeof(struct pair_cell), .flags = LT_TYPE_ACYCLIC, .trace = pair_cell_trace};
static const lt_type bare_cell_type = {.name = "leaf", .size = sizeof(struct pair_cell), .flags = LT_TYPE_ACYCLIC};

static struct thing *cell_new(void) { return thing_born(needed(lt_new(&cell_type))); }
static struct thing *cell_of(lt_token token) { return thing_born(needed(lt_new_reusing(&cell_type, token))); }

static struct pair_cell *pair_cell_of(lt_token token, uint64_t value, struct thing *ref, struct thing *in_slot)
{
    struct pair_cell *c = needed(lt_new_reusing(&pair_cell_type, token));
    c->value = value;
    c->ref = ref;
    lt_slot_init(&c->slot, in_slot);
    return c;
}

static const lt_token no_token = {NULL};

static lt_stats stats_now(void)
{
    lt_stats stats;
    lt_stats_read(&stats);
    return stats;
}

CASE(the_last_release_hands_the_storage_back)
{
    lt_enter();
    struct thing *old = cell_new();
    uint32_t id = old->id;
    lt_token token = lt_release_reuse(old);
    CHECK_EQ(token.storage == old, TRAIT(reuse));
    if (TRAIT(reuse)) CHECK_EQ(fate(id), 1);
    struct thing *new = cell_of(token);
    if (TRAIT(reuse)) CHECK(new == old);
    thing_use(new);
    lt_retain(new);
    CHECK(lt_release_reuse(new).storage == NULL);
    thing_use(new);
    lt_release(new);
    lt_leave();
}

CASE(what_is_reused_is_counted_as_freed_and_made)
{
    NEEDS(reuse);
    lt_enter();
    struct thing *t = cell_new();
    for (unsigned i = 0; i < 1000; i++) t = cell_of(lt_release_reuse(t));
    lt_stats stats = stats_now();
    CHECK_EQ(stats.created, 1001);
    CHECK_EQ(stats.created_bytes, 1001 * sizeof *t);
    CHECK_EQ(stats.freed, 1000);
    CHECK_EQ(stats.freed_bytes, 1000 * sizeof *t);
    CHECK_EQ(stats.finalized, 1000);
    CHECK_EQ(stats.reused, 1000);
    CHECK_EQ(stats.live, 1);
    lt_release(t);
    lt_leave();
}

CASE(a_token_that_is_not_used_is_given_back)
{
    lt_enter();
    lt_token_free(no_token);
    lt_token_free(lt_release_reuse(cell_new()));
    lt_leave();
    settle();
    if (TRAIT(reuse)) CHECK_EQ(stats_now().freed, 1);
}

CASE(without_a_token_the_allocator_is_asked)
{
    lt_enter();
    struct thing *one = cell_of(no_token), *two = cell_of(no_token);
    CHECK(one != two);
    CHECK_EQ(stats_now().reused, 0);
    lt_release(one);
    lt_release(two);
    lt_leave();
}

CASE(a_token_takes_edges_along)
{
    lt_enter();
    struct thing *child = cell_new(), *other = cell_new(), *parent = cell_new();
    uint32_t ids[] = {child->id, other->id};
    lt_slot_init(&parent->left, child);
    parent->ref = other;
    lt_token token = lt_release_reuse(parent);
    if (TRAIT(reuse) && TRAIT(immediate)) CHECK(fate(ids[0]) && fate(ids[1]));
    lt_token_free(token);
    lt_leave();
    for (unsigned i = 0; i < 2; i++) check_gone(ids[i]);
}

CASE(a_token_is_for_any_type_of_its_size)
{
    lt_enter();
    struct pair_cell *pair = pair_cell_of(no_token, 1, cell_new(), NULL);
    void *leaf = needed(lt_new_reusing(&bare_cell_type, lt_release_reuse(pair)));
    CHECK_EQ((void *)pair == leaf, TRAIT(reuse));
    lt_weak weak;
    CHECK_EQ(lt_weak_init(&weak, leaf), 0);
    void *again = lt_weak_load(&weak);
    CHECK(again == leaf);
    lt_release(again);
    lt_weak_clear(&weak);
    lt_slot slot;
    lt_slot_init(&slot, leaf);
    lt_slot_store(&slot, NULL);
    lt_leave();
}

CASE(what_is_reused_keeps_what_was_written)
{
    NEEDS(reuse);
    lt_enter();
    struct pair_cell *old = pair_cell_of(no_token, 17, NULL, NULL);
    struct pair_cell *new = needed(lt_new_reusing(&pair_cell_type, lt_try_reuse(old)));
    CHECK(new == old);
    CHECK_EQ(new->value, 17);
    lt_release(new);
    lt_leave();
}

CASE(taken_apart_an_object_leaves_its_edges_to_the_client)
{
    lt_enter();
    struct thing *child = cell_new(), *other = cell_new();
    struct pair_cell *pair = pair_cell_of(no_token, 1, child, other);
    lt_token token = lt_try_reuse(pair);
    CHECK_EQ(token.storage == pair, TRAIT(reuse));
    if (token.storage) CHECK(pair->ref == child && lt_slot_take(&pair->slot) == other);
    else lt_retain(child), other = lt_slot_load(&pair->slot), lt_release(pair);
    pair = pair_cell_of(token, 2, child, other);
    thing_use(child);
    thing_use(other);
    lt_release(pair);
    lt_leave();
}

CASE(who_cannot_take_it_apart_has_changed_nothing)
{
    lt_enter();
    struct pair_cell *pair = pair_cell_of(no_token, 1, cell_new(), NULL);
    uint32_t id = pair->ref->id;
    lt_retain(pair);
    CHECK(lt_try_reuse(pair).storage == NULL);
    lt_release(pair);
    CHECK_EQ(fate(id), 0);
    lt_release(pair);
    lt_leave();
    check_gone(id);
}

/* ---- what is never reused ---- */

static unsigned storage_freed;
static void storage_free(void *storage) { storage_freed += storage != NULL; }
static const lt_type stored_cell_type = {
    .name = "stored", .size = sizeof(struct pair_cell), .flags = LT_TYPE_ACYCLIC, .free = storage_free};

CASE(storage_of_the_client_is_not_handed_out)
{
    static struct pair_cell storage;
    lt_enter();
    CHECK_EQ(lt_init(&storage, &stored_cell_type), 0);
    CHECK(lt_try_reuse(&storage).storage == NULL);
    CHECK(lt_release_reuse(&storage).storage == NULL);
    lt_leave();
    settle();
    CHECK_EQ(storage_freed, TRAIT(reclaims));
}

CASE(what_the_library_keeps_more_of_is_not_handed_out)
{
    static struct thing *survivor; /* for leak checkers */
    lt_weak weak;
    lt_enter();
    CHECK(lt_release_reuse(thing_new()).storage == NULL); /* tracked by the cycle collector */
    void *sized = needed(lt_new_sized(&bare_cell_type, sizeof(struct pair_cell)));
    CHECK(lt_try_reuse(sized).storage == NULL);
    lt_release(sized);
    struct thing *referred = cell_new();
    CHECK_EQ(lt_weak_init(&weak, referred), 0);
    CHECK(lt_release_reuse(referred).storage == NULL);
    lt_weak_clear(&weak);
    survivor = cell_new();
    lt_immortalize(survivor);
    survivors++;
    CHECK(lt_release_reuse(survivor).storage == NULL);
    thing_use(survivor);
    lt_leave();
}

/* ---- while others look ---- */

CASE(what_a_slot_holds_is_not_reused)
{
    lt_slot slot;
    lt_enter();
    lt_slot_init(&slot, cell_new());
    struct thing *t = lt_slot_load(&slot);
    CHECK(lt_release_reuse(t).storage == NULL);
    thing_use(t);
    lt_slot_store(&slot, NULL);
    lt_leave();
}

CASE(what_somebody_borrows_is_not_reused)
{
    lt_slot slot;
    lt_enter();
    lt_slot_init(&slot, cell_new());
    lt_borrow borrow = lt_slot_borrow(&slot);
    struct thing *t = lt_slot_take(&slot);
    CHECK(lt_release_reuse(t).storage == NULL);
    thing_use(lt_deref(borrow));
    lt_unborrow(borrow);
    lt_leave();
}

CASE(what_is_borrowed_by_way_of_the_reused_lives_on)
{
    lt_enter();
    struct thing *parent = cell_new(), *child = cell_new();
    uint32_t id = child->id;
    lt_slot_init(&parent->left, child);
    lt_borrow borrow = lt_slot_borrow(&parent->left);
    lt_token token = lt_release_reuse(parent);
    CHECK_EQ(fate(id), 0);
    thing_use(lt_deref(borrow));
    lt_unborrow(borrow);
    lt_token_free(token);
    lt_leave();
    check_gone(id);
}

/* Where it is the time that tells: long after the slot let go, it is only the owner's again. */
CASE(what_was_shared_long_ago_may_be_reused)
{
    NEEDS(reuse);
    lt_slot slot;
    lt_enter();
    lt_slot_init(&slot, cell_new());
    struct thing *t = lt_slot_take(&slot);
    lt_leave();
    for (unsigned i = 0; i < 10; i++) settle();
    lt_enter();
    lt_token token = lt_release_reuse(t);
    /* `biased`, `hazard` and `interval` remember for ever that it was in a slot. */
    if (TRAIT(immediate) || (TRAIT(grace) && !TRAIT(owed_borrow))) CHECK(token.storage == t);
    else CHECK(token.storage == NULL);
    lt_token_free(token);
    lt_leave();
}

/* Writers replace what is in a slot by something made of the same storage, if they may; readers look at it. */
struct reused_slot {
    lt_slot slot;
    uint32_t writers;
};

static void replace_or_read(unsigned index, void *shared)
{
    struct reused_slot *s = shared;
    for (unsigned i = 0; i < scaled(20000); i++) {
        lt_enter();
        if ((index + i) % 4 == 0) {
            struct thing *t = lt_slot_take(&s->slot);
            lt_token token = no_token;
            if (t) token = lt_release_reuse(t);
            t = cell_of(token);
            t->value = t->id * 2;
            lt_slot_store(&s->slot, t);
        } else {
            lt_borrow borrow = lt_slot_borrow(&s->slot);
            struct thing *t = lt_deref(borrow);
            if (t) {
                uint32_t id = t->id;
                CHECK_EQ(t->value, id * 2);
                thing_use(t);
                CHECK_EQ(t->id, id);
            }
            lt_unborrow(borrow);
        }
        lt_leave();
    }
}

CASE(readers_never_see_what_is_made_of_what_they_read)
{
    NEEDS(threads);
    struct reused_slot shared = {{{0}}, 0};
    run_crowd(crowd(), replace_or_read, &shared);
    lt_enter();
    lt_slot_store(&shared.slot, NULL);
    lt_leave();
}

static void *uses_a_token(void *token)
{
    lt_enter();
    lt_release(cell_of(*(lt_token *)token));
    lt_leave();
    return NULL;
}

CASE(a_token_may_be_another_threads)
{
    NEEDS(threads);
    lt_enter();
    lt_token token = lt_release_reuse(cell_new());
    lt_leave();
    finish(start(uses_a_token, &token));
}

/* ---- cascades ---- */

static struct thing *cell_list(unsigned n)
{
    struct thing *head = NULL;
    for (unsigned i = 0; i < n; i++) {
        struct thing *t = cell_new();
        t->ref = head;
        head = t;
    }
    return head;
}

static void *drops_a_list_by_its_head(void *unused)
{
    lt_enter();
    lt_token_free(lt_release_reuse(cell_list(scaled(1000000))));
    lt_leave();
    return unused;
}

CASE(a_list_dies_with_the_token_of_its_head) { finish(start_on_small_stack(drops_a_list_by_its_head, NULL)); }

CASE(a_token_counts_in_the_bound_of_a_cascade)
{
    NEEDS(immediate);
    CHECK_EQ(lt_configure(LT_CASCADE_BOUND, 10), 0);
    lt_enter();
    lt_token token = lt_release_reuse(cell_list(100));
    CHECK_EQ(finalized(), 10);
    lt_token_free(token);
    lt_leave();
}

/* The finalizer gives a list up in the same way. */
static void last_words_reuse(struct thing *t)
{
    if (t->ref) lt_token_free(lt_release_reuse(t->ref));
    t->ref = NULL;
}

static void *drops_by_last_words(void *unused)
{
    lt_enter();
    struct thing *t = cell_new();
    t->ref = cell_list(scaled(100000));
    t->last_words = last_words_reuse;
    lt_token_free(lt_release_reuse(t));
    lt_leave();
    return unused;
}

CASE(a_finalizer_may_make_tokens) { finish(start_on_small_stack(drops_by_last_words, NULL)); }

/* Each finalizer gives up the next in this way. */
static struct thing *cells_with_last_words(unsigned n)
{
    struct thing *head = cell_list(n);
    for (struct thing *t = head; t; t = t->ref) t->last_words = last_words_reuse;
    return head;
}

static void *drops_one_that_drops_one(void *unused)
{
    lt_enter();
    lt_release(cells_with_last_words(scaled(100000)));
    lt_token_free(lt_release_reuse(cells_with_last_words(scaled(100000))));
    lt_leave();
    settle();
    if (TRAIT(reclaims)) CHECK_EQ(finalized(), made());
    return unused;
}

CASE(finalizers_that_make_tokens_take_constant_stack)
{
    finish(start_on_small_stack(drops_one_that_drops_one, NULL));
}

CASE(finalizers_that_make_tokens_count_in_the_bound_of_a_cascade)
{
    NEEDS(immediate);
    CHECK_EQ(lt_configure(LT_CASCADE_BOUND, 10), 0);
    lt_enter();
    lt_release(cells_with_last_words(100));
    CHECK_EQ(finalized(), 10);
    lt_leave();
}

struct parting {
    lt_node node;
    struct thing *thing;
};

static void part(lt_node *node) { lt_token_free(lt_release_reuse(((struct parting *)node)->thing)); }

CASE(deferred_functions_that_make_tokens_count_in_the_bound_of_a_cascade)
{
    NEEDS(reclaims);
    struct parting parting[100];
    CHECK_EQ(lt_configure(LT_CASCADE_BOUND, 10), 0);
    lt_enter();
    for (unsigned i = 0; i < 100; i++) {
        parting[i].thing = cell_new();
        lt_defer(&parting[i].node, part);
    }
    lt_leave();
    for (unsigned i = 0; i < 100; i++) {
        uint64_t before = finalized();
        lt_poll();
        CHECK_AT_MOST(finalized(), before + 10);
    }
    settle();
    CHECK_EQ(finalized(), 100);
}

static struct pair_cell *passed_on;
static void last_words_pass_on(struct thing *t)
{
    (void)t;
    lt_token token = lt_release_reuse(needed(lt_new(&bare_cell_type)));
    CHECK_EQ(token.storage != NULL, TRAIT(reuse));
    passed_on = pair_cell_of(token, 5, NULL, NULL);
}

CASE(a_finalizer_has_tokens_of_what_dies_quietly)
{
    NEEDS(reclaims);
    lt_enter();
    struct thing *t = cell_new();
    t->last_words = last_words_pass_on;
    lt_release(t);
    lt_leave();
    settle();
    CHECK_EQ(passed_on->value, 5);
    lt_enter();
    lt_release(passed_on);
    lt_leave();
}
