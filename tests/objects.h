/* objects.h: creation, the finalizer, and the memory it came from. Rules 4 to 6. */

CASE(new_gives_one_owned_reference)
{
    lt_enter();
    struct thing *t = thing_new();
    uint32_t id = t->id;
    lt_leave();
    check_alive(id);

    lt_enter();
    thing_use(t);
    lt_release(t);
    lt_leave();
    check_gone(id);
}

CASE(last_release_finalizes_before_it_returns)
{
    NEEDS(immediate);
    lt_enter();
    struct thing *child = thing_new(), *parent = thing_above(child);
    uint32_t id = parent->id, child_id = child->id;
    lt_release(parent);
    CHECK_EQ(fate(id), 1);
    CHECK_EQ(fate(child_id), 1);
    lt_leave();
}

CASE(new_leaves_the_header_alone)
{
    lt_enter();
    struct thing *things[100];
    for (unsigned i = 0; i < 100; i++) {
        things[i] = thing_new();
        things[i]->value = i;
        CHECK_EQ((uintptr_t)things[i] % 16, 0);
    }
    for (unsigned i = 0; i < 100; i++) {
        CHECK_EQ(things[i]->value, i);
        lt_release(things[i]);
    }
    lt_leave();
}

CASE(memory_comes_round_again)
{
    NEEDS(reclaims);
    for (unsigned i = 0; i < scaled(100000); i++) {
        lt_enter();
        lt_release(thing_new());
        lt_leave();
    }
    settle();
    lt_stats stats;
    lt_stats_read(&stats);
    CHECK_EQ(stats.created, made());
    CHECK_EQ(stats.freed, made());
}

/* ---- sizes ---- */

struct buffer {
    lt_object header;
    size_t bytes;
    unsigned char data[];
};

static void buffer_finalize(void *object)
{
    struct buffer *b = object;
    for (size_t i = 0; i < b->bytes; i++) CHECK_EQ(b->data[i], (unsigned char)(b->bytes + i));
    __atomic_fetch_add(&things_finalized, 1, __ATOMIC_RELEASE);
}

static const lt_type buffer_type = {
    .name = "buffer", .size = sizeof(struct buffer), .flags = LT_TYPE_ACYCLIC, .finalize = buffer_finalize};

/* Each block is as large as it was asked for, and no two are one, whatever was there before. What the thread keeps of them is
 * little, and nothing once it has gone. */
CASE(memory_comes_round_in_its_size)
{
    enum { SIZES = 64, STEP = 4, EACH = 600 };
    static lt_type type[SIZES];
    static unsigned char expected[SIZES * STEP];
    unsigned char *(*made)[EACH] = needed(calloc(SIZES, sizeof *made));
    lt_stats stats;
    for (unsigned i = 0; i < SIZES; i++)
        type[i] = (lt_type){.name = "block", .size = sizeof(lt_object) + STEP * i, .flags = LT_TYPE_ACYCLIC};
    for (unsigned round = 0; round < 4; round++) {
        lt_enter();
        for (unsigned n = 0; n < SIZES * EACH; n++) {
            unsigned i = (round % 2 ? n : SIZES * EACH - 1 - n) / EACH, k = n % EACH;
            made[i][k] = lt_new(&type[i]);
            memset(made[i][k] + sizeof(lt_object), (int)(i + k), STEP * i);
        }
        for (unsigned n = 0; n < SIZES * EACH; n++) {
            unsigned i = n / EACH, k = n % EACH;
            memset(expected, (int)(i + k), STEP * i);
            CHECK(memcmp(made[i][k] + sizeof(lt_object), expected, STEP * i) == 0);
            lt_release(made[i][k]);
        }
        lt_leave();
        settle();
        settle();
        lt_stats_read(&stats);
        CHECK(stats.kept_bytes <= 496 << 10);
        if (TRAIT(reclaims)) CHECK_EQ(stats.live_bytes, 0);
    }
    lt_thread_unregister();
    lt_stats_read(&stats);
    CHECK_EQ(stats.kept_bytes, 0);
    free(made);
}

CASE(new_sized_has_all_its_bytes)
{
    lt_enter();
    for (size_t bytes = 0; bytes < 100000; bytes = bytes * 3 / 2 + 1) {
        struct buffer *b = needed(lt_new_sized(&buffer_type, sizeof *b + bytes));
        things_made++;
        b->bytes = bytes;
        for (size_t i = 0; i < bytes; i++) b->data[i] = (unsigned char)(bytes + i);
        lt_release(b);
    }
    lt_leave();
}

CASE(new_sized_is_counted_in_bytes)
{
    lt_stats before, after;
    lt_stats_read(&before);
    lt_enter();
    struct buffer *b = needed(lt_new_sized(&buffer_type, 1 << 20));
    things_made++;
    b->bytes = 0;
    lt_stats_read(&after);
    CHECK_EQ(after.live, before.live + 1);
    CHECK(after.live_bytes >= before.live_bytes + (1 << 20));
    CHECK(after.live_bytes < before.live_bytes + (2 << 20));
    lt_release(b);
    lt_leave();
    if (!TRAIT(reclaims)) return;
    settle();
    settle();
    lt_stats_read(&after);
    CHECK_EQ(after.live_bytes, before.live_bytes);
}

