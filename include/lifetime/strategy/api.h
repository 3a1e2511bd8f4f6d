/* api.h: what every strategy exposes, written once. A strategy's header defines its *_raw functions on lt_object, sets
 * LT_STRATEGY to its name, and includes this file, which adds the names of lifetime.h for it: argument conversion,
 * sections, creation and the calls that go to the domain. In the checked build the checks are here too.
 *
 * A strategy header defines, as LT_CALL functions or in its .c file, for lt_<name>_:
 *   birth_raw(o)                    a new object's count: one owned reference, not yet published. False, after undoing
 *                                   the creation with lt_object_undo, where what its death will need can not be had
 *   retain_raw retain_n_raw release_raw release_n_raw try_retain_raw
 *   is_unique_raw is_immortal_raw immortalize_raw
 *   publish_raw(o)                  others will be able to find o, in a slot or by a weak reference; nothing in most strategies
 *   upgrade_raw(o)                  makes a reference from a weak one: false if o is dead. Its header is there, for a grace
 *                                   period
 *   slot_*_raw, hold_raw, unborrow_raw      by hand, or from three hooks through slots.h
 * Where counting what many threads count has a way of its own, it defines LT_SHARES and share_raw(o), a hint;
 * and, where its sections are not those of the grace-period engine, defines LT_OWN_SECTIONS and enter, leave, safepoint; where
 * its domain is `fenced`, LT_SECTION_ENTER as lt_section_online (section.h).
 * Where an object may be reused at once (strategy/reuse.h) though is_unique_raw would not say so, or where that is not
 * inlined, it defines LT_OWN_REUSABLE and reusable_raw(o).
 * There is no include guard: each strategy includes it once. */

#ifndef LT_STRATEGY
#error "define LT_STRATEGY before including api.h"
#endif

#include "frame.h"
#include "lock.h"
#include "reuse.h"
#include "weak.h"

#ifndef LT_SECTION_ENTER
#define LT_SECTION_ENTER lt_section_enter
#endif
#ifndef LT_OWN_SECTIONS
LT_CALL void LT_S(enter)(void)
{
    lt_thread *self = LT_S(self);
    if (LT_LIKELY(self != NULL)) LT_SECTION_ENTER(self);
    else lt_enter_first(&LT_S(domain));
}
LT_CALL void LT_S(leave)(void)
{
    LT_CHECK_LEAVE(lt_leave);
    lt_section_leave(LT_S(self));
}
LT_CALL void LT_S(safepoint)(void)
{
    LT_CHECK_SAFEPOINT(lt_safepoint);
    lt_section_safepoint(LT_S(self));
}
#endif

LT_CALL int LT_S(thread_register)(void) { return lt_domain_register(&LT_S(domain)); }
LT_CALL void LT_S(thread_unregister)(void) { lt_domain_unregister(&LT_S(domain)); }
LT_CALL void LT_S(poll)(void) { lt_domain_poll(&LT_S(domain)); }
LT_CALL int LT_S(collect)(void) { return lt_domain_collect(&LT_S(domain)); }
LT_CALL void LT_S(synchronize)(void) { lt_domain_synchronize(&LT_S(domain)); }
LT_CALL void LT_S(barrier)(void) { lt_domain_barrier(&LT_S(domain)); }
LT_CALL void LT_S(defer)(lt_node *node, void (*fn)(lt_node *)) { lt_domain_defer(&LT_S(domain), node, fn); }
LT_CALL void LT_S(stats_read)(lt_stats *stats) { lt_domain_stats(&LT_S(domain), stats); }
LT_CALL void LT_S(on_pressure)(uint64_t bytes, lt_pressure_fn fn, void *context)
{
    lt_domain_on_pressure(&LT_S(domain), bytes, fn, context);
}
LT_CALL int LT_S(configure)(enum lt_setting setting, uint64_t value)
{
    return lt_domain_configure(&LT_S(domain), setting, value);
}
LT_CALL const lt_traits *LT_S(traits)(void) { return lt_domain_traits(&LT_S(domain)); }
LT_CALL const char *LT_S(strategy_name)(void) { return lt_domain_name(&LT_S(domain)); }

