/* share.h: where a thread keeps references to objects that many threads count (lt_share). Such an object is merged. A
 * thread takes references to it many at a time, and keeps what it does not need and what it gives up, until it announces an
 * epoch, exits, or is seized. Then it gives back all it keeps.
 *
 * A place is found by the object's address: one of two. If other objects are there, the thread counts in the object, as without
 * the hint.
 *
 * Whose hint it is. The client's, or this thread's: it sees that an object is contended by a subtraction that returns something
 * else than was there a moment before. Who sees that often enough gives the hint itself. */
#ifndef LT_BIASED_SHARE_H
#define LT_BIASED_SHARE_H

#include "lib/domain.h"

enum { LT_BIASED_PLACES = 256, LT_BIASED_AT_ONCE = 64 /* references that are taken or given back together */,
       LT_BIASED_CONTENDED = 16 /* subtractions under one epoch after which a thread gives the hint */ };

/* A record's; who may touch it: lib/domain.h, "the rest". */
struct lt_biased_shares {
    bool used; /* since it was emptied */
    struct lt_biased_place {
        lt_object *object; /* only compared, unless: */
        uint32_t count;    /* references to it, which are counted like all others, and nobody's */
        uint32_t contended; /* subtractions from objects that have this place: how often others were at it as well */
    } place[LT_BIASED_PLACES];
};

static inline unsigned lt_biased_place_of(const lt_object *o)
{
    return (unsigned)((uint64_t)(uintptr_t)o * 0x9e3779b97f4a7c15ull >> 56); /* of LT_BIASED_PLACES */
}

/* A place that has another object, and one beside it. */
static inline struct lt_biased_place *lt_biased_place_taken(struct lt_biased_shares *s, lt_object *o, struct lt_biased_place *p)
{
    struct lt_biased_place *other = &s->place[(p - s->place) ^ 1];
    if (other->object == o) return other;
    if (p->count) p = other;
    if (p->count) return NULL;
    p->object = o;
    s->used = true;
    return p;
}

/* The place for references to o, which may be none yet. NULL: there are some to other objects. */
static inline struct lt_biased_place *lt_biased_place_for(struct lt_biased_shares *s, lt_object *o)
{
    struct lt_biased_place *p = &s->place[lt_biased_place_of(o)];
    return LT_LIKELY(p->object == o) ? p : lt_biased_place_taken(s, o, p);
}

/* Another thread was at o when this one was. True: now it is known to be contended. */
static inline bool lt_biased_contended(struct lt_biased_shares *s, const lt_object *o)
{
    s->used = true;
    return ++s->place[lt_biased_place_of(o)].contended == LT_BIASED_CONTENDED;
}

#endif
