/* borrows.h: a borrow lasts until lt_unborrow, whatever happens to the slot. Rules 2 and 3. */

CASE(borrow_survives_the_borrowers_own_store)
{
    lt_slot slot;
    lt_enter();
    struct thing *t = thing_new();
    uint32_t id = t->id;
    lt_slot_init(&slot, t);
    lt_borrow borrow = lt_slot_borrow(&slot);
    lt_slot_store(&slot, NULL);
    CHECK_EQ(fate(id), 0);
    for (unsigned i = 0; i < 1000; i++) lt_slot_store(&slot, thing_new()); /* memory is wanted meanwhile */
    CHECK(lt_deref(borrow) == t);
    CHECK_EQ(fate(id), 0);
    thing_use(t);
    lt_unborrow(borrow);
    lt_slot_store(&slot, NULL);
    lt_leave();
    check_gone(id);
}

CASE(borrow_survives_taking_and_releasing)
{
    lt_slot slot;
    lt_enter();
    struct thing *t = thing_new();
    uint32_t id = t->id;
    lt_slot_init(&slot, t);
    lt_borrow borrow = lt_slot_borrow(&slot);
    lt_release(lt_slot_take(&slot));
    thing_use(lt_deref(borrow));
    CHECK_EQ(fate(id), 0);
    lt_unborrow(borrow);
    lt_leave();
    check_gone(id);
}

CASE(borrow_survives_the_death_of_the_slots_owner)
{
    lt_slot slot;
    lt_enter();
    struct thing *child = thing_new();
    uint32_t id = child->id;
    lt_slot_init(&slot, thing_above(child));
    lt_borrow parent = lt_slot_borrow(&slot);
    lt_borrow borrow = lt_slot_borrow(&((struct thing *)lt_deref(parent))->left);
    lt_unborrow(parent);
    lt_slot_store(&slot, NULL); /* the parent dies, and its slot with it */
    thing_use(lt_deref(borrow));
    CHECK_EQ(fate(id), 0);
    lt_unborrow(borrow);
    lt_leave();
    check_gone(id);
}

CASE(unborrow_all_ends_free_borrows)
{
    enum { MANY = 200 }; /* more than the checked build remembers one by one */
    lt_slot slots[MANY];
    lt_enter();
    for (unsigned i = 0; i < MANY; i++) lt_slot_init(&slots[i], thing_new());
    bool owed = lt_strategy_traits()->owed_borrow;
    for (unsigned turn = 0; turn < 3; turn++) {
        for (unsigned i = 0; i < MANY; i++) {
            lt_borrow borrow = lt_slot_borrow(&slots[i]);
            thing_use(lt_deref(borrow));
            if (owed) lt_unborrow(borrow);
        }
        lt_unborrow_all();
        lt_safepoint();
    }
    for (unsigned i = 0; i < MANY; i++) lt_slot_store(&slots[i], NULL);
    lt_leave();
    lt_barrier();
    CHECK_EQ(finalized(), can_reclaim() ? made() : 0);
}

struct borrowed_elsewhere {
    lt_slot slot;
    sem_t borrowed, removed;
    uint32_t id;
};

static void *borrows_and_waits(void *argument)
{
    struct borrowed_elsewhere *shared = argument;
    lt_enter();
    lt_borrow borrow = lt_slot_borrow(&shared->slot);
    thing_use(lt_deref(borrow));
    gate_open(&shared->borrowed);
    gate_pass(&shared->removed); /* inside a section: only to show that it delays and does not break */
    thing_use(lt_deref(borrow));
    CHECK_EQ(fate(shared->id), 0);
    lt_unborrow(borrow);
    lt_leave();
    return NULL;
}

CASE(borrow_survives_another_threads_store)
{
    NEEDS(threads);
    NEEDS_NOT(exclusive);
    struct borrowed_elsewhere shared;
    gate_init(&shared.borrowed);
    gate_init(&shared.removed);
    lt_enter();
    struct thing *t = thing_new();
    shared.id = t->id;
    lt_slot_init(&shared.slot, t);
    lt_leave();

    pthread_t borrower = start(borrows_and_waits, &shared);
    gate_pass(&shared.borrowed);
    lt_enter();
    lt_slot_store(&shared.slot, NULL);
    lt_leave();
    for (unsigned i = 0; i < 100; i++) { /* everything that could free it */
        lt_poll();
        lt_enter();
        lt_release(thing_new());
        lt_safepoint();
        lt_leave();
    }
    gate_open(&shared.removed);
    finish(borrower);
    check_gone(shared.id);
}

static void *ages_and_borrows(void *argument)
{
    for (unsigned i = 0; i < 20; i++) lt_poll(); /* epochs begin, as far as the storer's section lets them */
    return borrows_and_waits(argument);
}

/* The borrow begins in a later epoch than the section in which the slot is emptied: as late as a borrow of it can. */
CASE(borrow_survives_a_store_from_an_older_section)
{
    NEEDS(threads);
    NEEDS_NOT(exclusive);
    struct borrowed_elsewhere shared;
    gate_init(&shared.borrowed);
    gate_init(&shared.removed);
    lt_enter();
    struct thing *t = thing_new();
    shared.id = t->id;
    lt_slot_init(&shared.slot, t);
    lt_leave();

    lt_enter();
    pthread_t borrower = start(ages_and_borrows, &shared);
    gate_pass(&shared.borrowed);
    lt_slot_store(&shared.slot, NULL);
    lt_leave();
    for (unsigned i = 0; i < 100; i++) lt_poll();
    gate_open(&shared.removed);
    finish(borrower);
    check_gone(shared.id);
}

