/* inc_not_zero.h: a reference as Linux takes it where objects may be found dying: atomic_inc_not_zero, a compare-and-swap
 * loop, and atomic_dec_return. The peer's file says in retried() what it does where a compare-and-swap has failed. */

static inline void LT_FN(retain)(void *o)
{
    lt_atomic64 *count = &((lt_object *)o)->count.whole;
    uint64_t old = lt_load64(count, LT_RELAXED);
    while (old && !lt_cas64(count, &old, old + 1, LT_RELAXED, LT_RELAXED)) LT_FN(retried)();
}

static inline void LT_FN(release_n)(void *o, uint32_t n)
{
    if (lt_sub64(&((lt_object *)o)->count.whole, n, LT_ACQ_REL) == n) free(o);
}
static inline void LT_FN(release)(void *o) { LT_FN(release_n)(o, 1); }

#include "counted.h"

#include "../work/common.h"
#include "../work/shared_pair.h"
