/* slots.h: who owns what before and after each slot operation. */

CASE(a_zeroed_slot_is_empty)
{
    lt_slot slot = {0};
    lt_enter();
    CHECK(lt_slot_load(&slot) == NULL);
    CHECK(lt_slot_take(&slot) == NULL);
    CHECK(lt_slot_swap(&slot, NULL) == NULL);
    lt_borrow borrow = lt_slot_borrow(&slot);
    CHECK(lt_deref(borrow) == NULL);
    CHECK(lt_hold(borrow) == NULL);
    lt_unborrow(borrow);
    lt_slot_store(&slot, NULL);
    CHECK(lt_slot_load(&slot) == NULL);
    lt_leave();
}

CASE(an_emptied_slot_is_empty)
{
    lt_slot slot;
    lt_enter();
    lt_slot_init(&slot, NULL);
    CHECK(lt_slot_load(&slot) == NULL);
    lt_slot_store(&slot, thing_new());
    lt_slot_store(&slot, NULL);
    CHECK(lt_slot_load(&slot) == NULL);
    CHECK(lt_slot_take(&slot) == NULL);
    lt_leave();
}

CASE(init_takes_the_reference_over)
{
    lt_slot slot;
    lt_enter();
    struct thing *t = thing_new();
    uint32_t id = t->id;
    lt_slot_init(&slot, t);
    lt_leave();
    check_alive(id);

    lt_enter();
    lt_slot_store(&slot, NULL);
    lt_leave();
    check_gone(id);
}

CASE(load_gives_an_owned_reference)
{
    lt_slot slot;
    lt_enter();
    struct thing *t = thing_new();
    uint32_t id = t->id;
    lt_slot_init(&slot, t);
    CHECK(lt_slot_load(&slot) == t);
    lt_slot_store(&slot, NULL);
    lt_leave();
    check_alive(id);

    lt_enter();
    thing_use(t);
    lt_release(t);
    lt_leave();
    check_gone(id);
}

CASE(store_releases_what_was_there)
{
    lt_slot slot;
    lt_enter();
    struct thing *first = thing_new(), *second = thing_new();
    uint32_t first_id = first->id, second_id = second->id;
    lt_slot_init(&slot, first);
    lt_slot_store(&slot, second);
    lt_leave();
    check_gone(first_id);
    check_alive(second_id);

    lt_enter();
    lt_slot_store(&slot, NULL);
    lt_leave();
    check_gone(second_id);
}

CASE(store_of_what_is_there_already)
{
    lt_slot slot;
    lt_enter();
    struct thing *t = thing_new();
    uint32_t id = t->id;
    lt_slot_init(&slot, t);
    for (unsigned i = 0; i < 10; i++) lt_slot_store(&slot, lt_slot_load(&slot));
    lt_leave();
    check_alive(id);

    lt_enter();
    CHECK(lt_slot_take(&slot) == t);
    lt_release(t);
    lt_leave();
    check_gone(id);
}

CASE(swap_passes_the_old_reference_to_the_caller)
{
    lt_slot slot;
    lt_enter();
    struct thing *first = thing_new(), *second = thing_new();
    uint32_t first_id = first->id, second_id = second->id;
    lt_slot_init(&slot, first);
    CHECK(lt_slot_swap(&slot, second) == first);
    lt_leave();
    check_alive(first_id);
    check_alive(second_id);

    lt_enter();
    thing_use(first);
    lt_release(first);
    CHECK(lt_slot_swap(&slot, NULL) == second);
    CHECK(lt_slot_swap(&slot, NULL) == NULL);
    lt_leave();
    check_gone(first_id);
    check_alive(second_id);

    lt_enter();
    lt_release(second);
    lt_leave();
    check_gone(second_id);
}

CASE(take_leaves_the_slot_empty)
{
    lt_slot slot;
    lt_enter();
    struct thing *t = thing_new();
    uint32_t id = t->id;
    lt_slot_init(&slot, t);
    CHECK(lt_slot_take(&slot) == t);
    CHECK(lt_slot_take(&slot) == NULL);
    lt_leave();
    check_alive(id);

    lt_enter();
    lt_release(t);
    lt_leave();
    check_gone(id);
}

CASE(one_object_in_many_slots)
{
    lt_slot slots[100];
    lt_enter();
    struct thing *t = thing_new();
    uint32_t id = t->id;
    for (unsigned i = 0; i < 100; i++) {
        lt_retain(t);
        lt_slot_init(&slots[i], t);
    }
    lt_release(t);
    lt_leave();
    for (unsigned i = 0; i < 100; i++) {
        check_alive(id);
        lt_enter();
        lt_slot_store(&slots[i], NULL);
        lt_leave();
    }
    check_gone(id);
}

