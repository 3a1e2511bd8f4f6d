/* object.c: creation and the end of an object's memory. */
#include "track.h"

enum { POLL_EVERY = 1024 }; /* creations between attempts to advance: what is created is what piles up */

static void write_header(struct lt_record *r, lt_object *o, const lt_type *type, unsigned mark)
{
    uintptr_t t = (uintptr_t)type;
    o->type_low = (uint32_t)t;
    o->type_high = (uint16_t)(t >> 32);
    o->lock.raw = 0;
    o->mark.raw = (uint8_t)(mark | r->mark);
}

static __attribute__((noinline)) lt_object *poll_and_return(struct lt_record *r, lt_object *o)
{
    lt_advance(r);
    return o;
}

static inline lt_object *count_creation(struct lt_record *r, lt_object *o, size_t bytes)
{
    uint64_t made = lt_load64(&r->counters[LT_CREATED], LT_RELAXED);
    lt_count(r, LT_CREATED, 1);
    lt_count(r, LT_CREATED_BYTES, bytes);
    return LT_UNLIKELY(made % POLL_EVERY == 0) ? poll_and_return(r, o) : o;
}

static inline lt_object *count_block(struct lt_record *r, lt_object *o, struct lt_magazine_size *s)
{
    return LT_UNLIKELY(lt_magazine_add(&s->made, 1) % POLL_EVERY == 0) ? poll_and_return(r, o) : o;
}

/* From the allocator. */
static __attribute__((noinline)) lt_object *new_slow(struct lt_record *r, const lt_type *type)
{
    lt_object *o = lt_alloc(type->size);
    if (LT_UNLIKELY(!o)) return NULL;
    write_header(r, o, type, 0);
    struct lt_magazine_size *s = lt_magazine_size(&r->magazine, type->size);
    if (!s) return count_creation(r, o, type->size);
    lt_magazine_add(&s->drawn, 1);
    return count_block(r, o, s);
}

/* Traced from the next safepoint on. */
static lt_object *new_tracked(struct lt_record *r, const lt_type *type, size_t bytes, unsigned flags)
{
    struct lt_track *t = lt_track_new(r, bytes, flags);
    if (LT_UNLIKELY(!t)) return NULL;
    lt_object *o = lt_tracked(t);
    write_header(r, o, type, LT_MARK_TRACKED);
    count_creation(r, o, lt_object_size(o));
    lt_track(r, t);
    return o;
}

lt_object *lt_object_new(lt_thread *self, const lt_type *type)
{
    struct lt_record *r = lt_record_of(self);
    if (LT_UNLIKELY(type->trace) && lt_type_is_tracked(r, type)) return new_tracked(r, type, type->size, 0);
    struct lt_magazine_size *s = lt_magazine_size(&r->magazine, type->size);
    lt_object *o = LT_LIKELY(s != NULL) ? lt_magazine_pop(s) : NULL;
    if (LT_UNLIKELY(!o)) return new_slow(r, type);
    write_header(r, o, type, 0);
    return count_block(r, o, s);
}

lt_object *lt_object_new_sized(lt_thread *self, const lt_type *type, size_t bytes)
{
    struct lt_record *r = lt_record_of(self);
    if (bytes < sizeof(lt_object)) bytes = sizeof(lt_object);
    if (lt_type_is_tracked(r, type)) return new_tracked(r, type, bytes, LT_TRACKED_SIZED);
    lt_object *o = lt_alloc(bytes);
    if (LT_UNLIKELY(!o)) return NULL;
    write_header(r, o, type, LT_MARK_SIZED);
    return count_creation(r, o, lt_alloc_size(o));
}

int lt_object_init(lt_thread *self, lt_object *o, const lt_type *type)
{
    struct lt_record *r = lt_record_of(self);
    write_header(r, o, type, LT_MARK_STORAGE);
    count_creation(r, o, type->size);
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

/* The blocks that o's memory is one of, if any. */
static struct lt_magazine_size *size_of(struct lt_record *r, const lt_object *o)
{
    return lt_object_made(o) ? NULL : lt_magazine_size(&r->magazine, lt_object_type(o)->size);
}

static void count_end(struct lt_record *r, const lt_object *o)
{
    struct lt_magazine_size *s = size_of(r, o);
    if (s) {
        lt_magazine_add(&s->freed, 1);
    } else {
        lt_count(r, LT_FREED, 1);
        lt_count(r, LT_FREED_BYTES, lt_object_size(o));
    }
}

static void give_back(struct lt_record *r, lt_object *o)
{
    const lt_type *type = lt_object_type(o);
    struct lt_magazine_size *s = size_of(r, o);
    if (s) lt_magazine_add(&s->drawn, (uint64_t)-1);
    if (!lt_object_made(o)) lt_dealloc(o, type->size);
    else if (lt_object_is_tracked(o)) lt_track_free(lt_track_of(o));
    else if (lt_object_made(o) == LT_MARK_SIZED) lt_dealloc_unsized(o);
    else if (type->free) type->free(o);
}

void lt_object_free_slow(struct lt_record *r, lt_object *o)
{
    count_end(r, o);
    lt_object_forget(r, o);
#if LT_CHECKS
    if (lt_quarantine(r, o, lt_object_size(o))) return;
#endif
    give_back(r, o);
}

/* A reuse token that is not used. */
void lt_object_unused(lt_thread *self, lt_object *o)
{
    if (!LT_FAULT("lib/token-lost", "a token that is given back is forgotten")) lt_object_free(lt_record_of(self), o);
}

/* Creation failed after all. */
void lt_object_undo(lt_thread *self, lt_object *o)
{
    struct lt_record *r = lt_record_of(self);
    count_end(r, o);
    lt_note_undone(o);
    lt_object_forget(r, o);
    if (lt_object_made(o) != LT_MARK_STORAGE) give_back(r, o); /* storage was never the library's */
    errno = ENOMEM;
}
