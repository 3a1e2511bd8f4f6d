/* record.h: the raw results, a row per cell and trial. */
#ifndef BENCH_RECORD_H
#define BENCH_RECORD_H

#include <stdio.h>

#include "cell.h"
#include "plan.h"

struct bench_row {
    const struct bench_planned *cell;
    unsigned trial;
    uint64_t seed;
    double capacity; /* the lesser of before and after */
    char flags[160]; /* words with a + in between: stolen, leaked, capped, failed: why */
    struct bench_result result;
};

/* What is worth knowing before the row is used: taken from its result and its cell. */
void bench_row_judge(struct bench_row *, bool capped);

struct bench_csv {
    FILE *file;
    const char *path, *figure;
    char *partial; /* where the rows are until all are there */
};

/* NULL path: nothing is written, and all the calls do nothing. False after a message: it cannot be written. */
bool bench_csv_begin(struct bench_csv *, const char *path, const char *figure);
void bench_csv_write(struct bench_csv *, const struct bench_row *);
void bench_csv_flush(struct bench_csv *);
bool bench_csv_finish(struct bench_csv *); /* now `path` exists */

const char *bench_allocator(void); /* whose malloc this process has */

#endif
