/* plain: unsynchronised counts, for one thread: the floor that overheads are measured against. strategies/plain/README.md */
#ifndef LIFETIME_STRATEGY_PLAIN_H
#define LIFETIME_STRATEGY_PLAIN_H

#include "../section.h"

#ifdef __cplusplus
extern "C" {
#endif
extern lt_domain lt_plain_domain;
extern LT_TLS lt_thread *lt_plain_self;
void lt_plain_die_raw(lt_object *);
#ifdef __cplusplus
}
#endif

#define LT_STRATEGY plain
#include "exclusive.h"
#include "api.h"

#endif
