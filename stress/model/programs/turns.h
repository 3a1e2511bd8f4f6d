/* turns.h: for programs whose threads wait for each other: what comes after what is given, and the schedule is free between. */
#ifndef MODEL_TURNS_H
#define MODEL_TURNS_H

#include <lib/sync.h>
#include <lifetime/atomic.h>

static lt_atomic64 turn;

static inline void await_turn(uint64_t n)
{
    while (lt_load64(&turn, LT_ACQUIRE) < n) lt_yield();
}
static inline void end_turn(void) { lt_add64(&turn, 1, LT_RELEASE); }

#endif
