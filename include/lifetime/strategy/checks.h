/* checks.h: what the checked build (-Dchecks=true) is told of, call by call; nothing at all in the others.
 *
 * lib/shadow.c keeps an account of each object: how many owned references there are, how many slots hold it, and where in the
 * program it was made, last gained and last given up. A strategy's header and api.h say what happens to it:
 *
 *   LT_CHECK_MADE      it exists, with one owned reference. False: there is no memory for its account
 *   LT_CHECK_GAIN      n owned references more, by one that the caller has          before it happens
 *   LT_CHECK_GIVE      n owned references are given back                            before
 *   LT_CHECK_LINK      an owned reference becomes a slot's                          before
 *   LT_CHECK_KEPT      not after all: a compare-and-swap has failed                 after
 *   LT_CHECK_UNLINKED  a slot's reference ends                                      after the exchange, before the release
 *   LT_CHECK_GAINED    an owned reference came out of a slot or a borrow; or NULL   after
 *   LT_CHECK_APART     the caller may end it without its finalizer                 before
 *   LT_CHECK_ENDED     it is dead, and its storage is a reuse token                 after
 *   LT_CHECK_TOKEN     that is given back, or becomes an object of a type; or NULL  before
 *   LT_CHECK_UNCOUNTED it is immortal, and the client was told so                   after
 *
 * So an account is never higher than the truth, and what it refuses is wrong. NULL is no object here; it is passed over. */
#ifndef LIFETIME_STRATEGY_CHECKS_H
#define LIFETIME_STRATEGY_CHECKS_H

#if defined(LT_CHECKS) && LT_CHECKS

#include "../section.h"

/* The library and what is compiled with its inlined parts must agree: otherwise the linker says that this is undefined. */
#define LT_AGREED lt_needs_a_library_with_checks

/* Where the call is in the program: for what is inlined there, the address to which the check returns. The library's own copies
 * of the inlined functions (lib/strategy.h) name their caller instead. */
#ifndef LT_PLACE
#define LT_PLACE NULL
#endif

#define LT_CALL static inline __attribute__((always_inline)) /* so that the place is the caller's without optimisation, too */

#ifdef __cplusplus
extern "C" {
#endif
void lt_check_section(const lt_domain *, const lt_thread *, const char *call, const void *place);
void lt_check_leave(const lt_domain *, lt_thread *, const char *call, const void *place);
void lt_check_safepoint(const lt_domain *, const lt_thread *, const char *call, const void *place);
bool lt_check_made(const lt_domain *, lt_thread *, lt_object *, const char *call, const void *place);
void lt_check_owned(const lt_domain *, const lt_thread *, const void *object, const char *call, const void *place);
void lt_check_immortal(const lt_domain *, const lt_thread *, const void *object, const char *call, const void *place);
void lt_check_gain(const lt_domain *, const lt_thread *, const void *object, uint32_t n, const char *call, const void *place);
void lt_check_give(const lt_domain *, const lt_thread *, const void *object, uint32_t n, const char *call, const void *place);
void lt_check_link(const lt_domain *, const lt_thread *, const void *object, const char *call, const void *place);
void lt_check_kept(const lt_domain *, const lt_thread *, const void *object, const char *call, const void *place);
void lt_check_unlinked(const lt_domain *, const void *object);
void lt_check_gained(const lt_domain *, const lt_thread *, const void *object, const char *call, const void *place);
void lt_check_try(const lt_domain *, const lt_thread *, const void *object, const char *call, const void *place);
void lt_check_borrowed(const lt_domain *, lt_thread *, const void *object, const char *call, const void *place);
void lt_check_borrow(const lt_domain *, const lt_thread *, const void *object, const char *call, const void *place);
void lt_check_unborrow(const lt_domain *, lt_thread *, const void *object, const char *call, const void *place);
void lt_check_unborrow_all(const lt_domain *, lt_thread *, const char *call, const void *place);
void lt_check_referable(const lt_domain *, const lt_thread *, const void *object, const char *call, const void *place);
void lt_check_uncounted(const void *object);
void lt_check_apart(const lt_domain *, const lt_thread *, const void *object, const char *call, const void *place);
void lt_check_ended(const lt_domain *, const lt_thread *, const void *object, const char *call, const void *place);
void lt_check_token(const lt_domain *, const lt_thread *, const void *storage, const lt_type *, const char *call, const void *place);
void lt_check_lock(const lt_domain *, lt_thread *, const void *object, const char *call, const void *place);
void lt_check_unlock(const lt_domain *, lt_thread *, const void *object, const char *call, const void *place);
void lt_check_choice(const char *call, const void *place);
#ifdef __cplusplus
}
#endif

