/* test_statistics.c: the numbers that lt-bench prints are computed here from ones whose answer is known. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "latency.h"
#include "statistics.h"

static void expect(const char *what, double got, double wanted, double tolerance)
{
    if (fabs(got - wanted) <= tolerance) return;
    fprintf(stderr, "%s: %g, expected %g\n", what, got, wanted);
    exit(1);
}

static void medians(void)
{
    double values[] = {5, 1, 4, 2, 3, 6};
    bench_sort(values, 6);
    expect("least of six", values[0], 1, 0);
    expect("median of six", bench_median(values, 6), 3.5, 0);
    expect("median of five", bench_median(values, 5), 3, 0);
}

/* From the binomial distribution: 1 - 2 P(at most low - 1 of count coins are heads). */
static void intervals(void)
{
    static const struct { unsigned count, low, high; double covered; } known[] = {
        {5, 1, 5, .9375}, {6, 1, 6, .96875}, {9, 2, 8, .9609}, {15, 4, 12, .9648}, {20, 6, 15, .9586}, {31, 10, 22, .9706},
    };
    double values[31], low, high;
    for (unsigned i = 0; i < 31; i++) values[i] = i + 1;
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        expect("coverage", bench_median_interval(values, known[i].count, &low, &high), known[i].covered, 1e-3);
        expect("low end", low, known[i].low, 0);
        expect("high end", high, known[i].high, 0);
    }
    expect("coverage of one value", bench_median_interval(values, 1, &low, &high), 0, 0);
}

static void latencies(void)
{
    static struct bench_latencies l, sum;
    for (uint64_t ticks = 1; ticks < 1u << 20; ticks += 37)
        expect("bin grows", bench_latency_bin(ticks) <= bench_latency_bin(ticks + 37), 1, 0);
    for (uint64_t ticks = 0; ticks < 2 * BENCH_LATENCY_FINE; ticks++)
        expect("bin of a small one", bench_latency_bin(ticks), (double)ticks, 0);
    expect("last bin", bench_latency_bin(UINT64_MAX), BENCH_LATENCY_BINS - 1, 0);
    for (uint64_t ticks = 1; ticks <= 100000; ticks++) {
        l.count++;
        l.bin[bench_latency_bin(ticks)]++;
        l.most = ticks;
    }
    bench_latencies_add(&sum, &l);
    bench_latencies_add(&sum, &l);
    expect("count", (double)sum.count, 200000, 0);
    expect("p50", bench_latency_quantile(&sum, .5), 50000, 50000 / 32.);
    expect("p99.9", bench_latency_quantile(&sum, .999), 99900, 99900 / 32.);
    expect("max", (double)sum.most, 100000, 0);
}

int main(void)
{
    medians();
    intervals();
    latencies();
    return 0;
}
