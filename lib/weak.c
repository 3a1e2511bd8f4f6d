/* weak.c: weak references, for every strategy.
 *
 * An object's first weak reference makes it an entry, which all others share. The header has a bit that says so
 * (LT_MARK_WEAK), and a table that is striped by the object's address has the entry, for those who have the object and look for
 * it: who makes a weak reference, and who finalizes. Who loads one needs neither; it has the entry.
 *
 * Who loads. In a section T reads a weak word, then the entry's object o, then tries to retain o by the strategy's upgrade_raw,
 * which fails once o's death is decided: an object has a state from which it does not come back (README.md of each strategy),
 * and it has that before lt_weak_sever. So no dying object is returned, whatever T has read.
 *
 * The entry's memory. Entry e is freed by lt_defer_node once its last reference is gone. Each weak word that held e let go of
 * it by an exchange before it gave its reference back; a chain of such steps, acquire and release on e->references, leads to
 * the thread that defers. So for T, which found e in a word, the claim of lib/grace.c holds as if that thread had unlinked e.
 *
 * The object's memory. It is found in e until lt_weak_sever clears that, and then retired, by the same thread and in the same
 * section: again the claim of lib/grace.c. For that the memory of an object with LT_MARK_WEAK waits for a grace period
 * after its finalizer (lt_object_end), on strategies where others' is free at once, too.
 *
 * An address that comes back. o's entry leaves the table before its finalizer runs, and its memory is freed later still. So the
 * table has one entry for an address at most, and that is its present object's. And an entry has one object in its life; so
 * lt_weak_load, when it finds the same entry twice, with its object dead, knows that it was there in between.
 *
 * NULL is the right answer. T found e in the word, o dead, and e in the word again: at the second look the weak reference was
 * one to a dead object. If the word had changed, o may have died after that, and there was no moment at which to load NULL. */
#include <lifetime/strategy/weak.h>

#include "object.h"

/* Not more stripes: a fork takes all their locks, and under ThreadSanitizer a thread can have 64 at once.
 * LEAST: a table as small is not made smaller. */
enum { STRIPES_LOG = 5, STRIPES = 1 << STRIPES_LOG, LEAST = 64 };

/* A hash table with chains. Memory for more or for fewer buckets is not waited for: without it the chains are longer. */
static struct stripe {
    _Alignas(64) pthread_mutex_t mutex; /* taken last; never held while client code runs */
    struct lt_weak_entry **bucket;      /* NULL: one bucket, which is `only` */
    struct lt_weak_entry *only;
    uint64_t mask, entries;             /* buckets - 1 */
} stripes[STRIPES];

static void make_stripes(void)
{
    for (int i = 0; i < STRIPES; i++) pthread_mutex_init(&stripes[i].mutex, NULL); /* cannot fail without attributes */
}

static void stripes_ready(void)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    (void)pthread_once(&once, make_stripes);
}

static uint64_t hash_of(const lt_object *o) { return (uint64_t)(uintptr_t)o * 0x9e3779b97f4a7c15ull; }

static struct stripe *stripe_of(const lt_object *o)
{
    stripes_ready();
    return &stripes[hash_of(o) >> (64 - STRIPES_LOG)];
}

static struct lt_weak_entry *next_of(const struct lt_weak_entry *e) { return (struct lt_weak_entry *)(void *)e->node.next; }
static void link_to(struct lt_weak_entry *e, struct lt_weak_entry *next) { e->node.next = (lt_node *)(void *)next; }

/* ---- the table: each with the stripe locked ---- */

static struct lt_weak_entry **chain_of(struct stripe *s, const lt_object *o)
{
    return s->bucket ? &s->bucket[hash_of(o) >> 24 & s->mask] : &s->only;
}

static struct lt_weak_entry *find(struct stripe *s, const lt_object *o)
{
    struct lt_weak_entry *e = *chain_of(s, o);
    while (e && lt_weak_object(e) != o) e = next_of(e);
    return e;
}

static void push(struct stripe *s, struct lt_weak_entry *e)
{
    struct lt_weak_entry **chain = chain_of(s, lt_weak_object(e));
    link_to(e, *chain);
    *chain = e;
}

