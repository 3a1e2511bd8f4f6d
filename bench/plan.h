/* plan.h: which cells are measured, and in which order. */
#ifndef BENCH_PLAN_H
#define BENCH_PLAN_H

#include "bench.h"

struct bench_planned {
    const struct bench_entry *entry;
    const struct bench_variant *variant;
    unsigned threads;
    unsigned group_size, place; /* cells that differ in nothing but the contestant are a group */
};

struct bench_plan {
    struct bench_planned *cells;
    size_t count;
};

/* Whether the caller wants that cell. */
typedef bool (*bench_wanted)(const struct bench_entry *, const struct bench_variant *, const void *wish);

struct bench_plan bench_plan_make(const unsigned *threads, unsigned threads_count, bench_wanted, const void *wish);

/* The cell that is measured at `position` of a trial. Groups stay together, so that what is compared is measured at
 * nearly the same time; inside a group every trial begins one contestant later. */
const struct bench_planned *bench_plan_at(const struct bench_plan *, size_t position, unsigned trial);

#endif
