/* deferred.c: counts that are late, and how a late zero is believed.
 *
 * Each thread keeps a cache of (object, delta) and writes there and nowhere else. Deltas are applied to the object's count
 * when an entry is evicted, and all of them before the thread announces a new epoch; for a thread outside a section, by
 * the helper that seizes it. So the applied count alone says little: it may be zero while an increment is still in a cache.
 *
 * Refcache (Clements, Kaashoek, Zeldovich, EuroSys 2013) believes a count that stayed zero for a whole epoch. That is not
 * enough when references move between threads: T takes a reference right after its flush, V copies it right after V's, T
 * drops its own before its next flush, and so on in turns. Every flush finds a net delta of zero, the count never moves,
 * and there is a reference all the time. The missing evidence is that the caches were busy with the object. It is wanted
 * only of objects whose count is zero. So these are watched (watch.h), and a cache that takes a watched object in stamps it
 * with the epoch: one write per object, thread and epoch at most. Of others a cache needs to see nothing but the address.
 *
 * A use of an object is a count or the taking of a reference out of a slot. It goes through the cache of its thread; the
 * entry was taken in under the same epoch, for an announcement empties the cache. (What a cascade takes off, and a large
 * increment, and what is made from a weak reference is in the count at once, before it became zero; so it is under s + 1 at
 * most, and an old use as any other.)
 *
 * Claim. Let o be watched since z, while that lasts (lt_watch_lasts). If E >= max(s, z) + 4, and a word is read in which the
 * count is zero and the stamp is s, then o is dead: no owned reference, no borrow, and none can come.
 *   Let e = max(s, z).
 *   Old uses. A use under a <= E - 2 happened before the read, and its delta is in the count: its thread was quiescent since,
 *     by (2) of lib/grace.c, and applied it before it announced a + 1, or was seized and had it applied. If it was under
 *     a >= e + 2, it was watched, and its stamp would be in the word. So it was under a <= e + 1.
 *   New uses. A use under a >= E - 1 > e + 2 was watched too, and its stamp is not in the word. So it does not happen before
 *     the read, nor before any old use.
 *   No owned reference. Hence the old uses by themselves are a past that the program may have had, and what they add up to
 *     is the count of references in it: none.
 *   No borrow. A borrow comes from a slot, and no slot holds o in that past; the last that did was changed by an old use,
 *     under r <= e + 1. By the claim of lib/grace.c the borrow is over at r + 3 <= e + 4.
 *   None can come, and so there are no new uses: a reference is made from a reference or from a borrow; or from a weak one, in
 *   the word itself. If that was before the read, it was in the count before that became zero: an old use. If not, DEAD
 *   refuses it.
 * The reviewer then replaces exactly that word by DEAD with compare-and-swap. What the users wrote to o happened before: with
 * their deltas, or with the announcements that made E what it is.
 *
 * References that wait. A store does not count down what it replaces: under its thread's epoch z the slot's reference goes to
 * wait (lt_let_go), for 4 epochs, during which o is watched; it is in the count as before, an owner like any other, and no use.
 * When it ends, at E >= z + 4, let the count be one, which is this reference, and the stamp s, with E >= s + 4. Then the
 * claim's argument, read with "one, which is ours" for "none", says that o is dead but for us: of the slots that held o in
 * that past, one that let go of it by a store has its reference ended, as the count shows, and with it the borrows; one
 * that gave it away was changed by a use, under r <= e + 1. A decrement that was made at once, by a cascade or by the end
 * of another such reference, cannot depend on a new use, whose stamp would be in the word that it wrote. So o dies with no
 * step on its word, unless another thread has it in a review; or, where it has weak references, with one from just that word to
 * DEAD, which refuses them: a reference that they gave before is in the count, or was an old use. Otherwise, or if the watch has
 * lapsed, the reference ends as a delta that is applied, and what follows is a review.
 *
 * Cascades. When a dead object's edges are dropped, there is no borrow through them: it would have been made under a reference
 * to the dead one or a borrow of it, whose end, or whose slot's change, is at least 3 epochs old. So the decrement is applied
 * at once. A child that it leaves without a reference is watched only from then on, and reviewed in its turn. That would
 * take a list of 10^7 nodes 4 * 10^7 epochs; so a child that has edges itself makes everything be watched. From 4 epochs after
 * that the claim can be applied to a child at once, with "one, which is ours", and a cascade goes on to whatever depth. */
