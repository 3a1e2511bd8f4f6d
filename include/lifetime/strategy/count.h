/* count.h: the number line of a 64-bit count, for strategies that keep one.
 *
 *   0            dead, or never more than a moment
 *   1 .. 2^56    alive
 *   2^56 ..      immortal: a count that gets here stays. LT_IMMORTAL puts it in the middle, 2^62, from where retains and
 *                releases without a partner cannot lead out in the life of a machine.
 *
 * So neither a retain nor a release needs a check for overflow. */
#ifndef LIFETIME_STRATEGY_COUNT_H
#define LIFETIME_STRATEGY_COUNT_H

#define LT_SATURATED (1ull << 56)
#define LT_IMMORTAL (1ull << 62)

#endif
