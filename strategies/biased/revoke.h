/* revoke.h: of which objects a thread had better not be the owner. An object that another thread brings below zero costs a merge,
 * and who waits for its death waits until its owner comes by. Where many of a type end so, as messages do and the nodes of
 * queues, the bias does not pay. So a thread learns of each type of its objects: one that comes back to be merged weighs
 * against the type, one that the thread drops last itself in its favour. While too much is against it, it is not the owner of
 * such an object
 *
 *   from the time it publishes it     where more than one in five comes back, of those that others could count
 *   from the time it makes it         where more than one in five does, of all
 *
 * but of one in LT_BIASED_TRIED, from which it learns when that changes. After HotSpot's bulk revocation of biased locks
 * (Russell and Detlefs, OOPSLA 2006), by class there as by type here. */
#ifndef LT_BIASED_REVOKE_H
#define LT_BIASED_REVOKE_H

#include "lib/domain.h"

/* To queue and to merge costs some ten pairs' gain; so with LT_BIASED_AGAINST a type is owned if its objects are counted more than
 * two or three times each. */
enum { LT_BIASED_TYPES = 32, LT_BIASED_TRIED = 32, LT_BIASED_AGAINST = 4, LT_BIASED_MOST_AGAINST = 1 << 20 };

struct lt_biased_score {
    uint64_t against;
    uint64_t asked; /* since that was too much */
};

/* A record's; who may touch it: lib/domain.h, "the rest". */
struct lt_biased_types {
    bool any;  /* came back, of any type */
    bool wary; /* at some time too much was against a type, of all that were made */
    struct lt_biased_type {
        const lt_type *type; /* only compared */
        struct lt_biased_score published, made;
    } of[LT_BIASED_TYPES];
};

/* Its place, which may be another type's. */
static inline struct lt_biased_type *lt_biased_type_of(struct lt_biased_types *t, const lt_type *type)
{
    return &t->of[(uint64_t)(uintptr_t)type * 0x9e3779b97f4a7c15ull >> 59]; /* of LT_BIASED_TYPES */
}

static inline bool lt_biased_too_much(const struct lt_biased_score *s, uint64_t most) { return most && s->against >= most; }

/* Not without end, so that it is forgotten in time; but not soon: a round of a million objects may end with all that stay. */
static inline void lt_biased_count_against(struct lt_biased_score *s)
{
    if (s->against < LT_BIASED_MOST_AGAINST) s->against += LT_BIASED_AGAINST;
}

static inline void lt_biased_count_for(struct lt_biased_score *s)
{
    if (s->against) s->against--;
}

/* `most`: LT_REVOKE_AT. An object of the type has come back to be merged. */
static inline void lt_biased_came_back(struct lt_biased_types *t, const lt_type *type, uint64_t most)
{
    struct lt_biased_type *e = lt_biased_type_of(t, type);
    if (e->type != type && e->published.against) { /* some hundred of these, and the place is this type's, however much there was */
        e->published.against -= e->published.against / 64 + 1;
        return;
    }
    if (e->type != type) *e = (struct lt_biased_type){.type = type};
    t->any = true;
    lt_biased_count_against(&e->published);
    lt_biased_count_against(&e->made);
    t->wary |= lt_biased_too_much(&e->made, most);
}

/* Its owner dropped it last; others could count it, or could not. */
static inline void lt_biased_stayed(struct lt_biased_types *t, const lt_type *type, bool published)
{
    if (LT_LIKELY(!t->any)) return;
    struct lt_biased_type *e = lt_biased_type_of(t, type);
    if (e->type != type) return;
    lt_biased_count_for(&e->made);
    if (published) lt_biased_count_for(&e->published);
}

/* Would the object be better off without an owner? */
static inline bool lt_biased_revoked(struct lt_biased_score *s, uint64_t most)
{
    return lt_biased_too_much(s, most) && ++s->asked % LT_BIASED_TRIED != 0;
}

#endif
