/* urcu_bp.c: the section of userspace RCU, flavour bp (threads register by themselves), inlined.
 *
 * Its safepoint is what a user would write for one: leave and enter. */
#define _LGPL_SOURCE /* liburcu's inline functions, not the calls */
#include <urcu/urcu-bp.h>

#define BENCH_PEER urcu_bp
#define PEER_OWN_THREADS
#define PEER_OWN_SECTIONS
#include "peer.h"

static inline int LT_FN(thread_register)(void)
{
    urcu_bp_register_thread();
    return 0;
}
static inline void LT_FN(thread_unregister)(void) { urcu_bp_unregister_thread(); }

static inline void LT_FN(enter)(void) { urcu_bp_read_lock(); }
static inline void LT_FN(leave)(void) { urcu_bp_read_unlock(); }
static inline void LT_FN(safepoint)(void)
{
    urcu_bp_read_unlock();
    urcu_bp_read_lock();
}

#include "../work/common.h"
#include "../work/section.h"
