/* seqlock.c: a sequence lock around every lookup, for readers: a number is read before and after, and the lookup made again if
 * it was odd or has changed. A writer would make it odd and even again. */
#define BENCH_PEER seqlock
#define PEER_OWN_LOOKUP
#include "peer.h"

static struct { lt_atomic32 number; } __attribute__((aligned(128))) sequence;
static LT_TLS uint32_t seen;

static inline void LT_FN(retire)(void *o) { free(o); }

static inline void LT_NAME(lookup_begin)(struct lookup_bucket *bucket)
{
    (void)bucket;
    while ((seen = lt_load32(&sequence.number, LT_ACQUIRE)) & 1) continue;
}
static inline bool LT_NAME(lookup_end)(struct lookup_bucket *bucket)
{
    (void)bucket;
    __atomic_thread_fence(__ATOMIC_ACQUIRE); /* what was read was read before the number is read again */
    return lt_load32(&sequence.number, LT_RELAXED) == seen;
}

#include "retired.h"

#include "../work/common.h"
#include "../work/lookup.h"
