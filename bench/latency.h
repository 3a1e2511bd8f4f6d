/* latency.h: how long single calls took: a histogram per worker, whose steps are a 32nd of the value.
 *
 * The text of a workload with pauses takes a time before a call and hands it in after it:
 *
 *   uint64_t start = timed ? bench_ticks() : 0;
 *   the call
 *   if (timed) bench_took(w, start); */
#ifndef BENCH_LATENCY_H
#define BENCH_LATENCY_H

#include <time.h>

#include "bench.h"

enum { BENCH_LATENCY_FINE = 32, BENCH_LATENCY_BINS = 60 * BENCH_LATENCY_FINE };

struct bench_latencies {
    uint64_t count, most; /* ticks; or, of what somebody else measured, */
    bool nanoseconds;
    uint64_t bin[BENCH_LATENCY_BINS];
};

/* The processor's counter: 7 ns a look, where the clock takes 20. */
static inline uint64_t bench_ticks(void)
{
#if defined(__x86_64__)
    return __builtin_ia32_rdtsc();
#else
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
#endif
}

/* Below 32 each value has its own bin; from there on every doubling has 32. */
static inline unsigned bench_latency_bin(uint64_t ticks)
{
    if (ticks < BENCH_LATENCY_FINE) return (unsigned)ticks;
    unsigned shift = 58u - (unsigned)__builtin_clzll(ticks);
    return (shift + 1) * BENCH_LATENCY_FINE + (unsigned)(ticks >> shift) - BENCH_LATENCY_FINE;
}

static inline void bench_note(struct bench_latencies *l, uint64_t time)
{
    l->count++;
    l->bin[bench_latency_bin(time)]++;
    if (time > l->most) l->most = time;
}

static inline void bench_took(struct bench_worker *w, uint64_t start) { bench_note(w->latencies, bench_ticks() - start); }

/* The other way: for all times of a cell. */
static inline void bench_lasted(struct bench_worker *w, uint64_t nanoseconds)
{
    w->latencies->nanoseconds = true;
    bench_note(w->latencies, nanoseconds);
}

void bench_latencies_add(struct bench_latencies *sum, const struct bench_latencies *);

/* The upper end of the bin in which the fraction `part` of all is reached, in ticks. */
double bench_latency_quantile(const struct bench_latencies *, double part);

#endif
