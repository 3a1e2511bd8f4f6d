/* cell.h: measures one cell once: one contestant, one variant, one number of threads. */
#ifndef BENCH_CELL_H
#define BENCH_CELL_H

#include "bench.h"
#include "footprint.h"

/* One at a time, since each but the first disturbs it. */
enum bench_what { BENCH_THROUGHPUT, BENCH_LATENCY, BENCH_MEMORY };

struct bench_times {
    enum bench_what what;
    double warm_up, measure, probe; /* seconds */
    double spin_best;               /* bench_spin_best of this machine, now */
};

struct bench_pauses { /* nanoseconds that single calls took, among all threads' */
    uint64_t calls;
    double p50, p99, p999, most;
};

struct bench_result {
    uint64_t operations; /* of all threads */
    uint64_t retries;    /* of them, where the entry tells */
    double seconds;      /* that a thread took, from before its lt_enter to after its lt_leave; the threads' mean */
    double cpu_seconds;  /* processor time that all threads together used meanwhile */
    double waited;       /* seconds that they were ready to run and did not: capacity.h */
    double capacity[2];  /* before and after; of at most min(threads, cores) */
    double spin_best;    /* of what was asked with, and what the probes reached */
    uint64_t alive;      /* objects that were not freed at the end */
    uint64_t peak;       /* bytes that were resident at most, beyond what was before `open` and what bench_memory gave */
    struct bench_pauses latency;    /* BENCH_LATENCY only */
    struct bench_memory_use memory; /* BENCH_MEMORY only */
    char error[120];     /* empty: it worked */
};

/* Runs in a process of its own, so that no cell inherits memory, threads or damage from another. */
struct bench_result bench_measure(const struct bench_entry *, const struct bench_variant *, unsigned threads, uint64_t seed,
                                  const struct bench_times *);

/* Nanoseconds per operation and thread. */
static inline double bench_ns(const struct bench_result *r, unsigned threads)
{
    return r->operations ? 1e9 * r->seconds * threads / (double)r->operations : 0;
}

#endif
