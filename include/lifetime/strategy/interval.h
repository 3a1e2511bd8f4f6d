/* interval: counted owners; objects know when they were born, and readers say how new they have seen any.
 * strategies/interval/README.md has the states and the proof. */
#ifndef LIFETIME_STRATEGY_INTERVAL_H
#define LIFETIME_STRATEGY_INTERVAL_H

#include "../section.h"

/* What a thread borrows was in a slot at `lower` or later, and is of `upper` or older. Written by the thread, read by scans. */
struct lt_interval {
    lt_atomic64 lower; /* an era */
    lt_atomic64 upper; /* a generation. Only grows */
};

#ifdef __cplusplus
extern "C" {
#endif
extern lt_domain lt_interval_domain;
extern LT_TLS lt_thread *lt_interval_self;
extern LT_TLS struct lt_interval *lt_interval_own;
extern lt_atomic64 lt_interval_generation; /* of what is born now; from 0 to LT_STAMPED_BIRTHS - 1, and never back */
lt_object *lt_interval_borrow_newer(lt_slot *);
#ifdef __cplusplus
}
#endif

#define LT_STRATEGY interval

#define LT_OWN_BIRTH
#include "scanned.h"

static inline bool lt_interval_birth_raw(lt_object *o)
{
    /* Relaxed: whoever finds o in a slot sees, by the release that put it there, this generation or a newer one. */
    uint64_t born = lt_load64(&lt_interval_generation, LT_RELAXED);
    if (LT_FAULT("interval/born-old", "what is born is of the first generation")) born = 0;
    lt_store64(&o->count.whole, born << LT_STAMPED_COUNT_BITS | 1, LT_RELAXED); /* not shared yet */
    return true;
}

#define LT_SLOT_ORDER shared
#define LT_OWN_SLOT_LOAD

static inline lt_object *lt_interval_slot_borrow_raw(lt_slot *s)
{
    lt_object *o = (lt_object *)lt_load64(&s->word, LT_WEAKEN("interval/load-relaxed", LT_ACQUIRE));
    lt_point("interval: loaded, not compared");
    /* After the load, whose acquire orders it: o's own generation, or a newer one. Where that has been announced, it was before the
     * load: the partner in scan() (strategies/interval/interval.c) has seen the slot let go of o, issues membarrier, then reads
     * what was announced. */
    uint64_t newest = lt_load64(&lt_interval_generation, LT_RELAXED);
    bool announced = newest == lt_load64(&lt_interval_own->upper, LT_RELAXED);
    if (LT_FAULT("interval/unannounced", "a reader does not say how new what it reads may be")) announced = true;
    return LT_LIKELY(announced) ? o : lt_interval_borrow_newer(s);
}

static inline bool lt_interval_hold_raw(lt_object *o) { return lt_interval_try_retain_raw(o); }
static inline void lt_interval_unborrow_raw(lt_object *o) { (void)o; }

static inline lt_object *lt_interval_slot_load_raw(lt_slot *s)
{
    lt_object *o;
    /* A failed try_retain means that o died, so the slot has changed since and another thread made progress. */
    do o = lt_interval_slot_borrow_raw(s);
    while (LT_UNLIKELY(o && !lt_interval_try_retain_raw(o)));
    return o;
}

#include "slots.h"
#include "api.h"

#endif
