/* unit.h: one strategy's share of the contract tests.
 *
 * unit.c is compiled for each strategy, with the strategy's paths inlined (SUITE is its name); and with
 * LIFETIME_STRATEGY=dynamic (SUITE is dynamic), where the strategy is the one that LT_TEST_STRATEGY in the environment
 * names. A subject file writes
 *
 *     CASE(what_holds) { ... }
 *
 * which is the Criterion test SUITE/what_holds. It ends by settling: when the body returns, everything that the test made
 * has lost its last reference, and the case checks that it was finalized exactly once and that nothing is left in memory.
 */
#ifndef TESTS_UNIT_H
#define TESTS_UNIT_H

#include <criterion/criterion.h>
#include <errno.h>
#include <lifetime/lifetime.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "thing.h"

#ifdef SELECTED
#include <lifetime/dynamic.h>

static inline const char *selected(void)
{
    const char *name = getenv("LT_TEST_STRATEGY");
    return name ? name : lt_strategies[0]->name;
}
#endif

#define CASE(name) CASE_1(SUITE, name)
#define CASE_1(suite, name)                   \
    static void name(void);                   \
    Test(suite, name, .timeout = PATIENCE)    \
    {                                         \
        case_begins();                        \
        name();                               \
        case_ends();                          \
    }                                         \
    static void name(void)

/* First line of a case that is about what not every strategy has. */
#define TRAIT(name) (lt_strategy_traits()->name)
#define NEEDS(name) \
    if (!TRAIT(name)) skip("no " #name)
#define NEEDS_NOT(name) \
    if (TRAIT(name)) skip(#name)

/* The size of a test: the dynamic suite repeats it at a tenth, and a run in short takes another tenth. */
static inline unsigned scaled(unsigned n)
{
#ifdef SELECTED
    n /= 10;
#endif
    return in_short ? n / 10 : n;
}

/* Objects that are to outlive the case: immortals. */
static uint64_t survivors, survivors_entries; /* in the weak table */
static uint64_t other_survivors;              /* that are no things */

static uint64_t live_objects(void)
{
    lt_stats stats;
    lt_stats_read(&stats);
    return stats.live;
}

/* Outside a section: everything that was released is finalized. */
static void settle(void) { lt_barrier(); }

/* Outside a section, after the thing's last reference was given up: it is finalized, once, if its strategy reclaims. */
static inline void check_gone(uint32_t id)
{
    settle();
    CHECK_EQ(fate(id), TRAIT(reclaims));
}

/* Outside a section, while there are references to the thing: nothing finalizes it. */
static inline void check_alive(uint32_t id)
{
    settle();
    CHECK_EQ(fate(id), 0);
}

static void case_begins(void)
{
    test_begins();
#ifdef SELECTED
    CHECK_EQ(lt_dynamic_select(SELECTED), 0);
#endif
    if (!TRAIT(reclaims)) leaks_are_meant();
}

static void case_ends(void)
{
    test_ends();
    settle();
    settle(); /* the memory of what was finalized in the first may be freed in the second */
    lt_stats stats;
    lt_stats_read(&stats);
    if (TRAIT(reclaims)) {
        CHECK_EQ(finalized(), made() - survivors);
        CHECK_EQ(stats.live, survivors + other_survivors);
        CHECK_EQ(stats.pending, 0);
        CHECK_EQ(stats.weak, survivors_entries);
    } else {
        CHECK_EQ(finalized(), 0);
        CHECK_EQ(stats.live, stats.created);
    }
}

#endif
