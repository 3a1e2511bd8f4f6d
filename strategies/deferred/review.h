/* review.h: the objects whose count was seen to be zero, waiting for the epoch in which that can be believed.
 *
 * An object under review is alive, so the list cannot run through it, and a release must not fail for want of memory. So
 * creation, which may fail, reserves: for every object there is one entry's room in the chunks of the pool. An object is
 * under review once at most (LT_DEFERRED_REVIEW); and a few chunks per thread are reserved for those that are not full. */
#ifndef LT_DEFERRED_REVIEW_H
#define LT_DEFERRED_REVIEW_H

#include "lib/domain.h"

#pragma GCC visibility push(hidden)

enum { LT_REVIEW_AFTER = LT_GRACE + 1, LT_REVIEW_CHUNK = 510 }; /* epochs: the claim of deferred.c */

/* One for each of the epochs whose objects may not be ripe yet, and one for what is ripe. */
enum { LT_REVIEW_EPOCHS = LT_REVIEW_AFTER + 1, LT_REVIEW_RIPE = LT_REVIEW_EPOCHS, LT_REVIEW_BUCKETS };

struct lt_review_chunk {
    struct lt_review_chunk *next;
    uint64_t used;
    lt_object *object[LT_REVIEW_CHUNK];
};

struct lt_review {
    struct lt_review_bucket {
        uint64_t epoch; /* of all in it; of the ripe, the oldest */
        struct lt_review_chunk *top;
    } bucket[LT_REVIEW_BUCKETS];
};

int lt_review_prepare(void);                   /* room for one more struct lt_review: 0 or ENOMEM */
bool lt_review_reserve(int64_t *credit);       /* room for more objects, added to credit; false: no memory */
void lt_review_return(int64_t *credit, int64_t keep); /* what is above `keep` may be used by others */

void lt_review_push(struct lt_review *, uint64_t epoch, lt_object *); /* by a thread in that epoch or later */
lt_object *lt_review_pop(struct lt_review_bucket *);
void lt_review_move(struct lt_review *to, struct lt_review *from);

void lt_review_fork(enum lt_fork); /* holds the pool still meanwhile */

#pragma GCC visibility pop

#endif
