/* count.h: the number line of a 64-bit count, for strategies that keep one.
 *
 *   0            dead, or never more than a moment
 *   1 .. 2^56    alive
 *   2^56 ..      saturated: the next lt_retain_n makes it immortal; single retains do not come further in the life of a machine
 *   2^61 ..      immortal. LT_IMMORTAL puts it in the middle, 2^62, once, from where retains and releases without a partner do
 *                not lead out in the life of a machine; so what was seen to be immortal stays so.
 *
 * So neither a retain nor a release needs a check for overflow. */
#ifndef LIFETIME_STRATEGY_COUNT_H
#define LIFETIME_STRATEGY_COUNT_H

#define LT_SATURATED (1ull << 56)
#define LT_IMMORTAL (1ull << 62)
#define LT_IMMORTAL_FROM (1ull << 61)

#endif
