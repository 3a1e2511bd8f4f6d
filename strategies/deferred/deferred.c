/* deferred.c: counts that are late, and how a late zero is believed.
 *
 * Each thread keeps a cache of (object, delta) and writes there and nowhere else. Deltas are applied to the object's count
 * when an entry is evicted, and all of them before the thread announces a new epoch; for a thread outside a section, by
 * the helper that seizes it. So the applied count alone says little: it may be zero while an increment is still in a cache.
 *
 * Refcache (Clements, Kaashoek, Zeldovich, EuroSys 2013) believes a count that stayed zero for a whole epoch. That is not
 * enough when references move between threads: T takes a reference right after its flush, V copies it right after V's, T
 * drops its own before its next flush, and so on in turns. Every flush finds a net delta of zero, the count never moves,
 * and there is a reference all the time. The missing evidence is that the caches were busy with the object. So the first
 * time in an epoch that a cache takes an object in, it stamps the object with that epoch: one write per object, thread and
 * epoch at most, and none when another thread has stamped it already.
 *
 * Claim. If E >= s + 3 and a word is read in which the count is zero and the stamp is s, the object is dead: no owned
 * reference, no borrow, and none can come.
 *   No unapplied delta. A delta made under the announced epoch a is behind a stamp not older than a, so a <= s. Its
 *   thread was quiescent since, by (2) of lib/grace.c and E >= s + 2, and applied it before it announced a + 1, or was
 *   seized and had it applied. So the count is the true count: no owned reference.
 *   No borrow. A borrow comes from a slot; no slot holds the object now; the slot that did was changed by some thread under
 *   an epoch r, which stamped the object as it took the reference out (release through the cache, or lt_deferred_unlink_raw):
 *   r <= s. By the claim of lib/grace.c the borrow is over at r + 3.
 *   None can come: a reference is made from a reference or from a borrow.
 * The reviewer then replaces exactly that word by DEAD with compare-and-swap.
 *
 * When a dead object's edges are dropped, its borrowers are gone, so those decrements are applied at once; if the child's
 * word then satisfies the claim, it dies in the same cascade, whatever its depth. Otherwise it is reviewed in its turn. */
#define LT_THIS deferred
#define LT_DEAD_TAG LT_DEFERRED_DEAD
#include "lib/strategy.h"
#include "review.h"

enum { ENTRIES = 1 << LT_DEFERRED_CACHE_BITS, ADVANCE_EVERY = 256 };

struct deferred_record {
    struct lt_record base;
    struct lt_review review;
    uint64_t taken_in; /* entries filled since the last flush */
    uint32_t since;    /* reviews begun since the last attempt to advance */
    bool collecting;
    _Alignas(64) struct lt_deferred_entry cache[ENTRIES];
};

LT_TLS struct lt_deferred_entry *lt_deferred_cache;
LT_TLS int64_t lt_deferred_credit;

static struct lt_review orphans; /* under the domain's lock */

static struct deferred_record *deferred_of(struct lt_record *r) { return (struct deferred_record *)r; }
static bool is_zero(uint64_t word) { return (word & (LT_DEFERRED_COUNT | LT_DEFERRED_IMMORTAL)) == LT_DEFERRED_ZERO; }

static void begin_review(struct deferred_record *r, uint64_t epoch, lt_object *o)
{
    uint64_t bytes = lt_object_size(o);
    lt_review_push(&r->review, epoch, o);
    lt_count(&r->base, LT_RETIRED, 1);
    lt_count(&r->base, LT_RETIRED_BYTES, bytes);
    r->since++;
}

static void end_review(struct deferred_record *r, uint64_t bytes)
{
    lt_count(&r->base, LT_RECLAIMED, 1);
    lt_count(&r->base, LT_RECLAIMED_BYTES, bytes);
}

/* Adds delta to the applied count. A count that becomes zero puts the object under review, with a stamp of now. */
static void apply(struct deferred_record *r, lt_object *o, int64_t delta)
{
    uint64_t epoch = lt_thread_epoch(&r->base.hot);
    uint64_t word = lt_load64(&o->count.whole, LT_RELAXED), next;
    lt_point("deferred: a delta is about to be applied");
    do {
        if (word & LT_DEFERRED_IMMORTAL) return;
        next = word + (uint64_t)delta;
        if (next & LT_DEFERRED_SATURATED) next |= LT_DEFERRED_IMMORTAL;
        if (is_zero(next)) next = lt_stamped(next, epoch) | LT_DEFERRED_REVIEW;
        /* Release pairs with the acquire in review(): the finalizer sees what every releaser wrote before. */
    } while (!lt_cas64(&o->count.whole, &word, next, LT_RELEASE, LT_RELAXED));
    lt_count(&r->base, LT_SLOW, 1);
    if (is_zero(next) && !(word & LT_DEFERRED_REVIEW)) begin_review(r, epoch, o);
}

