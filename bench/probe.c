#include "probe.h"

#include <math.h>
#include <pthread.h>
#include <stdlib.h>

#include "bench.h"
#include "capacity.h"
#include "topology.h"

/* Before the measured spin: a processor that was idle is slow at first, most of all a virtual one. */
static const double awakening = 0.002, measured = 0.001;

struct spinner {
    pthread_t thread;
    pthread_barrier_t *start;
    unsigned index;
    double best, capacity;
};

static void *spin(void *argument)
{
    struct spinner *s = (struct spinner *)argument;
    bench_pin(s->index);
    pthread_barrier_wait(s->start);
    (void)bench_capacity(awakening, &s->best);
    s->capacity = bench_capacity(measured, &s->best);
    return NULL;
}

static double capacity_of(unsigned threads, double *best)
{
    struct spinner *spinners = (struct spinner *)bench_memory(threads, sizeof *spinners);
    pthread_barrier_t start;
    pthread_barrier_init(&start, NULL, threads);
    for (unsigned i = 0; i < threads; i++) {
        spinners[i] = (struct spinner){.start = &start, .index = i, .best = *best};
        if (pthread_create(&spinners[i].thread, NULL, spin, &spinners[i])) bench_fail("cannot start so many threads");
    }
    double sum = 0;
    for (unsigned i = 0; i < threads; i++) {
        pthread_join(spinners[i].thread, NULL);
        *best = fmax(*best, spinners[i].best);
        sum += spinners[i].capacity;
    }
    pthread_barrier_destroy(&start);
    free(spinners);
    return sum;
}

int bench_probe_answer(FILE *in, FILE *out)
{
    double best = bench_spin_best();
    unsigned threads;
    for (int read; (read = fscanf(in, "%u", &threads)) != EOF;) {
        if (read != 1 || !threads) {
            fputs("lt-bench: --capacity: the input is not a number of threads in each line\n", stderr);
            return 2;
        }
        fprintf(out, "%.3f\n", capacity_of(threads < bench_cores() ? threads : bench_cores(), &best));
        if (fflush(out)) return 1;
    }
    return 0;
}
