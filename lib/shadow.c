/* shadow.c: the accounts of the checked build, one per object, found by its address.
 *
 * They lie apart from the objects, so that no dead memory is read to find out that it is dead. The table is cut into pieces
 * with a lock each; who has opened an account has its piece's lock, so an account changes in one step. That lock orders
 * threads: the checked build hides races from ThreadSanitizer, which looks at the other builds.
 *
 * An object that was freed keeps its account until LT_QUARANTINE others of the same thread have followed it, or its address is
 * another's. As long, its memory is kept from the allocator and filled with POISON; then that is looked at again: who wrote to
 * it did so after its death. Large objects, the client's own storage and, where a sanitizer looks on, all objects are freed at
 * once: AddressSanitizer has a quarantine of its own, and sees reads as well. */
#include <stdlib.h>
#include <string.h>

#include "track.h"

enum { PIECES = 256, FIRST_BUCKETS = 16, KEPT_MOST = 4096, POISON = 0xdb };

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define SANITIZED true
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define SANITIZED true
#endif
#endif
#ifndef SANITIZED
#define SANITIZED false
#endif

static struct piece {
    _Alignas(64) pthread_mutex_t mutex;
    struct lt_shadow **bucket;
    size_t buckets, length;
} pieces[PIECES];

static void make_pieces(void)
{
    for (int i = 0; i < PIECES; i++) pthread_mutex_init(&pieces[i].mutex, NULL); /* cannot fail without attributes */
}

static uint64_t hash(const void *object) { return (uint64_t)(uintptr_t)object * 0x9e3779b97f4a7c15ull; }

static struct piece *piece_of(const void *object)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    (void)pthread_once(&once, make_pieces);
    return &pieces[(hash(object) >> 56) % PIECES]; /* the low bits of an aligned address say nothing */
}

static struct lt_shadow **bucket_of(const struct piece *p, const void *object)
{
    return &p->bucket[(hash(object) >> 32) % p->buckets];
}

static struct lt_shadow **find(const struct piece *p, const void *object)
{
    if (!p->buckets) return NULL;
    struct lt_shadow **s = bucket_of(p, object);
    while (*s && (*s)->object != object) s = &(*s)->next;
    return *s ? s : NULL;
}

struct lt_shadow *lt_shadow_open(const void *object)
{
    struct piece *p = piece_of(object);
    lt_mutex_lock(&p->mutex);
    struct lt_shadow **s = find(p, object);
    return s ? *s : NULL;
}

void lt_shadow_close(const void *object) { lt_mutex_unlock(&piece_of(object)->mutex); }

/* Twice the buckets, if there is memory. False if there are none at all. */
static bool grow(struct piece *p)
{
    size_t n = p->buckets ? 2 * p->buckets : FIRST_BUCKETS;
    struct lt_shadow **bucket = lt_alloc(n * sizeof *bucket), **old = p->bucket;
    if (!bucket) return old != NULL;
    memset(bucket, 0, n * sizeof *bucket);
    size_t before = p->buckets;
    p->bucket = bucket;
    p->buckets = n;
    for (size_t i = 0; i < before && !LT_FAULT("lib/account-lost", "a table of accounts that grows begins empty"); i++)
        for (struct lt_shadow *s = old[i], *next; s; s = next) {
            next = s->next;
            s->next = *bucket_of(p, s->object);
            *bucket_of(p, s->object) = s;
        }
    if (old) lt_dealloc(old, before * sizeof *old);
    return true;
}

/* Opened. A freed object's is in a quarantine, and belongs to that. */
static void unlist(struct piece *p, struct lt_shadow **place)
{
    struct lt_shadow *s = *place;
    *place = s->next;
    if (!LT_FAULT("lib/account-left-twice", "an account that has left the table is believed to be there")) s->listed = false;
    p->length--;
}

bool lt_shadow_make(const struct lt_shadow *s)
{
    struct lt_shadow *copy = lt_alloc(sizeof *copy), *replaced = NULL;
    if (!copy) return false;
    struct piece *p = piece_of(s->object);
    lt_mutex_lock(&p->mutex);
    bool room = p->length < p->buckets || grow(p);
    if (room) {
        struct lt_shadow **old = find(p, s->object);
        if (old) {
            if ((*old)->life != LT_GONE) replaced = *old;
            unlist(p, old);
        }
        *copy = *s;
        copy->listed = true;
        copy->next = *bucket_of(p, s->object);
        lt_point("lib: an account is written, not told of");
        *bucket_of(p, s->object) = copy;
        p->length++;
    }
    lt_mutex_unlock(&p->mutex);
    if (!room) lt_dealloc(copy, sizeof *copy);
    if (replaced) lt_dealloc(replaced, sizeof *replaced);
    return room;
}

