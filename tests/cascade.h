/* cascade.h: one release may end millions of lives: in constant stack, and no more of them per call than was asked for.
 * Rule 7. */

/* Links of a chain: as small as can be, and counted only. */
struct link {
    lt_object header;
    lt_slot next;
};

static void link_trace(void *object, lt_visitor *visitor) { lt_visit_slot(visitor, &((struct link *)object)->next); }
static void count_death(void *object)
{
    (void)object;
    __atomic_fetch_add(&things_finalized, 1, __ATOMIC_RELEASE);
}

static const lt_type link_type = {
    .name = "link", .size = sizeof(struct link), .trace = link_trace, .finalize = count_death};

static void *chain_of_slots(unsigned n)
{
    struct link *head = NULL;
    for (unsigned i = 0; i < n; i++) {
        struct link *link = needed(lt_new(&link_type));
        lt_slot_init(&link->next, head);
        head = link;
        things_made++;
    }
    return head;
}

struct chain {
    unsigned length;
    void *(*make)(unsigned length);
};

static void *makes_and_releases(void *argument)
{
    struct chain *chain = argument;
    lt_enter();
    void *head = chain->make(chain->length);
    lt_release(head);
    lt_leave();
    settle();
    CHECK_EQ(finalized(), made());
    return NULL;
}

static void make_and_release_on_a_small_stack(struct chain chain)
{
    NEEDS(threads);
    NEEDS(reclaims); /* else it would only fill memory */
    finish(start_on_small_stack(makes_and_releases, &chain));
}

CASE(a_long_chain_of_slots_takes_constant_stack)
{
    make_and_release_on_a_small_stack((struct chain){scaled(10000000), chain_of_slots});
}

static void *chain_of_refs(unsigned n)
{
    struct thing *head = NULL;
    for (unsigned i = 0; i < n; i++) {
        struct thing *t = thing_new();
        t->ref = head;
        head = t;
    }
    return head;
}

CASE(a_long_chain_of_plain_references_takes_constant_stack)
{
    make_and_release_on_a_small_stack((struct chain){scaled(1000000), chain_of_refs});
}

/* Edges that `trace` doesn't know: the finalizer releases them by hand. */
static void release_ref(void *object)
{
    struct thing *t = object;
    __atomic_fetch_add(&things_finalized, 1, __ATOMIC_RELEASE);
    if (t->ref) lt_release(t->ref);
}

static const lt_type untraced_type = {.name = "untraced", .size = sizeof(struct thing), .finalize = release_ref};

static void *chain_of_finalizers(unsigned n)
{
    struct thing *head = NULL;
    for (unsigned i = 0; i < n; i++) {
        struct thing *t = thing_born(needed(lt_new(&untraced_type)));
        t->ref = head;
        head = t;
    }
    return head;
}

CASE(a_long_chain_of_finalizers_takes_constant_stack)
{
    /* Where death waits for a grace period each of these waits for its own: no cascade, and a barrier is a long one. */
    make_and_release_on_a_small_stack((struct chain){TRAIT(grace) ? 300 : scaled(1000000), chain_of_finalizers});
}

CASE(a_long_chain_in_the_only_thread)
{
    NEEDS(reclaims);
    struct chain chain = {scaled(1000000), chain_of_slots};
    makes_and_releases(&chain);
}

/* ---- breadth ---- */

struct fan {
    lt_object header;
    unsigned n;
    lt_slot slots[];
};

static void fan_trace(void *object, lt_visitor *visitor)
{
    struct fan *fan = object;
    for (unsigned i = 0; i < fan->n; i++) lt_visit_slot(visitor, &fan->slots[i]);
}

static const lt_type fan_type = {
    .name = "fan", .size = sizeof(struct fan), .trace = fan_trace, .finalize = count_death};

static void *fan_of(unsigned n)
{
    struct fan *fan = needed(lt_new_sized(&fan_type, sizeof *fan + n * sizeof(lt_slot)));
    things_made++;
    fan->n = n;
    for (unsigned i = 0; i < n; i++) lt_slot_init(&fan->slots[i], chain_of_slots(1));
    return fan;
}

CASE(a_fan_of_a_million)
{
    make_and_release_on_a_small_stack((struct chain){scaled(1000000), fan_of});
}

