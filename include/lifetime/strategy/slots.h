/* slots.h: the slot operations of every strategy whose slot holds one pointer and one reference. Included by a strategy's
 * header, before api.h, with LT_STRATEGY set and
 *
 *   LT_SLOT_ORDER     shared: many threads, atomic words.  exclusive: one thread at a time, plain words
 *
 * and three hooks, lt_<name>_
 *   publish_raw(o)    o is about to be reachable from a slot
 *   unlink_raw(o)     the slot's reference to o now belongs to the caller
 *   drop_raw(o)       the slot's reference to o ends: unlink and release in one
 * Where to retain what a slot held a moment ago is not safe, the strategy defines LT_OWN_SLOT_LOAD, and slot_load_raw.
 * There is no include guard: each strategy includes it once. */

#include "frame.h"

#ifndef LT_WORD
#define LT_WORD(name) LT_PASTE(LT_SLOT_ORDER, name)

/* Release on publication, acquire on load: what the storing thread wrote into the object is seen by whoever finds it. */
static inline lt_object *lt_shared_load(lt_slot *s)
{
    return (lt_object *)lt_load64(&s->word, LT_WEAKEN("plain/load-relaxed", LT_ACQUIRE));
}
static inline void lt_shared_init(lt_slot *s, lt_object *o) { lt_store64(&s->word, (uint64_t)o, LT_RELAXED); }
static inline lt_object *lt_shared_swap(lt_slot *s, lt_object *o)
{
    if (!o && LT_FAULT("plain/take-left", "what empties a slot leaves it full")) return lt_shared_load(s);
    if (LT_FAULT("plain/swap-apart", "an exchange is a load and a store")) {
        lt_object *old = lt_shared_load(s);
        lt_store64(&s->word, (uint64_t)o, LT_RELEASE);
        return old;
    }
    return (lt_object *)lt_swap64(&s->word, (uint64_t)o, LT_WEAKEN("plain/swap-relaxed", LT_ACQ_REL));
}
static inline bool lt_shared_cas(lt_slot *s, const lt_object *expected, lt_object *o)
{
    uint64_t word = (uint64_t)expected;
    return lt_cas64(&s->word, &word, (uint64_t)o, LT_WEAKEN("plain/cas-relaxed", LT_ACQ_REL), LT_RELAXED);
}

static inline lt_object *lt_exclusive_load(lt_slot *s) { return (lt_object *)s->word.raw; }
static inline void lt_exclusive_init(lt_slot *s, lt_object *o) { s->word.raw = (uint64_t)o; }
static inline lt_object *lt_exclusive_swap(lt_slot *s, lt_object *o)
{
    lt_object *old = (lt_object *)s->word.raw;
    s->word.raw = (uint64_t)o;
    return old;
}
static inline bool lt_exclusive_cas(lt_slot *s, const lt_object *expected, lt_object *o)
{
    bool same = s->word.raw == (uint64_t)expected;
    if (!same && !LT_FAULT("plain/cas-blind", "a compare-and-swap does not compare")) return false;
    s->word.raw = (uint64_t)o;
    return true;
}
#endif

static inline void LT_S(slot_init_raw)(lt_slot *s, lt_object *o)
{
    if (o) LT_S(publish_raw)(o);
    LT_WORD(init)(s, o);
}

#ifndef LT_OWN_SLOT_LOAD
static inline lt_object *LT_S(slot_load_raw)(lt_slot *s)
{
    lt_object *o;
    /* A failed try_retain means that o died, so the slot has changed since and another thread made progress. */
    do o = LT_WORD(load)(s);
    while (LT_UNLIKELY(o && !LT_S(try_retain_raw)(o)));
    return o;
}
#endif

static inline lt_object *LT_S(slot_swap_raw)(lt_slot *s, lt_object *o)
{
    if (o) LT_S(publish_raw)(o);
    lt_object *old = LT_WORD(swap)(s, o);
    LT_CHECK_UNLINKED(old);
    if (old && LT_FAULT("plain/swap-drops", "a swap ends the reference that it returns")) LT_S(drop_raw)(old);
    if (old) LT_S(unlink_raw)(old);
    return old;
}

static inline void LT_S(slot_store_raw)(lt_slot *s, lt_object *o)
{
    if (o) LT_S(publish_raw)(o);
    lt_object *old = LT_WORD(swap)(s, o);
    LT_CHECK_UNLINKED(old);
    if (old && !LT_FAULT("plain/store-keeps", "a store keeps the reference to what was there")) LT_S(drop_raw)(old);
}

static inline bool LT_S(slot_cas_raw)(lt_slot *s, const lt_object *expected, lt_object *o)
{
    if (o) LT_S(publish_raw)(o);
    if (!LT_WORD(cas)(s, expected, o)) return false;
    LT_CHECK_UNLINKED(expected);
    bool kept = LT_FAULT("plain/cas-keeps", "a compare-and-swap keeps the reference to what was there");
    if (expected && !kept) LT_S(drop_raw)((lt_object *)(uintptr_t)expected);
    return true;
}

#undef LT_SLOT_ORDER
#undef LT_OWN_SLOT_LOAD
