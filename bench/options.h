/* options.h: the command line of lt-bench. */
#ifndef BENCH_OPTIONS_H
#define BENCH_OPTIONS_H

#include "cell.h"

enum { BENCH_MOST_NAMES = 64, BENCH_MOST_THREADS = 64 };

struct bench_names {
    const char *name[BENCH_MOST_NAMES];
    unsigned count;
};

struct bench_options {
    struct bench_names workloads; /* "pair" or "pair/1024"; none: all */
    struct bench_names contestants;
    unsigned threads[BENCH_MOST_THREADS], threads_count;
    unsigned trials, first_trial, tries;
    double seconds, warm_up, probe;
    uint64_t seed;
    enum bench_what what;
    const char *csv, *json, *figure;
    const char *compare[2]; /* two contestants, or NULL twice */
    bool list, machine, capacity, quiet;
};

/* Ends the program with a message and status 2 when something is wrong. */
struct bench_options bench_options_parse(int argc, char **argv);

/* A bench_wanted (plan.h) whose wish is the options. */
bool bench_options_want(const struct bench_entry *, const struct bench_variant *, const void *options);

#endif
