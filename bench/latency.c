#include "latency.h"

void bench_latencies_add(struct bench_latencies *sum, const struct bench_latencies *l)
{
    sum->count += l->count;
    sum->nanoseconds |= l->nanoseconds;
    if (l->most > sum->most) sum->most = l->most;
    for (unsigned i = 0; i < BENCH_LATENCY_BINS; i++) sum->bin[i] += l->bin[i];
}

static double upper_end(unsigned bin)
{
    if (bin < BENCH_LATENCY_FINE) return bin + 1;
    unsigned shift = bin / BENCH_LATENCY_FINE - 1;
    return (double)((uint64_t)(bin % BENCH_LATENCY_FINE + BENCH_LATENCY_FINE + 1) << shift);
}

double bench_latency_quantile(const struct bench_latencies *l, double part)
{
    uint64_t wanted = (uint64_t)(part * (double)l->count), seen = 0;
    for (unsigned i = 0; i < BENCH_LATENCY_BINS; i++) {
        seen += l->bin[i];
        if (seen > wanted) return upper_end(i) < (double)l->most ? upper_end(i) : (double)l->most;
    }
    return (double)l->most;
}
