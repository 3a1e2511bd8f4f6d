/* epoch: counted owners, free borrows, epoch-based reclamation. strategies/epoch/README.md has the states and the proof. */
#ifndef LIFETIME_STRATEGY_EPOCH_H
#define LIFETIME_STRATEGY_EPOCH_H

#include "stamp.h"

/* The count word:  dead 1 | immortal 1 | spare 2 | stamp 12 | count 48
 *
 * stamp (stamp.h) is the epoch in which a slot or an owner last let go of the object. A count that reaches 2^47 becomes
 * immortal. A dead word is LT_EPOCH_DEAD | the next dead object's address. */
#define LT_EPOCH_COUNT_BITS 48
#define LT_EPOCH_COUNT ((1ull << LT_EPOCH_COUNT_BITS) - 1)
#define LT_EPOCH_SATURATED (1ull << 47)
#define LT_EPOCH_IMMORTAL (1ull << 62)
#define LT_EPOCH_DEAD (1ull << 63)

#ifdef __cplusplus
extern "C" {
#endif
extern lt_domain lt_epoch_domain;
extern LT_TLS lt_thread *lt_epoch_self;
void lt_epoch_die_raw(lt_object *);
void lt_epoch_release_stamping(lt_object *, uint32_t n);
#ifdef __cplusplus
}
#endif

#define LT_STRATEGY epoch

/* Does an object with this count word die when n references are taken off? */
static inline bool lt_epoch_is_last(uint64_t word, uint64_t n)
{
    return (word & (LT_EPOCH_COUNT | LT_EPOCH_IMMORTAL)) == n && n != 0;
}

static inline bool lt_epoch_birth_raw(lt_object *o)
{
    lt_store64(&o->count.whole, 1, LT_RELAXED); /* not shared yet */
    return true;
}

static inline bool lt_epoch_is_immortal_raw(const lt_object *o)
{
    return (lt_load64(&o->count.whole, LT_RELAXED) & LT_EPOCH_IMMORTAL) != 0; /* never taken back */
}

static inline void lt_epoch_immortalize_raw(lt_object *o)
{
    /* And a count of 2^46, so that retains and releases without a partner lead neither below zero nor beyond the field. */
    lt_or64(&o->count.whole, LT_EPOCH_IMMORTAL | LT_EPOCH_SATURATED / 2, LT_RELAXED);
}

static inline void lt_epoch_retain_n_raw(lt_object *o, uint32_t n)
{
    /* Relaxed: the caller's own reference keeps o alive, and how it was passed on orders the rest. */
    uint64_t before = lt_add64(&o->count.whole, n, LT_RELAXED);
    if (LT_UNLIKELY(before & LT_EPOCH_SATURATED) && !LT_FAULT("epoch/saturation-missed", "a full count grows on"))
        lt_epoch_immortalize_raw(o);
}

static inline void lt_epoch_retain_raw(lt_object *o) { lt_epoch_retain_n_raw(o, 1); }

/* Someone lets go of o: n references fewer (0: a slot's passes to the caller), and the stamp is now, in one step, so that
 * nobody sees the count without the stamp. Where the stamp is there already, the step is a subtraction. */
static inline void lt_epoch_release_n_raw(lt_object *o, uint32_t n)
{
    uint64_t stamp = lt_load64(&o->count.whole, LT_RELAXED) >> LT_STAMP_SHIFT;
    bool stale = (stamp ^ lt_thread_epoch(lt_epoch_self)) % LT_STAMP_MODULUS;
    if (LT_UNLIKELY(stale) && !LT_FAULT("epoch/stamp-missing", "a release does not stamp")) {
        lt_epoch_release_stamping(o, n);
        return;
    }
    /* Release pairs with the acquire load in lt_epoch_die_raw: the finalizer sees what every releaser wrote before. */
    uint64_t before = lt_sub64(&o->count.whole, n, LT_WEAKEN("epoch/release-relaxed", LT_RELEASE));
    if (LT_FAULT("epoch/test-apart", "the test reads the count again")) before = lt_load64(&o->count.whole, LT_RELAXED) + n;
    if (LT_UNLIKELY(lt_epoch_is_last(before, n))) lt_epoch_die_raw(o);
}

static inline void lt_epoch_release_raw(lt_object *o) { lt_epoch_release_n_raw(o, 1); }

static inline bool lt_epoch_try_retain_raw(lt_object *o)
{
    uint64_t word = lt_load64(&o->count.whole, LT_RELAXED);
    do {
        bool alive = word & (LT_EPOCH_COUNT | LT_EPOCH_IMMORTAL);
        if (LT_FAULT("epoch/resurrection", "a reference is taken to an object whose count was zero")) alive = true;
        if (LT_UNLIKELY(word & LT_EPOCH_DEAD || !alive)) return false;
        /* Acquire: a reference from a borrow sees what the owners before did, as one from a slot does. */
    } while (LT_UNLIKELY(!lt_cas64(&o->count.whole, &word, word + 1, LT_WEAKEN("epoch/try-relaxed", LT_ACQUIRE), LT_RELAXED)));
    return true;
}

static inline bool lt_epoch_upgrade_raw(lt_object *o) { return lt_epoch_try_retain_raw(o); }

static inline bool lt_epoch_is_unique_raw(const lt_object *o) { return (void)o, false; } /* borrows are not counted */

static inline void lt_epoch_publish_raw(lt_object *o) { (void)o; }

static inline void lt_epoch_unlink_raw(lt_object *o)
{
    if (!LT_FAULT("epoch/unlink-unstamped", "what leaves a slot is not stamped")) lt_epoch_release_n_raw(o, 0);
}
/* The slot's reference is kept for as long as somebody may borrow o by way of it; the count is not touched till then. */
static inline void lt_epoch_drop_raw(lt_object *o) { lt_let_go(lt_epoch_self, o); }

#define LT_SLOT_ORDER shared
#include "slots.h"

static inline lt_object *lt_epoch_slot_borrow_raw(lt_slot *s) { return lt_shared_load(s); }
static inline bool lt_epoch_hold_raw(lt_object *o) { return lt_epoch_try_retain_raw(o); }
static inline void lt_epoch_unborrow_raw(lt_object *o) { (void)o; }

#include "api.h"

#endif
