/* object.h: an object's memory, for the paths on which every instruction counts. */
#ifndef LT_LIB_OBJECT_H
#define LT_LIB_OBJECT_H

#include "alloc.h"
#include "domain.h"

static inline const lt_type *lt_object_type(const lt_object *o)
{
    return (const lt_type *)((uintptr_t)o->type_low | (uintptr_t)o->type_high << 32);
}

#pragma GCC visibility push(hidden)
size_t lt_object_size_special(const lt_object *);
void lt_object_free_slow(struct lt_record *, lt_object *); /* of no size that is kept */
void lt_object_forget(struct lt_record *, lt_object *); /* the cycle collector will not look at it any more */
#pragma GCC visibility pop

/* How it was made. Relaxed: written before the object was shared. Another thread may be setting another bit. */
static inline unsigned lt_object_made(const lt_object *o) { return lt_load8(&o->mark, LT_RELAXED) & LT_MARK_TRACKED; }
static inline bool lt_object_is_tracked(const lt_object *o) { return lt_object_made(o) == LT_MARK_TRACKED; }

static inline size_t lt_object_size(const lt_object *o)
{
    if (LT_UNLIKELY(lt_object_made(o) & LT_MARK_SIZED)) return lt_object_size_special(o);
    return lt_object_type(o)->size;
}

/* No callbacks: its death is the end of its memory, nothing else. */
static inline bool lt_object_is_leaf(const lt_object *o)
{
    const lt_type *type = lt_object_type(o);
    return !type->finalize && !type->trace && !type->free;
}

static inline bool lt_object_is_weak(const lt_object *o) { return (lt_load8(&o->mark, LT_RELAXED) & LT_MARK_WEAK) != 0; }

/* The memory is free again. */
static inline void lt_object_free(struct lt_record *r, lt_object *o)
{
    unsigned made = lt_object_made(o);
    size_t bytes = lt_object_type(o)->size;
    struct lt_magazine_size *s = lt_magazine_size(&r->magazine, bytes);
    if (LT_UNLIKELY(made || !s)) {
        lt_object_free_slow(r, o);
        return;
    }
    lt_magazine_add(&s->freed, 1);
    bool endless = LT_FAULT("lib/magazine-endless", "a magazine has no bound");
    if (LT_UNLIKELY(!endless && lt_magazine_blocks(s) * bytes > LT_MAGAZINE_KEPT_BYTES)) {
        lt_magazine_add(&s->drawn, (uint64_t)-1);
        lt_dealloc(o, bytes);
        return;
    }
    lt_magazine_push(s, o);
    if (LT_FAULT("lib/magazine-and-freed", "a block that is kept is given back as well")) lt_dealloc(o, bytes);
}

/* The memory of an object that nobody can find any more; but who found it by a weak reference may be about to try to retain
 * it. */
static inline void lt_object_end(struct lt_record *r, lt_object *o)
{
    bool free_at_once = !lt_object_is_weak(o) || LT_FAULT("lib/weak-no-grace", "a weakly referenced object's memory is freed at its death");
    if (LT_LIKELY(free_at_once)) lt_object_free(r, o);
    else lt_retire_memory(r, o);
}

#endif
