/* section.h: what a section costs. Included by the strategies' headers; clients use lt_enter, lt_leave, lt_safepoint.
 *
 * Every thread has a record, which begins with two words on one cache line.
 *
 *   section    epoch << 20 | depth      written by the thread: the epoch it last announced, and how deep it is nested
 *   attention  epochs << 3 | LT_ASK_*   added to by others: how many epochs have begun since that, and what is wanted of it
 *
 * As long as attention is 0 nothing is wanted, and entering is one store and one comparison. lib/grace.c has the other side
 * and the proof.
 */
#ifndef LIFETIME_SECTION_H
#define LIFETIME_SECTION_H

#include "types.h"

typedef struct lt_thread {
    lt_atomic64 section;
    lt_atomic64 attention;
    lt_atomic64 reused, reused_bytes; /* objects made from reuse tokens, of all times; for statistics */
} lt_thread;

typedef struct lt_domain lt_domain; /* one strategy's threads, epochs and statistics: lib/domain.h */

#define LT_DEPTH_MASK 0xffffull
#define LT_EPOCH_SHIFT 20 /* of the section word */
#define LT_ASK_SERVICE 1ull /* run the strategy's service: merge, hand over */
#define LT_ASK_SEIZED 2ull  /* a helper works for this thread, or is about to: take the lock before going in */
#define LT_ASK_FENCE 4ull   /* this kernel has no membarrier: fence on the way in (set for good) */
#define LT_ASK_EPOCH_SHIFT 3
#define LT_ASK_EPOCH (1ull << LT_ASK_EPOCH_SHIFT) /* an epoch has begun: announce it */

#ifdef __cplusplus
extern "C" {
#endif
void lt_enter_first(lt_domain *); /* registers the thread; aborts if that cannot be done */
void lt_enter_slow(lt_thread *);
void lt_leave_slow(lt_thread *);
void lt_safepoint_slow(lt_thread *);
void lt_let_go(lt_thread *, lt_object *); /* a slot's reference, or what is dead, ends when all borrows of now are over: lib/limbo.c */
#ifdef __cplusplus
}
#endif

static inline uint64_t lt_thread_depth(const lt_thread *thread)
{
    return lt_load64(&thread->section, LT_RELAXED) & LT_DEPTH_MASK;
}

/* The epoch that the thread announced; of the calling thread only. */
static inline uint64_t lt_thread_epoch(const lt_thread *thread)
{
    return lt_load64(&thread->section, LT_RELAXED) >> LT_EPOCH_SHIFT;
}

static inline bool lt_thread_wanted(const lt_thread *thread)
{
    /* Acquire pairs with the release add in lt_advance: an epoch seen here happened after all that its start implies. */
    return lt_load64(&thread->attention, LT_WEAKEN("lib/wanted-relaxed", LT_DEKKER_LOAD)) != 0;
}

static inline void lt_section_enter(lt_thread *thread)
{
    /* Store, then look: the partner in seize() (lib/grace.c) sets attention, issues membarrier, then reads section. Were
     * the two reordered here, a helper could take a thread for outside that is already reading objects. */
    lt_store64(&thread->section, lt_load64(&thread->section, LT_RELAXED) + 1, LT_WEAKEN("lib/enter-relaxed", LT_DEKKER_STORE));
    lt_light_barrier();
    if (LT_UNLIKELY(lt_thread_wanted(thread))) lt_enter_slow(thread);
}

/* For domains that are `fenced`: what tells the others that the thread is inside is an instruction of its own, and whoever
 * finds it outside needs no barrier. An exchange where the thread was outside; nothing but the depth where it is nested. */
static inline void lt_section_online(lt_thread *thread)
{
    uint64_t before = lt_load64(&thread->section, LT_RELAXED), inside = before + 1;
    if ((before & LT_DEPTH_MASK) != 0) {
        if (LT_FAULT("qsbr/nested-quiescent", "a nested section ends what its outer one borrowed")) lt_safepoint_slow(thread);
        else if (!LT_FAULT("qsbr/nested-forgotten", "a nested section ends its outer one")) lt_store64(&thread->section, inside, LT_RELAXED);
        return;
    }
    uint64_t attention = 0;
    bool early = LT_FAULT("qsbr/looked-early", "a thread that comes in looks at its attention word before it says so");
    if (early) attention = lt_load64(&thread->attention, LT_SEQ_CST);
    lt_point("qsbr: coming in");
    if (LT_FAULT("qsbr/online-unfenced", "a thread comes in by a plain store")) {
        lt_store64(&thread->section, inside, LT_RELEASE);
    } else {
        /* seq_cst, with the load: the partner in advance() (lib/grace.c) adds to attention, then reads section. Were the two
         * reordered here, two epochs could pass a thread by that is already reading objects. */
        (void)lt_swap64(&thread->section, inside, LT_SEQ_CST);
    }
    if (!early) attention = lt_load64(&thread->attention, LT_SEQ_CST);
    if (LT_FAULT("qsbr/online-stale", "a thread comes in without a look at its attention word")) return;
    if (LT_UNLIKELY(attention != 0)) lt_enter_slow(thread);
}

static inline void lt_section_leave(lt_thread *thread)
{
    if (LT_UNLIKELY(lt_thread_wanted(thread))) lt_leave_slow(thread);
    /* Release pairs with the acquire load in lt_outside: a helper that sees us outside sees all that we did inside. */
    else lt_store64(&thread->section, lt_load64(&thread->section, LT_RELAXED) - 1, LT_WEAKEN("lib/leave-relaxed", LT_RELEASE));
}

static inline void lt_section_safepoint(lt_thread *thread)
{
    if (LT_UNLIKELY(lt_thread_wanted(thread))) lt_safepoint_slow(thread);
}

#endif
