/* output.h: a file that has its name only when all is in it; before that it ends in .partial. */
#ifndef BENCH_OUTPUT_H
#define BENCH_OUTPUT_H

#include <stdbool.h>
#include <stdio.h>

struct bench_output {
    FILE *file; /* NULL: nothing is wanted */
    const char *path;
    char *partial;
};

/* NULL path: nothing is wanted. False after a message: it cannot be written. */
bool bench_output_begin(struct bench_output *, const char *path);

/* Closes it; with `complete`, gives it its name. False after a message. */
bool bench_output_end(struct bench_output *, bool complete);

#endif
