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

static const char *expected_words[5];

static void require_word(const char *message, const char *word)
{
    if (strstr(message, word)) return;
    fprintf(stderr, "no \"%s\" in the message: %s\n", word, message);
    _exit(1);
}

static void check_message(const char *message)
{
    for (unsigned i = 0; i < 5 && expected_words[i]; i++) require_word(message, expected_words[i]);
}

static void expect_abort(const char *call, const char *type)
{
    expected_words[0] = STRATEGY_NAME;
    expected_words[1] = call;
    expected_words[2] = type;
    lt_set_abort_hook(check_message);
}

/* A whole report: what is wrong, the object, its type and strategy, and all places in the test that were marked with AT. */
static unsigned marked[4], marks;
#define AT marked[marks++] = __LINE__

static const void *expected_object;

static void check_report(const char *message)
{
    char word[64];
    check_message(message);
    snprintf(word, sizeof word, "Object %p of type thing, %zu bytes, strategy %s;", expected_object, sizeof(struct thing),
             STRATEGY_NAME);
    require_word(message, word);
    require_word(message, "; made by lt_");
#if LT_LIBDW /* else places are addresses */
    require_word(message, "thing_new (");
    for (unsigned i = 0; i < marks; i++) {
        snprintf(word, sizeof word, "/checked.h:%u)", marked[i]);
        require_word(message, word);
    }
#endif
}

