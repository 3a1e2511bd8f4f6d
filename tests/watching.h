/* watching.h: statistics and settings. */

CASE(stats_follow_objects)
{
    lt_stats stats;
    lt_enter();
    struct thing *things[10];
    for (unsigned i = 0; i < 10; i++) things[i] = thing_new();
    lt_stats_read(&stats);
    CHECK_EQ(stats.created, 10);
    CHECK_EQ(stats.live, 10);
    CHECK(stats.created_bytes >= 10 * sizeof(struct thing));
    CHECK(stats.live_bytes >= 10 * sizeof(struct thing));
    CHECK_EQ(stats.freed, 0);
    CHECK_EQ(stats.finalized, 0);
    for (unsigned i = 0; i < 10; i++) lt_release(things[i]);
    lt_leave();
    settle();
    settle();
    lt_stats_read(&stats);
    CHECK_EQ(stats.created, 10);
    CHECK_EQ(stats.finalized, TRAIT(reclaims) ? 10 : 0);
    CHECK_EQ(stats.freed, TRAIT(reclaims) ? 10 : 0);
    CHECK_EQ(stats.live, TRAIT(reclaims) ? 0 : 10);
    if (!TRAIT(reclaims)) return;
    CHECK_EQ(stats.freed_bytes, stats.created_bytes);
    CHECK_EQ(stats.live_bytes, 0);
    CHECK_EQ(stats.pending, 0);
    CHECK_EQ(stats.pending_bytes, 0);
}

CASE(stats_outlive_threads)
{
    NEEDS(threads);
    run_crowd(crowd(), registers, NULL);
    lt_stats stats;
    lt_stats_read(&stats);
    CHECK_EQ(stats.created, 2 * crowd());
    CHECK_EQ(stats.threads, 0);
    CHECK(stats.threads_ever >= 1);
}

CASE(epochs_advance)
{
    NEEDS(reclaims);
    lt_stats before, after;
    lt_enter();
    lt_leave();
    lt_stats_read(&before);
    lt_slot slot = {0};
    for (unsigned i = 0; i < 10; i++) {
        lt_enter();
        lt_slot_store(&slot, thing_new());
        lt_slot_store(&slot, NULL);
        lt_defer(&memory_new()->node, memory_free);
        lt_leave();
        lt_barrier();
    }
    lt_stats_read(&after);
    CHECK(after.epoch > before.epoch);
    CHECK(after.oldest_section <= after.epoch);
}

CASE(every_setting_can_be_set)
{
    for (unsigned setting = 0; setting < LT_SETTINGS; setting++) {
        static const uint64_t values[] = {1, 2, 1000, 0};
        for (unsigned i = 0; i < 4; i++) CHECK_EQ(lt_configure((enum lt_setting)setting, values[i]), 0);
    }
    lt_enter();
    lt_release(thing_above(thing_new()));
    lt_leave();
}

CASE(other_settings_do_not_exist)
{
    CHECK_EQ(lt_configure(LT_SETTINGS, 0), EINVAL);
    CHECK_EQ(lt_configure((enum lt_setting)(LT_SETTINGS + 1), 0), EINVAL);
    CHECK_EQ(lt_configure((enum lt_setting)1000, 1), EINVAL);
    CHECK_EQ(lt_configure((enum lt_setting)UINT32_MAX, 1), EINVAL);
}

static void churn_slots(unsigned index, void *shared)
{
    lt_slot *slots = shared;
    for (unsigned i = 0; i < scaled(20000) + 100; i++) {
        lt_enter();
        lt_slot_store(&slots[(i + index) % 4], thing_above(thing_new()));
        lt_leave();
    }
}

/* Whatever the settings: nothing is lost. */
static void churn_with(enum lt_setting setting, uint64_t value)
{
    CHECK_EQ(lt_configure(setting, value), 0);
    lt_slot slots[4] = {0};
    if (TRAIT(threads)) run_crowd(crowd(), churn_slots, slots);
    else churn_slots(0, slots);
    lt_enter();
    for (unsigned i = 0; i < 4; i++) lt_slot_store(&slots[i], NULL);
    lt_leave();
}

CASE(reclaiming_in_batches) { churn_with(LT_RECLAIM_STEP, 0); }
CASE(reclaiming_one_by_one) { churn_with(LT_RECLAIM_STEP, 1); }
CASE(reclaiming_eagerly) { churn_with(LT_PENDING_BYTES, 0); }
CASE(reclaiming_lazily) { churn_with(LT_PENDING_BYTES, UINT64_MAX); }
CASE(cascading_one_by_one) { churn_with(LT_CASCADE_BOUND, 1); }
