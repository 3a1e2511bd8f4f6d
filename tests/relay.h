/* relay.h: a reference that is always there and never with the same thread for long. Two threads take turns: one copies the
 * reference, the other drops its own and passes a safepoint. So whenever a thread settles its accounts, it has counted up as
 * often as down, and the object lives. */

enum { LAPS = 40 };

struct relay {
    struct thing *baton;
    sem_t turn[2], done;
};

struct runner {
    struct relay *relay;
    unsigned index;
};

static void wait_for_turn(struct runner *me)
{
    gate_open(&me->relay->done);
    gate_pass(&me->relay->turn[me->index]); /* inside the section: nobody waits for us meanwhile */
}

static void *runs(void *argument)
{
    struct runner *me = argument;
    struct thing *baton = me->relay->baton;
    lt_enter();
    for (unsigned lap = 0; lap < LAPS; lap++) {
        wait_for_turn(me);
        if (lap) lt_retain(baton); /* the other one still has its reference */
        else CHECK(lt_try_retain(baton));
        wait_for_turn(me);
        thing_use(baton);
        lt_release(baton);
        lt_safepoint();
    }
    lt_leave();
    gate_open(&me->relay->done);
    return NULL;
}

static void next_step(struct relay *relay, unsigned runner)
{
    gate_open(&relay->turn[runner]);
    gate_pass(&relay->done);
}

static uint64_t epoch(void)
{
    lt_stats stats;
    lt_stats_read(&stats);
    return stats.epoch;
}

/* The baton hangs below `depth` others, whose head is dropped once the relay is on. For the first `away` laps this thread,
 * which dropped it, is not to be seen; others have to let time pass. */
static void relay_below(unsigned depth, unsigned away)
{
    struct relay relay;
    struct runner runners[2] = {{&relay, 0}, {&relay, 1}};
    pthread_t threads[2];
    for (unsigned i = 0; i < 10; i++) lt_synchronize(); /* nothing is left of whatever was at the same addresses */
    lt_enter();
    struct thing *head = relay.baton = thing_new();
    uint32_t id = relay.baton->id;
    for (unsigned i = 0; i < depth; i++) head = thing_above(head);
    lt_leave();
    gate_init(&relay.done);
    for (unsigned i = 0; i < 2; i++) {
        gate_init(&relay.turn[i]);
        threads[i] = start(runs, &runners[i]);
        gate_pass(&relay.done);
    }

    next_step(&relay, 0);
    lt_enter();
    lt_release(head);
    lt_leave();
    uint64_t start_epoch = epoch(), end_epoch = start_epoch;
    for (unsigned lap = 0; lap < LAPS; lap++) {
        uint64_t now = epoch();
        next_step(&relay, 1);
        next_step(&relay, 0); /* drops, and waits to take again, or is through */
        if (lap >= away) lt_poll();
        CHECK_EQ(fate(id), 0);
        if (lap + 1 < LAPS) next_step(&relay, 0);
        else end_epoch = epoch();
        next_step(&relay, 1);
        if (lap >= away) lt_poll();
        else while (epoch() == now) sched_yield(); /* both have announced it, or it is over already */
        if (lap + 1 < LAPS) CHECK_EQ(fate(id), 0);
    }
    for (unsigned i = 0; i < 2; i++) finish(threads[i]);
    if (TRAIT(grace)) CHECK_AT_MOST(start_epoch + LAPS / 2, end_epoch); /* or it has shown nothing */
    check_gone(id);
}

CASE(a_reference_in_a_relay_is_not_overlooked)
{
    NEEDS(threads);
    NEEDS_NOT(exclusive);
    relay_below(0, 0);
}

CASE(a_reference_in_a_relay_outlives_the_parents)
{
    NEEDS(threads);
    NEEDS_NOT(exclusive);
    for (unsigned depth = 1; depth < 6; depth++) relay_below(depth, 0);
}

static void *ages(void *over)
{
    while (!__atomic_load_n((bool *)over, __ATOMIC_ACQUIRE)) lt_synchronize();
    return NULL;
}

CASE(a_reference_in_a_relay_is_not_overlooked_by_who_comes_back)
{
    NEEDS(grace);
    bool over = false;
    pthread_t time = start(ages, &over);
    relay_below(0, LAPS / 2 + LAPS / 4);
    __atomic_store_n(&over, true, __ATOMIC_RELEASE);
    finish(time);
}
