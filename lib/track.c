/* track.c: places in the register. */
#include "track.h"

static uintptr_t *next_of(const uintptr_t *place) { return (uintptr_t *)(*place & ~(uintptr_t)LT_TRACK_FREE); }

static void push(uintptr_t **list, uintptr_t *place)
{
    *place = (uintptr_t)*list | LT_TRACK_FREE;
    *list = place;
}

/* Moves at most so many places from one list to another; returns how many. */
static unsigned move(uintptr_t **to, uintptr_t **from, unsigned most)
{
    unsigned n = 0;
    for (uintptr_t *place; n < most && (place = *from); n++) {
        *from = next_of(place);
        push(to, place);
    }
    return n;
}

static struct lt_track_chunk *new_chunk(struct lt_record *r)
{
    struct lt_track_chunk *c = lt_alloc(sizeof *c);
    if (!c) return NULL;
    for (unsigned i = LT_TRACK_PLACES; i--;) push(&r->places, &c->place[i]);
    return c;
}

/* The slow path of creation, and so the measure of how many tracked objects there are. */
static bool refill(struct lt_record *r)
{
    struct lt_domain *d = r->domain;
    lt_mutex_lock(&d->lock);
    unsigned n = move(&r->places, &d->places, LT_TRACK_PLACES);
    lt_mutex_unlock(&d->lock);
    if (!n) {
        struct lt_track_chunk *c = new_chunk(r);
        if (!c) return false;
        n = LT_TRACK_PLACES;
        lt_mutex_lock(&d->lock);
        c->next = d->chunks;
        d->chunks = c;
        lt_mutex_unlock(&d->lock);
    }
    r->places_free += n;
    lt_collect_owe(r, n);
    return true;
}

static void give_back(struct lt_record *r, unsigned n)
{
    struct lt_domain *d = r->domain;
    n = move(&d->places, &r->places, n);
    r->places_free -= n;
    lt_sub64(&d->tracked, n, LT_RELAXED);
}

struct lt_track *lt_track_new(struct lt_record *r, size_t bytes, unsigned flags)
{
    if (LT_UNLIKELY(!r->places) && !refill(r)) return NULL;
    struct lt_track *t = lt_alloc(sizeof *t + bytes);
    if (t) *t = (struct lt_track){.place = flags, .work = LT_WORK_REACHED};
    return t;
}

void lt_track(struct lt_record *r, struct lt_track *t)
{
    uintptr_t *place = r->places;
    r->places = next_of(place);
    r->places_free--;
    r->newest = place;
    t->place |= (uintptr_t)place;
    *place = (uintptr_t)lt_tracked(t);
}

static uintptr_t *place_of(const struct lt_track *t) { return (uintptr_t *)(t->place & ~(uintptr_t)LT_TRACKED_FLAGS); }

void lt_untrack(struct lt_record *r, struct lt_track *t)
{
    if (t->place & LT_TRACKED_GARBAGE) return;
    if (LT_FAULT("lib/track-stays", "what is freed stays in the register")) return;
    push(&r->places, place_of(t));
    t->place = (t->place & LT_TRACKED_FLAGS) | LT_TRACKED_GARBAGE;
    if (LT_LIKELY(++r->places_free <= 2 * LT_TRACK_PLACES)) return;
    lt_mutex_lock(&r->domain->lock);
    give_back(r, LT_TRACK_PLACES);
    lt_mutex_unlock(&r->domain->lock);
}

void lt_track_free(struct lt_track *t)
{
    if (t->place & LT_TRACKED_SIZED) lt_dealloc_unsized(t);
    else lt_dealloc(t, sizeof *t + lt_object_type(lt_tracked(t))->size);
}

void lt_track_expel(struct lt_record *r, struct lt_track *t)
{
    push(&r->domain->places, place_of(t));
    lt_sub64(&r->domain->tracked, 1, LT_RELAXED);
    t->place = (t->place & LT_TRACKED_FLAGS) | LT_TRACKED_GARBAGE;
}

void lt_track_hand_over(struct lt_record *r)
{
    give_back(r, r->places_free);
    r->newest = NULL;
}

/* Its list may be half changed: those places are lost. And whatever it made last may not have all its edges yet
 * (lt_new): that is not to be traced, and no cycle with it is collected. */
void lt_track_forget(struct lt_record *r)
{
    r->places = NULL;
    r->places_free = 0;
    uintptr_t o = r->newest ? *r->newest : LT_TRACK_FREE;
    if (!(o & LT_TRACK_FREE)) lt_track_expel(r, lt_track_of((const lt_object *)o));
    r->newest = NULL;
}
