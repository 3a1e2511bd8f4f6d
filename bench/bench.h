/* bench.h: what a workload sees of lt-bench.
 *
 * A workload is one text, bench/work/<name>.h, that is compiled once per strategy (and once per peer that can play it),
 * with the fast paths inlined. It fills in an entry: six functions, called in this order; those it does not need are NULL.
 *
 *   open    once, by the main thread, which is idle from then on: what the threads share
 *   begin   by every worker: what it has for itself
 *   fill    by every worker, before each work: makes what that will use up; not timed
 *   work    by every worker, twice: to warm up, then measured. Whole batches until bench_stopped; no clock inside, except
 *           where the worker was given `latencies`
 *   end     by every worker: gives back what begin took
 *   close   once, by the main thread: gives back what open took, after which nothing may be alive
 *
 * The workers meet before each of them. A strategy for one thread only has open and close called by its only worker.
 */
#ifndef BENCH_H
#define BENCH_H

#include <lifetime/types.h>
#include <stddef.h>
#include <stdlib.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Every object that is measured: a header and one word. */
struct bench_object {
    lt_object header;
    uint64_t value;
};

/* What one cell of a workload varies. */
struct bench_variant {
    const char *name;
    unsigned size;   /* how many objects, or slots */
    unsigned stores; /* per cent of the operations that store */
    unsigned kind;   /* the workload's own */
    bool grows;      /* memory may grow as long as it runs: its time is bounded */
    unsigned length; /* it is measured so many times as long as was asked for; 0: as long */
};

/* What a contestant must be able to do to be measured. */
enum {
    BENCH_NEEDS_THREADS = 1,   /* there are other threads than the workers */
    BENCH_NEEDS_RECLAMATION = 2,
    BENCH_NEEDS_OVERLAP = 4,   /* more than one thread inside a section at a time */
};

/* How many objects are alive before the work begins, for the memory that one takes. */
enum bench_live { BENCH_LIVE_UNTOLD, BENCH_LIVE_PER_CELL, BENCH_LIVE_PER_WORKER }; /* times the variant's size */

struct bench_workload {
    const char *name;
    const char *operation; /* what one operation is, in words */
    unsigned safepoint;    /* operations between two safepoints; also between two looks at the stop flag */
    unsigned needs;        /* BENCH_NEEDS_* */
    unsigned crowd;        /* so many threads per hardware thread, whatever --threads says; 0: as --threads says */
    bool pauses;           /* its text can take latencies */
    bool allocation;       /* looks at memory ask the allocator, too, every millisecond */
    enum bench_live live;
    const struct bench_variant *variants; /* ends with a NULL name */
};

struct bench_cell;
struct bench_worker;

struct bench_entry {
    const struct bench_workload *workload;
    const char *contestant;
    const lt_traits *(*traits)(void);
    bool (*plays)(const struct bench_variant *); /* NULL: every variant */
    void (*open)(struct bench_cell *);
    void (*begin)(struct bench_worker *);
    void (*fill)(struct bench_worker *);
    void (*work)(struct bench_worker *);
    void (*end)(struct bench_worker *);
    void (*close)(struct bench_cell *);
    uint64_t (*alive)(void); /* objects not freed; 0 when all is well after close. NULL: not known */
    bool tells_retries; /* it counts its failed compare-and-swaps in bench_retries */
    void (*stats)(lt_stats *); /* at any time, by any thread; nothing was created: not known */
};

struct bench_cell {
    const struct bench_entry *entry;
    const struct bench_variant *variant;
    unsigned threads;
    uint64_t seed;
    void *shared;     /* set by open */
    lt_atomic32 stop; /* set by the main thread when the time is over */
};

struct bench_worker {
    struct bench_cell *cell;
    struct bench_latencies *latencies; /* NULL, except where pauses are measured: latency.h */
    unsigned index;  /* of the cell's threads */
    void *own;       /* set by begin */
    size_t cursor;   /* where the last batch ended */
    uint64_t random; /* the state of bench_random; seeded per trial and worker */
    uint64_t operations; /* where it may be looked at meanwhile: by bench_did */
    uint64_t sum; /* what was read goes here, so that it has to be read */
} __attribute__((aligned(128)));

static inline bool bench_stopped(const struct bench_worker *w)
{
    return lt_load32(&w->cell->stop, LT_RELAXED) != 0; /* a hint: the threads are ordered by bench_meet (cell.c) */
}

/* So many operations more, for whoever looks on from outside (footprint.h). */
static inline void bench_did(struct bench_worker *w, uint64_t operations)
{
    __atomic_store_n(&w->operations, w->operations + operations, __ATOMIC_RELAXED); /* nothing is ordered by it */
}

/* Keeps the compiler from joining what is before with what is after; no instruction. It stands after every call that is
 * measured, so that a retain and its release stay two. */
static inline void bench_barrier(void) { __asm__ volatile("" ::: "memory"); }

/* As bench_barrier, and for all the compiler knows somebody else now has `p`: what it points to has to exist. */
static inline void bench_seen(const void *p) { __asm__ volatile("" ::"r"(p) : "memory"); }

/* The same random numbers for every strategy: a linear congruence, of which the upper bits are good. */
static inline uint64_t bench_random(uint64_t *state)
{
    return *state = *state * 6364136223846793005u + 1442695040888963407u;
}

/* Of the calling worker, since its work began. */
extern LT_TLS uint64_t bench_retries;

/* Ends the cell with a message: what a measurement needs could not be had. */
__attribute__((noreturn)) void bench_fail(const char *what);

/* Puts the calling thread on the hardware thread for worker `index`: every core once, then their siblings, then again from
 * the first. */
void bench_pin(unsigned index);

/* Zeroed memory that is not lifetime's, aligned to 128; give it to free(). */
void *bench_memory(size_t count, size_t size);

void bench_shuffle(void **array, size_t count, uint64_t *random);

#ifdef __cplusplus
}
#endif

#endif