/* The empty statement keeps the call from being the last of its function, for then it would return to another place. */
#define LT_CHECK(call) ((call), __extension__({ __asm__ volatile(""); }))
#define LT_CHECK_SECTION(name) LT_CHECK(lt_check_section(&LT_S(domain), LT_S(self), #name, LT_PLACE))
#define LT_CHECK_LEAVE(name) LT_CHECK(lt_check_leave(&LT_S(domain), LT_S(self), #name, LT_PLACE))
#define LT_CHECK_SAFEPOINT(name) LT_CHECK(lt_check_safepoint(&LT_S(domain), LT_S(self), #name, LT_PLACE))
#define LT_CHECK_MADE(o, name) lt_check_made(&LT_S(domain), LT_S(self), o, #name, LT_PLACE)
#define LT_CHECK_OWNED(o, name) LT_CHECK(lt_check_owned(&LT_S(domain), LT_S(self), o, #name, LT_PLACE))
#define LT_CHECK_IMMORTAL(o, name) LT_CHECK(lt_check_immortal(&LT_S(domain), LT_S(self), o, #name, LT_PLACE))
#define LT_CHECK_GAIN(o, n, name) LT_CHECK(lt_check_gain(&LT_S(domain), LT_S(self), o, n, #name, LT_PLACE))
#define LT_CHECK_GIVE(o, n, name) LT_CHECK(lt_check_give(&LT_S(domain), LT_S(self), o, n, #name, LT_PLACE))
#define LT_CHECK_LINK(o, name) LT_CHECK(lt_check_link(&LT_S(domain), LT_S(self), o, #name, LT_PLACE))
#define LT_CHECK_KEPT(o, name) LT_CHECK(lt_check_kept(&LT_S(domain), LT_S(self), o, #name, LT_PLACE))
#define LT_CHECK_UNLINKED(o) LT_CHECK(lt_check_unlinked(&LT_S(domain), o))
#define LT_CHECK_GAINED(o, name) LT_CHECK(lt_check_gained(&LT_S(domain), LT_S(self), o, #name, LT_PLACE))
#define LT_CHECK_TRY(o, name) LT_CHECK(lt_check_try(&LT_S(domain), LT_S(self), o, #name, LT_PLACE))
#define LT_CHECK_BORROWED(o, name) LT_CHECK(lt_check_borrowed(&LT_S(domain), LT_S(self), o, #name, LT_PLACE))
#define LT_CHECK_BORROW(o, name) LT_CHECK(lt_check_borrow(&LT_S(domain), LT_S(self), o, #name, LT_PLACE))
#define LT_CHECK_UNBORROW(o, name) LT_CHECK(lt_check_unborrow(&LT_S(domain), LT_S(self), o, #name, LT_PLACE))
#define LT_CHECK_UNBORROW_ALL(name) LT_CHECK(lt_check_unborrow_all(&LT_S(domain), LT_S(self), #name, LT_PLACE))
#define LT_CHECK_REFERABLE(o, name) LT_CHECK(lt_check_referable(&LT_S(domain), LT_S(self), o, #name, LT_PLACE))
#define LT_CHECK_UNCOUNTED(o) LT_CHECK(lt_check_uncounted(o))
#define LT_CHECK_APART(o, name) LT_CHECK(lt_check_apart(&LT_S(domain), LT_S(self), o, #name, LT_PLACE))
#define LT_CHECK_ENDED(o, name) LT_CHECK(lt_check_ended(&LT_S(domain), LT_S(self), o, #name, LT_PLACE))
#define LT_CHECK_TOKEN(o, type, name) LT_CHECK(lt_check_token(&LT_S(domain), LT_S(self), o, type, #name, LT_PLACE))
#define LT_CHECK_LOCK(o, name) LT_CHECK(lt_check_lock(&LT_S(domain), LT_S(self), o, #name, LT_PLACE))
#define LT_CHECK_UNLOCK(o, name) LT_CHECK(lt_check_unlock(&LT_S(domain), LT_S(self), o, #name, LT_PLACE))
#define LT_CHECK_CHOICE(name) LT_CHECK(lt_check_choice(#name, LT_PLACE))

#else

#define LT_AGREED lt_needs_a_library_without_checks
#define LT_CALL static inline
#define LT_CHECK_SECTION(name) ((void)0)
#define LT_CHECK_LEAVE(name) ((void)0)
#define LT_CHECK_SAFEPOINT(name) ((void)0)
#define LT_CHECK_MADE(o, name) true
#define LT_CHECK_OWNED(o, name) ((void)0)
#define LT_CHECK_IMMORTAL(o, name) ((void)0)
#define LT_CHECK_GAIN(o, n, name) ((void)0)
#define LT_CHECK_GIVE(o, n, name) ((void)0)
#define LT_CHECK_LINK(o, name) ((void)0)
#define LT_CHECK_KEPT(o, name) ((void)0)
#define LT_CHECK_UNLINKED(o) ((void)0)
#define LT_CHECK_GAINED(o, name) ((void)0)
#define LT_CHECK_TRY(o, name) ((void)0)
#define LT_CHECK_BORROWED(o, name) ((void)0)
#define LT_CHECK_BORROW(o, name) ((void)0)
#define LT_CHECK_UNBORROW(o, name) ((void)0)
#define LT_CHECK_UNBORROW_ALL(name) ((void)0)
#define LT_CHECK_REFERABLE(o, name) ((void)0)
#define LT_CHECK_UNCOUNTED(o) ((void)0)
#define LT_CHECK_APART(o, name) ((void)0)
#define LT_CHECK_ENDED(o, name) ((void)0)
#define LT_CHECK_TOKEN(o, type, name) ((void)0)
#define LT_CHECK_LOCK(o, name) ((void)0)
#define LT_CHECK_UNLOCK(o, name) ((void)0)
#define LT_CHECK_CHOICE(name) ((void)0)

#endif

#ifdef __cplusplus
extern "C" {
#endif
extern const char LT_AGREED;
#ifdef __cplusplus
}
#endif
static const char *const lt_agreed __attribute__((used)) = &LT_AGREED;

#endif
