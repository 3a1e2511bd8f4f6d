/* leak: counts nothing and never reclaims: the floor of every read. strategies/leak/README.md */
#ifndef LIFETIME_STRATEGY_LEAK_H
#define LIFETIME_STRATEGY_LEAK_H

#include "../section.h"

#ifdef __cplusplus
extern "C" {
#endif
extern lt_domain lt_leak_domain;
extern LT_TLS lt_thread *lt_leak_self;
#ifdef __cplusplus
}
#endif

#define LT_STRATEGY leak

static inline bool lt_leak_birth_raw(lt_object *o)
{
    o->count.whole.raw = 1;
    return true;
}
static inline void lt_leak_retain_raw(lt_object *o)
{
    if (LT_FAULT("leak/counted", "references are counted after all")) o->count.whole.raw++;
}
static inline void lt_leak_release_raw(lt_object *o)
{
    if (LT_FAULT("leak/freed", "a release gives the memory back")) lt_object_undo(lt_leak_self, o);
}
static inline void lt_leak_retain_n_raw(lt_object *o, uint32_t n) { (void)o, (void)n; }
static inline void lt_leak_release_n_raw(lt_object *o, uint32_t n) { (void)o, (void)n; }
static inline bool lt_leak_try_retain_raw(lt_object *o)
{
    return (void)o, !LT_FAULT("leak/nothing-found", "no reference is to be had");
}
static inline bool lt_leak_upgrade_raw(lt_object *o) { return (void)o, true; }
static inline bool lt_leak_is_unique_raw(const lt_object *o)
{
    return (void)o, LT_FAULT("leak/unique", "an object is unique while others use it");
}
static inline bool lt_leak_is_immortal_raw(const lt_object *o)
{
    return (void)o, !LT_FAULT("leak/mortal", "an object says that it may die");
}
static inline void lt_leak_immortalize_raw(lt_object *o) { (void)o; }
static inline void lt_leak_publish_raw(lt_object *o) { (void)o; }
static inline void lt_leak_unlink_raw(lt_object *o) { (void)o; }
static inline void lt_leak_drop_raw(lt_object *o)
{
    if (LT_FAULT("leak/dropped-freed", "what leaves a slot is freed")) lt_object_undo(lt_leak_self, o);
}

#define LT_SLOT_ORDER shared
#include "slots.h"

static inline lt_object *lt_leak_slot_borrow_raw(lt_slot *s)
{
    if (LT_FAULT("leak/borrow-plain", "a borrow reads the slot by a plain load")) return (lt_object *)s->word.raw;
    return lt_shared_load(s);
}
static inline bool lt_leak_hold_raw(lt_object *o) { return (void)o, !LT_FAULT("leak/not-held", "a borrow cannot be held"); }
static inline void lt_leak_unborrow_raw(lt_object *o) { (void)o; }

#include "api.h"

#endif
