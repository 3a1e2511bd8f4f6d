/* dynamic.h: the strategies as tables of functions, for programs that choose at run time. Every call costs an indirect call,
 * which is three to four times the inlined fast path of the cheap strategies: measure with the inlined ones. */
#ifndef LIFETIME_DYNAMIC_H
#define LIFETIME_DYNAMIC_H

#include "types.h"

/* One member per name of lifetime.h, with the same contract. */
typedef struct lt_strategy {
    const char *name;
    const lt_traits *traits;
    int (*thread_register)(void);
    void (*thread_unregister)(void);
    void (*enter)(void);
    void (*leave)(void);
    void (*safepoint)(void);
    void *(*new_)(const lt_type *);
    void *(*new_sized)(const lt_type *, size_t);
    int (*init)(void *, const lt_type *);
    void *(*new_reusing)(const lt_type *, lt_token);
    void (*immortalize)(void *);
    bool (*is_immortal)(const void *);
    void (*share)(void *);
    void (*retain)(void *);
    void (*retain_n)(void *, uint32_t);
    void (*release)(void *);
    void (*release_n)(void *, uint32_t);
    lt_token (*release_reuse)(void *);
    lt_token (*try_reuse)(void *);
    void (*token_free)(lt_token);
    bool (*try_retain)(void *);
    bool (*is_unique)(const void *);
    lt_borrow (*slot_borrow)(lt_slot *);
    void *(*hold)(lt_borrow);
    void (*unborrow)(lt_borrow);
    void (*unborrow_all)(void);
    void (*slot_init)(lt_slot *, void *);
    void *(*slot_load)(lt_slot *);
    void (*slot_store)(lt_slot *, void *);
    void *(*slot_swap)(lt_slot *, void *);
    void *(*slot_take)(lt_slot *);
    bool (*slot_cas)(lt_slot *, const void *, void *);
    int (*weak_init)(lt_weak *, void *);
    int (*weak_store)(lt_weak *, void *);
    void *(*weak_load)(lt_weak *);
    void (*weak_clear)(lt_weak *);
    void (*lock)(void *);
    void (*unlock)(void *);
    void (*lock2)(void *, void *);
    void (*unlock2)(void *, void *);
    void (*poll)(void);
    int (*collect)(void);
    void (*synchronize)(void);
    void (*barrier)(void);
    void (*defer)(lt_node *, void (*)(lt_node *));
    void (*stats_read)(lt_stats *);
    void (*on_pressure)(uint64_t bytes, lt_pressure_fn, void *context);
    int (*configure)(enum lt_setting, uint64_t);
} lt_strategy;

#ifdef __cplusplus
extern "C" {
#endif

/* All strategies that the library was built with; NULL after the last. */
extern const lt_strategy *const lt_strategies[];

/* The strategy that the names of lifetime.h mean with -DLIFETIME_STRATEGY=dynamic; biased until one is selected. */
extern const lt_strategy *lt_dynamic_strategy;

/* Selects it by name, before the first object is made: 0, or ENOENT and nothing has changed. */
int lt_dynamic_select(const char *name);

#ifdef __cplusplus
}
#endif

#endif
