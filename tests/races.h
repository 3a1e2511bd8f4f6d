/* races.h: many threads on the same slots and the same objects. What they add up to is exact. */

/* ---- compare and swap: a counter whose every value is an object ---- */

static void increments(unsigned index, void *shared)
{
    lt_slot *slot = shared;
    (void)index;
    for (unsigned i = 0; i < scaled(5000) + 100; i++) {
        bool done;
        do {
            lt_enter();
            lt_borrow borrow = lt_slot_borrow(slot);
            struct thing *old = lt_deref(borrow), *next = thing_new();
            thing_use(old);
            next->value = old->value + 1;
            done = lt_slot_cas(slot, old, next);
            lt_unborrow(borrow);
            if (!done) lt_release(next);
            lt_leave();
        } while (!done);
    }
}

CASE(slot_cas_race)
{
    NEEDS(threads);
    lt_slot slot;
    lt_enter();
    lt_slot_init(&slot, thing_new());
    lt_leave();
    run_crowd(crowd(), increments, &slot);
    lt_enter();
    struct thing *last = lt_slot_take(&slot);
    CHECK_EQ(last->value, crowd() * (scaled(5000) + 100));
    lt_release(last);
    lt_leave();
}

/* The expected object owned, not borrowed. */
static void increments_owned(unsigned index, void *shared)
{
    lt_slot *slot = shared;
    for (unsigned i = 0; i < scaled(2000) + 100; i++) {
        bool done;
        do {
            lt_enter();
            struct thing *old = lt_slot_load(slot), *next = thing_new();
            next->value = old->value + 1;
            done = lt_slot_cas(slot, old, next);
            if (!done) lt_release(next);
            thing_use(old);
            lt_release(old);
            lt_leave();
        } while (!done);
        if (i % 64 == index) lt_poll();
    }
}

CASE(slot_cas_race_of_owners)
{
    NEEDS(threads);
    lt_slot slot;
    lt_enter();
    lt_slot_init(&slot, thing_new());
    lt_leave();
    run_crowd(crowd(), increments_owned, &slot);
    lt_enter();
    struct thing *last = lt_slot_take(&slot);
    CHECK_EQ(last->value, crowd() * (scaled(2000) + 100));
    lt_release(last);
    lt_leave();
}

/* A stack: push and pop by compare and swap on its head, next pointers set before publication. */
struct stack {
    lt_slot head;
    uint64_t pushed, popped; /* sums of values; atomic */
};

static void push(struct stack *stack, struct thing *t)
{
    for (;;) {
        struct thing *head = lt_slot_load(&stack->head);
        lt_slot_store(&t->left, head);
        if (lt_slot_cas(&stack->head, head, t)) return;
        lt_safepoint();
    }
}

static bool pop(struct stack *stack, uint32_t *value)
{
    for (;;) {
        lt_borrow borrow = lt_slot_borrow(&stack->head);
        struct thing *head = lt_deref(borrow);
        if (!head) return false;
        struct thing *next = lt_slot_load(&head->left);
        bool done = lt_slot_cas(&stack->head, head, next);
        if (done) *value = head->value;
        else if (next) lt_release(next);
        lt_unborrow(borrow);
        if (done) return true;
    }
}

static void pushes_and_pops(unsigned index, void *shared)
{
    struct stack *stack = shared;
    uint64_t pushed = 0, popped = 0, seed = index + 1;
    for (unsigned i = 0; i < scaled(5000) + 100; i++) {
        lt_enter();
        uint32_t value;
        if (random_below(&seed, 2)) {
            struct thing *t = thing_new();
            pushed += t->value = random_below(&seed, 1000);
            push(stack, t);
        } else if (pop(stack, &value)) {
            popped += value;
        }
        lt_leave();
    }
    __atomic_fetch_add(&stack->pushed, pushed, __ATOMIC_RELAXED);
    __atomic_fetch_add(&stack->popped, popped, __ATOMIC_RELAXED);
}

CASE(a_stack)
{
    NEEDS(threads);
    struct stack stack = {.pushed = 0};
    run_crowd(crowd(), pushes_and_pops, &stack);
    uint32_t value;
    lt_enter();
    while (pop(&stack, &value)) stack.popped += value;
    lt_leave();
    CHECK_EQ(stack.pushed, stack.popped);
}

/* ---- borrowers against storers ---- */

enum { PLACES_SHARED = 8 };
struct places {
    lt_slot slots[PLACES_SHARED];
    uint64_t taken; /* atomic */
};

static void borrow_somewhere(lt_slot *slot, uint64_t *seed)
{
    lt_borrow borrow = lt_slot_borrow(slot);
    struct thing *t = lt_deref(borrow);
    if (t) {
        thing_use(t);
        struct thing *held = random_below(seed, 4) ? NULL : lt_hold(borrow);
        lt_borrow inner = lt_slot_borrow(&t->left); /* hand over hand */
        if (lt_deref(inner)) thing_use(lt_deref(inner));
        thing_use(t);
        lt_unborrow(inner);
        lt_unborrow(borrow);
        if (held) {
            lt_safepoint();
            thing_use(held);
            lt_release(held);
        }
    } else {
        lt_unborrow(borrow);
    }
}

static void store_somewhere(lt_slot *slot, uint64_t *seed)
{
    switch (random_below(seed, 5)) {
    case 0: lt_slot_store(slot, NULL); break;
    case 1: {
        struct thing *taken = lt_slot_take(slot);
        if (taken) thing_use(taken), lt_release(taken);
        break;
    }
    case 2: {
        struct thing *old = lt_slot_swap(slot, thing_above(thing_new()));
        if (old) thing_use(old), lt_release(old);
        break;
    }
    default: lt_slot_store(slot, thing_above(thing_new()));
    }
}

