/* track.h: the objects that the cycle collector knows. An object that lt_new made, of a type that has edges and is not
 * ACYCLIC, is tracked: in front of its header there are two words more, and one place in the domain's register has its
 * address. All others cost nothing, and can be no part of a cycle that is collected.
 *
 * A place is taken from and given back to a list of the thread's own, which runs through the places; so creating and
 * freeing take a few plain moves. Who has no place, or too many, gets or gives LT_TRACK_PLACES of them under the
 * domain's lock. What the register holds at its largest stays allocated: eight bytes per object.
 *
 * Who may read and write a place or `work`: the thread that creates or frees the object, in its section; and the
 * collector, with the domain's lock, when all other threads are seized. Lists of garbage are the collector's alone. */
#ifndef LT_LIB_TRACK_H
#define LT_LIB_TRACK_H

#include "object.h"

#pragma GCC visibility push(hidden)

enum { LT_TRACK_PLACES = 254 }; /* of a chunk; two kibibytes */

struct lt_track_chunk {
    struct lt_track_chunk *next;
    uintptr_t unused;
    uintptr_t place[LT_TRACK_PLACES]; /* an object's address; or LT_TRACK_FREE | the next free place's */
};

#define LT_TRACK_FREE 1u

/* In front of a tracked object's header. */
struct lt_track {
    uintptr_t place; /* its place's address; once it is garbage, the collector's link. And LT_TRACKED_* in the lowest bits */
    uintptr_t work;  /* the collector's: collect.c */
};

#define LT_TRACKED_SIZED 1u     /* made by lt_new_sized */
#define LT_TRACKED_GARBAGE 2u   /* it has no place any more */
#define LT_TRACKED_FINALIZED 4u /* by the collector */
#define LT_TRACKED_FLAGS 7u

static inline struct lt_track *lt_track_of(const lt_object *o) { return (struct lt_track *)(uintptr_t)o - 1; }
static inline lt_object *lt_tracked(struct lt_track *t) { return (lt_object *)(void *)(t + 1); }

static inline bool lt_is_finalized(const lt_object *o)
{
    return lt_object_is_tracked(o) && lt_track_of(o)->place & LT_TRACKED_FINALIZED;
}

static inline bool lt_type_is_tracked(const struct lt_record *r, const lt_type *type)
{
    return type->trace && !(type->flags & LT_TYPE_ACYCLIC) && r->domain->traits.reclaims;
}

struct lt_track *lt_track_new(struct lt_record *, size_t bytes, unsigned flags); /* NULL: no memory */
void lt_track(struct lt_record *, struct lt_track *);    /* its header is written, its count not yet */
void lt_untrack(struct lt_record *, struct lt_track *);  /* its memory is about to go. The second time it does nothing */
void lt_track_free(struct lt_track *);
void lt_track_hand_over(struct lt_record *); /* locked: its places become the domain's */
void lt_track_forget(struct lt_record *);    /* its thread vanished in a fork */
void lt_track_expel(struct lt_record *, struct lt_track *); /* locked, all threads stopped: it is garbage */

#pragma GCC visibility pop

#endif
