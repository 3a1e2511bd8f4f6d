/* compare.h: how two contestants stand to each other, cell by cell. */
#ifndef BENCH_COMPARE_H
#define BENCH_COMPARE_H

#include "plan.h"
#include "record.h"

/* For each variant and number of threads that both were measured with: a's time over b's in the same trial, the median of
 * that over the trials and its interval (bench_median_interval). rows as for bench_report_medians. */
void bench_compare(const struct bench_plan *, const struct bench_row *rows, unsigned trials, const char *a, const char *b);

#endif