/* The first use of o by this cache in this epoch. */
static void take_in(struct deferred_record *r, lt_object *o)
{
    uint64_t epoch = lt_thread_epoch(&r->base.hot);
    uint64_t word = lt_load64(&o->count.whole, LT_RELAXED), next;
    while ((next = lt_stamped(word, epoch)) != word)
        /* Relaxed: the stamp is ordered by what follows under this epoch: a delta's release, the announcement's release. */
        if (lt_cas64(&o->count.whole, &word, next, LT_RELAXED, LT_RELAXED)) return;
}

static void tend(struct deferred_record *r)
{
    if (r->since < ADVANCE_EVERY) return;
    r->since = 0;
    lt_advance(&r->base);
}

void lt_deferred_miss(lt_object *o, struct lt_deferred_entry *e, int64_t delta)
{
    struct deferred_record *r = deferred_of(self());
    if (e->object && e->delta) {
        apply(r, e->object, e->delta);
        tend(r);
    }
    take_in(r, o);
    lt_point("deferred: stamped, not in the cache");
    e->object = o;
    e->delta = delta;
    r->taken_in++;
}

/* A large increment, which other threads may as well see at once. */
void lt_deferred_apply_now(lt_object *o, int64_t delta)
{
    struct deferred_record *r = deferred_of(self());
    take_in(r, o);
    apply(r, o, delta);
}

void lt_deferred_unlink_raw(lt_object *o) { take_in(deferred_of(self()), o); }

void lt_deferred_immortalize_raw(lt_object *o) { lt_or64(&o->count.whole, LT_DEFERRED_IMMORTAL, LT_RELAXED); }

bool lt_deferred_reserve(lt_object *o)
{
    lt_deferred_credit++; /* the caller took one that was not there */
    if (lt_review_reserve(&lt_deferred_credit)) {
        lt_deferred_credit--;
        return true;
    }
    lt_object_undo(lt_deferred_self, o);
    return false;
}

/* By its thread, or locked while it is seized. */
static void flush(struct lt_record *record)
{
    struct deferred_record *r = deferred_of(record);
    if (!r->taken_in) return;
    r->taken_in = 0;
    for (int i = 0; i < ENTRIES; i++) {
        struct lt_deferred_entry *e = &r->cache[i];
        if (e->object && e->delta) apply(r, e->object, e->delta);
        e->object = NULL;
    }
}

/* The epoch that a stamp means, which is not older than it looks. */
static uint64_t epoch_of_stamp(const struct lt_record *r, uint64_t stamp)
{
    uint64_t seen = lt_epoch_seen(r), age = lt_stamp_age(stamp, seen);
    return lt_stamp_is_ahead(age) ? seen + (LT_STAMP_MODULUS - age) : seen - age;
}

static void review(struct deferred_record *r, lt_object *o)
{
    uint64_t bytes = lt_object_size(o);
    /* Acquire pairs with the release in apply(). */
    uint64_t word = lt_load64(&o->count.whole, LT_ACQUIRE), next;
    lt_point("deferred: reviewed, not judged");
    do {
        if (is_zero(word) && !lt_stamp_ripe(&r->base, lt_stamp_of(word))) {
            lt_review_push(&r->review, epoch_of_stamp(&r->base, lt_stamp_of(word)), o);
            return;
        }
        next = is_zero(word) ? LT_DEFERRED_DEAD : word & ~LT_DEFERRED_REVIEW;
        /* Release: without REVIEW the object may die in another thread's cascade at once, so this is our last access. */
    } while (!lt_cas64(&o->count.whole, &word, next, LT_ACQ_REL, LT_ACQUIRE));
    end_review(r, bytes);
    if (next == LT_DEFERRED_DEAD) lt_doom(&r->base, o);
}

static void review_bucket(struct deferred_record *r, struct lt_review_bucket *ripe)
{
    lt_object *o;
    while ((o = lt_review_pop(ripe))) review(r, o);
}

/* Empties the ripe buckets of `all` into `ripe`, to be looked at without regard to what is pushed meanwhile. */
static bool take_ripe(struct deferred_record *r, struct lt_review *all, struct lt_review_bucket *ripe)
{
    for (int i = 0; i < LT_REVIEW_BUCKETS; i++) {
        struct lt_review_bucket *b = &all->bucket[i];
        if (!b->top || b->epoch + LT_GRACE > lt_epoch_seen(&r->base)) continue;
        *ripe = *b;
        b->top = NULL;
        return true;
    }
    return false;
}

static void collect(struct lt_record *record)
{
    struct deferred_record *r = deferred_of(record);
    struct lt_review_bucket ripe;
    if (r->collecting) return; /* a finalizer polls */
    r->collecting = true;
    while (take_ripe(r, &r->review, &ripe)) review_bucket(r, &ripe);
    r->collecting = false;
    lt_cascade(record);
}

