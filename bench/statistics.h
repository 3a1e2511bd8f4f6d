/* statistics.h: what is said of the trials of one quantity. Both take them in ascending order. */
#ifndef BENCH_STATISTICS_H
#define BENCH_STATISTICS_H

void bench_sort(double *values, unsigned count);

double bench_median(const double *ascending, unsigned count);

/* The narrowest pair of order statistics that has the median of what was sampled between them in at least 95 % of cases,
 * whatever its distribution (the interval that inverts the sign test). With fewer than 6 values even the outermost pair has
 * less. Returns how much it has. */
double bench_median_interval(const double *ascending, unsigned count, double *low, double *high);

#endif
