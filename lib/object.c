/* object.c: creation and the end of an object's memory. */
#include "track.h"

enum { POLL_EVERY = 1024 }; /* creations between attempts to advance: what is created is what piles up */

static void write_header(struct lt_record *r, lt_object *o, const lt_type *type, unsigned mark)
{
    uintptr_t t = (uintptr_t)type;
    o->type_low = (uint32_t)t;
    o->type_high = (uint16_t)(t >> 32);
    o->lock.raw = 0;
    o->mark.raw = (uint8_t)(mark | r->domain->id << LT_MARK_STRATEGY_SHIFT);
}

static inline __attribute__((always_inline)) void count_creation(struct lt_record *r, size_t bytes)
{
    uint64_t made = lt_load64(&r->counters[LT_CREATED], LT_RELAXED);
    lt_count(r, LT_CREATED, 1);
    lt_count(r, LT_CREATED_BYTES, bytes);
    if (LT_UNLIKELY(made % POLL_EVERY == 0)) lt_advance(r);
}

/* Traced from the next safepoint on. */
static lt_object *new_tracked(struct lt_record *r, const lt_type *type, size_t bytes, unsigned flags)
{
    struct lt_track *t = lt_track_new(r, bytes, flags);
    if (LT_UNLIKELY(!t)) return NULL;
    lt_object *o = lt_tracked(t);
    write_header(r, o, type, LT_MARK_TRACKED);
    count_creation(r, lt_object_size(o));
    lt_track(r, t);
    return o;
}

lt_object *lt_object_new(lt_thread *self, const lt_type *type)
{
    struct lt_record *r = lt_record_of(self);
    if (LT_UNLIKELY(type->trace) && lt_type_is_tracked(r, type)) return new_tracked(r, type, type->size, 0);
    lt_object *o = lt_alloc(type->size);
    if (LT_UNLIKELY(!o)) return NULL;
    write_header(r, o, type, 0);
    count_creation(r, type->size);
    return o;
}

lt_object *lt_object_new_sized(lt_thread *self, const lt_type *type, size_t bytes)
{
    struct lt_record *r = lt_record_of(self);
    if (bytes < sizeof(lt_object)) bytes = sizeof(lt_object);
    if (lt_type_is_tracked(r, type)) return new_tracked(r, type, bytes, LT_TRACKED_SIZED);
    lt_object *o = lt_alloc(bytes);
    if (LT_UNLIKELY(!o)) return NULL;
    write_header(r, o, type, LT_MARK_SIZED);
    count_creation(r, lt_alloc_size(o));
    return o;
}

int lt_object_init(lt_thread *self, lt_object *o, const lt_type *type)
{
    struct lt_record *r = lt_record_of(self);
    write_header(r, o, type, LT_MARK_STORAGE);
    count_creation(r, type->size);
    return 0;
}

size_t lt_object_size_special(const lt_object *o)
{
    if (!lt_object_is_tracked(o)) return lt_alloc_size((void *)(uintptr_t)o);
    struct lt_track *t = lt_track_of(o);
    return t->place & LT_TRACKED_SIZED ? lt_alloc_size(t) - sizeof *t : lt_object_type(o)->size;
}

void lt_object_forget(struct lt_record *r, lt_object *o)
{
    if (lt_object_is_tracked(o)) lt_untrack(r, lt_track_of(o));
}

void lt_object_free_special(struct lt_record *r, lt_object *o)
{
    const lt_type *type = lt_object_type(o);
    lt_object_forget(r, o);
    if (lt_object_is_tracked(o)) lt_track_free(lt_track_of(o));
    else if (lt_object_made(o) == LT_MARK_SIZED) lt_dealloc_unsized(o);
    else if (type->free) type->free(o);
}

/* Creation failed after all. */
void lt_object_undo(lt_thread *self, lt_object *o)
{
    struct lt_record *r = lt_record_of(self);
    size_t bytes = lt_object_size(o);
    lt_count(r, LT_FREED, 1);
    lt_count(r, LT_FREED_BYTES, bytes);
    if (!lt_object_made(o)) lt_dealloc(o, bytes);
    else if (lt_object_made(o) != LT_MARK_STORAGE) lt_object_free_special(r, o); /* storage was never the library's */
    errno = ENOMEM;
}
