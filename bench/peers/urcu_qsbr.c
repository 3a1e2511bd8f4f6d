/* urcu_qsbr.c: the section of userspace RCU, flavour qsbr (quiescent states announced by the thread), inlined.
 *
 * Entering is nothing; what lets others make progress, and so what leaving and a safepoint have to be, is the announcement
 * of a quiescent state. */
#define _LGPL_SOURCE /* liburcu's inline functions, not the calls */
#include <urcu/urcu-qsbr.h>

#define BENCH_PEER urcu_qsbr
#define PEER_OWN_THREADS
#define PEER_OWN_SECTIONS
#include "peer.h"

static inline int LT_FN(thread_register)(void)
{
    urcu_qsbr_register_thread();
    return 0;
}
static inline void LT_FN(thread_unregister)(void) { urcu_qsbr_unregister_thread(); }

static inline void LT_FN(enter)(void) { urcu_qsbr_read_lock(); }
static inline void LT_FN(leave)(void)
{
    urcu_qsbr_read_unlock();
    urcu_qsbr_quiescent_state();
}
static inline void LT_FN(safepoint)(void) { urcu_qsbr_quiescent_state(); }

#include "../work/common.h"
#include "../work/section.h"
