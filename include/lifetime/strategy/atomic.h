/* atomic: one atomic count, and slots with a split external count. strategies/atomic/README.md has the states and the proof. */
#ifndef LIFETIME_STRATEGY_ATOMIC_H
#define LIFETIME_STRATEGY_ATOMIC_H

#include "../section.h"
#include "count.h"
#include "frame.h"

/* The slot word:  taken 16 | object 48.  A slot that is given an object takes LT_ATOMIC_STOCK references along; every load
 * takes one of them by adding one to `taken`, so that a load is one atomic add, and the reference is the caller's at once.
 * The word alone says what the slot owns, so it does not matter how often an object has come and gone between. */
#define LT_ATOMIC_TAKEN (1ull << 48)
#define LT_ATOMIC_OBJECT (LT_ATOMIC_TAKEN - 1)
#define LT_ATOMIC_STOCK (1ull << 16)
#define LT_ATOMIC_RESTOCK (1ull << 63) /* half of it is taken */

#ifdef __cplusplus
extern "C" {
#endif
extern lt_domain lt_atomic_domain;
extern LT_TLS lt_thread *lt_atomic_self;
void lt_atomic_die_raw(lt_object *);
void lt_atomic_restock(lt_slot *, lt_object *);
#ifdef __cplusplus
}
#endif

#define LT_STRATEGY atomic

static inline bool lt_atomic_birth_raw(lt_object *o)
{
    lt_store64(&o->count.whole, 1, LT_RELAXED); /* not shared yet */
    return true;
}

static inline bool lt_atomic_is_immortal_raw(const lt_object *o)
{
    return lt_load64(&o->count.whole, LT_RELAXED) >= LT_IMMORTAL_FROM; /* never taken back */
}

static inline void lt_atomic_immortalize_raw(lt_object *o)
{
    /* Once: a second addition to a count that came below LT_IMMORTAL, by releases without a partner, would lead out. */
    uint64_t word = lt_load64(&o->count.whole, LT_RELAXED);
    while (word < LT_IMMORTAL_FROM && !lt_cas64(&o->count.whole, &word, word | LT_IMMORTAL, LT_RELAXED, LT_RELAXED)) {}
}

/* Relaxed: the caller's own reference keeps o alive, and how it was passed on orders the rest. */
static inline void lt_atomic_retain_raw(lt_object *o) { lt_add64(&o->count.whole, 1, LT_RELAXED); }

static inline void lt_atomic_retain_n_raw(lt_object *o, uint32_t n)
{
    uint64_t before = lt_add64(&o->count.whole, n, LT_RELAXED);
    if (LT_UNLIKELY(before + n >= LT_SATURATED) && !LT_FAULT("atomic/saturation-missed", "a full count grows on"))
        lt_atomic_immortalize_raw(o);
}

static inline void lt_atomic_give_back(lt_object *o, uint64_t n)
{
    /* Release pairs with the acquire load in lt_atomic_die_raw: the finalizer sees what every releaser wrote before. */
    uint64_t before = lt_sub64(&o->count.whole, n, LT_WEAKEN("atomic/release-relaxed", LT_RELEASE));
    if (LT_FAULT("atomic/test-apart", "the test reads the count again")) before = lt_load64(&o->count.whole, LT_RELAXED) + n;
    if (LT_UNLIKELY(before == n)) lt_atomic_die_raw(o);
}

static inline void lt_atomic_release_raw(lt_object *o) { lt_atomic_give_back(o, 1); }
static inline void lt_atomic_release_n_raw(lt_object *o, uint32_t n) { lt_atomic_give_back(o, n); }

static inline bool lt_atomic_try_retain_raw(lt_object *o)
{
    lt_atomic_retain_raw(o); /* a borrow is a reference, so o is alive */
    return true;
}

static inline bool lt_atomic_upgrade_raw(lt_object *o)
{
    uint64_t word = lt_load64(&o->count.whole, LT_RELAXED);
    do {
        if (!lt_count_lives(word) && !LT_FAULT("atomic/upgrade-dead", "a weak reference gives what is dead")) return false;
        /* Acquire pairs with the releases of those who had it before, as for a reference that was passed on. */
    } while (!lt_cas64(&o->count.whole, &word, word + 1, LT_ACQUIRE, LT_RELAXED));
    return true;
}

/* One reference, and no weak one from which another thread could make a second. Acquire pairs with the releases of those who
 * were there before; so their mark is seen, too. */
static inline bool lt_atomic_is_alone(const lt_object *o, int order)
{
    if (lt_load64(&o->count.whole, order) != 1) return false;
    bool weak = lt_load8(&o->mark, LT_RELAXED) & LT_MARK_WEAK;
    return !weak || LT_FAULT("atomic/weak-alone", "an object with weak references is taken for the caller's alone");
}

static inline bool lt_atomic_is_unique_raw(const lt_object *o)
{
    return lt_atomic_is_alone(o, LT_WEAKEN("atomic/unique-relaxed", LT_ACQUIRE));
}

static inline void lt_atomic_publish_raw(lt_object *o) { (void)o; }

