/* rcuref.c: Linux's rcuref_t (lib/rcuref.c, Gleixner 2023). The count is one less than there are references, and a number line:
 *
 *   0 ..           alive
 *   0x80000000 ..  saturated; 0xA0000000 is the middle
 *   0xC0000000 ..  dead; 0xE0000000 is the middle
 *   0xFFFFFFFF     nobody has one, but somebody may be about to take one
 *
 * So that get is one addition, whatever was there, and a look at the sign of the sum; and put the same. */
#define BENCH_PEER rcuref
#define PEER_COUNTS
#define PEER_FIRST_COUNT 0
#include "peer.h"

enum { RCUREF_NONE = -1 };
#define RCUREF_SATURATED 0xA0000000u
#define RCUREF_RELEASED 0xC0000000u
#define RCUREF_DEAD 0xE0000000u

static inline lt_atomic32 *LT_FN(count)(void *o) { return &((lt_object *)o)->count.half.local; }

/* False: it was dead. */
static __attribute__((noinline)) bool LT_FN(get_slow)(lt_atomic32 *count)
{
    bool dead = lt_load32(count, LT_RELAXED) >= RCUREF_RELEASED;
    lt_store32(count, dead ? RCUREF_DEAD : RCUREF_SATURATED, LT_RELAXED);
    return !dead;
}

static inline bool LT_FN(get)(lt_atomic32 *count)
{
    return LT_LIKELY((int32_t)lt_add32(count, 1, LT_RELAXED) >= 0) || LT_FN(get_slow)(count);
}

/* True: it was the last, and nobody has taken one since. */
static __attribute__((noinline)) bool LT_FN(put_slow)(lt_atomic32 *count)
{
    uint32_t seen = lt_load32(count, LT_RELAXED);
    if (seen == (uint32_t)RCUREF_NONE) return lt_cas32(count, &seen, RCUREF_DEAD, LT_ACQ_REL, LT_RELAXED);
    lt_store32(count, seen >= RCUREF_RELEASED ? RCUREF_DEAD : RCUREF_SATURATED, LT_RELAXED);
    return false;
}

static inline bool LT_FN(put)(lt_atomic32 *count)
{
    return LT_UNLIKELY((int32_t)lt_sub32(count, 1, LT_RELEASE) <= 0) && LT_FN(put_slow)(count);
}

static inline void LT_FN(retain)(void *o) { (void)LT_FN(get)(LT_FN(count)(o)); }
static inline void LT_FN(release)(void *o)
{
    if (LT_FN(put)(LT_FN(count)(o))) free(o);
}

#include "counted.h"

#include "../work/common.h"
#include "../work/shared_pair.h"
