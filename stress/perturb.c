#include "perturb.h"

#include <lifetime/testing.h>
#include <pthread.h>
#include <sched.h>
#include <stddef.h>
#include <time.h>

static unsigned per_mille;
static uint64_t seed_of_all;

static uint64_t draw_delay(void)
{
    static uint64_t threads; /* atomic */
    static _Thread_local uint64_t state;
    if (!state) state = (seed_of_all + 1) * 0x9e3779b97f4a7c15ull ^ __atomic_add_fetch(&threads, 1, __ATOMIC_RELAXED) << 32;
    state ^= state >> 12;
    state ^= state << 25;
    state ^= state >> 27;
    return state * 0x2545f4914f6cdd1dull >> 32;
}

static void spin(unsigned turns)
{
    for (unsigned i = 0; i < turns; i++) __atomic_signal_fence(__ATOMIC_SEQ_CST);
}

static void delay(const char *point)
{
    (void)point;
    if (draw_delay() % 1000 >= per_mille) return;
    uint64_t kind = draw_delay() % 100;
    if (kind < 60) {
        spin(50 + (unsigned)(draw_delay() % 2000));
    } else if (kind < 95) {
        sched_yield();
    } else {
        struct timespec nap = {.tv_nsec = 1000 + (long)(draw_delay() % 200000)};
        int before;
        (void)pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &before); /* a point is no cancellation point */
        nanosleep(&nap, NULL);
        (void)pthread_setcancelstate(before, NULL);
    }
}

void perturb(unsigned delays, uint64_t seed)
{
    per_mille = delays;
    seed_of_all = seed;
#if LT_POINTS
    if (delays) lt_at_point = delay;
#else
    (void)delay;
#endif
}
