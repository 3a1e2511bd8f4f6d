/* deferred: deferred reference counting. Counting writes to a cache of the thread's own; borrowed references are not
 * counted (Deutsch & Bobrow 1976; Refcache, EuroSys 2013). strategies/deferred/README.md has the states and the proof. */
#ifndef LIFETIME_STRATEGY_DEFERRED_H
#define LIFETIME_STRATEGY_DEFERRED_H

#include "stamp.h"

/* The count word:  DEAD 1 | IMMORTAL 1 | REVIEW 1 | spare 1 | stamp 12 | count 48
 *
 * count is what the caches have applied so far, plus LT_DEFERRED_ZERO, so that it can be behind the truth on both sides;
 * from 2^47 on the object is immortal. stamp (stamp.h) is the last epoch in which the count became zero, or a cache took the
 * object in while it was watched. REVIEW: in a review list. A dead word is DEAD | the next dead object's address. */
#define LT_DEFERRED_COUNT_BITS 48
#define LT_DEFERRED_COUNT ((1ull << LT_DEFERRED_COUNT_BITS) - 1)
#define LT_DEFERRED_ZERO (1ull << 46)
#define LT_DEFERRED_SATURATED (1ull << 47)
#define LT_DEFERRED_REVIEW (1ull << 61)
#define LT_DEFERRED_IMMORTAL (1ull << 62)
#define LT_DEFERRED_DEAD (1ull << 63)

/* A thread's cache: direct mapped; deltas that are not applied yet. An entry whose delta is 0 may be taken for another object
 * without further ado, and that is all there is to a miss in an epoch in which nothing is watched
 * (strategies/deferred/watch.h). In any other, LT_DEFERRED_HELD is added to every delta. */
#define LT_DEFERRED_CACHE_BITS 11
#define LT_DEFERRED_HELD (INT64_C(1) << 62)
struct lt_deferred_entry {
    lt_object *object;
    int64_t delta;
};

#ifdef __cplusplus
extern "C" {
#endif
extern lt_domain lt_deferred_domain;
extern LT_TLS lt_thread *lt_deferred_self;
extern LT_TLS struct lt_deferred_entry *lt_deferred_cache;
extern LT_TLS int64_t lt_deferred_credit; /* review entries reserved for objects yet to be made: review.c */
bool lt_deferred_reserve(lt_object *);
void lt_deferred_miss(lt_object *, struct lt_deferred_entry *, int64_t delta);
void lt_deferred_apply_now(lt_object *, int64_t delta);
void lt_deferred_let_go(lt_object *);
void lt_deferred_immortalize_raw(lt_object *);
bool lt_deferred_upgrade_raw(lt_object *);
#ifdef __cplusplus
}
#endif

#define LT_STRATEGY deferred

static inline bool lt_deferred_birth_raw(lt_object *o)
{
    lt_store64(&o->count.whole, LT_DEFERRED_ZERO + 1, LT_RELAXED); /* not shared yet */
    return LT_LIKELY(lt_deferred_credit-- > 0) || lt_deferred_reserve(o);
}

static inline bool lt_deferred_is_immortal_raw(const lt_object *o)
{
    return (lt_load64(&o->count.whole, LT_RELAXED) & LT_DEFERRED_IMMORTAL) != 0; /* never taken back */
}

/* Neighbours in memory are neighbours in the cache, so that a working set fills few of its lines and nothing in it meets. The
 * multiplication adds the upper bits to that, for objects that are a page or more apart, and halves of 32 bytes. */
static inline uint64_t lt_deferred_place(const lt_object *o)
{
    return (uint64_t)(uintptr_t)o * (1 + (1 << 11) + (1 << 22)) >> 16;
}

static inline void lt_deferred_count(lt_object *o, int64_t delta)
{
    struct lt_deferred_entry *e = &lt_deferred_cache[lt_deferred_place(o) % (1u << LT_DEFERRED_CACHE_BITS)];
    if (LT_LIKELY(e->object == o)) {
        e->delta += delta;
        return;
    }
    __asm__("" : "+r"(e)); /* not to be loaded before the comparison: that would take the addition above apart */
    if (LT_LIKELY(e->delta == 0)) {
        e->object = o;
        e->delta = delta;
    } else {
        lt_deferred_miss(o, e, delta);
    }
}

static inline void lt_deferred_retain_raw(lt_object *o) { lt_deferred_count(o, 1); }
static inline void lt_deferred_release_raw(lt_object *o) { lt_deferred_count(o, -1); }

static inline void lt_deferred_retain_n_raw(lt_object *o, uint32_t n) { lt_deferred_apply_now(o, n); }
static inline void lt_deferred_release_n_raw(lt_object *o, uint32_t n) { lt_deferred_count(o, -(int64_t)n); }

static inline bool lt_deferred_try_retain_raw(lt_object *o)
{
    lt_deferred_retain_raw(o); /* what is borrowed cannot die before the borrow ends */
    return true;
}

static inline bool lt_deferred_is_unique_raw(const lt_object *o) { return (void)o, false; } /* nobody knows the count */

static inline void lt_deferred_publish_raw(lt_object *o) { (void)o; }
static inline void lt_deferred_unlink_raw(lt_object *o) { lt_deferred_count(o, 0); } /* seen, if o is watched */
static inline void lt_deferred_drop_raw(lt_object *o) { lt_deferred_let_go(o); } /* its reference ends later */

#define LT_SLOT_ORDER shared
#include "slots.h"

static inline lt_object *lt_deferred_slot_borrow_raw(lt_slot *s) { return lt_shared_load(s); }
static inline bool lt_deferred_hold_raw(lt_object *o) { return lt_deferred_try_retain_raw(o); }
static inline void lt_deferred_unborrow_raw(lt_object *o) { (void)o; }

#include "api.h"

#endif
