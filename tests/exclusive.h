/* exclusive.h: where sections exclude one another, a section is a mutex, and nobody starves at its door. */

struct room {
    uint64_t visits;            /* not atomic: the section guards it */
    uint64_t turns[CROWD_MOST]; /* atomic: looked at from outside */
    unsigned n;
};

static void visits_the_room(unsigned index, void *shared)
{
    struct room *room = shared;
    for (unsigned i = 0; i < scaled(50000); i++) {
        lt_enter();
        uint64_t before = room->visits;
        if (i % 1000 == index) sched_yield();
        room->visits = before + 1;
        lt_leave();
    }
}

CASE(sections_exclude_one_another)
{
    NEEDS(threads);
    NEEDS(exclusive);
    struct room room = {.n = crowd()};
    run_crowd(room.n, visits_the_room, &room);
    CHECK_EQ(room.visits, room.n * scaled(50000));
}

static void stays_in_the_room(unsigned index, void *shared)
{
    struct room *room = shared;
    lt_enter();
    for (unsigned i = 0; i < scaled(50000); i++) {
        lt_enter();
        uint64_t before = room->visits;
        room->visits = before + 1;
        lt_leave();
        if (i % 8 == index % 8) lt_safepoint(); /* the only places where it may change hands */
    }
    lt_leave();
}

CASE(safepoints_hand_the_room_over_whole)
{
    NEEDS(threads);
    NEEDS(exclusive);
    CHECK_EQ(lt_configure(LT_SWITCH_INTERVAL, 50), 0);
    struct room room = {.n = crowd()};
    run_crowd(room.n, stays_in_the_room, &room);
    CHECK_EQ(room.visits, room.n * scaled(50000));
}

static bool everybody_had(const struct room *room, uint64_t turns)
{
    for (unsigned i = 0; i < room->n; i++)
        if (__atomic_load_n(&room->turns[i], __ATOMIC_RELAXED) < turns) return false;
    return true;
}

/* Nobody ever leaves the room before everybody has been in it often enough. */
static void waits_for_everybody(unsigned index, void *shared)
{
    struct room *room = shared;
    uint64_t last = UINT64_MAX;
    lt_enter();
    while (!everybody_had(room, 5)) {
        if (last != room->visits) { /* somebody else was here */
            last = ++room->visits;
            __atomic_fetch_add(&room->turns[index], 1, __ATOMIC_RELAXED);
        }
        lt_safepoint();
    }
    lt_leave();
}

CASE(nobody_starves_at_the_default_interval)
{
    NEEDS(threads);
    NEEDS(exclusive);
    struct room room = {.n = 4};
    run_crowd(room.n, waits_for_everybody, &room);
}

CASE(nobody_starves_at_a_short_interval)
{
    NEEDS(threads);
    NEEDS(exclusive);
    CHECK_EQ(lt_configure(LT_SWITCH_INTERVAL, 100), 0);
    struct room room = {.n = crowd()};
    run_crowd(room.n, waits_for_everybody, &room);
}

/* Entering and leaving at once, again and again, does not keep a waiting thread out for ever. */
static void hogs_or_visits(unsigned index, void *shared)
{
    struct room *room = shared;
    if (index == 0) {
        while (!everybody_had(room, 20)) {
            lt_enter();
            room->visits++;
            lt_safepoint();
            lt_leave();
            __atomic_store_n(&room->turns[0], 20, __ATOMIC_RELAXED);
        }
        return;
    }
    for (unsigned i = 0; i < 20; i++) {
        lt_enter();
        room->visits++;
        lt_leave();
        __atomic_fetch_add(&room->turns[index], 1, __ATOMIC_RELAXED);
    }
}

CASE(a_hog_does_not_keep_others_out)
{
    NEEDS(threads);
    NEEDS(exclusive);
    CHECK_EQ(lt_configure(LT_SWITCH_INTERVAL, 100), 0);
    struct room room = {.n = 4};
    run_crowd(room.n, hogs_or_visits, &room);
}

static void *enters_while_it_is_free(void *shared)
{
    struct stay *stay = shared;
    lt_enter();
    lt_leave();
    gate_open(&stay->done);
    return NULL;
}

CASE(the_room_is_free_while_its_last_visitor_blocks_outside)
{
    NEEDS(threads);
    struct stay stay;
    gate_init(&stay.done);
    lt_enter();
    lt_leave();
    pthread_t thread = start(enters_while_it_is_free, &stay);
    gate_pass(&stay.done); /* blocks outside the section */
    finish(thread);
}