static void hand_over(struct lt_record *r)
{
    flush(r);
    lt_review_move(&orphans, &deferred_of(r)->review);
}

static void take_over(struct lt_record *r) { lt_review_move(&deferred_of(r)->review, &orphans); }

static bool is_idle(const struct lt_record *record)
{
    const struct deferred_record *r = (const struct deferred_record *)record;
    for (int i = 0; i < LT_REVIEW_BUCKETS; i++)
        if (r->review.bucket[i].top) return false;
    return r->taken_in == 0;
}

/* The cascade: see the end of the argument above. */
static void drop_edge(struct lt_record *record, lt_object *o)
{
    struct deferred_record *r = deferred_of(record);
    uint64_t epoch = lt_thread_epoch(&record->hot);
    uint64_t word = lt_load64(&o->count.whole, LT_ACQUIRE), next;
    bool dies;
    lt_point("deferred: an edge is about to be dropped");
    do {
        if (word & LT_DEFERRED_IMMORTAL) return;
        next = word - 1;
        dies = is_zero(next) && !(word & LT_DEFERRED_REVIEW) && lt_stamp_ripe(record, lt_stamp_of(word));
        if (dies) next = LT_DEFERRED_DEAD;
        else if (is_zero(next)) next = lt_stamped(next, epoch) | LT_DEFERRED_REVIEW;
    } while (!lt_cas64(&o->count.whole, &word, next, LT_ACQ_REL, LT_ACQUIRE));
    if (dies) lt_kill(record, o);
    else if (is_zero(next) && !(word & LT_DEFERRED_REVIEW)) begin_review(r, epoch, o);
}

static void drop_edge_slot(struct lt_record *r, lt_slot *slot)
{
    lt_object *o = lt_shared_swap(slot, NULL);
    if (o) drop_edge(r, o);
}

static void dispose(struct lt_record *r, lt_object *o)
{
    lt_object_free(r, o);
    if (++lt_deferred_credit > 4 * LT_REVIEW_CHUNK) lt_review_return(&lt_deferred_credit, LT_REVIEW_CHUNK);
}

static int prepare(struct lt_record *r)
{
    (void)r;
    int error = lt_review_prepare();
    static bool orphans_have_room; /* under the domain's lock */
    if (!error && !orphans_have_room && !(error = lt_review_prepare())) orphans_have_room = true;
    return error;
}

static void attach(struct lt_record *r)
{
    lt_deferred_cache = deferred_of(r)->cache;
    lt_deferred_credit = 0;
}

static void detach(struct lt_record *r)
{
    (void)r;
    lt_deferred_cache = NULL;
    lt_review_return(&lt_deferred_credit, 0);
}

/* In the child of a fork: r's thread vanished inside a section. Its review list may be half changed and is forgotten. But
 * an increment in its cache may stand for a reference that others have, and is applied. If the thread was about to replace
 * the entry, that may be the second time, or meet the next object: then a count is too high, and the object leaks. By the
 * same chance a decrement could make one too low: it is forgotten, and its object leaks for certain. No object in the cache
 * can be gone: each carries a stamp of the thread's epoch or a later one. */
static void salvage(struct deferred_record *r)
{
    r->review = orphans; /* whatever falls due for review: there is room for it */
    for (int i = 0; i < ENTRIES; i++) {
        struct lt_deferred_entry *e = &r->cache[i];
        if (e->object && e->delta > 0) apply(r, e->object, e->delta);
        *e = (struct lt_deferred_entry){0};
    }
    orphans = r->review;
    lt_store64(&r->base.domain->orphaned, 1, LT_RELAXED);
    r->review = (struct lt_review){0};
    r->taken_in = 0;
    r->since = 0;
    r->collecting = false;
}

static void forked(struct lt_domain *d, enum lt_fork step)
{
    lt_review_fork(step);
    if (step != LT_FORK_CHILD) return;
    for (struct lt_record *r = d->records; r; r = r->next)
        if (r->live && r->lost) salvage(deferred_of(r));
}

lt_domain lt_deferred_domain = {
    LT_DOMAIN,
    .record_size = sizeof(struct deferred_record),
    .traits = {.threads = true, .reclaims = true, .grace = true},
    .hooks = {
        .prepare = prepare,
        .attach = attach,
        .detach = detach,
        .quiesce = flush,
        .hand_over = hand_over,
        .take_over = take_over,
        .is_idle = is_idle,
        .collect = collect,
        .dispose = dispose,
        .drop = drop_edge,
        .drop_slot = drop_edge_slot,
        .fork = forked,
        .links = LT_WHOLE_LINKS,
    },
};