void lt_shadow_each(void (*see)(const struct lt_shadow *, void *context), void *context)
{
    for (int i = 0; i < PIECES; i++) {
        struct piece *p = &pieces[i];
        if (!__atomic_load_n(&p->buckets, __ATOMIC_RELAXED)) continue; /* and it may have no mutex yet */
        lt_mutex_lock(&p->mutex);
        for (size_t b = 0; b < p->buckets; b++)
            for (const struct lt_shadow *s = p->bucket[b]; s; s = s->next) see(s, context);
        lt_mutex_unlock(&p->mutex);
    }
}

/* After the handlers of atexit(3), which may clear up. Here, so that whoever links the accounts links it. */
__attribute__((destructor)) static void at_exit(void) { lt_report_leaks(); }

void lt_watcher_reset(struct lt_watcher *w)
{
    w->borrowed.seen = w->borrowed.unseen = w->locked.seen = w->locked.unseen = 0;
    w->finalizing = NULL;
    w->here = w->left = (struct lt_trail){0};
}

/* ---- what the library does ---- */

void lt_note_death(const lt_object *o)
{
    struct lt_shadow *s = lt_shadow_open(o);
    if (s) s->life = LT_DIES;
    lt_shadow_close(o);
}

void lt_note_unlinked(struct lt_record *r, const lt_object *o)
{
    if (!o) return;
    struct lt_shadow *s = lt_shadow_open(o);
    if (s && !s->immortal) {
        if (s->slots && !LT_FAULT("lib/unlinking-unnoted", "what a slot lets go of is the slot's still")) s->slots--;
        if (r) s->given = r->watcher.here;
    }
    lt_shadow_close(o);
}

void lt_note_dropped(struct lt_record *r, const lt_object *o)
{
    struct lt_shadow *s = lt_shadow_open(o);
    if (s && !s->immortal) {
        if (s->owned) s->owned--;
        s->given = r->watcher.here;
    }
    lt_shadow_close(o);
}

const lt_object *lt_note_finalizer(struct lt_record *r, const lt_object *o)
{
    const lt_object *before = r->watcher.finalizing;
    r->watcher.finalizing = o;
    return before;
}

void lt_note_undone(const lt_object *o)
{
    struct piece *p = piece_of(o);
    lt_mutex_lock(&p->mutex);
    struct lt_shadow **place = find(p, o), *s = place ? *place : NULL;
    if (s && s->life == LT_GONE) s = NULL; /* an earlier object's */
    if (s) unlist(p, place);
    lt_mutex_unlock(&p->mutex);
    if (s) lt_dealloc(s, sizeof *s);
}

/* ---- quarantine ---- */

static void check_poison(const struct lt_shadow *s)
{
    const unsigned char *byte = (const unsigned char *)s->object;
    size_t i = sizeof *s->object;
    while (i < s->bytes && byte[i] == POISON) i++;
    if (i == s->bytes) return;
    char made[256], given[256];
    lt_trail_name(made, sizeof made, &s->made);
    lt_trail_name(given, sizeof given, &s->given);
    lt_abort("byte %zu of a dead object was written to after its memory had been freed. Object %p of type %s, %zu bytes, strategy "
             "%s; made by %s; last given up by %s.", i, (const void *)s->object, s->type->name, s->bytes, s->domain->name, made,
             given);
}

static void discharge(struct lt_shadow *s)
{
    struct piece *p = piece_of(s->object);
    lt_mutex_lock(&p->mutex);
    if (s->listed) unlist(p, find(p, s->object));
    lt_mutex_unlock(&p->mutex);
    if (s->kept) {
        check_poison(s);
        void *memory = (void *)(uintptr_t)s->object;
        if (s->how == LT_MARK_TRACKED) lt_track_free(lt_track_of(memory));
        else if (s->how == LT_MARK_SIZED) lt_dealloc_unsized(memory);
        else lt_dealloc(memory, s->bytes);
    }
    lt_dealloc(s, sizeof *s);
}

bool lt_quarantine(struct lt_record *r, lt_object *o, size_t bytes)
{
    struct lt_watcher *w = &r->watcher;
    unsigned how = lt_object_made(o);
    bool keep = how != LT_MARK_STORAGE && bytes <= KEPT_MOST && !SANITIZED;
    struct lt_shadow *s = lt_shadow_open(o);
    if (s) {
        s->life = LT_GONE;
        s->bytes = bytes;
        s->kept = keep;
        s->how = how;
        if (keep) memset(o + 1, POISON, bytes - sizeof *o); /* the header says how to free it */
    }
    lt_shadow_close(o);
    if (!s) return false;
    struct lt_shadow **oldest = &w->quarantine[w->quarantined++ % LT_QUARANTINE], *leaves = *oldest;
    *oldest = s;
    if (leaves) discharge(leaves);
    return keep;
}

/* ---- fork ---- */

/* All pieces are locked, so that the child finds no account half written. */
void lt_shadow_fork(enum lt_fork step)
{
    (void)piece_of(NULL);
    if (LT_FAULT("lib/fork-accounts", "a fork does not wait for the accounts")) return;
    for (int i = 0; i < PIECES; i++)
        if (step == LT_FORK_LOCK) lt_mutex_lock(&pieces[i].mutex);
        else lt_mutex_unlock(&pieces[i].mutex);
}
