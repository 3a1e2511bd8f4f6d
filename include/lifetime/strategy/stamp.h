/* stamp.h: an epoch, modulo 2^12, in bits 48 to 59 of a count word, for strategies that must know when an object was last let
 * go of. A stamp only moves forward. */
#ifndef LIFETIME_STRATEGY_STAMP_H
#define LIFETIME_STRATEGY_STAMP_H

#include "../section.h"

#define LT_STAMP_SHIFT 48
#define LT_STAMP_MODULUS 4096u
#define LT_STAMP ((uint64_t)(LT_STAMP_MODULUS - 1) << LT_STAMP_SHIFT)

static inline uint64_t lt_stamp_of(uint64_t word) { return (word & LT_STAMP) >> LT_STAMP_SHIFT; }

/* The word with a stamp of `epoch`, unless a thread that is an epoch ahead has stamped it already. */
static inline uint64_t lt_stamped(uint64_t word, uint64_t epoch)
{
    if ((epoch - lt_stamp_of(word)) % LT_STAMP_MODULUS >= LT_STAMP_MODULUS / 2) return word;
    return (word & ~LT_STAMP) | (epoch << LT_STAMP_SHIFT & LT_STAMP);
}

#endif
