/* fetch_add.c: the floor of every atomic count: one unconditional atomic add, one atomic subtract and its test. */
#define BENCH_PEER fetch_add
#define PEER_COUNTS
#include "peer.h"

static inline void LT_FN(retain)(void *o) { lt_add64(&((lt_object *)o)->count.whole, 1, LT_RELAXED); }

static inline void LT_FN(release_n)(void *o, uint32_t n)
{
    if (lt_sub64(&((lt_object *)o)->count.whole, n, LT_ACQ_REL) == n) free(o);
}
static inline void LT_FN(release)(void *o) { LT_FN(release_n)(o, 1); }

#include "counted.h"

#include "../work/common.h"
#include "../work/increment.h"
#include "../work/lookup.h"
#include "../work/pair.h"
#include "../work/shared_pair.h"
