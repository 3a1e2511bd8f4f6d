/* urcu.h: what the flavours of userspace RCU have in common when memory is reclaimed with them. Their files say
 *
 *   #define _LGPL_SOURCE, #include <urcu/urcu-<flavour>.h>    liburcu's inline functions, not the calls
 *   #define URCU(name) urcu_<flavour>_##name
 *   #define URCU_QSBR       where quiescent states are announced: outside its sections a thread is offline, as it has to be
 *                           where it may block; a safepoint is the announcement
 *   #define URCU_DEFER      reclaims with defer_rcu; else with call_rcu
 *   #define URCU_STRUCTURES for the calls alone: the texts follow in the file
 *   #include "urcu.h"
 *
 * The rcu_head of call_rcu takes the place of the object's header. call_rcu has its usual one thread, which is not pinned. A
 * full queue of defer_rcu takes a lock and waits for a grace period, which no thread may do inside a section, nor online; so
 * it is called outside. */
#include <pthread.h>
#include <sched.h>
#include <string.h>

#define PEER_OWN_THREADS
#define PEER_OWN_SECTIONS
#define PEER_OWN_BARRIER
#include "peer.h"

#ifdef URCU_QSBR
static inline void LT_FN(enter)(void) { URCU(thread_online)(); }
static inline void LT_FN(leave)(void) { URCU(thread_offline)(); }
static inline void LT_FN(safepoint)(void) { URCU(quiescent_state)(); }
#else
static inline void LT_FN(enter)(void) { URCU(read_lock)(); }
static inline void LT_FN(leave)(void) { URCU(read_unlock)(); }
static inline void LT_FN(safepoint)(void)
{
    URCU(read_unlock)();
    URCU(read_lock)();
}
#endif

#ifdef URCU_DEFER

static inline int LT_FN(thread_register)(void)
{
    URCU(register_thread)();
    int error = URCU(defer_register_thread)();
#ifdef URCU_QSBR
    URCU(thread_offline)();
#endif
    return error;
}
static inline void LT_FN(thread_unregister)(void)
{
    URCU(defer_unregister_thread)();
    URCU(unregister_thread)();
}

static inline void LT_FN(retire)(void *o)
{
    LT_FN(leave)();
    URCU(defer_rcu)(free, o);
    LT_FN(enter)();
}
static inline void LT_FN(barrier)(void) { URCU(defer_barrier)(); }

#else

/* The thread of call_rcu is pinned as its creator is, and so should not be made by a worker. */
static void LT_FN(start_call)(void)
{
    cpu_set_t pinned, all;
    memset(&all, 0xff, sizeof all);
    sched_getaffinity(0, sizeof pinned, &pinned);
    sched_setaffinity(0, sizeof all, &all);
    URCU(get_default_call_rcu_data)();
    sched_setaffinity(0, sizeof pinned, &pinned);
}

static inline int LT_FN(thread_register)(void)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    URCU(register_thread)();
    pthread_once(&once, LT_FN(start_call));
#ifdef URCU_QSBR
    URCU(thread_offline)();
#endif
    return 0;
}
static inline void LT_FN(thread_unregister)(void) { URCU(unregister_thread)(); }

static void LT_FN(give_back)(struct rcu_head *head) { free(head); }
static inline void LT_FN(retire)(void *o) { URCU(call_rcu)((struct rcu_head *)o, LT_FN(give_back)); }
static inline void LT_FN(barrier)(void) { URCU(barrier)(); }

#endif

#ifndef URCU_STRUCTURES
#include "retired.h"

#include "../work/common.h"
#include "../work/slot_loop.h"
#include "../work/slot.h"
#include "../work/churn.h"
#include "../work/oversubscribed.h"
#ifndef URCU_DEFER
#include "../work/lookup.h"
#include "../work/stall.h" /* with a reader that does not go on defer_rcu would wait for ever */
#endif
#endif
