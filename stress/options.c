#include "options.h"

#include <errno.h>
#include <lifetime/dynamic.h>
#include <lifetime/strategies.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "faults.h"
#include "support/nearest.h"

enum { DELAYS = 256, FAULT, PATIENCE };

static const struct argp_option known[] = {
    {"strategy", 's', "NAME", 0, "Only this strategy", 0},
    {"threads", 't', "N", 0, "Threads (default: twice the processors, from 4 to 16)", 0},
    {"seconds", 'd', "S", 0, "How long a run works (default: 1)", 0},
    {"seed", 'r', "N", 0, "Where random numbers begin (default: 1)", 0},
    {"delays", DELAYS, "N", 0, "How many of 1000 passes of a named point delay their thread (default: 2)", 0},
    {"patience", PATIENCE, "S", 0, "How much longer than its time a run may take before it hangs (default: 120)", 0},
    {"fault", FAULT, "NAME", 0, "Plant this fault (builds with -Dfaults=true)", 0},
    {0},
};

struct options options_default(void)
{
    long processors = sysconf(_SC_NPROCESSORS_ONLN);
    unsigned threads = processors > 8 ? 16 : processors < 2 ? 4 : 2 * (unsigned)processors;
    return (struct options){.threads = threads, .seconds = 1, .patience = 120, .seed = 1, .delays = 2};
}

void options_unknown(const char *option, const char *name, const char *const *names, size_t count)
{
    const char *nearest = nearest_name(name, names, count);
    if (nearest) fprintf(stderr, "%s: there is no '%s'; did you mean '%s'?\n", option, name, nearest);
    else fprintf(stderr, "%s: there is no '%s', nor any other\n", option, name);
    exit(2);
}

static double number(struct argp_state *state, const char *option, const char *text, double least, double most)
{
    char *end;
    errno = 0;
    double value = strtod(text, &end);
    if (errno || end == text || *end || !(value >= least && value <= most))
        argp_failure(state, 2, 0, "%s: '%s' is not a number from %g to %g", option, text, least, most);
    return value;
}

static const char *strategy_named(const char *name)
{
    const char *names[LT_STRATEGY_COUNT];
    for (size_t i = 0; i < LT_STRATEGY_COUNT; i++) {
        names[i] = lt_strategies[i]->name;
        if (!strcmp(names[i], name)) return names[i];
    }
    options_unknown("--strategy", name, names, LT_STRATEGY_COUNT);
}

static const char *fault_named(const char *name)
{
    size_t count;
    const char *const *names = faults_names(&count);
    if (!count) {
        fputs("--fault: this build has none; configure one with -Dfaults=true\n", stderr);
        exit(2);
    }
    for (size_t i = 0; i < count; i++)
        if (!strcmp(names[i], name)) return names[i];
    options_unknown("--fault", name, names, count);
}

static error_t parse(int key, char *argument, struct argp_state *state)
{
    struct options *o = state->input;
    switch (key) {
    case 's': o->strategy = strategy_named(argument); return 0;
    case 't': o->threads = (unsigned)number(state, "--threads", argument, 1, 1024); return 0;
    case 'd': o->seconds = number(state, "--seconds", argument, 0.01, 1e6); return 0;
    case 'r': o->seed = (uint64_t)number(state, "--seed", argument, 0, 9e15); return 0;
    case DELAYS: o->delays = (unsigned)number(state, "--delays", argument, 0, 1000); return 0;
    case PATIENCE: o->patience = number(state, "--patience", argument, 1, 1e6); return 0;
    case FAULT: o->fault = fault_named(argument); return 0;
    case ARGP_KEY_ARG: argp_failure(state, 2, 0, "'%s' is no option; try --help", argument); return 0;
    default: return ARGP_ERR_UNKNOWN;
    }
}

const struct argp options_argp = {.options = known, .parser = parse};