LT_CALL void *LT_S(new)(const lt_type *type)
{
    LT_CHECK_SECTION(lt_new);
    lt_object *o = lt_object_new(LT_S(self), type);
    return LT_LIKELY(o != NULL) && LT_CHECK_MADE(o, lt_new) && LT_LIKELY(LT_S(birth_raw)(o)) ? o : NULL;
}
LT_CALL void *LT_S(new_sized)(const lt_type *type, size_t bytes)
{
    LT_CHECK_SECTION(lt_new_sized);
    lt_object *o = lt_object_new_sized(LT_S(self), type, bytes);
    return LT_LIKELY(o != NULL) && LT_CHECK_MADE(o, lt_new_sized) && LT_LIKELY(LT_S(birth_raw)(o)) ? o : NULL;
}
LT_CALL int LT_S(init)(void *storage, const lt_type *type)
{
    LT_CHECK_SECTION(lt_init);
    int error = lt_object_init(LT_S(self), (lt_object *)storage, type);
    if (LT_LIKELY(error == 0) && !LT_CHECK_MADE((lt_object *)storage, lt_init)) return ENOMEM;
    return LT_LIKELY(error == 0) && LT_UNLIKELY(!LT_S(birth_raw)((lt_object *)storage)) ? ENOMEM : error;
}
LT_CALL void *LT_S(new_reusing)(const lt_type *type, lt_token token)
{
    LT_CHECK_SECTION(lt_new_reusing);
    lt_object *o = (lt_object *)token.storage;
    if (o) {
        LT_CHECK_TOKEN(o, type, lt_new_reusing);
        lt_reuse(LT_S(self), o, type);
    } else {
        o = lt_object_new(LT_S(self), type);
    }
    return LT_LIKELY(o != NULL) && LT_CHECK_MADE(o, lt_new_reusing) && LT_LIKELY(LT_S(birth_raw)(o)) ? o : NULL;
}
LT_CALL void LT_S(token_free)(lt_token token)
{
    LT_CHECK_SECTION(lt_token_free);
    if (!token.storage) return;
    LT_CHECK_TOKEN(token.storage, NULL, lt_token_free);
    lt_object_unused(LT_S(self), (lt_object *)token.storage);
}
LT_CALL void LT_S(immortalize)(void *object)
{
    LT_CHECK_IMMORTAL(object, lt_immortalize);
    LT_S(immortalize_raw)((lt_object *)object);
}
LT_CALL bool LT_S(is_immortal)(const void *object)
{
    bool immortal = LT_S(is_immortal_raw)((const lt_object *)object);
    if (immortal) LT_CHECK_UNCOUNTED(object);
    return immortal;
}

LT_CALL void LT_S(share)(void *object)
{
    LT_CHECK_OWNED(object, lt_share);
#ifdef LT_SHARES
    LT_S(share_raw)((lt_object *)object);
#else
    (void)object;
#endif
}

LT_CALL void LT_S(retain)(void *object)
{
    LT_CHECK_GAIN(object, 1, lt_retain);
    LT_S(retain_raw)((lt_object *)object);
}
LT_CALL void LT_S(release)(void *object)
{
    LT_CHECK_GIVE(object, 1, lt_release);
    LT_S(release_raw)((lt_object *)object);
}
LT_CALL void LT_S(retain_n)(void *object, uint32_t n)
{
    LT_CHECK_GAIN(object, n, lt_retain_n);
    if (n) LT_S(retain_n_raw)((lt_object *)object, n);
}
LT_CALL void LT_S(release_n)(void *object, uint32_t n)
{
    LT_CHECK_GIVE(object, n, lt_release_n);
    if (n) LT_S(release_n_raw)((lt_object *)object, n);
}

#ifdef __cplusplus
extern "C"
#else
extern
#endif
bool LT_S(unmake)(lt_object *);

