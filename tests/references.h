/* references.h: owned references. */

CASE(as_many_releases_as_retains)
{
    lt_enter();
    struct thing *t = thing_new();
    uint32_t id = t->id;
    for (unsigned i = 0; i < 1000; i++) lt_retain(t);
    for (unsigned i = 0; i < 1000; i++) lt_release(t);
    lt_leave();
    check_alive(id);

    lt_enter();
    thing_use(t);
    lt_release(t);
    lt_leave();
    check_gone(id);
}

CASE(every_single_reference_keeps_it_alive)
{
    lt_enter();
    struct thing *t = thing_new();
    uint32_t id = t->id;
    lt_retain_n(t, 9);
    lt_leave();
    for (unsigned i = 0; i < 10; i++) {
        check_alive(id);
        lt_enter();
        thing_use(t);
        lt_release(t);
        lt_leave();
    }
    check_gone(id);
}

CASE(retain_n_is_n_retains)
{
    lt_enter();
    struct thing *t = thing_new();
    uint32_t id = t->id;
    lt_retain_n(t, 1);
    lt_retain_n(t, 1000);
    lt_release_n(t, 500);
    for (unsigned i = 0; i < 501; i++) lt_release(t);
    lt_leave();
    check_alive(id);

    lt_enter();
    lt_release(t);
    lt_leave();
    check_gone(id);
}

CASE(release_n_of_all_ends_the_life)
{
    lt_enter();
    struct thing *t = thing_new();
    uint32_t id = t->id;
    for (unsigned i = 0; i < 99; i++) lt_retain(t);
    lt_release_n(t, 100);
    lt_leave();
    check_gone(id);
}

CASE(no_references_more_or_less)
{
    lt_enter();
    struct thing *t = thing_new();
    uint32_t id = t->id;
    lt_retain_n(t, 0);
    lt_release_n(t, 0);
    lt_leave();
    check_alive(id);

    lt_enter();
    lt_release(t);
    lt_leave();
    check_gone(id);
}

CASE(try_retain_gives_an_owned_reference)
{
    lt_slot slot;
    lt_enter();
    lt_slot_init(&slot, thing_new());
    lt_borrow borrow = lt_slot_borrow(&slot);
    struct thing *t = lt_deref(borrow);
    uint32_t id = t->id;
    CHECK(lt_try_retain(t));
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

CASE(owned_references_outlive_sections)
{
    lt_enter();
    struct thing *t = thing_new();
    uint32_t id = t->id;
    lt_leave();
    for (unsigned i = 0; i < 100; i++) {
        lt_poll();
        lt_enter();
        thing_use(t);
        lt_retain(t);
        lt_leave();
        lt_synchronize();
    }
    lt_enter();
    lt_release_n(t, 100);
    lt_release(t);
    lt_leave();
    check_gone(id);
}

/* ---- lt_is_unique: true is a promise, false is "unknown" ---- */

CASE(a_new_object_is_unique)
{
    lt_enter();
    struct thing *t = thing_new();
    CHECK_EQ(lt_is_unique(t), TRAIT(unique));
    lt_release(t);
    lt_leave();
}

CASE(a_second_owner_ends_uniqueness)
{
    lt_enter();
    struct thing *t = thing_new();
    lt_retain(t);
    CHECK(!lt_is_unique(t));
    lt_safepoint();
    CHECK(!lt_is_unique(t));
    lt_release(t);
    lt_release(t);
    lt_leave();
}

CASE(a_slot_is_a_reference_too)
{
    lt_slot slot;
    lt_enter();
    struct thing *t = thing_new();
    lt_retain(t);
    lt_slot_init(&slot, t);
    CHECK(!lt_is_unique(t));
    lt_release(lt_slot_take(&slot));
    lt_release(t);
    lt_leave();
}

CASE(a_borrow_ends_uniqueness)
{
    lt_slot slot;
    lt_enter();
    lt_slot_init(&slot, thing_new());
    lt_borrow borrow = lt_slot_borrow(&slot);
    struct thing *t = lt_slot_take(&slot); /* the only owner; but somebody may be reading */
    CHECK(!lt_is_unique(t));
    lt_unborrow(borrow);
    lt_release(t);
    lt_leave();
}
