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

/* ---- in static storage ---- */

static struct thing fixed = {.header = LT_IMMORTAL_OBJECT(&thing_type), .canary = ALIVE, .id = FATES};

static void uses_the_fixed(unsigned index, void *slot)
{
    lt_enter();
    for (unsigned i = 0; i < scaled(20000) + 100; i++) {
        lt_retain(&fixed);
        lt_slot_store(slot, &fixed);
        struct thing *t = lt_slot_load(slot);
        thing_use(t);
        lt_release(t);
        if (i % 64 == index) {
            lt_release_n(&fixed, 100); /* nobody has them */
            lt_weak weak;
            CHECK_EQ(lt_weak_init(&weak, &fixed), 0);
            CHECK(lt_weak_load(&weak) == &fixed);
            lt_weak_clear(&weak);
            lt_safepoint();
        }
        if (i % 64 == 32 + index) lt_retain_n(&fixed, 70);
        CHECK(lt_is_immortal(&fixed));
    }
    lt_leave();
}

static void use_the_fixed_in_a_crowd(void)
{
    lt_slot slot = {0};
    if (TRAIT(threads)) run_crowd(crowd(), uses_the_fixed, &slot);
    else uses_the_fixed(0, &slot);
    lt_enter();
    lt_slot_store(&slot, NULL);
    lt_leave();
    settle();
    CHECK_EQ(fixed.canary, ALIVE);
    survivors_entries = 1;
}

CASE(an_immortal_in_static_storage) { use_the_fixed_in_a_crowd(); }

CASE(an_immortal_in_static_storage_is_an_object)
{
    lt_enter();
    CHECK(lt_is_immortal(&fixed));
    CHECK(!lt_is_unique(&fixed));
    CHECK(lt_try_retain(&fixed));
    lt_lock(&fixed);
    lt_unlock(&fixed);
    lt_immortalize(&fixed);
    struct thing *above = thing_above((struct thing *)&fixed); /* which gives back what it has not got */
    lt_release(above);
    lt_leave();
    check_gone(0);
    use_the_fixed_in_a_crowd();
}

CASE(an_immortal_in_static_storage_needs_no_thread)
{
    CHECK(lt_is_immortal(&fixed)); /* by a thread that was in no section yet */
    lt_enter();
    lt_release(&fixed);
    CHECK(lt_is_immortal(&fixed));
    lt_leave();
}
