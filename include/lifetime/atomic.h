/* atomic.h: the atomic accesses that the protocols of lifetime are written in.
 *
 * C11 memory model, usable from C11 and C++17 alike: both see the same plain struct, and every access names its order.
 * Nothing else in lifetime touches `raw` of an object that two threads can reach at once; a strategy that has one
 * thread at a time (`plain`, `global_lock`) reads and writes `raw` directly, so that ThreadSanitizer checks its lock.
 */
#ifndef LIFETIME_ATOMIC_H
#define LIFETIME_ATOMIC_H

#include <stdbool.h>
#include <stdint.h>

#include "testing.h"

#define LT_RELAXED __ATOMIC_RELAXED
#define LT_ACQUIRE __ATOMIC_ACQUIRE
#define LT_RELEASE __ATOMIC_RELEASE
#define LT_ACQ_REL __ATOMIC_ACQ_REL
#define LT_SEQ_CST __ATOMIC_SEQ_CST

#define LT_LIKELY(x) __builtin_expect(!!(x), 1)
#define LT_UNLIKELY(x) __builtin_expect(!!(x), 0)

#if defined(__SANITIZE_THREAD__)
#define LT_TSAN 1
#elif defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define LT_TSAN 1
#endif
#endif
#ifndef LT_TSAN
#define LT_TSAN 0
#endif

typedef struct { uint8_t raw; } lt_atomic8;
typedef struct { uint32_t raw; } lt_atomic32;
typedef struct { uint64_t raw; } lt_atomic64;

/* Where the accesses come from. A test build names a header of its own, which defines all that native.h does, and so has a
 * say between any two of them. */
#ifdef LT_ATOMICS
#include LT_ATOMICS
#else
#include "native.h"
#endif

#endif