static void resize(struct stripe *s, uint64_t buckets)
{
    struct stripe old = *s;
    struct lt_weak_entry **bucket = lt_alloc(buckets * sizeof *bucket);
    if (!bucket) return;
    for (uint64_t i = 0; i < buckets; i++) bucket[i] = NULL;
    s->bucket = bucket;
    s->mask = buckets - 1;
    for (uint64_t i = 0; i <= old.mask; i++)
        for (struct lt_weak_entry *e = old.bucket ? old.bucket[i] : old.only, *next; e; e = next) {
            next = next_of(e);
            push(s, e);
        }
    if (old.bucket) lt_dealloc(old.bucket, (old.mask + 1) * sizeof *bucket);
}

static void insert(struct stripe *s, struct lt_weak_entry *e)
{
    if (s->entries++ > s->mask) resize(s, s->entries < LEAST ? LEAST : 2 * (s->mask + 1));
    push(s, e);
}

static struct lt_weak_entry *take(struct stripe *s, const lt_object *o)
{
    struct lt_weak_entry *e = find(s, o);
    if (!e) return NULL;
    struct lt_weak_entry **chain = chain_of(s, o), *before = *chain;
    if (before == e) {
        *chain = next_of(e);
    } else {
        while (next_of(before) != e) before = next_of(before);
        link_to(before, next_of(e));
    }
    s->entries--;
    if (s->mask >= LEAST && s->entries < s->mask / 8) resize(s, (s->mask + 1) / 2);
    return e;
}

/* ---- entries ---- */

static void free_entry(lt_node *node)
{
    struct lt_weak_entry *e = (struct lt_weak_entry *)(void *)((char *)node - offsetof(struct lt_weak_entry, node));
    lt_dealloc(e, sizeof *e);
}

/* The object's own reference is the first. */
static struct lt_weak_entry *new_entry(struct lt_record *r, lt_object *o)
{
    struct lt_weak_entry *e = lt_alloc(sizeof *e);
    if (!e) return NULL;
    lt_store64(&e->object, (uint64_t)(uintptr_t)o, LT_RELAXED);
    lt_store64(&e->references, 1, LT_RELAXED);
    lt_count(r, LT_WEAK, 1);
    return e;
}

struct lt_weak_entry *lt_weak_entry_of(lt_thread *self, lt_object *o)
{
    struct stripe *s = stripe_of(o);
    lt_mutex_lock(&s->mutex);
    struct lt_weak_entry *e = lt_object_is_weak(o) ? find(s, o) : NULL;
    if (!e && (e = new_entry(lt_record_of(self), o))) {
        insert(s, e);
        /* Relaxed: the caller's reference, when it is given back, takes it along to the finalizer. */
        if (!LT_FAULT("lib/weak-unmarked", "the header does not say that there are weak references"))
            lt_or8(&o->mark, LT_MARK_WEAK, LT_RELAXED);
    }
    if (e) lt_add64(&e->references, 1, LT_RELAXED); /* from another reference, which is there: the object's */
    lt_mutex_unlock(&s->mutex);
    return e;
}

void lt_weak_drop(lt_thread *self, struct lt_weak_entry *e)
{
    struct lt_record *r = lt_record_of(self);
    if (LT_FAULT("lib/weak-kept", "a weak reference that ends keeps its entry")) return;
    /* Release and acquire pair with each other: see above. */
    if (lt_sub64(&e->references, 1, LT_WEAKEN("lib/weak-drop-relaxed", LT_ACQ_REL)) != 1) return;
    lt_count(r, LT_WEAK, (uint64_t)-1);
    e->node.fn = free_entry;
    if (LT_FAULT("lib/weak-entry-no-grace", "an entry is freed at once")) free_entry(&e->node);
    else lt_defer_node(r, &e->node);
}

void lt_weak_sever(struct lt_record *r, lt_object *o)
{
    struct stripe *s = stripe_of(o);
    if (LT_FAULT("lib/weak-unsevered", "an entry leads to its object after that is finalized")) return;
    lt_mutex_lock(&s->mutex);
    struct lt_weak_entry *e = take(s, o);
    lt_mutex_unlock(&s->mutex);
    if (!e) return;
    lt_store64(&e->object, 0, LT_RELAXED); /* who reads the address yet is refused by o's word, or has a grace period */
    lt_point("lib: severed, its entry not dropped");
    lt_weak_drop(&r->hot, e);
}

void lt_weak_fork(enum lt_fork step)
{
    stripes_ready();
    for (int i = 0; i < STRIPES; i++) {
        if (step == LT_FORK_LOCK) lt_mutex_lock(&stripes[i].mutex);
        else lt_mutex_unlock(&stripes[i].mutex);
    }
}
