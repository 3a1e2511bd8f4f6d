#include "run.h"

#include <lifetime/dynamic.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "progress.h"

enum { UNRECLAIMED = 500000 }; /* operations of a worker where memory is never given back */

static struct run *current; /* set before the first worker starts */
static double deadline;
static bool over;           /* atomic: the time is up */
static _Thread_local struct worker *self;

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

void run_begin(struct run *run)
{
    current = run;
    deadline = now() + run->seconds;
    __atomic_store_n(&over, false, __ATOMIC_RELAXED);
}

bool run_goes_on(const struct run *run)
{
    (void)run;
    return now() < deadline;
}

static double passed(const struct run *run) { return run->seconds - (deadline - now()); }

double run_share(const struct run *run) { return passed(run) / run->seconds; }

bool goes_on(struct worker *w)
{
    if (__atomic_load_n(&over, __ATOMIC_RELAXED)) return false;
    if (!w->run->strategy->traits->reclaims && w->operations >= UNRECLAIMED) return false;
    w->operations++;
    if (w->turns++ % 64 != 63) return true;
    if (now() >= deadline) __atomic_store_n(&over, true, __ATOMIC_RELAXED);
    progress(w, passed(w->run));
    return true;
}

uint64_t draw(struct worker *w) /* xorshift64* (Vigna 2016) */
{
    w->random ^= w->random >> 12;
    w->random ^= w->random << 25;
    w->random ^= w->random >> 27;
    return w->random * 0x2545f4914f6cdd1dull;
}

struct worker *this_worker(void) { return self; }

struct crew {
    pthread_barrier_t start;
    void (*body)(struct worker *);
};

struct member {
    struct worker worker;
    struct crew *crew;
    pthread_t thread;
};

static struct worker hired(struct run *run, unsigned index, void *shared)
{
    struct worker w = {.run = run, .index = index, .shared = shared};
    w.random = (run->seed + 1) * 0x9e3779b97f4a7c15ull ^ (index + 1) * 0xbf58476d1ce4e5b9ull;
    (void)draw(&w);
    return w;
}

static void dismissed(struct run *run, struct worker *w)
{
    run->operations += w->operations;
    if (run_goes_on(run)) progress(w, passed(run));
    else progress_end();
}

static void *work(void *argument)
{
    struct member *m = argument;
    self = &m->worker;
    pthread_barrier_wait(&m->crew->start);
    m->crew->body(&m->worker);
    return NULL;
}

static void work_alone(struct run *run, void (*body)(struct worker *), void *shared)
{
    struct worker w = hired(run, 0, shared);
    self = &w;
    body(&w);
    self = NULL;
    dismissed(run, &w);
}

void run_workers(struct run *run, unsigned n, void (*body)(struct worker *), void *shared)
{
    if (!run->strategy->traits->threads) {
        work_alone(run, body, shared);
        return;
    }
    struct crew crew = {.body = body};
    struct member *members = calloc(n, sizeof *members);
    if (!members || pthread_barrier_init(&crew.start, NULL, n)) fail("no memory for %u threads", n);
    for (unsigned i = 0; i < n; i++) {
        members[i] = (struct member){.worker = hired(run, i, shared), .crew = &crew};
        if (pthread_create(&members[i].thread, NULL, work, &members[i])) fail("thread %u of %u cannot be started", i, n);
    }
    for (unsigned i = 0; i < n; i++) {
        pthread_join(members[i].thread, NULL);
        dismissed(run, &members[i].worker);
    }
    pthread_barrier_destroy(&crew.start);
    free(members);
}

struct stand_in {
    struct worker *worker;
    void (*body)(struct worker *);
};

static void *stand_in(void *argument)
{
    struct stand_in *s = argument;
    self = s->worker;
    s->body(s->worker);
    return NULL;
}

void in_new_thread(struct worker *w, void (*body)(struct worker *))
{
    struct stand_in s = {w, body};
    pthread_t thread;
    if (pthread_create(&thread, NULL, stand_in, &s)) fail("worker %u cannot start a thread", w->index);
    pthread_join(thread, NULL);
}

void nap(struct worker *w, unsigned most)
{
    struct timespec t = {.tv_nsec = 1000 * (long)draw_below(w, most)};
    nanosleep(&t, NULL);
}

void fail(const char *format, ...)
{
    static bool failing; /* atomic: the first failure is the one that is told */
    if (__atomic_exchange_n(&failing, true, __ATOMIC_ACQ_REL)) pause();
    va_list arguments;
    va_start(arguments, format);
    progress_end();
    fputs("FAILED: ", stderr);
    vfprintf(stderr, format, arguments);
    va_end(arguments);
    fprintf(stderr, "\n  scenario %s, strategy %s, threads %u, seed %llu, delays %u%s%s\n", current->scenario,
            current->strategy->name, current->threads, (unsigned long long)current->seed, current->delays,
            current->fault ? ", fault " : "", current->fault ? current->fault : "");
    fprintf(stderr, "  again: lt-stress --scenario %s --strategy %s --threads %u --seconds %g --seed %llu --delays %u%s%s\n",
            current->scenario, current->strategy->name, current->threads, current->seconds,
            (unsigned long long)current->seed, current->delays, current->fault ? " --fault " : "",
            current->fault ? current->fault : "");
    fflush(stderr);
    _exit(1);
}
