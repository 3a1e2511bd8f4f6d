/* biased: biased reference counting (Choi, Shull, Torrellas, PACT 2018; PEP 703). One thread, the owner, keeps its half of
 * the count with plain moves; all others use the other half. strategies/biased/README.md has the states and the proof. */
#ifndef LIFETIME_STRATEGY_BIASED_H
#define LIFETIME_STRATEGY_BIASED_H

#include "../section.h"

/* The owner's half, `local`:   0 | owner 15 | count 16       only the owner writes it, or whoever merges for the owner
 *   0                the object is merged: it has no owner, and the other half is the whole count
 *   1 | owner 15 | 0 the same, and the former owner is to finalize it: LT_TYPE_FINALIZE_ON_OWNER
 *   dead: 1 | 31     see strategies/biased/biased.c
 * The others' half, `shared`:  count 28, signed | DEAD PUBLISHED QUEUED MERGED
 *   references that others took, less those that others dropped, wherever they were counted
 *   from 2^30 on (count 2^26) the object is immortal */
#define LT_BIASED_OWNER_SHIFT 16
#define LT_BIASED_OWNERS 0x7fffu
#define LT_BIASED_FORMER 0x80000000u
#define LT_BIASED_LOCAL_MAX 0xffffu
#define LT_BIASED_MERGED 1u    /* the owner has given its half up */
#define LT_BIASED_QUEUED 2u    /* in the owner's merge queue, which keeps the object alive */
#define LT_BIASED_PUBLISHED 4u /* a slot knows it, or it has an owner and another thread counted: its memory waits for a grace period */
#define LT_BIASED_DEAD 8u
#define LT_BIASED_ONE 16u
#define LT_BIASED_OWNERLESS (LT_BIASED_ONE | LT_BIASED_MERGED) /* without an owner, known by one reference and by no slot */
#define LT_BIASED_SATURATED (1 << 30)
#define LT_BIASED_MIDDLE 0x60000000u /* of the immortal range */
#define LT_BIASED_SLACK 0x10000000u  /* as near to it as makes no difference: 2^24 counts */
#define LT_BIASED_NOBODY 0xffff0001u /* lt_biased_one of a thread that is not registered */

/* A thread that counts one object of another owner again and again keeps the references that it gives up, for its next retain
 * of that object; until it passes a safepoint that is wanted, or leaves its section. Then nothing is written that others
 * read. */
struct lt_biased_spare {
    lt_object *object; /* NULL, or one of which this thread released references twice running */
    uint64_t count;    /* references to it, which are counted like all others, and nobody's */
    lt_object *last;   /* the last object that was released in the shared half; only compared */
    uint32_t served;   /* releases since the first that was kept */
    uint32_t caution, wait; /* so often it might keep one before it does, and might yet: for sections too short to gain by it */
};

#ifdef __cplusplus
extern "C" {
#endif
extern lt_domain lt_biased_domain;
extern LT_TLS lt_thread *lt_biased_self;
extern LT_TLS uint32_t lt_biased_one; /* `local` of an object that this thread owns once */
extern LT_TLS uint32_t lt_biased_wary; /* not 0: of some types it had better not own what it makes (strategies/biased/revoke.h) */
extern LT_TLS struct lt_biased_spare lt_biased_spare;
void lt_biased_birth_slow(lt_object *);
void lt_biased_retain_slow(lt_object *);
void lt_biased_release_slow(lt_object *);
bool lt_biased_try_foreign(lt_object *);
bool lt_biased_rests(lt_object *);
void lt_biased_publish_slow(lt_object *);
void lt_biased_immortalize_raw(lt_object *);
void lt_biased_share_raw(lt_object *);
void lt_biased_retain_n_raw(lt_object *, uint32_t);
void lt_biased_release_n_raw(lt_object *, uint32_t);
bool lt_biased_is_unique_raw(const lt_object *);
#ifdef __cplusplus
}
#endif

#define LT_STRATEGY biased

static inline bool lt_biased_birth_raw(lt_object *o)
{
    o->count.half.local.raw = lt_biased_one;
    o->count.half.shared.raw = 0;
    if (LT_UNLIKELY(lt_biased_wary != 0)) lt_biased_birth_slow(o);
    return true;
}

