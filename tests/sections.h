/* sections.h: entering, leaving, nesting, safepoints. */

CASE(sections_nest)
{
    lt_enter();
    struct thing *t = thing_new();
    uint32_t id = t->id;
    for (unsigned i = 0; i < 100; i++) lt_enter();
    thing_use(t);
    lt_safepoint(); /* at any depth */
    for (unsigned i = 0; i < 100; i++) lt_leave();
    thing_use(t); /* still inside the outermost */
    lt_release(t);
    lt_leave();
    check_gone(id);
}

CASE(sections_are_cheap_to_repeat)
{
    for (unsigned i = 0; i < 1000000; i++) {
        lt_enter();
        lt_leave();
    }
    CHECK_EQ(live_objects(), 0);
}

CASE(poll_inside_a_section_is_a_safepoint)
{
    lt_enter();
    struct thing *t = thing_new();
    for (unsigned i = 0; i < 1000; i++) {
        lt_poll();
        lt_safepoint();
        thing_use(t);
    }
    lt_release(t);
    lt_leave();
}

CASE(safepoints_reclaim_in_an_endless_section)
{
    NEEDS(reclaims);
    /* One section, a safepoint in the loop, as the manual says: memory must not grow with the number of rounds. */
    lt_slot slot = {0};
    uint64_t most = 0;
    lt_enter();
    for (unsigned i = 0; i < 100000; i++) {
        lt_slot_store(&slot, thing_new());
        lt_safepoint();
        uint64_t waiting = made() - finalized();
        if (waiting > most) most = waiting;
    }
    lt_slot_store(&slot, NULL);
    lt_leave();
    CHECK(most < 50000);
}

CASE(the_first_enter_registers)
{
    lt_enter();
    lt_stats stats;
    lt_stats_read(&stats);
    CHECK_EQ(stats.threads, 1);
    lt_leave();
}
