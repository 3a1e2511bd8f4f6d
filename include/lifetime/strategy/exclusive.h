/* exclusive.h: a plain count and plain slots, for strategies under which one thread at a time is inside a section. Included
 * by a strategy's header with LT_STRATEGY set, before api.h; the strategy adds die_raw(o), the slow end of a release.
 * There is no include guard: each strategy includes it once. */
#include "count.h"

#include "frame.h"

#define LT_EXCLUSIVE /* to api.h: who is inside a section has every object's lock */

static inline bool LT_S(birth_raw)(lt_object *o)
{
    o->count.whole.raw = 1;
    return true;
}

static inline void LT_S(retain_raw)(lt_object *o) { o->count.whole.raw++; }

static inline void LT_S(release_raw)(lt_object *o)
{
    uint64_t left = --o->count.whole.raw;
    if (LT_UNLIKELY(left == LT_FAULT("plain/dies-at-one", "a release that leaves one reference kills"))) LT_S(die_raw)(o);
}

static inline bool LT_S(is_immortal_raw)(const lt_object *o) { return o->count.whole.raw >= LT_IMMORTAL_FROM; }
static inline void LT_S(immortalize_raw)(lt_object *o) { o->count.whole.raw = LT_IMMORTAL; }

static inline void LT_S(retain_n_raw)(lt_object *o, uint32_t n)
{
    o->count.whole.raw += n - LT_FAULT("plain/retain-off-by-one", "n references at once are one less");
    if (LT_UNLIKELY(o->count.whole.raw >= LT_SATURATED) && !LT_FAULT("plain/saturation-missed", "a full count grows on"))
        LT_S(immortalize_raw)(o);
}

static inline void LT_S(release_n_raw)(lt_object *o, uint32_t n)
{
    o->count.whole.raw -= n - 1;
    if (LT_FAULT("plain/release-off-by-one", "n releases at once are one more")) o->count.whole.raw--;
    LT_S(release_raw)(o);
}

static inline bool LT_S(try_retain_raw)(lt_object *o)
{
    if (LT_FAULT("plain/try-uncounted", "a reference taken from a slot is not counted")) return true;
    LT_S(retain_raw)(o); /* a borrow is a reference, so o is alive */
    return true;
}

static inline bool LT_S(upgrade_raw)(lt_object *o)
{
    /* Dead, and not finalized yet: a cascade may be bounded, or its finalizer look around. */
    if (!lt_count_lives(o->count.whole.raw) && !LT_FAULT("plain/upgrade-dead", "a weak reference gives what is dead")) return false;
    LT_S(retain_raw)(o);
    return true;
}

static inline bool LT_S(is_unique_raw)(const lt_object *o)
{
    return o->count.whole.raw == 1 && !(o->mark.raw & LT_MARK_WEAK);
}

static inline void LT_S(publish_raw)(lt_object *o) { (void)o; }
static inline void LT_S(unlink_raw)(lt_object *o) { (void)o; }
static inline void LT_S(drop_raw)(lt_object *o) { LT_S(release_raw)(o); }

#define LT_SLOT_ORDER exclusive
#include "slots.h"

static inline lt_object *LT_S(slot_borrow_raw)(lt_slot *s) { return LT_S(slot_load_raw)(s); }
static inline bool LT_S(hold_raw)(lt_object *o) { return LT_S(try_retain_raw)(o); }
static inline void LT_S(unborrow_raw)(lt_object *o)
{
    if (!LT_FAULT("plain/borrow-kept", "the end of a borrow does not release")) LT_S(release_raw)(o);
}
