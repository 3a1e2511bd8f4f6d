/* rendezvous.h: threads that wait for each other by spinning, so that they go on within nanoseconds of each other where there
 * is a processor for each. To be used outside sections. What one did before a meeting happened before what another does
 * after. */
#ifndef STRESS_RENDEZVOUS_H
#define STRESS_RENDEZVOUS_H

#include <sched.h>

struct rendezvous {
    unsigned members;
    unsigned arrived, meetings; /* atomic */
};

static inline void meet(struct rendezvous *r)
{
    enum { SPINS = 2000 };
    unsigned meeting = __atomic_load_n(&r->meetings, __ATOMIC_RELAXED); /* does not grow before we have arrived */
    if (__atomic_add_fetch(&r->arrived, 1, __ATOMIC_ACQ_REL) == r->members) {
        __atomic_store_n(&r->arrived, 0, __ATOMIC_RELAXED);
        __atomic_store_n(&r->meetings, meeting + 1, __ATOMIC_RELEASE);
        return;
    }
    for (unsigned i = 0; __atomic_load_n(&r->meetings, __ATOMIC_ACQUIRE) == meeting; i++)
        if (i >= SPINS) sched_yield();
}

#endif
