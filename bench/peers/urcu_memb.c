/* urcu_memb.c: the section of userspace RCU, flavour memb (membarrier(2) on the slow side), inlined.
 *
 * Its safepoint is what a user would write for one: leave and enter. */
#define _LGPL_SOURCE /* liburcu's inline functions, not the calls */
#include <urcu/urcu-memb.h>

#define BENCH_PEER urcu_memb
#define PEER_OWN_THREADS
#define PEER_OWN_SECTIONS
#include "peer.h"

static inline int LT_FN(thread_register)(void)
{
    urcu_memb_register_thread();
    return 0;
}
static inline void LT_FN(thread_unregister)(void) { urcu_memb_unregister_thread(); }

static inline void LT_FN(enter)(void) { urcu_memb_read_lock(); }
static inline void LT_FN(leave)(void) { urcu_memb_read_unlock(); }
static inline void LT_FN(safepoint)(void)
{
    urcu_memb_read_unlock();
    urcu_memb_read_lock();
}

#include "../work/common.h"
#include "../work/section.h"
