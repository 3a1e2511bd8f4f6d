/* scanned.h: counted owners whose stamps are eras of scans (lib/scanned.h). Included by a strategy's header, in the place
 * of stamped.h, before slots.h. There is no include guard: each strategy includes it once. */

#include "frame.h"

#ifdef __cplusplus
extern "C" {
#endif
extern lt_atomic64 LT_S(era);    /* modulo LT_STAMP_MODULUS never 0, nor that less 1 */
extern lt_atomic64 LT_S(fences); /* 0; or LT_STAMP_MODULUS - 1: there is no membarrier */
extern LT_TLS uint32_t LT_S(drops);  /* slots that this thread made let go of something, since its last scan */
void LT_S(drop_first)(lt_object *);
void LT_S(drop_many)(void);
#ifdef __cplusplus
}
#endif

/* Where scans cannot fence us from afar, this is no stamp's: so every release stamps, and fences first. */
static inline uint64_t LT_S(now)(void)
{
    return lt_load64(&LT_S(era), LT_RELAXED) | lt_load64(&LT_S(fences), LT_RELAXED);
}

#include "stamped.h"

/* What dies late keeps alive all that hangs from it, however much that is: so whoever empties slots scans now and then, though
 * little is retired. */
#define LT_SCANNED_DROPS 2048u

/* As a release. But what has no stamp yet was in a slot all the same. */
static inline void LT_S(drop_raw)(lt_object *o)
{
    bool first = (lt_load64(&o->count.whole, LT_RELAXED) & ~LT_STAMPED_BIRTH) == 1 &&
        !LT_FAULT("hazard/drop-as-release", "what a slot lets go of is taken for never shared");
    if (LT_UNLIKELY(first)) LT_S(drop_first)(o);
    else LT_S(release_raw)(o);
    if (LT_UNLIKELY(++LT_S(drops) >= LT_SCANNED_DROPS)) LT_S(drop_many)();
}

/* One reference, and no stamp: it was in no slot, ever, so nobody borrows it. Acquire as for every end. */
#define LT_OWN_REUSABLE
static inline bool LT_S(reusable_raw)(const lt_object *o)
{
    uint64_t word = lt_load64(&o->count.whole, LT_ACQUIRE);
    if (LT_FAULT("hazard/reuse-stamped", "an object that was in a slot is reused")) return (word & LT_STAMPED_COUNT) == 1;
    return (word & ~LT_STAMPED_BIRTH) == 1;
}
