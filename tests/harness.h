/* harness.h: what every test needs and no strategy is asked for: checks that any thread may make, threads, gates, sizes. */
#ifndef TESTS_HARNESS_H
#define TESTS_HARNESS_H

#include <pthread.h>
#include <semaphore.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define SANITIZED 1
#endif
#endif
#ifndef SANITIZED
#define SANITIZED 0
#endif

#ifdef __cplusplus
extern "C" {
#endif

/* In the test's own thread a failed check ends the test; in any other thread it is reported, and ends it later. */
#define CHECK(condition) ((condition) ? (void)0 : check_failed(__FILE__, __LINE__, __func__, #condition))
#define CHECK_EQ(a, b) check_equal(__FILE__, __LINE__, __func__, #a " == " #b, (uint64_t)(a), (uint64_t)(b))
#define CHECK_AT_MOST(a, b) check_at_most(__FILE__, __LINE__, __func__, #a " <= " #b, (uint64_t)(a), (uint64_t)(b))
void check_failed(const char *file, int line, const char *function, const char *condition);
void check_equal(const char *file, int line, const char *function, const char *condition, uint64_t a, uint64_t b);
void check_at_most(const char *file, int line, const char *function, const char *condition, uint64_t a, uint64_t b);

/* For memory without which a test cannot go on. */
static inline void *needed(void *memory)
{
    if (!memory) abort();
    return memory;
}

/* A tenth of everything is enough: a sanitizer looks on, or LT_TEST_SHORT is in the environment, as where the processor is
 * emulated. Since test_begins. */
extern bool in_short;

void test_begins(void);       /* the calling thread is the test's own */
void test_ends(void);         /* fails the test if another thread's check failed */
void skip(const char *reason); /* ends the test, neither passed nor failed */
void leaks_are_meant(void);   /* LeakSanitizer has nothing to say about this test */

/* For the objects of thing.h. Once for all suites: a test is a process of its own, and LeakSanitizer reads through whatever
 * is there when it ends. */
#define FATES (1u << 20)
extern uint8_t fates[FATES];

/* Seconds after which a test hangs, on the slowest machine under the slowest sanitizer. */
#define PATIENCE 600

/* How many threads a race runs: more than there are processors, and at least four. */
#define CROWD_MOST 16u
unsigned crowd(void);

/* n threads run body(0..n-1, shared), from the same moment on; returns when all have exited. */
void run_crowd(unsigned n, void (*body)(unsigned index, void *shared), void *shared);

pthread_t start(void *(*body)(void *), void *argument);
pthread_t start_on_small_stack(void *(*body)(void *), void *argument); /* a little more than PTHREAD_STACK_MIN */
void finish(pthread_t);

/* Runs body(shared) in a process of its own, in which the calling thread is alone. False if a check failed in it, or it
 * crashed or hung. */
bool succeeds_in_a_fork(void (*body)(void *shared), void *shared);
bool aborts_in_a_fork(void (*body)(void *shared), void *shared); /* true if abort() ended it */

/* A gate is passed as often as it was opened. Pass it outside a section: it blocks. */
void gate_init(sem_t *);
void gate_open(sem_t *);
void gate_pass(sem_t *);

/* Numbers without a pattern: xorshift64*. A seed of 0 is as good as any. */
uint64_t random_next(uint64_t *state);
static inline unsigned random_below(uint64_t *state, unsigned n) { return (unsigned)((random_next(state) >> 32) % n); }

#ifdef __cplusplus
}
#endif
#endif
