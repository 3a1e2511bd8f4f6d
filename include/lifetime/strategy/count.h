/* count.h: the number line of a 64-bit count, for strategies that keep one.
 *
 *   0            dead, or never more than a moment
 *   1 .. 2^56    alive
 *   2^56 ..      saturated: the next lt_retain_n makes it immortal; single retains do not come further in the life of a machine
 *   2^61 ..      immortal. LT_IMMORTAL puts it in the middle, 2^62, once, from where retains and releases without a partner do
 *                not lead out in the life of a machine; so what was seen to be immortal stays so.
 *   2^63         dead, in a list: LT_COUNT_DEAD | the next dead object's address
 *
 * So neither a retain nor a release needs a check for overflow. */
#ifndef LIFETIME_STRATEGY_COUNT_H
#define LIFETIME_STRATEGY_COUNT_H

#include <stdbool.h>
#include <stdint.h>

#define LT_SATURATED (1ull << 56)
#define LT_IMMORTAL (1ull << 62)
#define LT_IMMORTAL_FROM (1ull << 61)
#define LT_COUNT_DEAD (1ull << 63)

/* Is there a reference? What has none never has one again: 0, then LT_COUNT_DEAD. */
static inline bool lt_count_lives(uint64_t word) { return word - 1 < LT_COUNT_DEAD - 1; }

#endif
