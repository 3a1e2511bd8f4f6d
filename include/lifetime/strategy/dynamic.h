/* dynamic: the names of lifetime.h through lt_dynamic_strategy's table. */
#ifndef LIFETIME_STRATEGY_DYNAMIC_H
#define LIFETIME_STRATEGY_DYNAMIC_H

#include "../dynamic.h"
#include "checks.h"

LT_CALL int lt_dynamic_thread_register(void) { return lt_dynamic_strategy->thread_register(); }
LT_CALL void lt_dynamic_thread_unregister(void) { lt_dynamic_strategy->thread_unregister(); }
LT_CALL void lt_dynamic_enter(void) { lt_dynamic_strategy->enter(); }
LT_CALL void lt_dynamic_leave(void) { lt_dynamic_strategy->leave(); }
LT_CALL void lt_dynamic_safepoint(void) { lt_dynamic_strategy->safepoint(); }
LT_CALL void *lt_dynamic_new(const lt_type *type)
{
    LT_CHECK_CHOICE(lt_new);
    return lt_dynamic_strategy->new_(type);
}
LT_CALL void *lt_dynamic_new_sized(const lt_type *type, size_t bytes)
{
    LT_CHECK_CHOICE(lt_new_sized);
    return lt_dynamic_strategy->new_sized(type, bytes);
}
LT_CALL int lt_dynamic_init(void *storage, const lt_type *type)
{
    LT_CHECK_CHOICE(lt_init);
    return lt_dynamic_strategy->init(storage, type);
}
LT_CALL void *lt_dynamic_new_reusing(const lt_type *type, lt_token token)
{
    LT_CHECK_CHOICE(lt_new_reusing);
    return lt_dynamic_strategy->new_reusing(type, token);
}
LT_CALL void lt_dynamic_immortalize(void *object) { lt_dynamic_strategy->immortalize(object); }
LT_CALL void lt_dynamic_share(void *object) { lt_dynamic_strategy->share(object); }
LT_CALL bool lt_dynamic_is_immortal(const void *object) { return lt_dynamic_strategy->is_immortal(object); }
LT_CALL void lt_dynamic_retain(void *object) { lt_dynamic_strategy->retain(object); }
LT_CALL void lt_dynamic_retain_n(void *object, uint32_t n) { lt_dynamic_strategy->retain_n(object, n); }
LT_CALL void lt_dynamic_release(void *object) { lt_dynamic_strategy->release(object); }
LT_CALL void lt_dynamic_release_n(void *object, uint32_t n) { lt_dynamic_strategy->release_n(object, n); }
LT_CALL lt_token lt_dynamic_release_reuse(void *object) { return lt_dynamic_strategy->release_reuse(object); }
LT_CALL lt_token lt_dynamic_try_reuse(void *object) { return lt_dynamic_strategy->try_reuse(object); }
LT_CALL void lt_dynamic_token_free(lt_token token) { lt_dynamic_strategy->token_free(token); }
LT_CALL bool lt_dynamic_try_retain(void *object) { return lt_dynamic_strategy->try_retain(object); }
LT_CALL bool lt_dynamic_is_unique(const void *object) { return lt_dynamic_strategy->is_unique(object); }
LT_CALL lt_borrow lt_dynamic_slot_borrow(lt_slot *slot) { return lt_dynamic_strategy->slot_borrow(slot); }
LT_CALL void *lt_dynamic_hold(lt_borrow borrow) { return lt_dynamic_strategy->hold(borrow); }
LT_CALL void lt_dynamic_unborrow(lt_borrow borrow) { lt_dynamic_strategy->unborrow(borrow); }
LT_CALL void lt_dynamic_unborrow_all(void) { lt_dynamic_strategy->unborrow_all(); }
LT_CALL void lt_dynamic_slot_init(lt_slot *slot, void *object) { lt_dynamic_strategy->slot_init(slot, object); }
LT_CALL void *lt_dynamic_slot_load(lt_slot *slot) { return lt_dynamic_strategy->slot_load(slot); }
LT_CALL void lt_dynamic_slot_store(lt_slot *slot, void *object) { lt_dynamic_strategy->slot_store(slot, object); }
LT_CALL void *lt_dynamic_slot_swap(lt_slot *slot, void *object) { return lt_dynamic_strategy->slot_swap(slot, object); }
LT_CALL void *lt_dynamic_slot_take(lt_slot *slot) { return lt_dynamic_strategy->slot_take(slot); }
LT_CALL bool lt_dynamic_slot_cas(lt_slot *slot, const void *expected, void *desired)
{
    return lt_dynamic_strategy->slot_cas(slot, expected, desired);
}
LT_CALL int lt_dynamic_weak_init(lt_weak *weak, void *object) { return lt_dynamic_strategy->weak_init(weak, object); }
LT_CALL int lt_dynamic_weak_store(lt_weak *weak, void *object) { return lt_dynamic_strategy->weak_store(weak, object); }
LT_CALL void *lt_dynamic_weak_load(lt_weak *weak) { return lt_dynamic_strategy->weak_load(weak); }
LT_CALL void lt_dynamic_weak_clear(lt_weak *weak) { lt_dynamic_strategy->weak_clear(weak); }
LT_CALL void lt_dynamic_lock(void *object) { lt_dynamic_strategy->lock(object); }
LT_CALL void lt_dynamic_unlock(void *object) { lt_dynamic_strategy->unlock(object); }
LT_CALL void lt_dynamic_lock2(void *one, void *two) { lt_dynamic_strategy->lock2(one, two); }
LT_CALL void lt_dynamic_unlock2(void *one, void *two) { lt_dynamic_strategy->unlock2(one, two); }
LT_CALL void lt_dynamic_poll(void) { lt_dynamic_strategy->poll(); }
LT_CALL int lt_dynamic_collect(void) { return lt_dynamic_strategy->collect(); }
LT_CALL void lt_dynamic_synchronize(void) { lt_dynamic_strategy->synchronize(); }
LT_CALL void lt_dynamic_barrier(void) { lt_dynamic_strategy->barrier(); }
LT_CALL void lt_dynamic_defer(lt_node *node, void (*fn)(lt_node *)) { lt_dynamic_strategy->defer(node, fn); }
LT_CALL void lt_dynamic_stats_read(lt_stats *stats) { lt_dynamic_strategy->stats_read(stats); }
LT_CALL void lt_dynamic_on_pressure(uint64_t bytes, lt_pressure_fn fn, void *context)
{
    lt_dynamic_strategy->on_pressure(bytes, fn, context);
}
LT_CALL int lt_dynamic_configure(enum lt_setting setting, uint64_t value)
{
    return lt_dynamic_strategy->configure(setting, value);
}
LT_CALL const lt_traits *lt_dynamic_traits(void) { return lt_dynamic_strategy->traits; }
LT_CALL const char *lt_dynamic_strategy_name(void) { return lt_dynamic_strategy->name; }

#endif