static void expect_report(const void *object, const char *call, const char *what)
{
    expected_object = object;
    expected_words[0] = call;
    expected_words[1] = what;
    lt_set_abort_hook(check_report);
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
OUTSIDE(new_reusing, lt_new_reusing(&cell_type, no_token))
OUTSIDE(token_free, lt_token_free(no_token))
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
OUTSIDE_WITH_OBJECT(release_reuse, (void)lt_release_reuse(t))
OUTSIDE_WITH_OBJECT(try_reuse, (void)lt_try_reuse(t))
OUTSIDE_WITH_OBJECT(try_retain, (void)lt_try_retain(t))
OUTSIDE_WITH_OBJECT(is_unique, (void)lt_is_unique(t))
OUTSIDE_WITH_OBJECT(immortalize, lt_immortalize(t))
OUTSIDE_WITH_OBJECT(share, lt_share(t))
OUTSIDE_WITH_OBJECT(lock, lt_lock(t))
OUTSIDE_WITH_OBJECT(unlock, lt_unlock(t))
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
OF_THE_DEAD(try_retain, (void)lt_try_retain(t))
OF_THE_DEAD(share, lt_share(t))
OF_THE_DEAD(lock, lt_lock(t))
OF_THE_DEAD(unlock, lt_unlock(t))
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
    if (SANITIZED) skip("a sanitizer sees the read");
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

ABORTS(poll_under_a_lock)
{
    lt_enter();
    lt_lock(thing_new());
    expect_abort("lt_poll", "lock");
    lt_poll();
}

ABORTS_WHERE(TRAIT(reclaims), collect_under_a_lock)
{
    lt_enter();
    lt_lock(thing_new());
    expect_abort("lt_collect", "lock");
    lt_collect();
}

static void *unlocks(void *t)
{
    lt_enter();
    expect_abort("lt_unlock", "this thread does not have the object's lock");
    lt_unlock(t);
    return NULL;
}

ABORTS_WHERE(TRAIT(threads) && !TRAIT(exclusive), unlock_by_another_thread)
{
    struct thing *t = thing_from_a_section();
    lt_enter();
    lt_lock(t);
    finish(start(unlocks, t));
}

ABORTS_WHERE(TRAIT(reclaims), lock_of_what_only_a_slot_keeps)
{
    lt_enter();
    struct thing *t = thing_new();
    lt_slot_init(&slot_outside, t);
    expect_abort("lt_lock", "1 owned reference is needed");
    lt_lock(t);
}

/* ---- finalizers ---- */

static void passes_a_safepoint(struct thing *t) { (void)t; lt_safepoint(); }
static void polls(struct thing *t) { (void)t; lt_poll(); }

#define IN_A_FINALIZER(name, call, last)                          \
    ABORTS_WHERE(TRAIT(reclaims), name##_in_a_finalizer)          \
    {                                                             \
        lt_enter();                                               \
        struct thing *t = thing_new();                            \
        t->last_words = last;                                     \
        expect_abort(call, "called by a finalizer");              \
        lt_release(t);                                            \
        lt_leave();                                               \
        settle();                                                 \
    }

IN_A_FINALIZER(safepoint, "lt_safepoint", passes_a_safepoint)
IN_A_FINALIZER(poll, "lt_poll", polls)

/* ---- reuse tokens ---- */

ABORTS_WHERE(TRAIT(reuse), a_token_used_twice)
{
    lt_enter();
    lt_token token = lt_release_reuse(cell_new());
    (void)cell_of(token);
    expect_abort("lt_new_reusing", "this is no reuse token: it was used or given back before");
    (void)lt_new_reusing(&cell_type, token);
}

ABORTS_WHERE(TRAIT(reuse), a_token_given_back_twice)
{
    lt_enter();
    lt_token token = lt_release_reuse(cell_new());
    lt_token_free(token);
    expect_abort("lt_token_free", "this is no reuse token: it was used or given back before");
    lt_token_free(token);
}

ABORTS_WHERE(TRAIT(reuse), a_token_for_another_size)
{
    lt_enter();
    lt_token token = lt_release_reuse(cell_new());
    expect_abort("lt_new_reusing", "a reuse token serves types of one size");
    (void)lt_new_reusing(&pair_cell_type, token);
}

ABORTS_WHERE(TRAIT(reuse), a_token_for_what_may_be_a_cycle)
{
    lt_enter();
    lt_token token = lt_release_reuse(cell_new());
    expect_abort("lt_new_reusing", "it has edges and is not LT_TYPE_ACYCLIC");
    (void)lt_new_reusing(&thing_type, token);
}

ABORTS(taking_apart_what_has_a_finalizer)
{
    lt_enter();
    struct thing *t = cell_new();
    expect_abort("lt_try_reuse", "the type has a finalizer");
    (void)lt_try_reuse(t);
}

ABORTS_WHERE(TRAIT(reuse), use_of_what_became_a_token)
{
    lt_enter();
    struct thing *t = cell_new();
    (void)lt_release_reuse(t);
    expect_abort("lt_retain", "the object is dead");
    lt_retain(t);
}

ABORTS_WHERE(TRAIT(reclaims), release_reuse_once_too_often)
{
    lt_enter();
    struct thing *t = cell_new();
    lt_release(t);
    expect_abort("lt_release_reuse", "the object is dead");
    (void)lt_release_reuse(t);
}

/* ---- both places ---- */

ABORTS_WHERE(TRAIT(reclaims), second_release_at_once)
{
    lt_enter();
    struct thing *t = thing_new();
    expect_report(t, "lt_release: ", "the object is dead: its last reference was given up before.");
    AT; lt_release(t);
    AT; lt_release(t);
    lt_leave();
}

ABORTS_WHERE(TRAIT(reclaims), second_release_when_it_is_gone)
{
    lt_enter();
    struct thing *t = thing_new();
    AT; lt_release(t);
    lt_leave();
    settle();
    lt_enter();
    expect_report(t, "lt_release: ", "; last given up by lt_release at ");
    AT; lt_release(t);
    lt_leave();
}

ABORTS_WHERE(TRAIT(reclaims), release_of_what_a_slot_keeps)
{
    lt_slot slot;
    lt_enter();
    struct thing *t = thing_new();
    AT; lt_slot_init(&slot, t);
    expect_report(t, "lt_release: ", "1 owned reference is needed, and there are 0; slots keep 1 more.");
    AT; lt_release(t);
    lt_leave();
}

ABORTS_WHERE(TRAIT(reclaims), release_of_what_a_slot_let_go)
{
    lt_slot slot;
    lt_enter();
    struct thing *t = thing_new();
    lt_slot_init(&slot, t);
    AT; lt_slot_store(&slot, NULL);
    expect_report(t, "lt_release: ", "; last given up by lt_slot_store at ");
    AT; lt_release(t);
    lt_leave();
}

ABORTS_WHERE(TRAIT(reclaims), release_n_of_one_too_many)
{
    lt_enter();
    struct thing *t = thing_new();
    AT; lt_retain_n(t, 2);
    expect_report(t, "lt_release_n: ", "4 owned references are needed, and there are 3;");
    AT; lt_release_n(t, 4);
    lt_leave();
}

ABORTS_WHERE(TRAIT(reclaims), release_of_what_a_dead_parent_kept)
{
    lt_enter();
    struct thing *t = thing_new(), *parent = thing_above(t);
    AT; lt_release(parent);
    lt_leave();
    settle();
    lt_enter();
    marks = 0;
    expect_report(t, "lt_release: ", "the object is dead");
    AT; lt_release(t);
    lt_leave();
}

static struct thing *borrowed_thing(lt_slot *slot, lt_borrow *borrow)
{
    struct thing *t = thing_new();
    lt_slot_init(slot, t);
    AT; *borrow = lt_slot_borrow(slot);
    return t;
}

#define BORROW_KEPT(call, name, ...)                                                   \
    ABORTS(borrow_kept_past_##name)                                                    \
    {                                                                                  \
        lt_slot slot;                                                                  \
        lt_borrow borrow;                                                              \
        lt_enter();                                                                    \
        struct thing *t = borrowed_thing(&slot, &borrow);                              \
        expect_report(t, call ": ", "1 borrow is kept past it; the first is by lt_slot_borrow at "); \
        AT; __VA_ARGS__;                                                               \
        lt_unborrow(borrow);                                                           \
    }

BORROW_KEPT("lt_safepoint", safepoint, lt_safepoint())
BORROW_KEPT("lt_leave", leave, lt_leave())
BORROW_KEPT("lt_poll", poll, lt_poll())
BORROW_KEPT("lt_lock", lock, lt_lock(thing_new()))

ABORTS_WHERE(TRAIT(reclaims), borrow_kept_past_collect)
{
    lt_slot slot;
    lt_borrow borrow;
    lt_enter();
    struct thing *t = borrowed_thing(&slot, &borrow);
    expect_report(t, "lt_collect: ", "1 borrow is kept past it; the first is by lt_slot_borrow at ");
    AT; lt_collect();
    lt_unborrow(borrow);
}

ABORTS_WHERE(TRAIT(owed_borrow), unborrow_all_where_borrows_are_owed)
{
    lt_slot slot;
    lt_borrow borrow;
    lt_enter();
    struct thing *t = borrowed_thing(&slot, &borrow);
    expect_report(t, "lt_unborrow_all: ", "1 borrow is kept past it; the first is by lt_slot_borrow at ");
    AT; lt_unborrow_all();
    lt_unborrow(borrow);
}

ABORTS_WHERE(!TRAIT(owed_borrow), hold_after_unborrow_all)
{
    lt_slot slot;
    lt_borrow borrow;
    lt_enter();
    struct thing *t = borrowed_thing(&slot, &borrow);
    lt_unborrow_all();
    marks = 0;
    expect_report(t, "lt_hold: ", "this thread does not borrow the object");
    AT; (void)lt_hold(borrow);
    lt_leave();
}

CASE(borrow_kept_past_a_nested_section)
{
    lt_slot slot;
    lt_borrow borrow;
    lt_enter();
    lt_enter();
    borrowed_thing(&slot, &borrow);
    lt_leave();
    lt_unborrow(borrow);
    lt_slot_store(&slot, NULL);
    lt_leave();
}

CASE(more_borrows_than_are_seen)
{
    enum { MANY = 200 };
    lt_slot slots[2];
    lt_borrow borrows[MANY];
    lt_enter();
    for (unsigned i = 0; i < 2; i++) lt_slot_init(&slots[i], thing_new());
    for (unsigned i = 0; i < MANY; i++) borrows[i] = lt_slot_borrow(&slots[i % 2]);
    for (unsigned i = 0; i < MANY; i++) lt_unborrow(borrows[i]);
    lt_safepoint();
    for (unsigned i = 0; i < 2; i++) lt_slot_store(&slots[i], NULL);
    lt_leave();
}

ABORTS(unborrow_twice)
{
    lt_slot slot;
    lt_borrow borrow;
    lt_enter();
    struct thing *t = borrowed_thing(&slot, &borrow);
    lt_unborrow(borrow);
    marks = 0;
    expect_report(t, "lt_unborrow: ", "this thread does not borrow the object");
    AT; lt_unborrow(borrow);
    lt_leave();
}

ABORTS(hold_after_unborrow)
{
    lt_slot slot;
    lt_borrow borrow;
    lt_enter();
    struct thing *t = borrowed_thing(&slot, &borrow);
    lt_unborrow(borrow);
    marks = 0;
    expect_report(t, "lt_hold: ", "this thread does not borrow the object");
    AT; (void)lt_hold(borrow);
    lt_leave();
}

ABORTS_WHERE(TRAIT(reclaims), retain_of_what_only_a_slot_keeps)
{
    lt_slot slot;
    lt_enter();
    struct thing *t = thing_new();
    AT; lt_slot_init(&slot, t);
    expect_report(t, "lt_retain: ", "the object is unprotected: nobody owns it, and only slots keep it, 1 of them.");
    AT; lt_retain(t);
    lt_leave();
}

ABORTS_WHERE(TRAIT(reclaims), store_of_what_is_only_borrowed)
{
    lt_slot slot, other;
    lt_borrow borrow;
    lt_enter();
    struct thing *t = borrowed_thing(&slot, &borrow);
    marks = 0;
    expect_report(t, "lt_slot_init: ", "1 owned reference is needed, and there are 0; slots keep 1 more.");
    AT; lt_slot_init(&other, t);
    lt_leave();
}

CASE(a_failed_cas_is_no_store)
{
    lt_slot slot;
    lt_enter();
    struct thing *t = thing_new();
    lt_slot_init(&slot, NULL);
    for (unsigned i = 0; i < 3; i++) CHECK(!lt_slot_cas(&slot, t, t));
    lt_release(t);
    lt_leave();
}

/* ---- resurrection ---- */

static lt_slot afterlife;

/* A call that is the last of its function, and not inlined, would seem to come from the caller. */
static void stores_itself(struct thing *t)
{
    AT; lt_slot_store(&afterlife, t);
    t->value = 1;
}

static void retains_itself(struct thing *t)
{
    AT; lt_retain(t);
    t->value = 1;
}

static void tries_to_retain_itself(struct thing *t)
{
    AT; t->value = lt_try_retain(t);
}

#define RESURRECTION(needed, name, call, how)                                                       \
    ABORTS_WHERE(needed, resurrection_by_##name)                                                \
    {                                                                                           \
        lt_enter();                                                                             \
        struct thing *t = thing_new();                                                          \
        t->last_words = how;                                                                    \
        expect_report(t, call ": ", "the finalizer brings back the object that it is called for."); \
        AT; lt_release(t);                                                                      \
        lt_leave();                                                                             \
        settle();                                                                               \
    }

RESURRECTION(TRAIT(reclaims), store, "lt_slot_store", stores_itself)
RESURRECTION(TRAIT(reclaims), retain, "lt_retain", retains_itself)
RESURRECTION(TRAIT(immediate), try_retain, "lt_try_retain", tries_to_retain_itself) /* elsewhere it may say no */

/* ---- memory ---- */

ABORTS_WHERE(TRAIT(reclaims), write_to_the_dead)
{
    if (SANITIZED) abort(); /* it sees the write itself */
    struct thing *t = dead_thing();
    expect_report(t, "byte ", "of a dead object was written to after its memory had been freed.");
    t->value = 1;
    for (unsigned i = 0; i < 10000; i++) {
        lt_release(thing_new());
        lt_safepoint();
    }
    lt_leave();
    for (unsigned i = 0; i < 10; i++) settle();
}

ABORTS_WHERE(TRAIT(reclaims), init_where_an_object_lives)
{
    lt_enter();
    lt_init(&places[0], &placed_type);
    expect_abort("lt_init", "the memory of an object that lives is given to another one");
    lt_init(&places[0], &placed_type);
    lt_leave();
}

ABORTS(no_object)
{
    static struct thing never_made;
    lt_enter();
    expect_abort("lt_retain", "is no object");
    lt_retain(&never_made);
    lt_leave();
}

#ifdef SELECTED
ABORTS(selection_when_there_are_objects)
{
    lt_enter();
    lt_release(thing_new());
    lt_leave();
    expect_abort("lt_dynamic_select", "the first was made by lt_new at ");
    lt_dynamic_select(strcmp(SELECTED, "leak") ? "leak" : "plain");
}

CASE(the_same_selection_again) { CHECK_EQ(lt_dynamic_select(SELECTED), 0); }
#endif