static inline bool lt_biased_is_immortal_raw(const lt_object *o)
{
    if (LT_LIKELY((int32_t)lt_load32(&o->count.half.shared, LT_RELAXED) < LT_BIASED_SATURATED)) return false;
    return lt_biased_rests((lt_object *)(uintptr_t)o); /* never taken back */
}

/* A reference that this thread kept. */
static inline bool lt_biased_take_spare(const lt_object *o)
{
    if (o != lt_biased_spare.object || !lt_biased_spare.count) return false;
    if (!LT_FAULT("biased/spare-taken-twice", "a kept reference is taken and still there")) lt_biased_spare.count--;
    return true;
}

/* The owner reads its own writes: relaxed. Who finds in `local` that his reference is the only one (biased.c, is_sole) acquires what the
 * owner did before: so release where the count sinks. */
static inline void lt_biased_retain_raw(lt_object *o)
{
    uint32_t local = lt_load32(&o->count.half.local, LT_RELAXED);
    uint32_t more = local - lt_biased_one; /* than one reference, if the owner is this thread; else at least 2^16 - 1 */
    if (LT_LIKELY(more < LT_BIASED_LOCAL_MAX - 1)) lt_store32(&o->count.half.local, local + 1, LT_RELAXED);
    else if (!lt_biased_take_spare(o)) lt_biased_retain_slow(o);
}

static inline void lt_biased_release_raw(lt_object *o)
{
    uint32_t less = lt_load32(&o->count.half.local, LT_RELAXED) - 1;
    uint32_t more = less - lt_biased_one; /* than one reference left, if the owner is this thread; -1: none left */
    if (LT_LIKELY(more < LT_BIASED_LOCAL_MAX - 1)) lt_store32(&o->count.half.local, less, LT_WEAKEN("biased/sink-relaxed", LT_RELEASE));
    else if (o == lt_biased_spare.object) lt_biased_spare.count++, lt_biased_spare.served++;
    else lt_biased_release_slow(o);
}

/* The object was found in a slot: it may have died since, but its header is there for a grace period. */
static inline bool lt_biased_try_retain_raw(lt_object *o)
{
    uint32_t local = lt_load32(&o->count.half.local, LT_RELAXED);
    if (LT_LIKELY(local - lt_biased_one < LT_BIASED_LOCAL_MAX - 1)) {
        lt_store32(&o->count.half.local, local + 1, LT_RELAXED); /* not merged, so not dead */
        return true;
    }
    return lt_biased_take_spare(o) || lt_biased_try_foreign(o);
}

static inline void lt_biased_publish_raw(lt_object *o)
{
    if (LT_LIKELY(lt_load32(&o->count.half.shared, LT_RELAXED) & LT_BIASED_PUBLISHED)) return;
    lt_biased_publish_slow(o);
}

static inline bool lt_biased_upgrade_raw(lt_object *o) { return lt_biased_try_retain_raw(o); } /* its memory waits, too */

#define LT_OWN_REUSABLE
/* The owner's, once, and no slot and no other thread ever knew it; or without an owner, and the caller's reference is the only one:
 * what the last release frees at once (biased.c, last() and release_foreign()). Acquire as there. */
static inline bool lt_biased_reusable_raw(const lt_object *o)
{
    bool owned = lt_load32(&o->count.half.local, LT_RELAXED) == lt_biased_one;
    if (lt_load32(&o->count.half.shared, LT_ACQUIRE) == (owned ? 0 : LT_BIASED_OWNERLESS)) return true;
    return owned && LT_FAULT("biased/reuse-known", "what other threads count is reused");
}

static inline void lt_biased_unlink_raw(lt_object *o) { (void)o; }
static inline void lt_biased_drop_raw(lt_object *o) { lt_biased_release_raw(o); }

#define LT_SLOT_ORDER shared
#include "slots.h"

static inline lt_object *lt_biased_slot_borrow_raw(lt_slot *s) { return lt_biased_slot_load_raw(s); }
static inline bool lt_biased_hold_raw(lt_object *o)
{
    lt_biased_retain_raw(o); /* a borrow is a reference */
    return true;
}
static inline void lt_biased_unborrow_raw(lt_object *o) { lt_biased_release_raw(o); }

#define LT_SHARES
#include "api.h"

#endif