/* The caller's reference becomes a slot's stock. Alone, it needs no atomic instruction: there is nobody to race with. The plain
 * store ends the release sequence of those who were there before. */
static inline void lt_atomic_stock_up(lt_object *o)
{
    bool alone = lt_atomic_is_alone(o, LT_WEAKEN("atomic/stock-up-relaxed", LT_ACQUIRE));
    if (alone || LT_FAULT("atomic/stock-up-blind", "the stock replaces the count of others"))
        lt_store64(&o->count.whole, LT_ATOMIC_STOCK, LT_RELAXED);
    else lt_add64(&o->count.whole, LT_ATOMIC_STOCK - 1, LT_RELAXED);
}

static inline lt_object *lt_atomic_object_of(uint64_t word) { return (lt_object *)(word & LT_ATOMIC_OBJECT); }
static inline uint64_t lt_atomic_taken_of(uint64_t word)
{
    return LT_FAULT("atomic/taken-forgotten", "what loads took is given back as well") ? 0 : word / LT_ATOMIC_TAKEN;
}
static inline uint64_t lt_atomic_stock_of(uint64_t word) { return LT_ATOMIC_STOCK - lt_atomic_taken_of(word); }

static inline void lt_atomic_slot_init_raw(lt_slot *s, lt_object *o)
{
    if (o) lt_atomic_stock_up(o);
    lt_store64(&s->word, (uint64_t)o, LT_RELAXED);
}

static inline lt_object *lt_atomic_slot_load_raw(lt_slot *s)
{
    /* Acquire pairs with the release of the exchange that stored the object. In an empty slot `taken` means nothing. */
    uint64_t word = lt_add64(&s->word, LT_ATOMIC_TAKEN, LT_WEAKEN("atomic/load-relaxed", LT_ACQUIRE));
    lt_object *o = lt_atomic_object_of(word);
    bool half = word & LT_ATOMIC_RESTOCK && !LT_FAULT("atomic/restock-missed", "a slot runs out of stock");
    if (LT_UNLIKELY(half) && o) lt_atomic_restock(s, o);
    return o;
}

static inline lt_object *lt_atomic_slot_swap_raw(lt_slot *s, lt_object *o)
{
    if (o) lt_atomic_stock_up(o);
    uint64_t word = lt_swap64(&s->word, (uint64_t)o, LT_WEAKEN("atomic/swap-relaxed", LT_ACQ_REL));
    lt_object *old = lt_atomic_object_of(word);
    LT_CHECK_UNLINKED(old);
    if (old) lt_sub64(&old->count.whole, lt_atomic_stock_of(word) - 1, LT_RELEASE); /* one of them is the caller's now */
    return old;
}

static inline void lt_atomic_slot_store_raw(lt_slot *s, lt_object *o)
{
    if (o && !LT_FAULT("atomic/stock-up-late", "the slot shows an object before its stock is counted")) lt_atomic_stock_up(o);
    uint64_t word = lt_swap64(&s->word, (uint64_t)o, LT_WEAKEN("atomic/store-relaxed", LT_ACQ_REL));
    if (o && LT_FAULT("atomic/stock-up-late", "the slot shows an object before its stock is counted")) lt_atomic_stock_up(o);
    lt_object *old = lt_atomic_object_of(word);
    lt_point("atomic: unlinked, its stock not given back");
    LT_CHECK_UNLINKED(old);
    if (old && LT_FAULT("atomic/stock-kept", "a store returns one reference, not the stock")) lt_atomic_give_back(old, 1);
    else if (old) lt_atomic_give_back(old, lt_atomic_stock_of(word));
}

static inline bool lt_atomic_slot_cas_raw(lt_slot *s, const lt_object *expected, lt_object *o)
{
    uint64_t word = lt_load64(&s->word, LT_RELAXED);
    if (lt_atomic_object_of(word) != expected) return false;
    if (o) lt_atomic_stock_up(o);
    lt_point("atomic: stocked up, not stored");
    do {
        if (lt_cas64(&s->word, &word, (uint64_t)o, LT_WEAKEN("atomic/cas-relaxed", LT_ACQ_REL), LT_RELAXED)) {
            lt_object *old = lt_atomic_object_of(word);
            LT_CHECK_UNLINKED(old);
            if (old) lt_atomic_give_back(old, lt_atomic_stock_of(word));
            return true;
        }
    } while (lt_atomic_object_of(word) == expected); /* only loads came between */
    if (o && !LT_FAULT("atomic/stock-left", "a failed exchange leaves the stock in the count"))
        lt_sub64(&o->count.whole, LT_ATOMIC_STOCK - 1, LT_RELAXED); /* the caller's reference is still there */
    return false;
}

static inline lt_object *lt_atomic_slot_borrow_raw(lt_slot *s) { return lt_atomic_slot_load_raw(s); }
static inline bool lt_atomic_hold_raw(lt_object *o) { return lt_atomic_try_retain_raw(o); }
static inline void lt_atomic_unborrow_raw(lt_object *o) { lt_atomic_release_raw(o); }

#include "api.h"

#endif
