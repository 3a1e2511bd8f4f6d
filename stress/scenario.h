/* scenario.h: the frame of a scenario.
 *
 * A scenario is stress/scenarios/<name>.c: it uses the library as a client does, hard, and checks all that it sees. It is
 * compiled once per strategy, and linked into the program stress-<name>. Its file defines
 *
 *   SCENARIO(name, "what it does, in one line", NEEDS_…)
 *   {
 *       run_workers(run, run->threads, body, &shared);
 *   }
 *
 * and has everything else `static`. The program calls it in a process of its own, registered with no strategy; when it returns,
 * everything that it made must be dead, or it was lost (life.h). */
#ifndef STRESS_SCENARIO_H
#define STRESS_SCENARIO_H

#include <lifetime/lifetime.h>

#include "run.h"

#if defined(__SANITIZE_ADDRESS__)
#define STRESS_ASAN true
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define STRESS_ASAN true
#endif
#endif
#ifndef STRESS_ASAN
#define STRESS_ASAN false
#endif

/* What a strategy must be able to do for the scenario to make sense: bits of `needs`. */
#define NEEDS_NOTHING 0u
#define NEEDS_THREADS 1u  /* lt_traits.threads */
#define NEEDS_RECLAIM 2u  /* lt_traits.reclaims */
#define NEEDS_CHECKS 4u   /* not the strategy but the build: -Dchecks=true */
#define NEEDS_BOUND 8u    /* neither lt_traits.grace nor .exclusive: who stays inside holds up nobody */

/* After the last worker: the slots let go of what they hold. */
static inline void empty_slots(lt_slot *slot, unsigned n)
{
    lt_enter();
    for (unsigned i = 0; i < n; i++) lt_slot_store(&slot[i], NULL);
    lt_leave();
}

struct scenario {
    const char *name, *summary;
    unsigned needs;
    void (*play)(struct run *run);
};

#define SCENARIO(scenario_name, scenario_summary, scenario_needs) \
    static void play_scenario(struct run *run); \
    extern const struct scenario LT_NAME(scenario_##scenario_name); \
    const struct scenario LT_NAME(scenario_##scenario_name) = { \
        .name = #scenario_name, .summary = scenario_summary, .needs = scenario_needs, .play = play_scenario}; \
    static void play_scenario(struct run *run)

#endif
