#include "statistics.h"

#include <math.h>
#include <stdlib.h>

static int compare(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

void bench_sort(double *values, unsigned count) { qsort(values, count, sizeof *values, compare); }

double bench_median(const double *ascending, unsigned count)
{
    return count % 2 ? ascending[count / 2] : (ascending[count / 2 - 1] + ascending[count / 2]) / 2;
}

/* The chance that of `count` tosses of a coin at most `heads` are heads. */
static double coin(unsigned count, unsigned heads)
{
    double sum = 0;
    for (unsigned k = 0; k <= heads; k++)
        sum += exp(lgamma(count + 1.0) - lgamma(k + 1.0) - lgamma(count - k + 1.0) - count * log(2));
    return sum;
}

double bench_median_interval(const double *ascending, unsigned count, double *low, double *high)
{
    unsigned left_out = 0; /* at each end */
    while (left_out + 1 < (count + 1) / 2 && 1 - 2 * coin(count, left_out + 1) >= .95) left_out++;
    *low = ascending[left_out];
    *high = ascending[count - 1 - left_out];
    return count > 1 ? 1 - 2 * coin(count, left_out) : 0;
}
