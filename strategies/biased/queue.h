/* queue.h: the merge queue. Objects travel from the thread that dropped them to their owner in batches, one of which each
 * thread keeps open for the owner it dropped for last. A full batch is pushed on the owner's stack without a lock; an open
 * one at the next safepoint or the end of the section. */
#ifndef LT_BIASED_QUEUE_H
#define LT_BIASED_QUEUE_H

#include "lib/domain.h"
#include "revoke.h"
#include "share.h"

#pragma GCC visibility push(hidden)

enum { LT_BIASED_BATCH = 62, LT_BIASED_SPARES = 4 };

struct lt_biased_batch {
    struct lt_biased_batch *next;
    uint64_t used;
    lt_object *object[LT_BIASED_BATCH];
};

struct biased_record {
    struct lt_record base;
    struct lt_biased_batch *open; /* its thread's, for the owner below */
    struct biased_record *open_for;
    struct lt_biased_batch *spare;
    unsigned spares;
    struct lt_chain kept; /* LT_TYPE_FINALIZE_ON_OWNER: merged by a helper, and dead */
    struct lt_biased_shares shares;
    struct lt_biased_types types;

    _Alignas(128) lt_atomic64 queue; /* of this owner: anyone pushes, the owner or its helper takes all */
    lt_atomic64 posted;              /* one object, from a thread that had no memory for a batch */
    lt_atomic64 waiting;             /* objects in both */
};

void lt_biased_enlist(struct biased_record *); /* before its index is anybody's owner field */
void lt_biased_enqueue(struct biased_record *me, uint32_t owner, lt_object *);
void lt_biased_flush(struct biased_record *me);
void lt_biased_hurry(struct biased_record *me); /* as lt_biased_flush; and merges it, if the owner is outside its section */
void lt_biased_flush_locked(struct biased_record *);
void lt_biased_push(struct biased_record *owner, struct lt_biased_batch *);
struct lt_biased_batch *lt_biased_take(struct biased_record *owner);
void lt_biased_recycle(struct biased_record *me, struct lt_biased_batch *);
lt_object *lt_biased_take_posted(struct biased_record *owner);
bool lt_biased_waiting(const struct biased_record *);

void lt_biased_recount(struct biased_record *); /* `waiting`, after a fork */
void lt_biased_forget(struct biased_record *);  /* its own lists, which may be half changed */

void lt_biased_drain_own(struct biased_record *); /* biased.c */

#pragma GCC visibility pop

#endif