#define LT_THIS deferred
#define LT_DEAD_TAG LT_DEFERRED_DEAD
#include "lib/strategy.h"
#include "review.h"
#include "watch.h"

enum { ENTRIES = 1 << LT_DEFERRED_CACHE_BITS, ADVANCE_EVERY = 256 };

struct deferred_record {
    struct lt_record base;
    struct lt_review review;
    uint32_t since;    /* reviews begun since the last attempt to advance */
    bool used;         /* the cache, since the last flush */
    int64_t held;      /* LT_DEFERRED_HELD, or 0 if nothing is watched in this epoch. Part of every delta in the cache */
    bool collecting;
    _Alignas(64) struct lt_deferred_entry cache[ENTRIES];
};

LT_TLS struct lt_deferred_entry *lt_deferred_cache;
LT_TLS int64_t lt_deferred_credit;

static struct lt_review orphans; /* under the domain's lock */

static struct deferred_record *deferred_of(struct lt_record *r) { return (struct deferred_record *)r; }
static bool is_zero(uint64_t word) { return (word & (LT_DEFERRED_COUNT | LT_DEFERRED_IMMORTAL)) == LT_DEFERRED_ZERO; }

/* Watched from now on, and looked at when that is LT_REVIEW_AFTER epochs ago. */
static void await(struct deferred_record *r, lt_object *o)
{
    uint64_t epoch = lt_thread_epoch(&r->base.hot);
    lt_watch(o, epoch);
    lt_review_push(&r->review, epoch, o);
}

static void begin_review(struct deferred_record *r, lt_object *o)
{
    uint64_t bytes = lt_object_size(o);
    await(r, o);
    lt_count(&r->base, LT_RETIRED, 1);
    lt_count(&r->base, LT_RETIRED_BYTES, bytes);
    r->since++;
}

static void end_review(struct deferred_record *r, uint64_t bytes)
{
    lt_count(&r->base, LT_RECLAIMED, 1);
    lt_count(&r->base, LT_RECLAIMED_BYTES, bytes);
}

/* The word with delta more. A count that becomes zero puts the object under review, with a stamp of now. */
static uint64_t applied(uint64_t word, int64_t delta, uint64_t epoch)
{
    uint64_t next = word + (uint64_t)delta;
    bool full = next & LT_DEFERRED_SATURATED && !LT_FAULT("deferred/saturation-missed", "a full count grows on");
    if (full) next |= LT_DEFERRED_IMMORTAL;
    return is_zero(next) ? lt_stamped(next, epoch) | LT_DEFERRED_REVIEW : next;
}

/* Adds delta to the applied count; false if o is dead. */
static bool apply(struct deferred_record *r, lt_object *o, int64_t delta)
{
    uint64_t epoch = lt_thread_epoch(&r->base.hot);
    uint64_t word = lt_load64(&o->count.whole, LT_RELAXED), next;
    lt_point("deferred: a delta is about to be applied");
    do {
        if (word & LT_DEFERRED_DEAD && !LT_FAULT("deferred/upgrade-dead", "a weak reference gives what is dead")) return false;
        if (word & LT_DEFERRED_IMMORTAL) return true;
        next = applied(word, delta, epoch);
        /* Release pairs with the acquire in review(): the finalizer sees what every releaser wrote before. */
    } while (!lt_cas64(&o->count.whole, &word, next, LT_WEAKEN("deferred/apply-relaxed", LT_RELEASE), LT_RELAXED));
    lt_count(&r->base, LT_SLOW, 1);
    if (LT_FAULT("deferred/reviewed-twice", "an object under review is put under review")) word &= ~LT_DEFERRED_REVIEW;
    if (is_zero(next) && !(word & LT_DEFERRED_REVIEW)) begin_review(r, o);
    return true;
}

/* A thread is about to use o for the first time in its epoch. A release does not ask whether o is watched: the word will be
 * changed by it in any case. */
