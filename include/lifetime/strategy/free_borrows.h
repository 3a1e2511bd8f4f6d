/* free_borrows.h: the slots and borrows of strategies whose borrows cost nothing, as what a slot lets go of waits for a
 * grace period. Included by a strategy's header after stamped.h, before api.h. */

/* The slot's reference is kept for as long as somebody may borrow o by way of it; the count is not touched till then. */
static inline void LT_S(drop_raw)(lt_object *o) { lt_let_go(LT_S(self), o); }

/* The caller's is the only reference: neither a slot's nor one that waits. Those that let go of it otherwise stamped it,
 * which is a grace period ago, or never was: by the proof at the head of lib/stamped.h all borrows of it are over, and of
 * what it leads to those by way of it; but for the caller's own, which is why its edges end as any other would (lt_unmake).
 * Where 12 bits do not tell: false. */
#define LT_OWN_REUSABLE
static inline bool LT_S(reusable_raw)(const lt_object *o)
{
    /* Acquire pairs with every release decrement: whoever ends the object sees what the owners before did. */
    uint64_t word = lt_load64(&o->count.whole, LT_ACQUIRE);
    if (!lt_stamped_is_last(word, 1)) return false;
    uint64_t age = lt_stamp_age(lt_stamp_of(word), LT_S(now)());
    if (LT_FAULT("epoch/reuse-early", "an object that was let go of a moment ago is reused")) return true;
    return age >= LT_STAMP_GRACE && !lt_stamp_is_ahead(age);
}

#define LT_SLOT_ORDER shared
#include "slots.h"

static inline lt_object *LT_S(slot_borrow_raw)(lt_slot *s) { return lt_shared_load(s); }
static inline bool LT_S(hold_raw)(lt_object *o) { return LT_S(try_retain_raw)(o); }
static inline void LT_S(unborrow_raw)(lt_object *o) { (void)o; }
