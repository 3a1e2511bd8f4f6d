/* peer.h: a peer is something else than a strategy of this library that plays the part of one, so that it is measured
 * with the very same text. Its file says
 *
 *   #define BENCH_PEER <name>
 *   #include "peer.h"
 *   the calls of lifetime.h that peer.h leaves out, as LT_FN(<call>)
 *   #include "../work/common.h" and the texts of the workloads that it plays
 *
 * peer.h gives it objects from malloc (with a count, if PEER_COUNTS, that is PEER_FIRST_COUNT, or 1; PEER_ROOM bytes larger
 * than the type says), threads that need no registration (unless PEER_OWN_THREADS), sections that cost nothing (unless
 * PEER_OWN_SECTIONS), and nothing to wait for at the end (unless PEER_OWN_BARRIER). */
#ifndef BENCH_PEER_H
#define BENCH_PEER_H

#include <lifetime/lifetime.h>

#include "../work/workloads.h"
#include "peers.h"

#undef LIFETIME_STRATEGY
#define LIFETIME_STRATEGY BENCH_PEER

#ifndef PEER_OWN_THREADS
static inline int LT_FN(thread_register)(void) { return 0; }
static inline void LT_FN(thread_unregister)(void) {}
#endif

#ifndef PEER_OWN_SECTIONS
static inline void LT_FN(enter)(void) {}
static inline void LT_FN(leave)(void) {}
static inline void LT_FN(safepoint)(void) {}
#endif

#ifndef PEER_FIRST_COUNT
#define PEER_FIRST_COUNT 1
#endif
#ifndef PEER_ROOM
#define PEER_ROOM 0
#endif

static inline void *LT_FN(new)(const lt_type *type)
{
    lt_object *o = (lt_object *)malloc(type->size + PEER_ROOM);
#ifdef PEER_COUNTS
    if (LT_LIKELY(o != NULL)) lt_store64(&o->count.whole, PEER_FIRST_COUNT, LT_RELAXED);
#endif
    return o;
}

static inline void LT_FN(share)(void *o) { (void)o; }

static inline const lt_traits *LT_FN(traits)(void)
{
    static const lt_traits traits = {.threads = true, .reclaims = true};
    return &traits;
}
#ifndef PEER_OWN_BARRIER
static inline void LT_FN(barrier)(void) {}
#endif
static inline void LT_FN(stats_read)(lt_stats *stats) { *stats = (lt_stats){0}; }

#endif