CASE(borrow_survives_an_inner_section)
{
    lt_slot slot;
    lt_enter();
    lt_enter();
    struct thing *t = thing_new();
    uint32_t id = t->id;
    lt_slot_init(&slot, t);
    lt_borrow borrow = lt_slot_borrow(&slot);
    lt_slot_store(&slot, NULL);
    lt_leave();
    lt_enter();
    lt_leave();
    thing_use(lt_deref(borrow));
    CHECK_EQ(fate(id), 0);
    lt_unborrow(borrow);
    lt_leave();
    check_gone(id);
}

CASE(several_borrows_of_one_slot_end_in_any_order)
{
    lt_slot slot;
    lt_enter();
    struct thing *t = thing_new();
    uint32_t id = t->id;
    lt_slot_init(&slot, t);
    lt_borrow borrows[10];
    for (unsigned i = 0; i < 10; i++) borrows[i] = lt_slot_borrow(&slot);
    lt_slot_store(&slot, NULL);
    for (unsigned i = 0; i < 10; i++) {
        lt_borrow *borrow = &borrows[i * 7 % 10];
        CHECK_EQ(fate(id), 0);
        thing_use(lt_deref(*borrow));
        lt_unborrow(*borrow);
    }
    lt_leave();
    check_gone(id);
}

CASE(borrows_of_a_kept_object_change_nothing)
{
    lt_slot slot;
    lt_enter();
    struct thing *t = thing_new();
    uint32_t id = t->id;
    lt_slot_init(&slot, t);
    for (unsigned i = 0; i < 100000; i++) {
        lt_borrow borrow = lt_slot_borrow(&slot);
        thing_use(lt_deref(borrow));
        lt_unborrow(borrow);
        lt_safepoint();
    }
    lt_leave();
    check_alive(id);
    lt_enter();
    lt_slot_store(&slot, NULL);
    lt_leave();
    check_gone(id);
}

/* ---- lt_hold ---- */

CASE(hold_outlives_the_section)
{
    lt_slot slot;
    lt_enter();
    struct thing *t = thing_new();
    uint32_t id = t->id;
    lt_slot_init(&slot, t);
    lt_borrow borrow = lt_slot_borrow(&slot);
    CHECK(lt_hold(borrow) == t);
    lt_unborrow(borrow);
    lt_slot_store(&slot, NULL);
    lt_leave();
    check_alive(id);

    lt_enter();
    thing_use(t);
    lt_release(t);
    lt_leave();
    check_gone(id);
}

CASE(the_borrow_goes_on_after_hold)
{
    lt_slot slot;
    lt_enter();
    struct thing *t = thing_new();
    uint32_t id = t->id;
    lt_slot_init(&slot, t);
    lt_borrow borrow = lt_slot_borrow(&slot);
    CHECK(lt_hold(borrow) == t);
    lt_slot_store(&slot, NULL);
    lt_release(t); /* the held reference; the borrow is left */
    CHECK_EQ(fate(id), 0);
    thing_use(lt_deref(borrow));
    lt_unborrow(borrow);
    lt_leave();
    check_gone(id);
}

CASE(hold_after_removal_while_owned_elsewhere)
{
    lt_slot slot;
    lt_enter();
    struct thing *t = thing_new();
    uint32_t id = t->id;
    lt_retain(t);
    lt_slot_init(&slot, t);
    lt_borrow borrow = lt_slot_borrow(&slot);
    lt_slot_store(&slot, NULL);
    CHECK(lt_hold(borrow) == t); /* alive: the first reference is still there */
    lt_unborrow(borrow);
    lt_release_n(t, 2);
    lt_leave();
    check_gone(id);
}

CASE(hold_after_the_last_reference_went)
{
    lt_slot slot;
    lt_enter();
    struct thing *t = thing_new();
    uint32_t id = t->id;
    lt_slot_init(&slot, t);
    lt_borrow borrow = lt_slot_borrow(&slot);
    lt_slot_store(&slot, NULL);
    struct thing *held = lt_hold(borrow); /* NULL where a borrow is no reference and the object is dead already */
    if (TRAIT(counted_borrow)) CHECK(held == t);
    lt_unborrow(borrow);
    lt_leave();

    if (held) {
        CHECK(held == t);
        check_alive(id);
        lt_enter();
        thing_use(held);
        lt_release(held);
        lt_leave();
    }
    check_gone(id);
}

CASE(many_holds)
{
    lt_slot slot;
    lt_enter();
    struct thing *t = thing_new();
    uint32_t id = t->id;
    lt_slot_init(&slot, t);
    for (unsigned i = 0; i < 1000; i++) {
        lt_borrow borrow = lt_slot_borrow(&slot);
        CHECK(lt_hold(borrow) == t);
        lt_unborrow(borrow);
    }
    lt_slot_store(&slot, NULL);
    lt_leave();
    check_alive(id);
    lt_enter();
    lt_release_n(t, 1000);
    lt_leave();
    check_gone(id);
}

CASE(cas_of_a_borrowed_object_is_not_fooled)
{
    lt_slot slot;
    lt_enter();
    struct thing *first = thing_new();
    lt_slot_init(&slot, first);
    lt_borrow expected = lt_slot_borrow(&slot);
    lt_slot_store(&slot, NULL); /* `first` may die, but its memory is not another object's while it is borrowed */
    for (unsigned i = 0; i < 1000; i++) {
        struct thing *another = thing_new();
        CHECK(another != lt_deref(expected));
        lt_slot_store(&slot, another);
        CHECK(!lt_slot_cas(&slot, lt_deref(expected), NULL));
    }
    lt_unborrow(expected);
    lt_slot_store(&slot, NULL);
    lt_leave();
}
