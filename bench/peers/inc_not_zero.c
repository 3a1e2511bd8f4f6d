/* inc_not_zero.c: Linux's references before rcuref. */
#define BENCH_PEER inc_not_zero
#define PEER_COUNTS
#include "peer.h"

static inline void LT_FN(retried)(void) {}

#include "inc_not_zero.h"