static void borrows_or_stores(unsigned index, void *shared)
{
    struct places *places = shared;
    uint64_t seed = index + 1;
    for (unsigned i = 0; i < scaled(20000) + 100; i++) {
        lt_slot *slot = &places->slots[random_below(&seed, PLACES_SHARED)];
        lt_enter();
        if (index % 2) borrow_somewhere(slot, &seed);
        else store_somewhere(slot, &seed);
        lt_leave();
    }
}

CASE(borrowers_against_storers)
{
    NEEDS(threads);
    struct places places = {.taken = 0};
    run_crowd(crowd(), borrows_or_stores, &places);
    lt_enter();
    for (unsigned i = 0; i < PLACES_SHARED; i++) lt_slot_store(&places.slots[i], NULL);
    lt_leave();
}

static void loads_and_stores_one(unsigned index, void *shared)
{
    lt_slot *slot = shared;
    for (unsigned i = 0; i < scaled(20000) + 100; i++) {
        lt_enter();
        if (i % 4 == index % 4) lt_slot_store(slot, thing_new());
        struct thing *t = lt_slot_load(slot);
        thing_use(t);
        lt_release(t);
        lt_leave();
    }
}

CASE(loads_against_stores_of_one_slot)
{
    NEEDS(threads);
    lt_slot slot;
    lt_enter();
    lt_slot_init(&slot, thing_new());
    lt_leave();
    run_crowd(crowd(), loads_and_stores_one, &slot);
    lt_enter();
    lt_slot_store(&slot, NULL);
    lt_leave();
}

/* ---- swapping: things wander, and none is lost or doubled ---- */

static void swaps(unsigned index, void *shared)
{
    struct places *places = shared;
    uint64_t seed = index + 1;
    lt_enter();
    struct thing *hand = thing_new();
    lt_leave();
    for (unsigned i = 0; i < scaled(20000) + 100; i++) {
        lt_enter();
        hand = lt_slot_swap(&places->slots[random_below(&seed, PLACES_SHARED)], hand);
        if (hand) thing_use(hand);
        lt_leave();
    }
    lt_enter();
    if (hand) lt_release(hand), __atomic_fetch_add(&places->taken, 1, __ATOMIC_RELAXED);
    lt_leave();
}

CASE(wandering_things)
{
    NEEDS(threads);
    struct places places = {.taken = 0};
    run_crowd(crowd(), swaps, &places);
    lt_enter();
    for (unsigned i = 0; i < PLACES_SHARED; i++) {
        struct thing *t = lt_slot_take(&places.slots[i]);
        if (t) lt_release(t), places.taken++;
    }
    lt_leave();
    CHECK_EQ(places.taken, crowd());
}

/* ---- one object, many owners ---- */

static void owns_for_a_while(unsigned index, void *shared)
{
    struct thing *t = shared;
    for (unsigned i = 0; i < scaled(20000) + 100; i++) {
        lt_enter();
        lt_retain(t);
        if (i % 8 == index % 8) lt_retain_n(t, index + 1);
        thing_use(t);
        if (i % 8 == index % 8) lt_release_n(t, index + 1);
        lt_release(t);
        lt_leave();
    }
    lt_enter();
    thing_use(t);
    lt_release(t); /* the reference that it was given; the last one in the end */
    lt_leave();
}

CASE(owners_of_one_object)
{
    NEEDS(threads);
    for (unsigned round = 0; round < 5; round++) {
        lt_enter();
        struct thing *t = thing_above(thing_new());
        uint32_t id = t->id;
        lt_retain_n(t, crowd() - 1);
        lt_leave();
        run_crowd(crowd(), owns_for_a_while, t);
        check_gone(id);
    }
}

static void releases_one(unsigned index, void *shared)
{
    (void)index;
    lt_enter();
    lt_release(shared);
    lt_leave();
}

CASE(the_last_release_is_one_of_many)
{
    NEEDS(threads);
    for (unsigned round = 0; round < scaled(300) + 20; round++) {
        lt_enter();
        struct thing *t = thing_new();
        uint32_t id = t->id;
        lt_retain_n(t, crowd() - 1);
        lt_leave();
        run_crowd(crowd(), releases_one, t);
        check_gone(id);
    }
}

/* ---- lt_is_unique under fire: what it promised holds ---- */

static void changes_what_is_unique(unsigned index, void *shared)
{
    struct places *places = shared;
    uint64_t seed = index + 1;
    for (unsigned i = 0; i < scaled(20000) + 100; i++) {
        lt_slot *slot = &places->slots[random_below(&seed, 2)];
        lt_enter();
        if (random_below(&seed, 2)) {
            lt_borrow borrow = lt_slot_borrow(slot);
            struct thing *t = lt_deref(borrow);
            if (t) CHECK_EQ(t->value, 0); /* nobody changes it while we look */
            lt_unborrow(borrow);
        } else {
            struct thing *t = lt_slot_take(slot);
            if (!t) t = thing_new();
            if (lt_is_unique(t)) {
                t->value = index + 1;
                t->value = 0;
            }
            struct thing *old = lt_slot_swap(slot, t);
            if (old) lt_release(old);
        }
        lt_leave();
    }
}

CASE(unique_means_alone)
{
    NEEDS(threads);
    struct places places = {.taken = 0};
    run_crowd(crowd(), changes_what_is_unique, &places);
    lt_enter();
    for (unsigned i = 0; i < 2; i++) lt_slot_store(&places.slots[i], NULL);
    lt_leave();
}
