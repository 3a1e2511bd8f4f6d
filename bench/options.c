#include "options.h"

#include <argp.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "entries.h"
#include "support/nearest.h"
#include "topology.h"

const char *argp_program_version = "lt-bench (lifetime " LT_BENCH_VERSION ")";

static const char doc[] =
    "Measures what the strategies of lifetime cost, each with its fast paths inlined into the same text.\v"
    "A cell is one contestant (a strategy or a peer) in one variant of a workload with one number of threads. Every cell is "
    "measured once per trial; within a trial the contestants of a cell follow each other, beginning with another one each "
    "time. Ctrl-C ends the measuring and keeps what there is, in FILE.partial. LIST is a comma-separated list; the options "
    "that take one may be repeated.";

enum { WARM_UP = 256, PROBE, MACHINE, CAPACITY, JSON, LATENCY, MEMORY, FIRST_TRIAL, TRIES };

static const struct argp_option known[] = {
    {"list", 'l', 0, 0, "List workloads, variants, strategies and peers", 0},
    {"workload", 'w', "LIST", 0, "WORKLOAD or WORKLOAD/VARIANT (default: all)", 0},
    {"strategy", 's', "LIST", 0, "Strategies and peers (default: all)", 0},
    {"threads", 't', "LIST", 0, "Numbers of threads (default: 1, 2, 4 and so on to P, 1.5 P, 2 P)", 0},
    {"trials", 'n', "N", 0, "Trials (default: 5)", 0},
    {"first-trial", FIRST_TRIAL, "N", 0, "The number of the first of them, as if so many had been measured (default: 0)", 0},
    {"tries", TRIES, "N", 0, "Measure a cell again, up to N times in a trial, while processor time is taken from it (default: 1)", 0},
    {"seconds", 'd', "S", 0, "Measured time of a cell in one trial (default: 0.03)", 0},
    {"warm-up", WARM_UP, "S", 0, "Time of the same work before it (default: 0.004)", 0},
    {"probe", PROBE, "S", 0, "Time of the capacity probe before and after it (default: 0.001)", 0},
    {"seed", 'r', "N", 0, "Where random numbers begin (default: 1)", 0},
    {"csv", 'o', "FILE", 0, "Write a row per cell and trial; FILE appears when all of them are there", 0},
    {"json", JSON, "FILE", 0, "Write the machine and all rows, as JSON, in the same way", 0},
    {"compare", 'c', "A B", 0, "A over B, two strategies or peers: the median of the trials' ratios and its interval", 0},
    {"latency", LATENCY, 0, 0, "Instead of throughput: how long single calls take, in the workloads where a pause matters", 0},
    {"memory", MEMORY, 0, 0, "Instead of throughput: what is pending and resident meanwhile", 0},
    {"figure", 'f', "NAME", 0, "What to write in the column `figure`", 0},
    {"machine", MACHINE, 0, 0, "Print what is known of machine and build, as JSON", 0},
    {"capacity", CAPACITY, 0, 0, "Answer each number of threads on standard input with what they get of the processors just now", 0},
    {"quiet", 'q', 0, 0, "No table of medians at the end", 0},
    {0},
};

static void split(struct argp_state *state, char *list, struct bench_names *names)
{
    char *rest;
    for (char *name = strtok_r(list, ",", &rest); name; name = strtok_r(NULL, ",", &rest)) {
        if (names->count == BENCH_MOST_NAMES) argp_failure(state, 2, 0, "more than %d names", BENCH_MOST_NAMES);
        names->name[names->count++] = name;
    }
}

static double number(struct argp_state *state, const char *text, const char *what, double least)
{
    char *end;
    errno = 0;
    double value = strtod(text, &end);
    if (errno || end == text || *end || !(value >= least) || value > 1e9)
        argp_failure(state, 2, 0, "%s: '%s' is not a number of at least %g", what, text, least);
    return value;
}

static unsigned whole(struct argp_state *state, const char *text, const char *what, double least)
{
    double value = number(state, text, what, least);
    if (value > 65536 || value != (double)(unsigned)value)
        argp_failure(state, 2, 0, "%s: '%s' is not a whole number up to 65536", what, text);
    return (unsigned)value;
}

static void parse_threads(struct argp_state *state, char *list, struct bench_options *o)
{
    struct bench_names names = {0};
    split(state, list, &names);
    for (unsigned i = 0; i < names.count; i++) {
        if (o->threads_count == BENCH_MOST_THREADS)
            argp_failure(state, 2, 0, "more than %d thread counts", BENCH_MOST_THREADS);
        o->threads[o->threads_count++] = whole(state, names.name[i], "--threads", 1);
    }
}

