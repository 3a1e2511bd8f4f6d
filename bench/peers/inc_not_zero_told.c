/* inc_not_zero_told.c: the same, and tells how often a compare-and-swap failed; by a counter of the thread's own. A
 * measurement of its own: whoever counts comes back a little later, and is in the others' way a little less. */
#define BENCH_PEER inc_not_zero_told
#define PEER_COUNTS
#define PEER_TELLS_RETRIES
#include "peer.h"

static inline void LT_FN(retried)(void) { bench_retries++; }

#include "inc_not_zero.h"
