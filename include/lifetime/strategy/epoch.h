/* epoch: counted owners, free borrows, epoch-based reclamation. strategies/epoch/README.md has the states and the proof. */
#ifndef LIFETIME_STRATEGY_EPOCH_H
#define LIFETIME_STRATEGY_EPOCH_H

#include "../section.h"

#ifdef __cplusplus
extern "C" {
#endif
extern lt_domain lt_epoch_domain;
extern LT_TLS lt_thread *lt_epoch_self;
#ifdef __cplusplus
}
#endif

#define LT_STRATEGY epoch
static inline uint64_t lt_epoch_now(void) { return lt_thread_epoch(lt_epoch_self); }

#include "stamped.h"
#include "free_borrows.h"
#include "api.h"

#endif
