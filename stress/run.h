/* run.h: one run of a scenario: its threads, its time, its random numbers, and how it fails. */
#ifndef STRESS_RUN_H
#define STRESS_RUN_H

#include <stdbool.h>
#include <stdint.h>

struct lt_strategy;

/* What the command line says. */
struct run {
    const char *scenario;
    const struct lt_strategy *strategy;
    unsigned threads;      /* at least 2, where the strategy has threads */
    double seconds;
    uint64_t seed;
    unsigned delays;       /* of 1000 named points, how many delay the thread: perturb.c */
    const char *fault;     /* planted; or NULL */
    uint64_t operations;   /* of all workers that have ended */
};

/* A thread of a scenario. */
struct worker {
    struct run *run;
    unsigned index;        /* 0 … n - 1 */
    uint64_t random;
    uint64_t operations;   /* goes_on() counts one; a scenario may add more */
    uint64_t told;         /* of them, to progress() */
    unsigned turns;        /* of goes_on() */
    void *shared;
};

/* n workers run body(worker), from the same moment on; returns when all have ended. A strategy without threads has one, the
 * caller. A scenario may call it as often as run_goes_on(). */
void run_workers(struct run *, unsigned n, void (*body)(struct worker *), void *shared);

/* body(w) in a new thread, which is the worker until it has exited; then it returns. The calling thread waits meanwhile, so
 * it is outside of sections. */
void in_new_thread(struct worker *, void (*body)(struct worker *));

/* Sleeps for up to so many microseconds. */
void nap(struct worker *, unsigned most);

/* Is there time left? */
bool run_goes_on(const struct run *);

/* How much of the time is over: 0 at the beginning, 1 at the end. */
double run_share(const struct run *);

/* The same for a worker, which counts as one operation. */
bool goes_on(struct worker *);

/* Random numbers of the worker's own: the same for the same seed and index. */
uint64_t draw(struct worker *);
static inline unsigned draw_below(struct worker *w, unsigned n) { return (unsigned)((draw(w) >> 32) % n); }
static inline bool one_in(struct worker *w, unsigned n) { return draw_below(w, n) == 0; }

/* The worker that the calling thread is, or NULL: for finalizers. */
struct worker *this_worker(void);

/* Ends the process: what is wrong, which run it is, and the command that runs it again. Exit status 1. */
_Noreturn void fail(const char *format, ...) __attribute__((format(printf, 1, 2)));

#define EXPECT(condition) ((condition) ? (void)0 : fail("%s:%d: not true: %s", __FILE__, __LINE__, #condition))

/* The run has `seconds` from here on. */
void run_begin(struct run *);

#endif