static error_t parse(int key, char *argument, struct argp_state *state)
{
    struct bench_options *o = (struct bench_options *)state->input;
    switch (key) {
    case 'l': o->list = true; return 0;
    case 'w': split(state, argument, &o->workloads); return 0;
    case 's': split(state, argument, &o->contestants); return 0;
    case 't': parse_threads(state, argument, o); return 0;
    case 'n': o->trials = whole(state, argument, "--trials", 1); return 0;
    case FIRST_TRIAL: o->first_trial = whole(state, argument, "--first-trial", 0); return 0;
    case TRIES: o->tries = whole(state, argument, "--tries", 1); return 0;
    case 'd': o->seconds = number(state, argument, "--seconds", 1e-4); return 0;
    case WARM_UP: o->warm_up = number(state, argument, "--warm-up", 0); return 0;
    case PROBE: o->probe = number(state, argument, "--probe", 1e-4); return 0;
    case 'r': o->seed = (uint64_t)number(state, argument, "--seed", 0); return 0;
    case 'o': o->csv = argument; return 0;
    case JSON: o->json = argument; return 0;
    case 'c': o->compare[0] = argument; return 0;
    case LATENCY: o->what = BENCH_LATENCY; return 0;
    case MEMORY: o->what = BENCH_MEMORY; return 0;
    case 'f': o->figure = argument; return 0;
    case MACHINE: o->machine = true; return 0;
    case CAPACITY: o->capacity = true; return 0;
    case 'q': o->quiet = true; return 0;
    case ARGP_KEY_ARG:
        if (o->compare[0] && !o->compare[1]) o->compare[1] = argument;
        else argp_failure(state, 2, 0, "'%s' is no option; try --help", argument);
        return 0;
    case ARGP_KEY_END:
        if (o->compare[0] && !o->compare[1])
            argp_failure(state, 2, 0, "--compare needs two names, such as --compare biased cas");
        return 0;
    default: return ARGP_ERR_UNKNOWN;
    }
}

/* ---- Names that exist --------------------------------------------------------------------------------------------- */

/* Whether `name` is this workload, or this workload and variant. */
static bool names_workload(const char *name, const struct bench_workload *w, const struct bench_variant *v)
{
    size_t length = strlen(w->name);
    if (strncmp(name, w->name, length)) return false;
    return !name[length] || (name[length] == '/' && !strcmp(name + length + 1, v->name));
}

static void check_name(const char *option, const char *name, const char *const *all, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (!strcmp(name, all[i])) return;
    fprintf(stderr, "lt-bench: %s: there is no '%s'; did you mean '%s'? (--list has them all)\n", option, name,
            nearest_name(name, all, count));
    exit(2);
}

static void check_contestants(const char *option, const struct bench_names *wanted)
{
    size_t most = 0, count = 0;
    for (const struct bench_entry *const *e = bench_entries; *e; e++) most++;
    for (const struct bench_absence *a = bench_absent; a->name; a++) most++;
    const char **all = (const char **)bench_memory(most, sizeof *all);
    for (const struct bench_entry *const *e = bench_entries; *e; e++) all[count++] = (*e)->contestant;
    for (const struct bench_absence *a = bench_absent; a->name; a++) all[count++] = a->name;
    for (unsigned i = 0; i < wanted->count; i++) check_name(option, wanted->name[i], all, count);
    free(all);
}

static void check_workloads(const struct bench_names *wanted)
{
    size_t most = 0, count = 0;
    for (const struct bench_workload *const *w = bench_workloads; *w; w++) {
        most++;
        for (const struct bench_variant *v = (*w)->variants; v->name; v++) most++;
    }
    char (*full)[64] = (char (*)[64])bench_memory(most, sizeof *full);
    const char **all = (const char **)bench_memory(most, sizeof *all);
    for (const struct bench_workload *const *w = bench_workloads; *w; w++) {
        all[count++] = (*w)->name;
        for (const struct bench_variant *v = (*w)->variants; v->name; v++) {
            snprintf(full[count], sizeof full[count], "%s/%s", (*w)->name, v->name);
            all[count] = full[count];
            count++;
        }
    }
    for (unsigned i = 0; i < wanted->count; i++) check_name("--workload", wanted->name[i], all, count);
    free(all);
    free(full);
}

struct bench_options bench_options_parse(int argc, char **argv)
{
    struct bench_options o = {.trials = 5, .tries = 1, .seconds = 0.03, .warm_up = 0.004, .probe = 0.001, .seed = 1, .figure = ""};
    const struct argp argp = {.options = known, .parser = parse, .doc = doc};
    argp_err_exit_status = 2;
    if (argp_parse(&argp, argc, argv, 0, NULL, &o)) exit(2);
    for (unsigned i = 0; i < 2 && o.compare[1]; i++) {
        const struct bench_names one = {{o.compare[i]}, 1};
        check_contestants("--compare", &one);
    }
    if (o.compare[1] && !o.contestants.count) o.contestants = (struct bench_names){{o.compare[0], o.compare[1]}, 2};
    check_contestants("--strategy", &o.contestants);
    check_workloads(&o.workloads);
    if (!o.threads_count) o.threads_count = bench_default_threads(o.threads);
    return o;
}

bool bench_options_want(const struct bench_entry *entry, const struct bench_variant *variant, const void *options)
{
    const struct bench_options *o = (const struct bench_options *)options;
    bool contestant = !o->contestants.count, workload = !o->workloads.count;
    if (o->what == BENCH_LATENCY && !entry->workload->pauses) return false;
    for (unsigned i = 0; i < o->contestants.count; i++) contestant |= !strcmp(o->contestants.name[i], entry->contestant);
    for (unsigned i = 0; i < o->workloads.count; i++)
        workload |= names_workload(o->workloads.name[i], entry->workload, variant);
    return contestant && workload;
}
