/* checked.h: the checked build aborts where a rule is broken, and says which call, what type of object and which strategy. */
#include <stdio.h>
#include <unistd.h>

/* A case whose body, in a process of its own, must abort with a message of all the words that expect_abort was given. */
#define ABORTS(name) ABORTS_WHERE(true, name)
#define ABORTS_WHERE(needed, name)                                       \
    static void name##_body(void *);                                     \
    CASE(name)                                                           \
    {                                                                    \
        if (!(needed)) skip("not on this strategy: " #needed);           \
        CHECK(aborts_in_a_fork(name##_body, NULL));                      \
    }                                                                    \
    static void name##_body(void *unused __attribute__((unused)))

static const char *expected_words[4];

static void check_message(const char *message)
{
    for (unsigned i = 0; i < 4 && expected_words[i]; i++)
        if (!strstr(message, expected_words[i])) {
            fprintf(stderr, "no \"%s\" in the message: %s\n", expected_words[i], message);
            _exit(1);
        }
}

static void expect_abort(const char *call, const char *type)
{
    expected_words[0] = STRATEGY_NAME;
    expected_words[1] = call;
    expected_words[2] = type;
    lt_set_abort_hook(check_message);
}

/* ---- outside a section ---- */

static struct thing *thing_from_a_section(void)
{
    lt_enter();
    struct thing *t = thing_new();
    lt_leave();
    return t;
}

static lt_slot slot_outside;

#define OUTSIDE(call, ...)               \
    ABORTS(call##_outside_a_section)     \
    {                                    \
        (void)thing_from_a_section();    \
        expect_abort("lt_" #call, NULL); \
        __VA_ARGS__;                     \
    }

#define OUTSIDE_WITH_OBJECT(call, ...)            \
    ABORTS(call##_outside_a_section)              \
    {                                             \
        struct thing *t = thing_from_a_section(); \
        expect_abort("lt_" #call, "thing");       \
        __VA_ARGS__;                              \
    }

OUTSIDE(new, lt_new(&thing_type))
OUTSIDE(new_sized, lt_new_sized(&thing_type, 1000))
OUTSIDE(init, lt_init(&places[0], &placed_type))
OUTSIDE(slot_load, lt_slot_load(&slot_outside))
OUTSIDE(slot_store, lt_slot_store(&slot_outside, NULL))
OUTSIDE(slot_swap, lt_slot_swap(&slot_outside, NULL))
OUTSIDE(slot_take, lt_slot_take(&slot_outside))
OUTSIDE(slot_cas, lt_slot_cas(&slot_outside, NULL, NULL))
OUTSIDE(slot_borrow, lt_slot_borrow(&slot_outside))
OUTSIDE(weak_init, lt_weak_init(&weak_ones[0], NULL))
OUTSIDE(weak_store, lt_weak_store(&weak_ones[0], NULL))
OUTSIDE(weak_load, lt_weak_load(&weak_ones[0]))
OUTSIDE(weak_clear, lt_weak_clear(&weak_ones[0]))
OUTSIDE(safepoint, lt_safepoint())
OUTSIDE(leave, lt_leave())
OUTSIDE(defer, static lt_node node; lt_defer(&node, memory_free))
OUTSIDE_WITH_OBJECT(retain, lt_retain(t))
OUTSIDE_WITH_OBJECT(retain_n, lt_retain_n(t, 2))
OUTSIDE_WITH_OBJECT(release, lt_release(t))
OUTSIDE_WITH_OBJECT(release_n, lt_release_n(t, 1))
OUTSIDE_WITH_OBJECT(try_retain, (void)lt_try_retain(t))
OUTSIDE_WITH_OBJECT(is_unique, (void)lt_is_unique(t))
OUTSIDE_WITH_OBJECT(immortalize, lt_immortalize(t))
OUTSIDE_WITH_OBJECT(slot_init, lt_slot_init(&slot_outside, t))
OUTSIDE_WITH_OBJECT(hold, (void)lt_hold((lt_borrow){t}))
OUTSIDE_WITH_OBJECT(unborrow, lt_unborrow((lt_borrow){t}))

ABORTS(new_in_a_thread_that_never_entered)
{
    expect_abort("lt_new", NULL);
    lt_new(&thing_type);
}

ABORTS(leave_once_too_often)
{
    lt_enter();
    lt_enter();
    lt_leave();
    lt_leave();
    expect_abort("lt_leave", NULL);
    lt_leave();
}

/* ---- inside a section ---- */

ABORTS(synchronize_inside_a_section)
{
    lt_enter();
    expect_abort("lt_synchronize", NULL);
    lt_synchronize();
}

ABORTS(barrier_inside_a_section)
{
    lt_enter();
    expect_abort("lt_barrier", NULL);
    lt_barrier();
}

ABORTS(unregister_inside_a_section)
{
    lt_enter();
    expect_abort("lt_thread_unregister", NULL);
    lt_thread_unregister();
}

/* ---- the dead ---- */

static struct thing *dead_thing(void)
{
    struct thing *t = thing_from_a_section();
    lt_enter();
    lt_release(t);
    lt_leave();
    settle();
    lt_enter();
    return t;
}

#define OF_THE_DEAD(call, ...)                         \
    ABORTS_WHERE(TRAIT(reclaims), call##_of_the_dead)  \
    {                                                  \
        struct thing *t = dead_thing();                \
        expect_abort("lt_" #call, "thing");            \
        __VA_ARGS__;                                   \
    }

OF_THE_DEAD(release, lt_release(t))
OF_THE_DEAD(release_n, lt_release_n(t, 1))
OF_THE_DEAD(retain, lt_retain(t))
OF_THE_DEAD(retain_n, lt_retain_n(t, 3))
OF_THE_DEAD(is_unique, (void)lt_is_unique(t))
OF_THE_DEAD(immortalize, lt_immortalize(t))
OF_THE_DEAD(slot_init, lt_slot_init(&slot_outside, t))
OF_THE_DEAD(slot_store, lt_slot_store(&slot_outside, t))
OF_THE_DEAD(slot_swap, lt_slot_swap(&slot_outside, t))
OF_THE_DEAD(slot_cas, lt_slot_cas(&slot_outside, NULL, t))
OF_THE_DEAD(weak_init, lt_weak_init(&weak_ones[0], t))
OF_THE_DEAD(weak_store, lt_weak_store(&weak_ones[0], t))

static void refers_to_itself(struct thing *t) { refer(&weak_ones[0], t); }

ABORTS_WHERE(TRAIT(reclaims), weak_store_by_the_dying)
{
    lt_enter();
    struct thing *t = thing_new();
    t->last_words = refers_to_itself;
    expect_abort("lt_weak_store", "thing");
    lt_release(t);
    lt_leave();
    settle();
}

CASE(the_dead_are_poisoned)
{
    NEEDS(reclaims);
    struct thing *t = dead_thing();
    CHECK(t->canary != ALIVE && t->canary != DEAD); /* readable for a while, but not what it was */
    lt_leave();
}

ABORTS_WHERE(TRAIT(immediate), double_release_at_once)
{
    lt_enter();
    struct thing *t = thing_new();
    lt_release(t);
    expect_abort("lt_release", "thing");
    lt_release(t);
}

ABORTS_WHERE(TRAIT(immediate), double_release_of_published_object)
{
    lt_slot slot;
    lt_enter();
    struct thing *t = thing_new();
    lt_slot_init(&slot, t);
    lt_slot_store(&slot, NULL);
    expect_abort("lt_release", "thing");
    lt_release(t);
}

ABORTS_WHERE(TRAIT(immediate), release_n_of_more_than_there_are)
{
    lt_enter();
    struct thing *t = thing_new();
    lt_retain(t);
    expect_abort("lt_release_n", "thing");
    lt_release_n(t, 3);
}

static void *releases_again(void *t)
{
    lt_enter();
    lt_release(t);
    lt_leave();
    return NULL;
}

ABORTS_WHERE(TRAIT(threads) && TRAIT(reclaims), double_release_by_another_thread)
{
    struct thing *t = thing_from_a_section();
    releases_again(t);
    settle();
    expect_abort("lt_release", "thing");
    finish(start(releases_again, t));
}

/* ---- the object lock ---- */

ABORTS(lock_twice)
{
    lt_enter();
    struct thing *t = thing_new();
    lt_lock(t);
    expect_abort("lt_lock", "thing");
    lt_lock(t);
}

ABORTS(unlock_without_lock)
{
    lt_enter();
    struct thing *t = thing_new();
    expect_abort("lt_unlock", "thing");
    lt_unlock(t);
}

ABORTS(safepoint_under_a_lock)
{
    lt_enter();
    lt_lock(thing_new());
    expect_abort("lt_safepoint", "lock");
    lt_safepoint();
}

ABORTS(leave_under_a_lock)
{
    lt_enter();
    lt_lock(thing_new());
    expect_abort("lt_leave", "lock");
    lt_leave();
}
