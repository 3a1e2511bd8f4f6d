/* free_borrows.h: the slots and borrows of strategies whose borrows cost nothing, as what a slot lets go of waits for a grace period.
 * Included by a strategy's header after stamped.h, before api.h. */

/* The slot's reference is kept for as long as somebody may borrow o by way of it; the count is not touched till then. */
static inline void LT_S(drop_raw)(lt_object *o) { lt_let_go(LT_S(self), o); }

#define LT_SLOT_ORDER shared
#include "slots.h"

static inline lt_object *LT_S(slot_borrow_raw)(lt_slot *s) { return lt_shared_load(s); }
static inline bool LT_S(hold_raw)(lt_object *o) { return LT_S(try_retain_raw)(o); }
static inline void LT_S(unborrow_raw)(lt_object *o) { (void)o; }