static void witness(struct deferred_record *r, lt_object *o, int64_t delta)
{
    uint64_t epoch = lt_thread_epoch(&r->base.hot);
    if (LT_FAULT("deferred/unwitnessed", "a cache takes in what is watched and does not say so")) return;
    if (delta >= 0 && !lt_is_watched(o, epoch) && !lt_watches_all(epoch)) return;
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
    lt_owe_pause(&r->base);
}

/* The first miss of an epoch. The cache is empty, and everything in it held. */
static void begin_use(struct deferred_record *r)
{
    r->used = true;
    if (lt_watch_any(lt_thread_epoch(&r->base.hot))) return;
    r->held = 0;
    for (int i = 0; i < ENTRIES; i++) r->cache[i].delta = 0;
}

void lt_deferred_miss(lt_object *o, struct lt_deferred_entry *e, int64_t delta)
{
    struct deferred_record *r = deferred_of(self());
    if (LT_UNLIKELY(!r->used)) begin_use(r);
    if (e->delta != r->held && !LT_FAULT("deferred/delta-lost", "what leaves the cache is not applied")) {
        (void)apply(r, e->object, e->delta - r->held);
        tend(r);
    }
    if (r->held) witness(r, o, delta);
    lt_point("deferred: witnessed, not in the cache");
    e->object = o;
    e->delta = r->held + delta;
}

/* A large increment, which other threads may as well see at once. */
void lt_deferred_apply_now(lt_object *o, int64_t delta)
{
    struct deferred_record *r = deferred_of(self());
    witness(r, o, delta);
    (void)apply(r, o, delta);
}

/* The one delta that may come too late. */
bool lt_deferred_upgrade_raw(lt_object *o) { return apply(deferred_of(self()), o, 1); }

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

static void empty(struct deferred_record *r)
{
    for (int i = 0; i < ENTRIES; i++) r->cache[i] = (struct lt_deferred_entry){NULL, LT_DEFERRED_HELD};
    r->held = LT_DEFERRED_HELD;
    r->used = false;
}

/* By its thread, or locked while it is seized. Everything is held until the thread, in its next epoch, has looked. */
static void flush(struct lt_record *record)
{
    struct deferred_record *r = deferred_of(record);
    if (!r->used || LT_FAULT("deferred/unflushed", "an epoch is announced with deltas in the cache")) return;
    LT_PROBE2(flush, record->domain->name, record->index);
    for (int i = 0; i < ENTRIES; i++) {
        struct lt_deferred_entry e = r->cache[i];
        if (e.delta != r->held) apply(r, e.object, e.delta - r->held);
    }
    empty(r);
}

/* o has been watched since some epoch not before `first`. */
static void review(struct deferred_record *r, lt_object *o, uint64_t first)
{
    uint64_t bytes = lt_object_size(o);
    bool lasts = lt_watch_lasts(first, lt_thread_epoch(&r->base.hot));
    /* Acquire pairs with the release in apply(). */
    uint64_t word = lt_load64(&o->count.whole, LT_WEAKEN("deferred/review-relaxed", LT_ACQUIRE)), next;
    uint64_t after = LT_REVIEW_AFTER - LT_FAULT("deferred/believed-early", "a zero is believed one epoch early");
    lt_point("deferred: reviewed, not judged");
    do {
        if (is_zero(word) && !(lasts && lt_stamp_ripe(&r->base, lt_stamp_of(word), after))) {
            await(r, o);
            return;
        }
        next = is_zero(word) ? LT_DEFERRED_DEAD : word & ~LT_DEFERRED_REVIEW;
        if (!is_zero(word) && LT_FAULT("deferred/review-kept", "what is alive stays marked as under review")) next = word;
        /* Release: without REVIEW the object may die in another thread's cascade at once, so this is our last access. */
    } while (!lt_cas64(&o->count.whole, &word, next, LT_WEAKEN("deferred/review-relaxed", LT_ACQ_REL), LT_ACQUIRE));
    end_review(r, bytes);
    if (next == LT_DEFERRED_DEAD) lt_doom(&r->base, o);
}

