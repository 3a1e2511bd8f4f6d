/* footprint.h: how much memory a cell takes while it runs: looks at the strategy's counters and at the resident set. */
#ifndef BENCH_FOOTPRINT_H
#define BENCH_FOOTPRINT_H

#include "bench.h"

#define BENCH_LOOKS 64 /* in one measurement, evenly spaced */

struct bench_look {
    double seconds;                  /* since the work began */
    uint64_t pending, pending_bytes; /* retired and not yet free; 0 for peers, which do not tell */
    uint64_t resident;               /* bytes more than when the work began */
    uint64_t operations;             /* of all workers, since then */
};

struct bench_memory_use {
    bool told;                 /* the contestant counts what is pending */
    double resident_per_object; /* bytes, of the objects alive before the work; 0: not known */
    uint64_t samples;           /* of the allocator's count; 0: none was asked for, or it does not count */
    double allocated;           /* their sum, each beyond what was allocated before the cell began */
    unsigned looks;
    struct bench_look look[BENCH_LOOKS];
};

uint64_t bench_resident(void); /* bytes of this process, now */

void bench_look(const struct bench_entry *, double seconds, uint64_t operations, uint64_t resident_before, struct bench_memory_use *);

/* One more sample; `before` is what bench_allocated gave. */
void bench_sample_allocated(uint64_t before, struct bench_memory_use *);

double bench_memory_allocated(const struct bench_memory_use *); /* the mean of the samples; 0: there is none */

/* The most of all looks, each of the three by itself. */
struct bench_look bench_memory_peak(const struct bench_memory_use *);

#endif
