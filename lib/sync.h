/* sync.h: what threads wait with, and the fences that are no access. As in lifetime/atomic.h, a test build may name a header
 * of its own (LT_SYNC) that defines these functions, and so decides who waits and who goes on. */
#ifndef LT_LIB_SYNC_H
#define LT_LIB_SYNC_H

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>
#include <time.h>

#ifdef LT_SYNC
#include LT_SYNC
#else

#include <linux/futex.h>
#include <linux/membarrier.h>
#include <sched.h>
#include <sys/syscall.h>
#include <unistd.h>

static inline void lt_mutex_lock(pthread_mutex_t *m) { pthread_mutex_lock(m); }
static inline bool lt_mutex_try_lock(pthread_mutex_t *m) { return pthread_mutex_trylock(m) == 0; }
static inline void lt_mutex_unlock(pthread_mutex_t *m) { pthread_mutex_unlock(m); }

/* 0, or ETIMEDOUT. */
static inline int lt_cond_wait_until(pthread_cond_t *c, pthread_mutex_t *m, const struct timespec *until)
{
    return pthread_cond_timedwait(c, m, until);
}
static inline void lt_cond_signal(pthread_cond_t *c) { pthread_cond_signal(c); }

/* Sleeps as long as the word holds `expected`, or not so long: the caller looks again. */
static inline void lt_futex_wait(const uint32_t *word, uint32_t expected)
{
    syscall(SYS_futex, word, FUTEX_WAIT_PRIVATE, expected, NULL, NULL, 0);
}
static inline void lt_futex_wake(const uint32_t *word) { syscall(SYS_futex, word, FUTEX_WAKE_PRIVATE, 1, NULL, NULL, 0); }

static inline void lt_time(struct timespec *t) { clock_gettime(CLOCK_MONOTONIC, t); }

static inline uint32_t lt_thread_id(void) { return (uint32_t)syscall(SYS_gettid); }

/* In a loop that waits for a moment. */
static inline void lt_pause(void)
{
#if defined(__x86_64__) || defined(__i386__)
    __builtin_ia32_pause();
#elif defined(__aarch64__)
    __asm__ volatile("yield");
#endif
}

/* In a loop that waits for another thread without being woken by it. */
static inline void lt_yield(void) { sched_yield(); }

/* Not longer than that, or not even so long. The system call itself, for that is no cancellation point; less than a second. */
static inline void lt_sleep(uint64_t nanoseconds)
{
    struct timespec t = {.tv_nsec = (long)nanoseconds};
    syscall(SYS_nanosleep, &t, NULL);
}

static inline void lt_full_fence(void) { __atomic_thread_fence(__ATOMIC_SEQ_CST); }

/* A full fence in every running thread of the process. False: the kernel does not do it. */
static inline bool lt_membarrier_register(void)
{
    return syscall(SYS_membarrier, MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED, 0, 0) == 0;
}
static inline bool lt_membarrier(void) { return syscall(SYS_membarrier, MEMBARRIER_CMD_PRIVATE_EXPEDITED, 0, 0) == 0; }

#endif

#endif
