/* stamped.h: counted owners, whose objects know when they were last let go of. Included by a strategy's header, before
 * api.h, with LT_STRATEGY set and
 *
 *   now()             the time to stamp with: the thread's epoch, or another clock that only moves forward
 *
 * There is no include guard: each strategy includes it once. Its .c file defines die_raw and release_stamping; those of
 * lib/stamped.h are for strategies with free borrows (free_borrows.h), where the time is the thread's epoch. */

#include "frame.h"

#ifndef LT_STAMPED_COUNT_BITS

#include "stamp.h"

/* The count word:  dead 1 | immortal 1 | spare 2 | stamp 12 | birth 12 | count 36
 *
 * stamp (stamp.h) is the epoch in which a slot or an owner last let go of the object. birth is 0, or what a strategy says
 * of when it was made (LT_OWN_BIRTH, birth_raw). A count that reaches 2^35 becomes immortal. A dead word is LT_STAMPED_DEAD
 * | the next dead object's address. */
#define LT_STAMPED_COUNT_BITS 36
#define LT_STAMPED_BIRTHS 4096u
#define LT_STAMPED_BIRTH ((uint64_t)(LT_STAMPED_BIRTHS - 1) << LT_STAMPED_COUNT_BITS)
#define LT_STAMPED_COUNT ((1ull << LT_STAMPED_COUNT_BITS) - 1)
#define LT_STAMPED_SATURATED (1ull << 35)
#define LT_STAMPED_IMMORTAL (1ull << 62)
#define LT_STAMPED_DEAD (1ull << 63)

/* Does an object with this count word die when n references are taken off? */
static inline bool lt_stamped_is_last(uint64_t word, uint64_t n)
{
    return (word & (LT_STAMPED_COUNT | LT_STAMPED_IMMORTAL)) == n && n != 0;
}
#endif

#ifdef __cplusplus
extern "C" {
#endif
void LT_S(die_raw)(lt_object *);
void LT_S(release_stamping)(lt_object *, uint32_t n);
#ifdef __cplusplus
}
#endif

#ifndef LT_OWN_BIRTH
static inline bool LT_S(birth_raw)(lt_object *o)
{
    lt_store64(&o->count.whole, 1, LT_RELAXED); /* not shared yet */
    return true;
}
#endif
#undef LT_OWN_BIRTH

static inline bool LT_S(is_immortal_raw)(const lt_object *o)
{
    return (lt_load64(&o->count.whole, LT_RELAXED) & LT_STAMPED_IMMORTAL) != 0; /* never taken back */
}

static inline void LT_S(immortalize_raw)(lt_object *o)
{
    /* And 2^46, in what is of no use any more, so that retains and releases without a partner do not lead to the immortal bit. */
    lt_or64(&o->count.whole, LT_STAMPED_IMMORTAL | 1ull << 46, LT_RELAXED);
}

static inline void LT_S(retain_n_raw)(lt_object *o, uint32_t n)
{
    /* Relaxed: the caller's own reference keeps o alive, and how it was passed on orders the rest. */
    uint64_t before = lt_add64(&o->count.whole, n, LT_RELAXED);
    if (LT_UNLIKELY(before & LT_STAMPED_SATURATED) && !LT_FAULT("epoch/saturation-missed", "a full count grows on"))
        LT_S(immortalize_raw)(o);
}

static inline void LT_S(retain_raw)(lt_object *o) { LT_S(retain_n_raw)(o, 1); }

/* Someone lets go of o: n references fewer (0: a slot's passes to the caller), and the stamp is now, in one step, so that
 * nobody sees the count without the stamp. Where the stamp is there already, the step is a subtraction. */
static inline void LT_S(release_n_raw)(lt_object *o, uint32_t n)
{
    uint64_t stamp = lt_load64(&o->count.whole, LT_RELAXED) >> LT_STAMP_SHIFT;
    bool stale = (stamp ^ LT_S(now)()) % LT_STAMP_MODULUS;
    if (LT_UNLIKELY(stale) && !LT_FAULT("epoch/stamp-missing", "a release does not stamp")) {
        LT_S(release_stamping)(o, n);
        return;
    }
    /* Release pairs with the acquire load in die_raw: the finalizer sees what every releaser wrote before. */
    uint64_t before = lt_sub64(&o->count.whole, n, LT_WEAKEN("epoch/release-relaxed", LT_RELEASE));
    if (LT_FAULT("epoch/test-apart", "the test reads the count again")) before = lt_load64(&o->count.whole, LT_RELAXED) + n;
    if (LT_UNLIKELY(lt_stamped_is_last(before, n))) LT_S(die_raw)(o);
}

static inline void LT_S(release_raw)(lt_object *o) { LT_S(release_n_raw)(o, 1); }

static inline bool LT_S(try_retain_raw)(lt_object *o)
{
    uint64_t word = lt_load64(&o->count.whole, LT_RELAXED);
    do {
        bool alive = word & (LT_STAMPED_COUNT | LT_STAMPED_IMMORTAL);
        if (LT_FAULT("epoch/resurrection", "a reference is taken to an object whose count was zero")) alive = true;
        if (LT_UNLIKELY(word & LT_STAMPED_DEAD || !alive)) return false;
        /* Acquire: a reference from a borrow sees what the owners before did, as one from a slot does. */
    } while (LT_UNLIKELY(!lt_cas64(&o->count.whole, &word, word + 1, LT_WEAKEN("epoch/try-relaxed", LT_ACQUIRE), LT_RELAXED)));
    return true;
}

static inline bool LT_S(upgrade_raw)(lt_object *o) { return LT_S(try_retain_raw)(o); }

static inline bool LT_S(is_unique_raw)(const lt_object *o) { return (void)o, false; } /* borrows are not counted */

static inline void LT_S(publish_raw)(lt_object *o) { (void)o; }

static inline void LT_S(unlink_raw)(lt_object *o)
{
    if (!LT_FAULT("epoch/unlink-unstamped", "what leaves a slot is not stamped")) LT_S(release_n_raw)(o, 0);
}
