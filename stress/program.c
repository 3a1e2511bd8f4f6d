/* program.c: the main program of a scenario, compiled once for each with -DPLAYED=<name>. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <lifetime/dynamic.h>
#include <lifetime/strategies.h>

#include "faults.h"
#include "life.h"
#include "options.h"
#include "perturb.h"
#include "scenario.h"

enum { SKIPPED = 77, LIST = 512 };

#if LT_CHECKS
enum { CHECKED = true };
#else
enum { CHECKED = false };
#endif

#define SCENARIO_OF_1(scenario, strategy) scenario_##scenario##_##strategy
#define SCENARIO_OF(scenario, strategy) SCENARIO_OF_1(scenario, strategy)
#define DECLARE(strategy) extern const struct scenario SCENARIO_OF(PLAYED, strategy);
LT_FOREACH_STRATEGY(DECLARE)
#define POINT_TO(strategy) &SCENARIO_OF(PLAYED, strategy),
static const struct scenario *const played[] = {LT_FOREACH_STRATEGY(POINT_TO)};

static bool makes_sense(const struct scenario *s, const lt_traits *traits)
{
    if (s->needs & NEEDS_CHECKS && !CHECKED) return false;
    if (s->needs & NEEDS_BOUND && (traits->grace || traits->exclusive)) return false;
    return (traits->threads || !(s->needs & NEEDS_THREADS)) && (traits->reclaims || !(s->needs & NEEDS_RECLAIM));
}

static void list(void)
{
    printf("%-20s %s (", played[0]->name, played[0]->summary);
    const char *comma = "";
    for (size_t i = 0; i < LT_STRATEGY_COUNT; i++) {
        if (!makes_sense(played[i], lt_strategies[i]->traits)) continue;
        printf("%s%s", comma, lt_strategies[i]->name);
        comma = ", ";
    }
    puts(")");
}

static error_t parse(int key, char *argument, struct argp_state *state)
{
    (void)argument;
    if (key == ARGP_KEY_INIT) state->child_inputs[0] = state->input;
    if (key != LIST) return ARGP_ERR_UNKNOWN;
    list();
    exit(0);
}

/* LeakSanitizer asks at the end: what is never reclaimed is no leak. */
static bool reclaims = true;
int __lsan_is_turned_off(void);
int __lsan_is_turned_off(void) { return !reclaims; }

/* ThreadSanitizer would not let the child of a fork have threads of its own. */
const char *__tsan_default_options(void);
const char *__tsan_default_options(void) { return "die_after_fork=0"; }

static int play(const struct scenario *s, const lt_strategy *strategy, const struct options *o)
{
    if (!makes_sense(s, strategy->traits)) return SKIPPED;
    struct run run = {
        .scenario = s->name, .strategy = strategy, .threads = o->threads, .seconds = o->seconds, .seed = o->seed,
        .delays = o->delays, .fault = o->fault};
    perturb(o->delays, o->seed);
    if (o->fault) (void)faults_plant(o->fault);
    reclaims = strategy->traits->reclaims;
    alarm((unsigned)(o->seconds + o->patience) + 1); /* SIGALRM ends what hangs */
    run_begin(&run);
    s->play(&run);
    lives_end(&run);
    printf("%-20s %-12s %3u threads %10" PRIu64 " operations %10.0f /s\n", s->name, strategy->name,
           strategy->traits->threads ? o->threads : 1, run.operations, (double)run.operations / o->seconds);
    return 0;
}

int main(int argc, char **argv)
{
    static const struct argp_child children[] = {{&options_argp, 0, NULL, 0}, {0}};
    static const struct argp_option own[] = {{"list", LIST, 0, 0, "Say what this scenario does, and with which strategies", 0}, {0}};
    const struct argp argp = {.options = own, .parser = parse, .children = children,
                              .doc = "One scenario of the stress suite, on one strategy. Exit status 0, or 1 if something was "
                                     "wrong, 2 for bad usage, 77 if the scenario makes no sense with the strategy."};
    struct options o = options_default();
    argp_err_exit_status = 2;
    if (argp_parse(&argp, argc, argv, 0, NULL, &o)) return 2;
    if (!o.strategy) {
        fputs("--strategy: say which; lt-stress runs all\n", stderr);
        return 2;
    }
    for (size_t i = 0; i < LT_STRATEGY_COUNT; i++)
        if (!strcmp(lt_strategies[i]->name, o.strategy)) return play(played[i], lt_strategies[i], &o);
    return 2;
}
