/* immortal.h: what lt_immortalize made immortal never dies, whatever its count. */

static struct thing *immortal; /* so that LeakSanitizer finds it */

static struct thing *immortal_new(void)
{
    immortal = thing_new();
    survivors++;
    CHECK_EQ(lt_is_immortal(immortal), !TRAIT(reclaims)); /* `leak` has no others */
    lt_immortalize(immortal);
    CHECK(lt_is_immortal(immortal));
    return immortal;
}

static void check_immortal(struct thing *t)
{
    uint32_t id = t->id;
    settle();
    CHECK_EQ(fate(id), 0);
    lt_enter();
    CHECK(lt_is_immortal(t));
    thing_use(t);
    lt_leave();
}

CASE(immortals_survive_their_last_release)
{
    lt_enter();
    struct thing *t = immortal_new();
    lt_release(t);
    lt_leave();
    check_immortal(t);
}

CASE(immortals_survive_any_number_of_releases)
{
    lt_enter();
    struct thing *t = immortal_new();
    for (unsigned i = 0; i < 1000; i++) lt_release(t);
    lt_release_n(t, 1000000);
    for (unsigned i = 0; i < 10; i++) lt_release_n(t, UINT32_MAX);
    lt_leave();
    check_immortal(t);
}

CASE(immortals_survive_any_number_of_retains)
{
    lt_enter();
    struct thing *t = immortal_new();
    for (unsigned i = 0; i < 1000; i++) lt_retain(t);
    for (unsigned i = 0; i < 10; i++) lt_retain_n(t, UINT32_MAX);
    lt_leave();
    check_immortal(t);
    lt_enter();
    for (unsigned i = 0; i < 20; i++) lt_release_n(t, UINT32_MAX);
    lt_leave();
    check_immortal(t);
}

CASE(immortal_twice)
{
    lt_enter();
    struct thing *t = immortal_new();
    lt_immortalize(t);
    lt_immortalize(t);
    lt_release(t);
    lt_leave();
    check_immortal(t);
}

/* Neither the second time, nor what was released without a partner before it, may lead out of immortality. */
CASE(immortal_again_and_again)
{
    lt_enter();
    struct thing *t = immortal_new();
    for (unsigned i = 0; i < 10; i++) {
        lt_release_n(t, 1000);
        lt_immortalize(t);
        CHECK(lt_is_immortal(t));
        lt_retain_n(t, 1000);
        CHECK(lt_is_immortal(t));
        lt_immortalize(t);
    }
    lt_release(t);
    lt_leave();
    check_immortal(t);
}

CASE(immortals_with_many_owners)
{
    lt_enter();
    struct thing *t = thing_new();
    immortal = t;
    survivors++;
    lt_retain_n(t, 100);
    lt_immortalize(t);
    lt_release_n(t, 101);
    lt_leave();
    check_immortal(t);
}

CASE(immortals_in_slots)
{
    lt_slot slot;
    lt_enter();
    struct thing *t = immortal_new();
    lt_slot_init(&slot, t);
    for (unsigned i = 0; i < 100; i++) {
        lt_borrow borrow = lt_slot_borrow(&slot);
        CHECK(lt_hold(borrow) == t);
        CHECK(lt_try_retain(t));
        lt_unborrow(borrow);
        CHECK(lt_slot_load(&slot) == t);
        lt_slot_store(&slot, NULL);
        lt_slot_store(&slot, t);
        CHECK(lt_slot_swap(&slot, t) == t);
        CHECK(lt_slot_cas(&slot, t, t));
    }
    CHECK(lt_slot_take(&slot) == t);
    lt_release(t);
    lt_leave();
    check_immortal(t);
}

CASE(immortal_while_in_a_slot)
{
    lt_slot slot;
    lt_enter();
    struct thing *t = immortal = thing_new();
    survivors++;
    lt_retain(t);
    lt_slot_init(&slot, t);
    lt_immortalize(t);
    lt_release(t);
    lt_slot_store(&slot, NULL);
    lt_leave();
    check_immortal(t);
}

CASE(what_an_immortal_owns_lives)
{
    lt_enter();
    struct thing *t = immortal_new(), *child = thing_new();
    uint32_t id = child->id;
    lt_slot_store(&t->left, child);
    lt_release(t);
    lt_leave();
    check_alive(id);
    lt_enter();
    lt_slot_store(&t->left, NULL);
    lt_leave();
    check_gone(id);
    check_immortal(t);
}

CASE(mortals_are_not_immortal)
{
    NEEDS(reclaims);
    lt_enter();
    struct thing *t = thing_new();
    CHECK(!lt_is_immortal(t));
    lt_retain_n(t, 1000);
    CHECK(!lt_is_immortal(t));
    lt_release_n(t, 1000);
    CHECK(!lt_is_immortal(t));
    lt_release(t);
    lt_leave();
}

static void *releases_its_reference(void *t)
{
    lt_enter();
    lt_release(t);
    lt_leave();
    return NULL;
}

static void *immortalizes(void *t)
{
    lt_enter();
    lt_immortalize(t);
    lt_release(t);
    lt_leave();
    return NULL;
}

CASE(immortalized_by_another_thread)
{
    NEEDS(threads);
    lt_enter();
    struct thing *t = immortal = thing_new();
    survivors++;
    lt_retain(t);
    lt_leave();
    finish(start(immortalizes, t));
    check_immortal(t);
    lt_enter();
    lt_release(t);
    lt_leave();
    check_immortal(t);
}

CASE(immortalized_while_a_foreign_release_waits)
{
    NEEDS(threads);
    lt_enter();
    struct thing *t = immortal = thing_new();
    survivors++;
    lt_retain(t);
    lt_leave();
    finish(start(releases_its_reference, t)); /* `biased` queues it to this thread */
    lt_enter();
    lt_immortalize(t);
    lt_leave();
    check_immortal(t);
    lt_enter();
    lt_release(t);
    lt_leave();
    check_immortal(t);
}
