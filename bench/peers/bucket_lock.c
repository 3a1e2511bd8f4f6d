/* bucket_lock.c: a lock per bucket around every lookup, which lies beside the bucket's first pointer. */
#include <sched.h>

#define BENCH_PEER bucket_lock
#define PEER_OWN_LOOKUP
#include "peer.h"

static inline void LT_FN(retire)(void *o) { free(o); }

static inline void LT_NAME(lookup_begin)(struct lookup_bucket *bucket)
{
    /* Acquire pairs with the release in lookup_end. */
    for (unsigned looks = 0; lt_or32(&bucket->lock, 1, LT_ACQUIRE); looks++)
        if (looks % 100 == 99) sched_yield();
}
static inline bool LT_NAME(lookup_end)(struct lookup_bucket *bucket)
{
    lt_store32(&bucket->lock, 0, LT_RELEASE);
    return true;
}

#include "retired.h"

#include "../work/common.h"
#include "../work/lookup.h"
