/* global_lock: one lock is held through every section; counts are plain. strategies/global_lock/README.md */
#ifndef LIFETIME_STRATEGY_GLOBAL_LOCK_H
#define LIFETIME_STRATEGY_GLOBAL_LOCK_H

#include "../section.h"

#ifdef __cplusplus
extern "C" {
#endif
extern lt_domain lt_global_lock_domain;
extern LT_TLS lt_thread *lt_global_lock_self;
extern lt_atomic32 lt_global_lock_wanted; /* a waiting thread's interval is over: hand the lock over */
void lt_global_lock_die_raw(lt_object *);
void lt_global_lock_enter(void);
void lt_global_lock_leave(void);
void lt_global_lock_switch(void);
#ifdef __cplusplus
}
#endif

#define LT_STRATEGY global_lock
#include "exclusive.h"

LT_CALL void lt_global_lock_safepoint(void)
{
    LT_CHECK_SAFEPOINT(lt_safepoint);
    /* A hint: whoever waits finds the lock by other means. */
    bool wanted = lt_load32(&lt_global_lock_wanted, LT_RELAXED);
    if (LT_UNLIKELY(wanted) && !LT_FAULT("global_lock/deaf", "a safepoint does not look who waits")) lt_global_lock_switch();
    lt_section_safepoint(lt_global_lock_self);
}

#define LT_OWN_SECTIONS
#include "api.h"

#endif
