/* stamp.h: an epoch, modulo 2^12, in bits 48 to 59 of a count word, for strategies that must know when an object was last let
 * go of. A stamp only moves forward. */
#ifndef LIFETIME_STRATEGY_STAMP_H
#define LIFETIME_STRATEGY_STAMP_H

#include "../section.h"

#define LT_STAMP_SHIFT 48
#define LT_STAMP_MODULUS 4096u
#define LT_STAMP ((uint64_t)(LT_STAMP_MODULUS - 1) << LT_STAMP_SHIFT)

static inline uint64_t lt_stamp_of(uint64_t word) { return (word & LT_STAMP) >> LT_STAMP_SHIFT; }

/* How much older than `epoch` a stamp is. A thread sees epochs at most one behind another's, so a stamp that seems older by
 * all but LT_STAMP_AHEAD of the modulus is from the future. */
#define LT_STAMP_AHEAD 2u
#define LT_STAMP_GRACE 3u /* LT_GRACE of lib/domain.h: so old, and every borrow of then is over */
static inline uint64_t lt_stamp_age(uint64_t stamp, uint64_t epoch) { return (epoch - stamp) % LT_STAMP_MODULUS; }
static inline bool lt_stamp_is_ahead(uint64_t age) { return age >= LT_STAMP_MODULUS - LT_STAMP_AHEAD; }

/* The word with a stamp of `epoch`, unless a thread that is ahead has stamped it already. */
static inline uint64_t lt_stamped(uint64_t word, uint64_t epoch)
{
    bool ahead = lt_stamp_is_ahead(lt_stamp_age(lt_stamp_of(word), epoch));
    if (ahead && !LT_FAULT("lib/stamp-backwards", "an older epoch's stamp replaces a newer one")) return word;
    return (word & ~LT_STAMP) | (epoch << LT_STAMP_SHIFT & LT_STAMP);
}

#endif
