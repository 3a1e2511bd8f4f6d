/* exits.h: the order of things at a thread's exit. Destructors of thread-specific data run in no order that a program could
 * rely on, some of them after the library's own; they may use the library all the same. */

/* How often a destructor asks to be run again. The system grants four rounds; ThreadSanitizer is gone in the last. */
enum { ROUNDS = LT_TSAN ? 2 : 3 };

static pthread_key_t at_exit;
static lt_slot estate; /* what the destructors leave */
static unsigned destructor_runs; /* atomic */

static void uses_the_library_at_exit(void *argument)
{
    uintptr_t rounds = (uintptr_t)argument;
    lt_enter();
    struct thing *t = thing_above(thing_new());
    lt_slot_store(&estate, t);
    lt_release(thing_new());
    lt_borrow borrow = lt_slot_borrow(&estate);
    if (lt_deref(borrow)) thing_use(lt_deref(borrow));
    lt_unborrow(borrow);
    lt_leave();
    __atomic_fetch_add(&destructor_runs, 1, __ATOMIC_RELAXED);
    if (rounds > 1) pthread_setspecific(at_exit, (void *)(rounds - 1)); /* once more, after all others have run */
}

static void use_it(void)
{
    lt_enter();
    lt_release(thing_new());
    lt_slot_store(&estate, thing_new());
    lt_leave();
}

static void *library_first(void *rounds)
{
    use_it();
    pthread_setspecific(at_exit, rounds);
    return NULL;
}

static void *destructor_first(void *rounds)
{
    pthread_setspecific(at_exit, rounds);
    use_it();
    return NULL;
}

static void *only_in_the_destructor(void *rounds)
{
    pthread_setspecific(at_exit, rounds);
    return NULL;
}

static void exit_with_destructors(void)
{
    static void *(*const bodies[])(void *) = {library_first, destructor_first, only_in_the_destructor};
    unsigned runs = 0;
    for (unsigned i = 0; i < 3; i++)
        for (unsigned rounds = 1; rounds <= ROUNDS; rounds++) {
            finish(start(bodies[i], (void *)(uintptr_t)rounds));
            runs += rounds;
            CHECK_EQ(destructor_runs, runs);
            settle();
        }
    lt_enter();
    lt_slot_store(&estate, NULL);
    lt_leave();
    CHECK_EQ(threads_in_use(), 1); /* this one: the others' destructors left nothing registered */
}

CASE(destructors_created_before_the_library_is_used)
{
    NEEDS(threads);
    CHECK_EQ(pthread_key_create(&at_exit, uses_the_library_at_exit), 0);
    exit_with_destructors();
}

CASE(destructors_created_after_the_library_is_used)
{
    NEEDS(threads);
    use_it();
    CHECK_EQ(pthread_key_create(&at_exit, uses_the_library_at_exit), 0);
    exit_with_destructors();
}

static void *unregisters_and_exits(void *rounds)
{
    use_it();
    lt_thread_unregister();
    pthread_setspecific(at_exit, rounds);
    return NULL;
}

CASE(destructors_of_an_unregistered_thread)
{
    NEEDS(threads);
    CHECK_EQ(pthread_key_create(&at_exit, uses_the_library_at_exit), 0);
    for (uintptr_t rounds = 1; rounds <= ROUNDS; rounds++) finish(start(unregisters_and_exits, (void *)rounds));
    lt_enter();
    lt_slot_store(&estate, NULL);
    lt_leave();
    CHECK_EQ(threads_in_use(), 1);
}

static void *exits_by_pthread_exit(void *rounds)
{
    pthread_setspecific(at_exit, rounds);
    use_it();
    pthread_exit(NULL);
}

CASE(pthread_exit_is_an_exit)
{
    NEEDS(threads);
    CHECK_EQ(pthread_key_create(&at_exit, uses_the_library_at_exit), 0);
    finish(start(exits_by_pthread_exit, (void *)1));
    lt_enter();
    lt_slot_store(&estate, NULL);
    lt_leave();
    CHECK_EQ(threads_in_use(), 1);
}