/* ---- compare and swap: `expected` is only compared, `desired` changes hands on success only ---- */

CASE(cas_replaces_what_was_expected)
{
    lt_slot slot;
    lt_enter();
    struct thing *first = thing_new(), *second = thing_new();
    uint32_t first_id = first->id, second_id = second->id;
    lt_slot_init(&slot, first);
    lt_borrow expected = lt_slot_borrow(&slot);
    CHECK(lt_slot_cas(&slot, lt_deref(expected), second));
    thing_use(lt_deref(expected));
    lt_unborrow(expected);
    lt_leave();
    check_gone(first_id);
    check_alive(second_id);

    lt_enter();
    CHECK(lt_slot_take(&slot) == second);
    lt_release(second);
    lt_leave();
    check_gone(second_id);
}

CASE(cas_takes_only_the_slots_reference)
{
    lt_slot slot;
    lt_enter();
    struct thing *first = thing_new(), *second = thing_new();
    uint32_t first_id = first->id;
    lt_retain(first);
    lt_slot_init(&slot, first);
    CHECK(lt_slot_cas(&slot, first, second));
    lt_leave();
    check_alive(first_id); /* the caller's own reference to it */

    lt_enter();
    thing_use(first);
    lt_release(first);
    lt_slot_store(&slot, NULL);
    lt_leave();
    check_gone(first_id);
}

CASE(a_failed_cas_changes_nothing)
{
    lt_slot slot;
    lt_enter();
    struct thing *there = thing_new(), *wanted = thing_new(), *other = thing_new();
    uint32_t there_id = there->id, wanted_id = wanted->id, other_id = other->id;
    lt_slot_init(&slot, there);
    CHECK(!lt_slot_cas(&slot, other, wanted));
    CHECK(!lt_slot_cas(&slot, NULL, wanted));
    CHECK(!lt_slot_cas(&slot, other, NULL));
    CHECK(!lt_slot_cas(&slot, NULL, NULL));
    lt_leave();
    check_alive(there_id);
    check_alive(wanted_id);
    check_alive(other_id);

    lt_enter();
    lt_release(wanted); /* still the caller's, one reference each */
    lt_release(other);
    lt_leave();
    check_gone(wanted_id);
    check_gone(other_id);

    lt_enter();
    CHECK(lt_slot_take(&slot) == there);
    lt_release(there);
    lt_leave();
    check_gone(there_id);
}

CASE(cas_of_empty_slots)
{
    lt_slot slot = {0};
    lt_enter();
    struct thing *t = thing_new(), *late = thing_new();
    uint32_t id = t->id, late_id = late->id;
    CHECK(lt_slot_cas(&slot, NULL, NULL));
    CHECK(lt_slot_cas(&slot, NULL, t));
    CHECK(!lt_slot_cas(&slot, NULL, late));
    lt_leave();
    check_alive(id);
    check_alive(late_id);

    lt_enter();
    lt_borrow expected = lt_slot_borrow(&slot);
    CHECK(lt_slot_cas(&slot, lt_deref(expected), NULL));
    lt_unborrow(expected);
    CHECK(lt_slot_load(&slot) == NULL);
    lt_release(late);
    lt_leave();
    check_gone(id);
    check_gone(late_id);
}

CASE(cas_to_the_same_object)
{
    lt_slot slot;
    lt_enter();
    struct thing *t = thing_new();
    uint32_t id = t->id;
    lt_slot_init(&slot, t);
    for (unsigned i = 0; i < 10; i++) {
        struct thing *owned = lt_slot_load(&slot);
        CHECK(lt_slot_cas(&slot, owned, owned)); /* its reference goes in, the slot's goes out */
    }
    lt_leave();
    check_alive(id);

    lt_enter();
    lt_slot_store(&slot, NULL);
    lt_leave();
    check_gone(id);
}

CASE(a_failed_cas_leaves_an_unborrowed_reference_usable)
{
    lt_slot slot;
    lt_enter();
    struct thing *there = thing_new(), *wanted = thing_new();
    uint32_t wanted_id = wanted->id;
    lt_slot_init(&slot, there);
    for (unsigned i = 0; i < 10; i++) {
        CHECK(!lt_slot_cas(&slot, wanted, wanted));
        lt_retain(wanted);
        lt_release(wanted);
    }
    lt_slot_store(&slot, wanted); /* releases `there` */
    lt_leave();
    check_alive(wanted_id);
    lt_enter();
    lt_slot_store(&slot, NULL);
    lt_leave();
    check_gone(wanted_id);
}
