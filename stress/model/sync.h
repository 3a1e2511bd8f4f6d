/* sync.h: locks, waits and fences under the scheduler (LT_SYNC of lib/sync.h). The real mutex is taken as well, when it is
 * free: so ThreadSanitizer sees what it orders, and nothing else. */
#ifndef MODEL_SYNC_H
#define MODEL_SYNC_H

#include <errno.h>

#include "hooks.h"

static inline void lt_mutex_lock(pthread_mutex_t *m)
{
    model_mutex_lock(m);
    pthread_mutex_lock(m);
}
static inline bool lt_mutex_try_lock(pthread_mutex_t *m) { return model_mutex_try_lock(m) && pthread_mutex_trylock(m) == 0; }
static inline void lt_mutex_unlock(pthread_mutex_t *m)
{
    model_mutex_unlock(m);
    pthread_mutex_unlock(m);
}

/* Time is the scheduler's as well: it may be over at any step. */
static inline int lt_cond_wait_until(pthread_cond_t *c, pthread_mutex_t *m, const struct timespec *until)
{
    (void)until;
    lt_mutex_unlock(m);
    bool signalled = model_cond_wait(c);
    lt_mutex_lock(m);
    return signalled ? 0 : ETIMEDOUT;
}
static inline void lt_cond_signal(pthread_cond_t *c) { model_cond_signal(c); }

static inline void lt_futex_wait(const uint32_t *word, uint32_t expected) { model_futex_wait(word, expected); }
static inline void lt_futex_wake(const uint32_t *word) { model_futex_wake(word); }

static inline uint32_t lt_thread_id(void) { return 1; }

static inline void lt_time(struct timespec *t)
{
    uint64_t ns = model_time();
    t->tv_sec = (time_t)(ns / 1000000000);
    t->tv_nsec = (long)(ns % 1000000000);
}

static inline void lt_pause(void) { model_yield(); }
static inline void lt_yield(void) { model_yield(); }
static inline void lt_sleep(uint64_t nanoseconds) { (void)nanoseconds, model_yield(); }
static inline void lt_full_fence(void) { model_full_fence(); }

static inline bool lt_membarrier_register(void) { return true; }
static inline bool lt_membarrier(void) { return model_membarrier(), true; }

#endif
