/* hazard: counted owners; who borrows says what. strategies/hazard/README.md has the states and the proof. */
#ifndef LIFETIME_STRATEGY_HAZARD_H
#define LIFETIME_STRATEGY_HAZARD_H

#include "../section.h"

/* A thread's hazards: what it borrows, in any order, 0 where nothing. One line. What it borrows beyond them is counted. */
enum { LT_HAZARDS = 7, LT_HAZARDS_INLINE = 2, LT_HAZARD_LOADING = LT_HAZARDS - 1 /* of lt_slot_load and its like alone */ };

struct lt_hazards {
    lt_atomic64 hazard[LT_HAZARDS];
    lt_atomic64 ended; /* borrows */
};

#ifdef __cplusplus
extern "C" {
#endif
extern lt_domain lt_hazard_domain;
extern LT_TLS lt_thread *lt_hazard_self;
extern LT_TLS struct lt_hazards *lt_hazard_own;
void lt_hazard_fence(void);
lt_object *lt_hazard_borrow_more(lt_slot *);
void lt_hazard_unborrow_more(lt_object *);
#ifdef __cplusplus
}
#endif

#define LT_STRATEGY hazard

#include "scanned.h"

#define LT_SLOT_ORDER shared
#define LT_OWN_SLOT_LOAD

/* What the slot held when the hazard said so already; NULL: nothing. */
static inline lt_object *lt_hazard_protect(lt_slot *s, lt_atomic64 *hazard)
{
    lt_object *o = (lt_object *)lt_load64(&s->word, LT_RELAXED), *again;
    for (; o; o = again) {
        /* Store, then look: the partner in scan() (strategies/hazard/hazard.c) has seen the slot let go of o, issues
         * membarrier, then reads the hazards. Were the two reordered here, it could miss us and free what we read. */
        lt_store64(hazard, (uint64_t)(uintptr_t)o, LT_WEAKEN("hazard/announce-relaxed", LT_DEKKER_STORE));
        lt_light_barrier();
        if (LT_UNLIKELY(lt_load64(&lt_hazard_fences, LT_RELAXED))) lt_hazard_fence();
        if (LT_FAULT("hazard/unvalidated", "a slot is not looked at again")) break;
        lt_point("hazard: announced, not looked again");
        again = (lt_object *)lt_load64(&s->word, LT_WEAKEN("hazard/look-relaxed", LT_DEKKER_LOAD));
        if (LT_LIKELY(again == o)) break;
    }
    if (LT_UNLIKELY(!o)) lt_store64(hazard, 0, LT_RELEASE);
    return o;
}

/* A borrow ends. First it is counted: whoever finds the hazard gone finds that, too. */
static inline void lt_hazard_end(struct lt_hazards *own, lt_atomic64 *hazard)
{
    if (!LT_FAULT("hazard/end-uncounted", "the end of a borrow is not counted"))
        lt_store64(&own->ended, lt_load64(&own->ended, LT_RELAXED) + 1, LT_RELEASE);
    /* Release pairs with the acquire in look_at(): whoever finds us gone sees that we have read all. */
    lt_store64(hazard, 0, LT_WEAKEN("hazard/end-relaxed", LT_RELEASE));
}

static inline lt_object *lt_hazard_slot_borrow_raw(lt_slot *s)
{
    struct lt_hazards *own = lt_hazard_own;
    for (int i = 0; i < LT_HAZARDS_INLINE; i++)
        if (LT_LIKELY(lt_load64(&own->hazard[i], LT_RELAXED) == 0)) return lt_hazard_protect(s, &own->hazard[i]);
    return lt_hazard_borrow_more(s);
}

static inline void lt_hazard_unborrow_raw(lt_object *o)
{
    struct lt_hazards *own = lt_hazard_own;
    for (int i = 0; i < LT_HAZARDS_INLINE; i++)
        if (LT_LIKELY(lt_load64(&own->hazard[i], LT_RELAXED) == (uint64_t)(uintptr_t)o)) {
            lt_hazard_end(own, &own->hazard[i]);
            return;
        }
    lt_hazard_unborrow_more(o);
}

static inline bool lt_hazard_hold_raw(lt_object *o) { return lt_hazard_try_retain_raw(o); }

static inline lt_object *lt_hazard_slot_load_raw(lt_slot *s)
{
    lt_atomic64 *hazard = &lt_hazard_own->hazard[LT_HAZARD_LOADING];
    lt_object *o;
    /* A failed try_retain means that o died, so the slot has changed since and another thread made progress. */
    do o = lt_hazard_protect(s, hazard);
    while (LT_UNLIKELY(o && !lt_hazard_try_retain_raw(o)));
    lt_store64(hazard, 0, LT_RELEASE); /* as in lt_hazard_end. From here on it is the count that protects, so nothing ends */
    return o;
}

#include "slots.h"
#include "api.h"

#endif
