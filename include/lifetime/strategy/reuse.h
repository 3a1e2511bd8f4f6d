/* reuse.h: reuse tokens (Reinking, Xie, de Moura, Leijen, "Perceus", PLDI 2021; Ullrich, de Moura, "Counting Immutable
 * Beans", IFL 2019). A token is the storage of an object that has just died, its header as it was. Making the next object
 * in it writes the type and the count, and nothing else; no allocator is asked.
 *
 * Who may reuse? The caller's reference is the only one there is, and nobody can be about to look at the header or the
 * fields: the memory could be free at once. Each strategy says when (reusable_raw). And the object is a block of the
 * allocator's, of its type's size, of which the library keeps nothing apart from it: neither a place among the tracked nor
 * a weak reference's entry. */
#ifndef LIFETIME_STRATEGY_REUSE_H
#define LIFETIME_STRATEGY_REUSE_H

#include "../section.h"

/* Relaxed: how it was made was written before it was shared; and who has the only reference has seen a weak one being made. */
static inline bool lt_is_block(const lt_object *o)
{
    unsigned special = LT_MARK_TRACKED | (LT_FAULT("lib/reuse-weak", "the storage of a weakly referenced object is handed back") ? 0 : LT_MARK_WEAK);
    return (lt_load8(&o->mark, LT_RELAXED) & special) == 0;
}

/* There is nobody to tell of its death. */
static inline bool lt_dies_quietly(const lt_object *o)
{
    const lt_type *type = (const lt_type *)((uintptr_t)o->type_low | (uintptr_t)o->type_high << 32);
    return !type->finalize && !type->trace;
}

/* The token's storage becomes an object of the type. Nobody else can reach it yet. Its mark, which says whose it is, stays. */
static inline void lt_reuse(lt_thread *self, lt_object *o, const lt_type *type)
{
    o->type_low = (uint32_t)(uintptr_t)type;
    o->type_high = (uint16_t)((uintptr_t)type >> 32);
    if (LT_FAULT("lib/reuse-uncounted", "an object that is made from a token is not counted")) return;
    /* Only this thread writes them; others read them for statistics. */
    lt_store64(&self->reused, lt_load64(&self->reused, LT_RELAXED) + 1, LT_RELAXED);
    lt_store64(&self->reused_bytes, lt_load64(&self->reused_bytes, LT_RELAXED) + type->size, LT_RELAXED);
}

#endif