#ifndef LT_OWN_REUSABLE
LT_CALL bool LT_S(reusable_raw)(const lt_object *o) { return LT_S(is_unique_raw)(o); }
#endif
LT_CALL bool LT_S(is_reusable)(const lt_object *o)
{
    if (LT_FAULT("lib/reuse-blind", "the storage of an object that others use is handed back")) return lt_is_block(o);
    return LT_S(reusable_raw)(o) && lt_is_block(o);
}
LT_CALL lt_token LT_S(release_reuse)(void *object)
{
    LT_CHECK_GIVE(object, 1, lt_release_reuse);
    lt_token token = {NULL};
    lt_object *o = (lt_object *)object;
    if (LT_S(is_reusable)(o) && (lt_dies_quietly(o) || LT_S(unmake)(o))) {
        LT_CHECK_ENDED(o, lt_release_reuse);
        token.storage = o;
    } else {
        LT_S(release_raw)(o);
    }
    return token;
}
LT_CALL lt_token LT_S(try_reuse)(void *object)
{
    LT_CHECK_APART(object, lt_try_reuse);
    lt_token token = {NULL};
    lt_object *o = (lt_object *)object;
    if (LT_S(is_reusable)(o)) {
        LT_CHECK_GIVE(o, 1, lt_try_reuse);
        LT_CHECK_ENDED(o, lt_try_reuse);
        token.storage = o;
    }
    return token;
}

LT_CALL bool LT_S(try_retain)(void *object)
{
    LT_CHECK_TRY(object, lt_try_retain);
    bool alive = LT_S(try_retain_raw)((lt_object *)object);
    if (alive) LT_CHECK_GAINED(object, lt_try_retain);
    return alive;
}
LT_CALL bool LT_S(is_unique)(const void *object)
{
    LT_CHECK_OWNED(object, lt_is_unique);
    return LT_S(is_unique_raw)((const lt_object *)object);
}

LT_CALL void LT_S(slot_init)(lt_slot *slot, void *object)
{
    LT_CHECK_LINK(object, lt_slot_init);
    LT_S(slot_init_raw)(slot, (lt_object *)object);
}
LT_CALL void *LT_S(slot_load)(lt_slot *slot)
{
    LT_CHECK_SECTION(lt_slot_load);
    lt_object *o = LT_S(slot_load_raw)(slot);
    LT_CHECK_GAINED(o, lt_slot_load);
    return o;
}
LT_CALL void LT_S(slot_store)(lt_slot *slot, void *object)
{
    LT_CHECK_SECTION(lt_slot_store);
    LT_CHECK_LINK(object, lt_slot_store);
    LT_S(slot_store_raw)(slot, (lt_object *)object);
}
LT_CALL void *LT_S(slot_swap)(lt_slot *slot, void *object)
{
    LT_CHECK_SECTION(lt_slot_swap);
    LT_CHECK_LINK(object, lt_slot_swap);
    lt_object *old = LT_S(slot_swap_raw)(slot, (lt_object *)object);
    LT_CHECK_GAINED(old, lt_slot_swap);
    return old;
}
LT_CALL void *LT_S(slot_take)(lt_slot *slot)
{
    LT_CHECK_SECTION(lt_slot_take);
    lt_object *old = LT_S(slot_swap_raw)(slot, NULL);
    LT_CHECK_GAINED(old, lt_slot_take);
    return old;
}
LT_CALL bool LT_S(slot_cas)(lt_slot *slot, const void *expected, void *desired)
{
    LT_CHECK_SECTION(lt_slot_cas);
    LT_CHECK_LINK(desired, lt_slot_cas);
    bool same = LT_S(slot_cas_raw)(slot, (const lt_object *)expected, (lt_object *)desired);
    if (!same) LT_CHECK_KEPT(desired, lt_slot_cas);
    return same;
}
LT_CALL lt_borrow LT_S(slot_borrow)(lt_slot *slot)
{
    LT_CHECK_SECTION(lt_slot_borrow);
    lt_borrow borrow = {LT_S(slot_borrow_raw)(slot)};
    LT_CHECK_BORROWED(borrow.object, lt_slot_borrow);
    return borrow;
}
LT_CALL void *LT_S(hold)(lt_borrow borrow)
{
    if (!borrow.object) return NULL;
    LT_CHECK_BORROW(borrow.object, lt_hold);
    void *held = LT_S(hold_raw)((lt_object *)borrow.object) ? borrow.object : NULL;
    LT_CHECK_GAINED(held, lt_hold);
    return held;
}
LT_CALL void LT_S(unborrow)(lt_borrow borrow)
{
    if (!borrow.object) return;
    LT_CHECK_UNBORROW(borrow.object, lt_unborrow);
    LT_S(unborrow_raw)((lt_object *)borrow.object);
}
LT_CALL void LT_S(unborrow_all)(void) { LT_CHECK_UNBORROW_ALL(lt_unborrow_all); }

