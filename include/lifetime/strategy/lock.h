/* lock.h: the object lock's fast paths: one compare-and-swap each on a byte of the header. lib/lock.c has who must wait.
 *
 *   0            free
 *   LT_LOCKED    somebody has it
 *   LT_PARKED    a thread waits, or did a moment ago: whoever unlocks looks for it */
#ifndef LIFETIME_STRATEGY_LOCK_H
#define LIFETIME_STRATEGY_LOCK_H

#include "../section.h"

#define LT_LOCKED 1u
#define LT_PARKED 2u

#ifdef __cplusplus
extern "C" {
#endif
void lt_object_lock_slow(lt_thread *, lt_object *);
void lt_object_unlock_slow(lt_object *);
#ifdef __cplusplus
}
#endif

static inline void lt_object_lock(lt_thread *self, lt_object *o)
{
    uint8_t free = 0;
    /* Acquire pairs with the release in lt_object_unlock: we see what was written under the lock before. */
    int order = LT_WEAKEN("lib/lock-relaxed", LT_ACQUIRE);
    if (LT_UNLIKELY(!lt_cas8(&o->lock, &free, LT_LOCKED, order, LT_RELAXED))) lt_object_lock_slow(self, o);
}

static inline void lt_object_unlock(lt_object *o)
{
    uint8_t locked = LT_LOCKED;
    int order = LT_WEAKEN("lib/unlock-relaxed", LT_RELEASE);
    if (LT_UNLIKELY(!lt_cas8(&o->lock, &locked, 0, order, LT_RELAXED))) lt_object_unlock_slow(o);
}

#endif
