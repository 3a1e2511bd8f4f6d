/* scanned.h: counted owners whose stamps are eras of scans (lib/scanned.h). Included by a strategy's header, in the place
 * of stamped.h, before slots.h. There is no include guard: each strategy includes it once. */

#include "frame.h"

#ifdef __cplusplus
extern "C" {
#endif
extern lt_atomic64 LT_S(era);    /* modulo LT_STAMP_MODULUS never 0, nor that less 1 */
extern lt_atomic64 LT_S(fences); /* 0; or LT_STAMP_MODULUS - 1: there is no membarrier */
void LT_S(drop_first)(lt_object *);
#ifdef __cplusplus
}
#endif

/* Where scans cannot fence us from afar, this is no stamp's: so every release stamps, and fences first. */
static inline uint64_t LT_S(now)(void)
{
    return lt_load64(&LT_S(era), LT_RELAXED) | lt_load64(&LT_S(fences), LT_RELAXED);
}

#include "stamped.h"

/* As a release. But what has no stamp yet was in a slot all the same. */
static inline void LT_S(drop_raw)(lt_object *o)
{
    bool first = (lt_load64(&o->count.whole, LT_RELAXED) & ~LT_STAMPED_BIRTH) == 1 &&
        !LT_FAULT("hazard/drop-as-release", "what a slot lets go of is taken for never shared");
    if (LT_UNLIKELY(first)) LT_S(drop_first)(o);
    else LT_S(release_raw)(o);
}

/* One reference, and no stamp: it was in no slot, ever, so nobody borrows it. Acquire as for every end. */
#define LT_OWN_REUSABLE
static inline bool LT_S(reusable_raw)(const lt_object *o)
{
    uint64_t word = lt_load64(&o->count.whole, LT_ACQUIRE);
    if (LT_FAULT("hazard/reuse-stamped", "an object that was in a slot is reused")) return (word & LT_STAMPED_COUNT) == 1;
    return (word & ~LT_STAMPED_BIRTH) == 1;
}
