/* class.h: inline caches.
 *
 * A cache word is what the object's id was, and where the attribute was found: id 32 | where 4 | depth 4 | index 24.
 * Classes keep their layout for ever, so a word is right whenever its id matches; many threads may write it, each a
 * right one. */
#ifndef POCKET_CLASS_H
#define POCKET_CLASS_H

#include "objects.h"

enum found_where { NOTHING, FIELD, CLASS_ATTRIBUTE, BUILT_IN, MODULE_MEMBER };

/* The field that the cache knows, or NULL. */
static inline lt_slot *cached_field(value *object, _Atomic uint64_t *cache)
{
    uint64_t word = atomic_load_explicit(cache, memory_order_relaxed);
    bool hit = word >> 28 == ((uint64_t)object->id << 4 | FIELD);
    return LT_LIKELY(hit) ? &((struct instance *)object)->fields[word & 0xffffff] : NULL;
}

void *no_attribute(struct vm *, value *object, const struct string *name); /* throws */

#endif