/* The entry that a weak reference to the object holds; false: there is no memory for it. */
LT_CALL bool LT_S(weak_entry)(lt_object *o, struct lt_weak_entry **entry)
{
    *entry = NULL;
    if (!o) return true;
    if (!LT_FAULT("lib/weak-unpublished", "an object with weak references is not published")) LT_S(publish_raw)(o);
    *entry = lt_weak_entry_of(LT_S(self), o);
    return *entry != NULL;
}
LT_CALL int LT_S(weak_init)(lt_weak *weak, void *object)
{
    LT_CHECK_SECTION(lt_weak_init);
    LT_CHECK_REFERABLE(object, lt_weak_init);
    struct lt_weak_entry *entry;
    if (LT_UNLIKELY(!LT_S(weak_entry)((lt_object *)object, &entry))) return ENOMEM;
    lt_weak_first(weak, entry);
    return 0;
}
LT_CALL int LT_S(weak_store)(lt_weak *weak, void *object)
{
    LT_CHECK_SECTION(lt_weak_store);
    LT_CHECK_REFERABLE(object, lt_weak_store);
    struct lt_weak_entry *entry;
    if (LT_UNLIKELY(!LT_S(weak_entry)((lt_object *)object, &entry))) return ENOMEM;
    lt_weak_swap(LT_S(self), weak, entry);
    return 0;
}
LT_CALL void *LT_S(weak_load)(lt_weak *weak)
{
    LT_CHECK_SECTION(lt_weak_load);
    for (struct lt_weak_entry *e = lt_weak_peek(weak), *again; e; e = again) {
        lt_object *o = lt_weak_object(e);
        lt_point("lib: found by a weak reference, not retained");
        if (LT_LIKELY(o != NULL) && LT_LIKELY(LT_S(upgrade_raw)(o))) {
            LT_CHECK_GAINED(o, lt_weak_load);
            return o;
        }
        /* Dead. But was it so when it was here? Another may have been stored since, before this one died. */
        again = lt_weak_peek(weak);
        if (again == e || LT_FAULT("lib/weak-not-again", "an object that died is not looked for again")) return NULL;
    }
    return NULL;
}
LT_CALL void LT_S(weak_clear)(lt_weak *weak)
{
    LT_CHECK_SECTION(lt_weak_clear);
    lt_weak_swap(LT_S(self), weak, NULL);
}

LT_CALL void LT_S(lock_raw)(lt_object *o)
{
#ifdef LT_EXCLUSIVE
    (void)o;
#else
    lt_object_lock(LT_S(self), o);
#endif
}
LT_CALL void LT_S(unlock_raw)(lt_object *o)
{
#ifdef LT_EXCLUSIVE
    (void)o;
#else
    lt_object_unlock(o);
#endif
}
LT_CALL void LT_S(lock)(void *object)
{
    LT_CHECK_LOCK(object, lt_lock);
    LT_S(lock_raw)((lt_object *)object);
}
LT_CALL void LT_S(unlock)(void *object)
{
    LT_CHECK_UNLOCK(object, lt_unlock);
    LT_S(unlock_raw)((lt_object *)object);
}
LT_CALL void LT_S(lock2)(void *one, void *two)
{
    bool swap = (uintptr_t)one > (uintptr_t)two; /* everybody locks the lower address first */
    LT_S(lock)(swap ? two : one);
    if (one != two) LT_S(lock)(swap ? one : two);
}
LT_CALL void LT_S(unlock2)(void *one, void *two)
{
    LT_S(unlock)(one);
    if (one != two) LT_S(unlock)(two);
}

#undef LT_EXCLUSIVE
#undef LT_OWN_REUSABLE
#undef LT_OWN_SECTIONS
#undef LT_SHARES
#undef LT_SECTION_ENTER
#undef LT_STRATEGY
