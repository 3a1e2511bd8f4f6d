/* frame.h: what the strategies' headers are written with, between a #define of LT_STRATEGY and its #undef: LT_S(name), which is
 * lt_<strategy>_name; and what the checked build (-Dchecks=true) looks at on the way, which is nothing in the others. */
#ifndef LIFETIME_STRATEGY_FRAME_H
#define LIFETIME_STRATEGY_FRAME_H

#define LT_PASTE_(strategy, name) lt_##strategy##_##name
#define LT_PASTE(strategy, name) LT_PASTE_(strategy, name)
#define LT_S(name) LT_PASTE(LT_STRATEGY, name)

#if defined(LT_CHECKS) && LT_CHECKS
#define LT_CHECK_SECTION(name) lt_check_section(&LT_S(domain), LT_S(self), #name)
#define LT_CHECK_LEAVE(name) lt_check_leave(&LT_S(domain), LT_S(self), #name)
#define LT_CHECK_SAFEPOINT(name) lt_check_safepoint(&LT_S(domain), LT_S(self), #name)
#define LT_CHECK_OBJECT(object, name) \
    lt_check_object(&LT_S(domain), LT_S(self), (const lt_object *)(object), #name)
#define LT_CHECK_REFERABLE(object, name) \
    lt_check_referable(&LT_S(domain), LT_S(self), (const lt_object *)(object), #name)
#define LT_CHECK_BORROWABLE(object, name) \
    lt_check_borrowable(&LT_S(domain), LT_S(self), (const lt_object *)(object), #name)
#define LT_CHECK_RELEASE(object, n, name) \
    lt_check_release(&LT_S(domain), LT_S(self), (const lt_object *)(object), n, #name)
#define LT_CHECK_LOCK(object, name) \
    lt_check_lock(&LT_S(domain), LT_S(self), (const lt_object *)(object), #name)
#define LT_CHECK_UNLOCK(object, name) \
    lt_check_unlock(&LT_S(domain), LT_S(self), (const lt_object *)(object), #name)
#else
#define LT_CHECK_SECTION(name) ((void)0)
#define LT_CHECK_LEAVE(name) ((void)0)
#define LT_CHECK_SAFEPOINT(name) ((void)0)
#define LT_CHECK_RELEASE(object, n, name) ((void)0)
#define LT_CHECK_OBJECT(object, name) ((void)0)
#define LT_CHECK_REFERABLE(object, name) ((void)0)
#define LT_CHECK_BORROWABLE(object, name) ((void)0)
#define LT_CHECK_LOCK(object, name) ((void)0)
#define LT_CHECK_UNLOCK(object, name) ((void)0)
#endif

#endif
