/* qsbr: counted owners, free borrows, grace periods by quiescent states. strategies/qsbr/README.md has the states and the
 * proof. */
#ifndef LIFETIME_STRATEGY_QSBR_H
#define LIFETIME_STRATEGY_QSBR_H

#include "../section.h"

#ifdef __cplusplus
extern "C" {
#endif
extern lt_domain lt_qsbr_domain;
extern LT_TLS lt_thread *lt_qsbr_self;
#ifdef __cplusplus
}
#endif

#define LT_STRATEGY qsbr
#define LT_SECTION_ENTER lt_section_online
static inline uint64_t lt_qsbr_now(void) { return lt_thread_epoch(lt_qsbr_self); }

#include "stamped.h"
#include "free_borrows.h"
#include "api.h"

#endif
