#include "capacity.h"

#include <fcntl.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

static double seconds_of(clockid_t clock)
{
    struct timespec t;
    clock_gettime(clock, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

double bench_now(void) { return seconds_of(CLOCK_MONOTONIC); }
double bench_cpu_now(void) { return seconds_of(CLOCK_THREAD_CPUTIME_ID); }

double bench_queued_now(void)
{
    char text[80] = "";
    unsigned long long ran, queued = 0;
    int fd = open("/proc/thread-self/schedstat", O_RDONLY | O_CLOEXEC);
    if (fd < 0) return 0;
    if (read(fd, text, sizeof text - 1) > 0 && sscanf(text, "%llu %llu", &ran, &queued) != 2) queued = 0;
    close(fd);
    return 1e-9 * (double)queued;
}

long bench_sleeps_now(void)
{
    struct rusage use;
    getrusage(RUSAGE_THREAD, &use);
    return use.ru_nvcsw;
}

/* Steps per second; and the part of the time in which the thread had its processor. */
static double spin(double seconds, double *share)
{
    const unsigned steps = 1000;
    double start = bench_now(), cpu = bench_cpu_now(), elapsed;
    uint64_t a = 1, b = 2, c = 3, d = 4, e = 5, f = 6, rounds = 0;
    do {
        /* No step waits for another: all units of a core are in use, and a sibling that needs them shows. */
        for (unsigned i = 0; i < steps; i++) {
            a += i, b ^= i, c += i, d ^= i, e += i, f ^= i;
            __asm__ volatile("" : "+r"(a), "+r"(b), "+r"(c), "+r"(d), "+r"(e), "+r"(f));
        }
        rounds++;
        elapsed = bench_now() - start;
    } while (elapsed < seconds);
    *share = fmin((bench_cpu_now() - cpu) / elapsed, 1);
    return (double)rounds * steps / elapsed;
}

double bench_spin_best(void)
{
    double best = 0, share;
    for (unsigned i = 0; i < 40; i++) best = fmax(best, spin(0.0005, &share));
    return best;
}

static double capacity(double seconds, double *best)
{
    double share, speed = spin(seconds, &share);
    *best = fmax(*best, speed);
    return speed > 0.8 * *best ? share : speed / *best;
}

double bench_capacity(double seconds, double *best)
{
    double a = capacity(seconds / 3, best), b = capacity(seconds / 3, best), c = capacity(seconds / 3, best);
    return fmax(fmin(a, b), fmin(fmax(a, b), c));
}