CASE(new_sized_of_more_than_there_is_fails)
{
    static const size_t too_much[] = {SIZE_MAX, SIZE_MAX - 1, SIZE_MAX - 15, SIZE_MAX - 127, PTRDIFF_MAX, SIZE_MAX / 4};
    lt_enter();
    for (size_t i = 0; i < sizeof too_much / sizeof *too_much; i++) {
        errno = 0;
        CHECK(lt_new_sized(&buffer_type, too_much[i]) == NULL);
        CHECK_EQ(errno, ENOMEM);
    }
    lt_leave();
    CHECK_EQ(live_objects(), 0);
}

CASE(a_type_needs_no_callbacks)
{
    static const lt_type bare_type = {.name = "bare", .size = sizeof(lt_object)};
    lt_enter();
    for (unsigned i = 0; i < 10; i++) {
        lt_release(needed(lt_new(&bare_type)));
    }
    lt_leave();
}

/* ---- lt_init: memory of the client's ---- */

#define PLACES 16
static _Alignas(16) struct thing places[PLACES];
static unsigned place_frees[PLACES]; /* atomic */

static void place_free(void *storage)
{
    ptrdiff_t place = (struct thing *)storage - places;
    CHECK(place >= 0 && place < PLACES);
    __atomic_fetch_add(&place_frees[place], 1, __ATOMIC_RELEASE);
}

static const lt_type placed_type = {.name = "placed", .size = sizeof(struct thing), .trace = thing_trace,
                                    .finalize = thing_finalize, .free = place_free};

CASE(init_calls_free_when_storage_may_be_reused)
{
    for (unsigned round = 0; round < 50; round++) {
        uint32_t ids[PLACES];
        lt_enter();
        for (unsigned i = 0; i < PLACES; i++) {
            if (!TRAIT(reclaims) && round) continue; /* nothing comes back */
            CHECK_EQ(lt_init(&places[i], &placed_type), 0);
            ids[i] = thing_born(&places[i])->id;
            lt_slot_init(&places[i].left, thing_new());
        }
        lt_leave();
        settle();
        for (unsigned i = 0; i < PLACES; i++) CHECK_EQ(place_frees[i], TRAIT(reclaims) ? round : 0);

        lt_enter();
        for (unsigned i = 0; i < PLACES && (TRAIT(reclaims) || !round); i++) {
            thing_use(&places[i]);
            lt_release(&places[i]);
        }
        lt_leave();
        settle();
        settle();
        for (unsigned i = 0; i < PLACES && TRAIT(reclaims); i++) {
            CHECK_EQ(fate(ids[i]), 1);
            CHECK_EQ(__atomic_load_n(&place_frees[i], __ATOMIC_ACQUIRE), round + 1);
        }
    }
}

CASE(init_needs_no_free)
{
    static _Alignas(16) struct thing storage;
    lt_enter();
    CHECK_EQ(lt_init(&storage, &thing_type), 0);
    uint32_t id = thing_born(&storage)->id;
    lt_release(&storage);
    lt_leave();
    check_gone(id);
}

/* ---- finalizers ---- */

static void look_at_edges(struct thing *t)
{
    lt_borrow left = lt_slot_borrow(&t->left);
    thing_use(lt_deref(left));
    lt_unborrow(left);
    thing_use(t->ref);
}

CASE(edges_are_whole_in_the_finalizer)
{
    lt_enter();
    struct thing *child = thing_new(), *other = thing_new(), *parent = thing_above(child);
    uint32_t ids[] = {child->id, other->id, parent->id};
    parent->ref = other;
    parent->last_words = look_at_edges;
    lt_release(parent);
    lt_leave();
    for (unsigned i = 0; i < 3; i++) check_gone(ids[i]);
}

static lt_slot drawer; /* what finalizers leave things in */

static void pass_on_children(struct thing *t)
{
    lt_slot_store(&drawer, lt_slot_take(&t->left)); /* the child moves out */
    struct thing *right = lt_slot_load(&t->right);  /* one reference more, and less */
    lt_retain(right);
    lt_release_n(right, 2);
}

CASE(finalizers_may_move_retain_and_release)
{
    lt_enter();
    struct thing *saved = thing_new(), *parent = thing_above(saved), *right = thing_new();
    uint32_t saved_id = saved->id, right_id = right->id;
    lt_slot_init(&parent->right, right);
    parent->last_words = pass_on_children;
    lt_release(parent);
    lt_leave();

    check_gone(right_id);
    check_alive(saved_id);
    lt_enter();
    lt_slot_store(&drawer, NULL);
    lt_leave();
    check_gone(saved_id);
}

static void release_value(struct thing *t) { lt_release(t->ref), t->ref = NULL; }

CASE(finalizers_may_end_other_lives)
{
    lt_enter();
    struct thing *last = thing_new(), *t = last;
    uint32_t last_id = last->id;
    for (unsigned i = 0; i < 100; i++) {
        struct thing *above = thing_new();
        above->ref = t;
        above->last_words = release_value; /* by hand, before the cascade would */
        t = above;
    }
    lt_release(t);
    lt_leave();
    check_gone(last_id);
}

static bool may_enter;
static void enters_a_section(struct thing *t)
{
    lt_enter(); /* nests: finalizers run inside a section already */
    lt_retain(t->ref);
    lt_release(t->ref);
    lt_leave();
    may_enter = true;
}

CASE(finalizers_run_inside_a_section)
{
    lt_enter();
    struct thing *t = thing_new();
    t->ref = thing_new();
    t->last_words = enters_a_section;
    lt_release(t);
    lt_leave();
    settle();
    CHECK_EQ(may_enter, TRAIT(reclaims));
}
