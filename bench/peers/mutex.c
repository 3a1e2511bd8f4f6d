/* mutex.c: one lock around every lookup: a section holds it. What is read under it needs no borrow. */
#include <pthread.h>

#define BENCH_PEER mutex
#define PEER_OWN_SECTIONS
#include "peer.h"

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

static inline void LT_FN(enter)(void) { pthread_mutex_lock(&lock); }
static inline void LT_FN(leave)(void) { pthread_mutex_unlock(&lock); }
static inline void LT_FN(safepoint)(void) {}
static inline void LT_FN(retire)(void *o) { free(o); }

#include "retired.h"

#include "../work/common.h"
#include "../work/lookup.h"
