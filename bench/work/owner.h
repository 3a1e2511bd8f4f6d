/* owner.h: who makes the objects that a worker of `handoff` drops, and what he does meanwhile.
 *
 * ring      the worker after it, which drops another's objects as well
 * running   a thread of its own, which from then on passes safepoints, without a pause
 * blocked   a thread of its own, which then waits outside its section
 * exited    a thread of its own, which has then ended */
#ifndef BENCH_OWNER_H
#define BENCH_OWNER_H

#include <pthread.h>
#include <semaphore.h>

#include "bench.h"

enum { HANDOFF_OBJECTS = 1 << 18 }; /* per worker and filling */

struct bench_owner {
    struct bench_worker *worker;
    void (*make)(struct bench_owner *);      /* fills what the worker drops */
    void (*safepoints)(struct bench_owner *); /* until owner->over */
    void (*register_thread)(void);
    void (*unregister_thread)(void);
    pthread_t thread;
    sem_t made, go;
    bool started;
    lt_atomic32 over; /* looked at all the time, so nothing that the worker writes lies beside it */
} __attribute__((aligned(128)));

#ifdef __cplusplus
extern "C" {
#endif

/* Starts the owner; returns when the objects are there, and for `exited` when the owner has ended. */
void bench_owner_start(struct bench_owner *);

/* Lets the owner end, and waits for that. */
void bench_owner_stop(struct bench_owner *);

#ifdef __cplusplus
}
#endif

static inline bool bench_owner_over(const struct bench_owner *o) { return lt_load32(&o->over, LT_RELAXED) != 0; }

#endif
