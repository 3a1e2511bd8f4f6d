/* cas.c: a count that is changed by compare-and-swap loops, as Swift 3 did it (the baseline of PACT 2018). */
#define BENCH_PEER cas
#define PEER_COUNTS
#include "peer.h"

static inline void LT_FN(retain)(void *o)
{
    lt_atomic64 *count = &((lt_object *)o)->count.whole;
    uint64_t old = lt_load64(count, LT_RELAXED);
    while (!lt_cas64(count, &old, old + 1, LT_RELAXED, LT_RELAXED)) continue;
}

static inline void LT_FN(release_n)(void *o, uint32_t n)
{
    lt_atomic64 *count = &((lt_object *)o)->count.whole;
    uint64_t old = lt_load64(count, LT_RELAXED);
    while (!lt_cas64(count, &old, old - n, LT_ACQ_REL, LT_RELAXED)) continue;
    if (old == n) free(o);
}
static inline void LT_FN(release)(void *o) { LT_FN(release_n)(o, 1); }

#include "counted.h"

#include "../work/common.h"
#include "../work/increment.h"
#include "../work/lookup.h"
#include "../work/pair.h"
#include "../work/shared_pair.h"
