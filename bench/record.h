/* record.h: the raw results, a row per cell and trial, as CSV and as JSON. */
#ifndef BENCH_RECORD_H
#define BENCH_RECORD_H

#include <stdio.h>

#include "cell.h"
#include "plan.h"

struct bench_row {
    const struct bench_planned *cell; /* NULL: not measured */
    enum bench_what what;
    unsigned trial, tries;
    uint64_t seed;
    double capacity; /* the lesser of before and after */
    char flags[160]; /* words with a + in between: stolen, leaked, capped, failed: why */
    struct bench_result result;
};

/* What is worth knowing before the row is used: taken from its result and its cell. */
void bench_row_judge(struct bench_row *, bool capped);

/* Nanoseconds per operation and thread, or, of pauses, the median of the calls. 0: nothing was measured. */
double bench_row_ns(const struct bench_row *);

/* A NULL file: nothing is written. */
void bench_csv_head(FILE *);
void bench_csv_row(FILE *, const char *figure, const struct bench_row *);

/* Members of an object, without its braces; memory's looks are in it too. */
void bench_json_row(FILE *, const char *figure, const struct bench_row *);

/* "text", with what JSON wants escaped. */
void bench_json_string(FILE *, const char *text);

#endif