static void review_bucket(struct deferred_record *r, struct lt_review_bucket *ripe)
{
    lt_object *o;
    while ((o = lt_review_pop(ripe))) review(r, o, ripe->epoch);
}

/* Empties the ripe buckets of `all` into `ripe`, to be looked at without regard to what is pushed meanwhile. */
static bool take_ripe(struct deferred_record *r, struct lt_review *all, struct lt_review_bucket *ripe)
{
    for (int i = 0; i < LT_REVIEW_BUCKETS; i++) {
        struct lt_review_bucket *b = &all->bucket[i];
        if (!b->top || b->epoch + LT_REVIEW_AFTER > lt_epoch_seen(&r->base)) continue;
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
    lt_adopt(record); /* while what is in there is watched: who left it may come back too seldom */
    r->collecting = true;
    while (take_ripe(r, &r->review, &ripe)) review_bucket(r, &ripe);
    r->collecting = false;
    lt_cascade(record);
}

static void hand_over(struct lt_record *r)
{
    if (!LT_FAULT("deferred/exit-unflushed", "a thread that exits keeps its deltas")) flush(r);
    lt_review_move(&orphans, &deferred_of(r)->review);
}

static void take_over(struct lt_record *r)
{
    if (!LT_FAULT("deferred/orphans-ignored", "nobody reviews what exited threads left"))
        lt_review_move(&deferred_of(r)->review, &orphans);
}

static bool is_idle(const struct lt_record *record)
{
    const struct deferred_record *r = (const struct deferred_record *)record;
    for (int i = 0; i < LT_REVIEW_BUCKETS; i++)
        if (r->review.bucket[i].top) return false;
    return !r->used;
}

static void add_credit(uint32_t objects)
{
    lt_deferred_credit += objects;
    if (lt_deferred_credit > 4 * LT_REVIEW_CHUNK) lt_review_return(&lt_deferred_credit, LT_REVIEW_CHUNK);
}

/* A slot's reference waits for LT_REVIEW_AFTER epochs, and o is watched meanwhile. */
void lt_deferred_let_go(lt_object *o)
{
    if (!LT_FAULT("deferred/unwatched", "what a slot lets go of is not watched")) lt_watch(o, lt_thread_epoch(lt_deferred_self));
    lt_let_go(lt_deferred_self, o);
}

/* The only reference to o is the caller's, by the claim, if o has been watched for so long: so it is dead. Where it has weak
 * references the word says so first, if no other reference has come of them meanwhile. */
static inline bool end_sole(const struct lt_record *r, lt_object *o, uint64_t word)
{
    bool early = LT_FAULT("deferred/sole-early", "the only reference is believed too soon");
    if (!is_zero(word - 1) || word & (LT_DEFERRED_REVIEW | LT_DEFERRED_IMMORTAL)) return false;
    if (!early && !lt_stamp_ripe(r, lt_stamp_of(word), LT_REVIEW_AFTER)) return false;
    if (LT_LIKELY(!lt_object_is_weak(o))) return true;
    lt_point("deferred: sole, its weak references not refused");
    if (LT_FAULT("deferred/sole-upgraded", "a weak reference gives what dies with its last owner")) return true;
    return lt_cas64(&o->count.whole, &word, LT_DEFERRED_DEAD, LT_ACQ_REL, LT_RELAXED); /* as in review() */
}

static void settle(struct lt_record *r, lt_object *const *objects, uint32_t n, uint64_t epoch)
{
    lt_object *leaves[LT_SETTLED];
    uint32_t count = 0;
    bool lasts = lt_watch_lasts(epoch, lt_thread_epoch(&r->hot));
    for (uint32_t i = 0; i < n; i++) {
        lt_object *o = objects[i];
        /* Acquire as in review(). */
        if (!lasts || !end_sole(r, o, lt_load64(&o->count.whole, LT_WEAKEN("deferred/sole-relaxed", LT_ACQUIRE))))
            apply(deferred_of(r), o, -1);
        else if (lt_object_is_leaf(o) && !lt_object_is_weak(o)) leaves[count++] = o;
        else lt_doom(r, o);
    }
    lt_free_leaves(r, leaves, count);
    add_credit(count);
}

static void let_go_now(struct lt_record *r, lt_object *o)
{
    (void)r;
    lt_deferred_release_raw(o);
}

/* Has everything been watched for so long? */
static bool all_watched(const struct lt_record *r)
{
    uint64_t since;
    return lt_watched_all(lt_thread_epoch(&r->hot), &since) && since + LT_REVIEW_AFTER <= lt_epoch_seen(r);
}

/* The cascade: see the end of the argument above. */
static void drop_edge(struct lt_record *record, lt_object *o)
{
    struct deferred_record *r = deferred_of(record);
    uint64_t epoch = lt_thread_epoch(&record->hot);
    bool watched = all_watched(record) || LT_FAULT("deferred/cascade-early", "an object dies with its parent, watched or not");
    uint64_t word = lt_load64(&o->count.whole, LT_ACQUIRE), next;
    lt_point("deferred: an edge is about to be dropped");
    if (watched && end_sole(record, o, word)) {
        if (lt_object_type(o)->trace) lt_watch_all(epoch); /* a cascade that stops at a bound goes on when the watch might be over */
        lt_kill(record, o);
        return;
    }
    do {
        if (word & LT_DEFERRED_IMMORTAL) return;
        next = word - 1;
        if (is_zero(next)) next = lt_stamped(next, epoch) | LT_DEFERRED_REVIEW;
        /* Release as in apply(). */
    } while (!lt_cas64(&o->count.whole, &word, next, LT_RELEASE, LT_RELAXED));
    if (is_zero(next) && !(word & LT_DEFERRED_REVIEW)) {
        begin_review(r, o);
        if (lt_object_type(o)->trace) lt_watch_all(epoch);
    }
}

static void drop_edge_slot(struct lt_record *r, lt_slot *slot)
{
    lt_object *o = lt_shared_swap(slot, NULL);
    lt_note_unlinked(r, o);
    if (o) drop_edge(r, o);
}

static void dispose(struct lt_record *r, lt_object *o)
{
    lt_object_end(r, o);
    add_credit(1);
}

static int prepare(struct lt_record *r)
{
    empty(deferred_of(r));
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
 * same chance a decrement could make one too low: it is forgotten, and its object leaks for certain. No object with a delta
 * can be gone: the thread used it in its epoch, and no object dies so soon after. */
static void salvage(struct deferred_record *r)
{
    r->review = orphans; /* whatever falls due for review: there is room for it */
    for (int i = 0; i < ENTRIES; i++) {
        struct lt_deferred_entry e = r->cache[i];
        bool lost = LT_FAULT("deferred/unsalvaged", "an increment in a vanished thread's cache is forgotten");
        if (e.object && e.delta > r->held && !lost) apply(r, e.object, e.delta - r->held);
    }
    empty(r);
    orphans = r->review;
    lt_store64(&r->base.domain->orphaned, 1, LT_RELAXED);
    r->review = (struct lt_review){0};
    r->since = 0;
    r->collecting = false;
}

static void forked(struct lt_domain *d, enum lt_fork step)
{
    lt_review_fork(step);
    lt_watch_fork(step);
    if (step != LT_FORK_CHILD) return;
    for (struct lt_record *r = d->records; r; r = r->next)
        if (r->live && r->lost) salvage(deferred_of(r));
}

/* The caches are empty, so the applied count is the count. */
static uint64_t count(const struct lt_record *r, const lt_object *o)
{
    (void)r;
    uint64_t word = lt_load64(&o->count.whole, LT_RELAXED), applied = word & LT_DEFERRED_COUNT;
    if (word & LT_DEFERRED_DEAD || applied < LT_DEFERRED_ZERO) return 0;
    return word & LT_DEFERRED_IMMORTAL ? LT_COUNT_HELD : applied - LT_DEFERRED_ZERO;
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
        .settle = settle,
        .let_go_now = let_go_now,
        .delay = LT_REVIEW_AFTER - LT_GRACE,
        .dispose = dispose,
        .count = count,
        .edge = edge,
        .claim = claim,
        .drop = drop_edge,
        .drop_slot = drop_edge_slot,
        .fork = forked,
        .links = LT_WHOLE_LINKS,
    },
};