CASE(a_fan_onto_one_child)
{
    lt_enter();
    struct thing *child = thing_new();
    uint32_t id = child->id;
    unsigned n = 10000;
    struct fan *fan = needed(lt_new_sized(&fan_type, sizeof *fan + n * sizeof(lt_slot)));
    things_made++;
    fan->n = n;
    lt_retain_n(child, n);
    for (unsigned i = 0; i < n; i++) lt_slot_init(&fan->slots[i], child);
    lt_release(fan);
    lt_leave();
    check_alive(id); /* one reference is left of 10001 */
    lt_enter();
    thing_use(child);
    lt_release(child);
    lt_leave();
    check_gone(id);
}

static struct thing *tree_of(unsigned depth)
{
    struct thing *t = thing_new();
    if (depth) {
        lt_slot_init(&t->left, tree_of(depth - 1));
        lt_slot_init(&t->right, tree_of(depth - 1));
    }
    return t;
}

CASE(a_tree)
{
    lt_enter();
    struct thing *root = tree_of(12);
    uint32_t id = root->id;
    lt_release(root);
    lt_leave();
    check_gone(id);
}

CASE(a_shared_tail_outlives_the_first_head)
{
    lt_enter();
    struct thing *tail = thing_above(thing_above(thing_new()));
    uint32_t id = tail->id;
    lt_retain(tail);
    struct thing *one = thing_above(tail), *two = thing_above(tail);
    lt_release(one);
    lt_leave();
    check_alive(id);
    lt_enter();
    thing_use(tail);
    lt_release(two);
    lt_leave();
    check_gone(id);
}

struct heads {
    struct thing *of[CROWD_MOST];
};

static void releases_its_head(unsigned index, void *shared)
{
    lt_enter();
    lt_release(((struct heads *)shared)->of[index]);
    lt_leave();
}

CASE(a_shared_tail_released_by_a_crowd)
{
    NEEDS(threads);
    for (unsigned round = 0; round < scaled(200) + 10; round++) {
        struct heads heads;
        lt_enter();
        struct thing *tail = tree_of(3);
        uint32_t id = tail->id;
        lt_retain_n(tail, crowd() - 1);
        for (unsigned i = 0; i < crowd(); i++) heads.of[i] = thing_above(tail);
        lt_leave();
        run_crowd(crowd(), releases_its_head, &heads);
        check_gone(id);
    }
}

/* ---- LT_CASCADE_BOUND ---- */

static uint64_t finalized_since(uint64_t *before)
{
    uint64_t now = finalized(), n = now - *before;
    *before = now;
    return n;
}

CASE(a_bound_holds_for_every_call)
{
    NEEDS(reclaims);
    enum { BOUND = 64, LENGTH = 10000 };
    CHECK_EQ(lt_configure(LT_CASCADE_BOUND, BOUND), 0);
    uint64_t before = 0;
    lt_enter();
    void *head = chain_of_slots(LENGTH);
    lt_release(head);
    CHECK_AT_MOST(finalized_since(&before), BOUND);
    lt_safepoint();
    CHECK_AT_MOST(finalized_since(&before), BOUND);
    lt_leave();
    CHECK_AT_MOST(finalized_since(&before), BOUND);
    for (unsigned i = 0; finalized() < LENGTH; i++) {
        CHECK(i < 2 * LENGTH); /* the rest is done, some at a time */
        lt_poll();
        CHECK_AT_MOST(finalized_since(&before), BOUND);
    }
}

CASE(a_bound_delays_and_loses_nothing)
{
    CHECK_EQ(lt_configure(LT_CASCADE_BOUND, 10), 0);
    lt_enter();
    lt_release(chain_of_slots(10000));
    lt_leave();
    settle(); /* has no bound: all that was released before is finalized */
    if (TRAIT(reclaims)) CHECK_EQ(finalized(), made());
}

CASE(a_bound_can_be_lifted)
{
    CHECK_EQ(lt_configure(LT_CASCADE_BOUND, 1), 0);
    lt_enter();
    lt_release(chain_of_slots(100));
    lt_leave();
    CHECK_EQ(lt_configure(LT_CASCADE_BOUND, 0), 0);
    lt_enter();
    lt_release(chain_of_slots(1000));
    lt_leave();
    if (TRAIT(immediate)) CHECK(finalized() >= 1000);
}

static void *leaves_a_bounded_cascade(void *unused)
{
    (void)unused;
    lt_enter();
    lt_release(chain_of_slots(1000));
    lt_leave();
    return NULL;
}

CASE(a_thread_may_exit_in_the_middle_of_a_cascade)
{
    NEEDS(threads);
    CHECK_EQ(lt_configure(LT_CASCADE_BOUND, 10), 0);
    finish(start(leaves_a_bounded_cascade, NULL));
    settle();
    if (TRAIT(reclaims)) CHECK_EQ(finalized(), made());
}
