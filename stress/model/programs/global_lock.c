/* global_lock.c: who has the lock, and how it is handed over. What it protects is plain: ThreadSanitizer sees the lock. */
#define LIFETIME_STRATEGY global_lock
#include "common.h"

static unsigned inside;

static void count(void)
{
    REQUIRE(inside++ == 0);
    counted++;
    REQUIRE(--inside == 0);
}
static void count_in_section(void)
{
    lt_enter();
    count();
    lt_leave();
}
static void count_twice(void)
{
    count_in_section();
    count_in_section();
}

/* Hands the lock over at the safepoint if someone has waited long enough. */
static void count_around_safepoints(void)
{
    lt_enter();
    count();
    lt_safepoint();
    count();
    lt_safepoint();
    lt_leave();
}
static void count_nested(void)
{
    lt_enter();
    lt_enter();
    count();
    lt_safepoint();
    lt_leave();
    count();
    lt_leave();
}
/* Who has waited for its interval is served at the holder's next safepoint, whatever the holder does: nobody starves. */
static void stay_and_be_fair(void)
{
    lt_enter();
    for (int i = 0; i < 4; i++) {
        unsigned before = counted;
        bool wanted = lt_load32(&lt_global_lock_wanted, LT_RELAXED);
        lt_safepoint();
        if (wanted) REQUIRE(counted != before);
    }
    lt_leave();
}
static void two_counts(void) { REQUIRE(counted == 2); }
static void three_counts(void) { REQUIRE(counted == 3); }
static void four_counts(void) { REQUIRE(counted == 4); }
static void five_counts(void) { REQUIRE(counted == 5); }
static void count_and_go(void)
{
    count_in_section();
    lt_thread_unregister();
}

const struct model_program global_lock_programs[] = {
    COMMON_PROGRAMS,
    {"global_lock/two", STRATEGY, 2, .body = {count_in_section, count_in_section}, .after = {two_counts}},
    {"global_lock/three", STRATEGY, 3, .body = {count_in_section, count_in_section, count_in_section}, .after = {three_counts}},
    {"global_lock/hand-over", STRATEGY, 2, .body = {count_around_safepoints, count_twice}, .after = {four_counts}},
    {"global_lock/hand-over-to-two", STRATEGY, 3, .body = {count_around_safepoints, count_twice, count_in_section},
     .after = {five_counts}},
    {"global_lock/fair", STRATEGY, 2, .body = {stay_and_be_fair, count_twice}, .after = {two_counts}},
    {"global_lock/fair-to-two", STRATEGY, 3, .body = {stay_and_be_fair, count_in_section, count_in_section},
     .after = {two_counts}},
    {"global_lock/nested", STRATEGY, 2, .body = {count_nested, count_twice}, .after = {four_counts}},
    {"global_lock/go", STRATEGY, 2, .body = {count_and_go, count_and_go}, .after = {two_counts}},
    {0},
};
