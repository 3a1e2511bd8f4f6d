/* biased.c: the count in two halves.
 *
 *   references = local count + shared count                                            (while not merged; else the shared)
 *
 * Which half an operation goes to depends on who performs it, never on where the reference was counted before; so `shared`
 * may be negative, and `local` may be positive when there is no reference left. Only the owner, or a helper that works for
 * an owner outside its section (lib/grace.c), knows both halves. Therefore
 *
 *   the owner's last release (local 1 -> 0)   gives up the bias: local = 0, then MERGED. If nothing is left, the object dies.
 *   another thread's release that makes the
 *   unmerged shared count negative            queues the object to its owner, once (QUEUED), in the same step if that was to be
 *                                             seen before; who merges it when it drains its queue: local = 0, then MERGED with
 *                                             the local count added, in one RMW.
 *   any release that makes a merged count 0   kills it.
 *
 * Who finalizes. An LT_TYPE_FINALIZE_ON_OWNER object is its owner's to finalize after it was merged, too: `local` then has the
 * former owner, under a set top bit, and who finds such an object dead puts it into that thread's queue. An entry is dead or
 * QUEUED, never both: what is QUEUED does not die.
 *
 * Death. An object dies when MERGED, not QUEUED, shared count 0 and not yet DEAD becomes DEAD, by one compare-and-swap on
 * the whole half; so it dies once. Where nothing is left, the step that merges is that one too. QUEUED stands for the queue's
 * claim: an object cannot die while an entry points to it.
 * lt_biased_try_foreign adds by compare-and-swap and refuses DEAD, so nothing comes back and a dead half is never written
 * but by its lists.
 *
 * Without an atomic instruction: if at the owner's last release `shared` is exactly 0, then the object was in no slot, and
 * no other thread ever counted a reference, for both set PUBLISHED first. Such an object is freed at once. So is one whose
 * maker handed its last reference over (is_sole): thread D has a reference, reads a local count of 1, then 0 in `shared`.
 * Let there be a reference besides D's when the owner wrote that 1. Both were counted, one of them in `shared`, by a thread
 * that is not the owner and had a reference to count from, or to a parent. What led from that step to the owner's is a chain of hand-overs,
 * which the client orders; so D, which acquires what the owner wrote, finds `shared` changed. And after that 1 nobody can
 * count but D. All others wait
 * for a grace period after their finalizer, because of two kinds of threads that may still touch the header: one that
 * loaded a slot and is about to try to retain, and one in dropped() between its decrement and its look at the
 * result. Both are in a section.
 *
 * Spare references. A thread that releases one object twice running in the shared half keeps the second reference, and each
 * after it, for its next retains of that object: nothing is written that another thread reads. A kept reference is one like
 * all others: it is counted, so the object lives, and nobody merges or frees it for want of a count. keep_spare asks the
 * thread for service; so the next safepoint, or the end of the section, calls flush_spare, which gives back what is left,
 * and with a release that orders all that the thread wrote before. Client code that runs inside that very safepoint keeps
 * nothing, for there would be no other. So outside its section a thread has no spare references, and what vanishes in a
 * fork outside one neither. To keep and to give back costs more than some releases do. A thread whose sections are too
 * short to gain by it waits for longer and longer before it tries again.
 *
 * Without an owner (revoke.h). Where too many of a type come back to be merged, a thread publishes its objects merged, which
 * is what last() does but with references left; or it makes them merged. All references to such a one are counted in
 * `shared`, and until it is published a new one comes of an old one only. So whoever gives one of his own up, to a slot or for
 * good, and finds it counted once (LT_BIASED_OWNERLESS), is alone: he publishes it by a plain store, or frees it at once. Who
 * retains it may have no reference of his own, but one to a parent.
 *
 * Shared objects (lt_share, share.h). What a thread keeps of such an object is counted in `shared` like all else, and is
 * nobody's; so the object lives while anything is kept, and what makes a merged count zero is the giving back of it, or a
 * counted release. Only of merged objects is anything kept: giving back never queues, so a helper may do it with the
 * domain's lock. A thread's places are its private state: it gives back as it announces an epoch (hooks.collect), and
 * whoever seizes it, or lets it go, in hooks.hand_over. So what a thread keeps when an epoch begins is given back before
 * the second one after it.
 *
 * Memory order.
 *   local = 0 before MERGED (release): who reads MERGED finds no owner. After it, as in cpython#119999, the former owner's
 *     id could be read together with MERGED, and an owner's plain store could be lost.
 *   the load of `shared` at the last release needs no order: if it is 0, no other thread ever counted, and there is nobody to
 *     pair with; for any other value die() acquires. It is acquire all the same, which costs nothing on x86 and one
 *     instruction elsewhere, so that the finalizer does not rest on the layout of the flags.
 *   the owner's count sinks by release stores, and who takes its last reference for the only one acquires them: else its
 *     finalizer would miss what the owner wrote.
 *   owner fields are read by everyone and written by one: relaxed atomics, never plain (cpython#118258).
 *   no owner <=> MERGED once the merge is over (cpython#121794); immortality does not touch either (cpython#152276).
 *
 * Threads. An owner is a record, not a thread: a new thread that gets an exited thread's record gets its objects and its
 * queue with it, ordered by the domain's lock, so ids may be used again at once. */
#define LT_THIS biased
#define LT_DEAD_TAG 0
#include "lib/strategy.h"
#include "queue.h"

LT_TLS uint32_t lt_biased_one = LT_BIASED_NOBODY;
LT_TLS uint32_t lt_biased_wary;
LT_TLS struct lt_biased_spare lt_biased_spare;

static int32_t count_of(uint32_t shared) { return (int32_t)shared >> 4; }
static bool immortal(uint32_t shared) { return (int32_t)shared >= LT_BIASED_SATURATED; }
static struct biased_record *biased_of(struct lt_record *r) { return (struct biased_record *)r; }
static uint32_t key_of(const struct lt_record *r) { return r->index << LT_BIASED_OWNER_SHIFT; }

/* ---- death ---- */

/* A dead object's list link: 31 bits of its 44 in `local`, under a set top bit, so that no thread takes it for its own; 13
 * in `shared`, above the flags. */
static void *dead_next(void *object)
{
    lt_object *o = object;
    uintptr_t low = lt_load32(&o->count.half.local, LT_RELAXED) & 0x7fffffffu;
    uintptr_t high = lt_load32(&o->count.half.shared, LT_RELAXED) >> 4;
    return (void *)((high << 31 | low) << 4);
}

static void dead_link(void *object, void *next)
{
    lt_object *o = object;
    uintptr_t bits = (uintptr_t)next >> 4;
    uint32_t flags = lt_load32(&o->count.half.shared, LT_RELAXED) & 15u;
    lt_store32(&o->count.half.local, (uint32_t)bits | 0x80000000u, LT_RELAXED);
    lt_store32(&o->count.half.shared, (uint32_t)(bits >> 31) << 4 | flags, LT_RELAXED);
}

/* From what was seen: o is dead, if that is still so. PUBLISHED: from here on it means "wait for a grace period". Acquire pairs
 * with the release of every decrement; release: local = 0 first, in last() and join(). */
static bool die(lt_object *o, uint32_t *seen)
{
    return lt_cas32(&o->count.half.shared, seen, LT_BIASED_MERGED | LT_BIASED_DEAD | LT_BIASED_PUBLISHED,
                    LT_WEAKEN("biased/die-relaxed", LT_ACQ_REL), LT_RELAXED);
}

/* If nothing holds it any more, o is dead, by this call or by another. True if by this one. */
static bool try_die(lt_object *o)
{
    uint32_t shared = lt_load32(&o->count.half.shared, LT_RELAXED), harmless = LT_BIASED_PUBLISHED;
    if (LT_FAULT("biased/dies-queued", "an object dies though it is queued")) harmless |= LT_BIASED_QUEUED;
    do {
        if (count_of(shared) != 0 || (shared & 15u & ~harmless) != LT_BIASED_MERGED) return false;
    } while (!die(o, &shared));
    return true;
}

static void dispose(struct lt_record *r, lt_object *o)
{
    bool known = lt_load32(&o->count.half.shared, LT_RELAXED) & LT_BIASED_PUBLISHED;
    if (known && !LT_FAULT("biased/no-grace", "a published object's memory is freed at its death")) lt_let_go(&r->hot, o);
    else lt_object_free(r, o);
}

/* Of what could be borrowed till its death. */
static void settle(struct lt_record *r, lt_object *const *dead, uint32_t n, uint64_t epoch)
{
    (void)epoch;
    lt_free_leaves(r, dead, n);
}

/* ---- merging ---- */

static bool is_owners(const lt_object *o) { return (lt_object_type(o)->flags & LT_TYPE_FINALIZE_ON_OWNER) != 0; }

/* What `local` becomes when the owner gives it up: nothing, or who is to finalize o. No thread takes it for its own. */
static uint32_t given_up(const lt_object *o, const struct lt_record *owner)
{
    return LT_UNLIKELY(is_owners(o)) ? LT_BIASED_FORMER | key_of(owner) : 0;
}

/* By the owner, or for it: o is dead. */
static void finalize_for(struct lt_record *by, struct lt_record *owner, lt_object *o)
{
    bool its_own = by != owner && owner->live && is_owners(o);
    if (its_own) lt_chain_push(&biased_of(owner)->kept, &lt_biased_domain.hooks.links, o);
    else lt_doom(by, o);
}

/* The owner's half is added to the other. True: nothing holds o any more, and it is dead. */
static bool join(struct lt_record *owner, lt_object *o, uint32_t state)
{
    lt_biased_came_back(&biased_of(owner)->types, lt_object_type(o), lt_setting_of(owner->domain, LT_REVOKE_AT));
    uint32_t local = lt_load32(&o->count.half.local, LT_RELAXED);
    bool has_owner = (local && !(local & LT_BIASED_FORMER))
        || LT_FAULT("biased/vanished-owner", "an owner is seen where one vanished giving up");
    uint32_t count = has_owner ? local - key_of(owner) : 0; /* none: in last(), its owner vanished in a fork */
    if (LT_FAULT("biased/half-forgotten", "a merge does not add the owner's count")) count = 0;
    lt_point("biased: the owner's count is read, not cleared");
    if (!LT_FAULT("biased/published-first", "local is cleared last"))
        lt_store32(&o->count.half.local, given_up(o, owner), LT_RELAXED);
    lt_point("biased: no owner, not merged");
    if (count_of(state) + (int32_t)count == 0 && die(o, &state)) return true;
    /* MERGED is clear and QUEUED set, and nobody else changes them: one add does both. Release: local = 0 first. */
    lt_add32(&o->count.half.shared, count * LT_BIASED_ONE + LT_BIASED_MERGED - LT_BIASED_QUEUED,
             LT_WEAKEN("biased/merge-relaxed", LT_ACQ_REL));
    if (LT_FAULT("biased/published-first", "local is cleared last")) {
        lt_point("biased: merged, not without an owner");
        lt_store32(&o->count.half.local, 0, LT_RELAXED);
    }
    return try_die(o);
}

/* The owner's last release merged it meanwhile. */
static bool unqueue(lt_object *o)
{
    lt_sub32(&o->count.half.shared, LT_BIASED_QUEUED, LT_ACQ_REL);
    return try_die(o);
}

/* By the owner, or for it. The object was in the queue: to be merged, or to be finalized. */
static void merge(struct lt_record *by, struct lt_record *owner, lt_object *o)
{
    uint32_t state = lt_load32(&o->count.half.shared, LT_RELAXED);
    bool dead = (state & LT_BIASED_DEAD) != 0;
    if (!dead) {
        LT_PROBE3(merge, by->domain->name, o, owner->index);
        dead = state & LT_BIASED_MERGED ? unqueue(o) : join(owner, o, state);
    }
    lt_count(by, LT_SLOW, 1);
    if (dead) finalize_for(by, owner, o);
}

/* o died, and nobody can come to it any more. */
static void end_unknown(lt_object *o)
{
    if (LT_LIKELY(lt_object_is_leaf(o))) lt_object_free(self(), o);
    else lt_kill(self(), o);
}

/* The owner's release found local == 1. */
static void last(lt_object *o)
{
    uint32_t shared = lt_load32(&o->count.half.shared, LT_WEAKEN("biased/last-load-relaxed", LT_ACQUIRE));
    lt_biased_stayed(&biased_of(self())->types, lt_object_type(o), shared != 0);
    if (LT_LIKELY(shared == 0)) {
        end_unknown(o);
        return;
    }
    if (!LT_FAULT("biased/owner-kept", "a merged object keeps its owner"))
        lt_store32(&o->count.half.local, given_up(o, self()), LT_RELAXED);
    lt_point("biased: no owner, not merged");
    if (LT_LIKELY(shared == LT_BIASED_PUBLISHED) && die(o, &shared)) { /* merged, and dead in the same step */
        lt_kill_leaf(self(), o);
        return;
    }
    /* Release: local = 0 first. MERGED is clear: only the owner sets it, or a helper while the owner is outside. */
    lt_or32(&o->count.half.shared, LT_BIASED_MERGED, LT_WEAKEN("biased/last-relaxed", LT_RELEASE));
    if (try_die(o)) lt_kill_leaf(self(), o);
}

/* ---- what other threads do ---- */

/* Takes n references off the shared half, and queues o to its owner, to be merged, in the same step; if the half is below
 * zero then, or whatever it is. False: it is not, or that is another's to do, and nothing is changed. */
static bool queue_to_owner(lt_object *o, uint32_t n, bool whatever)
{
    /* Read the owner before QUEUED is set, for then the merge may begin. */
    uint32_t local = lt_load32(&o->count.half.local, LT_RELAXED);
    lt_point("biased: negative, not queued");
    if (LT_FAULT("biased/owner-plain", "the owner is read by a plain load")) local = o->count.half.local.raw;
    /* In last(), between its two steps: its owner is merging it, or vanished so in a fork. */
    if (!local && !LT_FAULT("biased/queued-to-nobody", "what its owner just gave up is queued to nobody")) return false;
    uint32_t shared = lt_load32(&o->count.half.shared, LT_RELAXED), queued;
    do {
        /* Merged, queued or raised again by another meanwhile: then it is theirs to see to. A dead half is left alone. */
        if (shared & LT_BIASED_QUEUED && !LT_FAULT("biased/queued-twice", "a queued object is queued again")) return false;
        if (shared & (LT_BIASED_MERGED | LT_BIASED_DEAD) || (!whatever && count_of(shared) >= (int32_t)n)) return false;
        queued = shared - n * LT_BIASED_ONE;
        if (!LT_FAULT("biased/queue-unflagged", "a queued object is not marked")) queued |= LT_BIASED_QUEUED;
        /* Release: the load of the owner stays before it, and as in release_foreign. */
    } while (!lt_cas32(&o->count.half.shared, &shared, queued, LT_WEAKEN("biased/queued-relaxed", LT_RELEASE), LT_RELAXED));
    lt_point("biased: queued, in no queue");
    if (LT_FAULT("biased/owner-read-late", "the owner is read when the merge may have begun"))
        local = lt_load32(&o->count.half.local, LT_RELAXED);
    if (LT_FAULT("biased/merge-lost", "an object is marked and not queued")) return true;
    lt_biased_enqueue(biased_of(self()), (local >> LT_BIASED_OWNER_SHIFT) & LT_BIASED_OWNERS, o);
    return true;
}

/* o died here. It is finalized here, or queued to its former owner for that. */
static void died(lt_object *o)
{
    uint32_t local = lt_load32(&o->count.half.local, LT_RELAXED);
    uint32_t owner = LT_LIKELY(!local) || LT_FAULT("biased/not-sent-home", "whoever drops it last finalizes an owner's object")
        ? 0 : (local >> LT_BIASED_OWNER_SHIFT) & LT_BIASED_OWNERS;
    if (owner && owner != self()->index) lt_biased_enqueue(biased_of(self()), owner, o);
    else lt_kill_leaf(self(), o);
}

/* This thread took the last reference off a merged count, or made an unmerged one negative. `before` is what was there. */
static void dropped(lt_object *o, uint32_t before)
{
    if (!(before & LT_BIASED_MERGED)) (void)queue_to_owner(o, 0, false);
    else if (try_die(o)) died(o);
}

/* Immortal, for good; above a dead half's flags is a link. */
static bool rests(uint32_t shared)
{
    return shared - (LT_BIASED_MIDDLE - LT_BIASED_SLACK) <= 2 * LT_BIASED_SLACK && !(shared & LT_BIASED_DEAD);
}

/* An immortal object is not counted any more, so it must not become mortal again, by a step of a thread that found it mortal
 * just before: whoever relies on it, or says so, moves it to the middle of the range first. */
bool lt_biased_rests(lt_object *o)
{
    uint32_t shared = lt_load32(&o->count.half.shared, LT_RELAXED);
    do {
        if (rests(shared)) return true;
        if (!immortal(shared) || shared & LT_BIASED_DEAD) return false; /* no longer, or never */
    } while (!lt_cas32(&o->count.half.shared, &shared, LT_BIASED_MIDDLE | (shared & 15u), LT_RELAXED, LT_RELAXED));
    return true;
}

/* The shared half of an object that is counted; false if it rests, and is not. */
static bool counted(lt_object *o, uint32_t *shared)
{
    do {
        if (lt_biased_rests(o)) return false;
        *shared = lt_load32(&o->count.half.shared, LT_RELAXED);
    } while (immortal(*shared));
    return true;
}

/* The owner's count is full: half of it moves to the other half of the word. And one more. */
static void overflow(lt_object *o)
{
    uint32_t half = (LT_BIASED_LOCAL_MAX + 1) / 2;
    if (!lt_biased_rests(o)) lt_add32(&o->count.half.shared, half * LT_BIASED_ONE, LT_RELAXED);
    if (LT_FAULT("biased/overflow-off-by-one", "the retain that halves a full count does not count")) half++;
    lt_store32(&o->count.half.local, lt_load32(&o->count.half.local, LT_RELAXED) - half + 1, LT_RELAXED);
}

/* The local count, if this thread is the owner; else at least 2^16. */
static uint32_t mine(const lt_object *o)
{
    return lt_load32(&o->count.half.local, LT_RELAXED) - (lt_biased_one - 1);
}

/* Where there is no owner to tell, nothing has to be. */
static bool is_touched(uint32_t shared) { return shared & (LT_BIASED_PUBLISHED | LT_BIASED_MERGED) && !immortal(shared); }

static __attribute__((noinline)) bool touch_slow(lt_object *o)
{
    if (lt_biased_rests(o)) return false;
    lt_or32(&o->count.half.shared, LT_BIASED_PUBLISHED, LT_RELAXED);
    return true;
}

/* Another thread may count in the shared half of an object that does not rest. The owner must be able to tell that it did. */
static bool touch(lt_object *o)
{
    uint32_t shared = lt_load32(&o->count.half.shared, LT_RELAXED);
    return LT_LIKELY(is_touched(shared)) || touch_slow(o);
}

/* ---- objects that many threads count ---- */

/* o is published. It may have died since, as in dropped(). */
static void hint(lt_object *o)
{
    if (is_owners(o)) return;
    lt_or8(&o->mark, LT_MARK_SHARED, LT_RELAXED);
    (void)queue_to_owner(o, 0, true);
    lt_biased_hurry(biased_of(self()));
}

void lt_biased_share_raw(lt_object *o)
{
    if (!is_owners(o) && touch_slow(o)) hint(o);
}

/* Others were at o when this thread was. */
static __attribute__((noinline)) void contended(lt_object *o)
{
    if (lt_biased_contended(&biased_of(self())->shares, o)) hint(o);
}

static bool is_shared(const lt_object *o) { return (lt_load8(&o->mark, LT_RELAXED) & LT_MARK_SHARED) != 0; }

/* Where this thread keeps references to o, which is shared. NULL: nowhere. What a cascade takes and drops is not kept, so that
 * what dies of it dies in the same cascade, and who waits for that has waited for all. */
static struct lt_biased_place *shared_place(lt_object *o)
{
    if (!(lt_load32(&o->count.half.shared, LT_RELAXED) & LT_BIASED_MERGED)) return NULL; /* not yet */
    struct lt_record *r = self();
    return r->cascading || r->reclaiming ? NULL : lt_biased_place_for(&biased_of(r)->shares, o);
}

static struct lt_biased_place *place_for(lt_object *o) { return LT_LIKELY(!is_shared(o)) ? NULL : shared_place(o); }

static bool take_kept(struct lt_biased_place *p)
{
    if (!p || !p->count) return false;
    if (!LT_FAULT("biased/share-taken-twice", "a reference kept to a shared object is taken and still there")) p->count--;
    return true;
}

/* So many references are taken at once by who needs one; and what is left of them when it has that. */
static uint32_t at_once(const struct lt_biased_place *p) { return p ? LT_BIASED_AT_ONCE : 1; }
static void keep_rest(struct lt_biased_place *p)
{
    if (p) p->count = LT_BIASED_AT_ONCE - 1 + LT_FAULT("biased/share-uncounted", "one reference more is kept than was counted");
}

/* Of a merged object: ends n references, which are not the caller's. True: it was the last, and o is dead. */
static bool give_back(lt_object *o, uint32_t n)
{
    if (!touch(o)) return false;
    /* Release as in release_foreign. */
    lt_sub32(&o->count.half.shared, n * LT_BIASED_ONE, LT_WEAKEN("biased/give-back-relaxed", LT_RELEASE));
    lt_point("biased: given back, not looked at");
    return try_die(o);
}

/* By its thread; or locked, in its place. What dies of it is left to the next cascade. */
static void give_back_all(struct biased_record *r)
{
    if (!r->shares.used || LT_FAULT("biased/share-forgotten", "kept references to shared objects are never given back")) return;
    r->shares.used = false;
    for (int i = 0; i < LT_BIASED_PLACES; i++) {
        struct lt_biased_place p = r->shares.place[i];
        r->shares.place[i] = (struct lt_biased_place){0};
        if (p.count && give_back(p.object, p.count)) lt_doom(&r->base, p.object);
    }
}

/* Gives up n references to the shared o by keeping them, or most of them. False: there is no place. */
static __attribute__((noinline)) bool kept(lt_object *o, uint32_t n)
{
    struct lt_biased_place *p = shared_place(o);
    if (!p) return false;
    p->count += n;
    if (LT_LIKELY(p->count < 2 * LT_BIASED_AT_ONCE)) return true;
    n = p->count - LT_BIASED_AT_ONCE;
    p->count = LT_BIASED_AT_ONCE;
    (void)give_back(o, n); /* not the last */
    return true;
}

static __attribute__((noinline)) void retain_shared(lt_object *o)
{
    struct lt_biased_place *p = shared_place(o);
    if (take_kept(p) || !touch(o)) return;
    lt_add32(&o->count.half.shared, at_once(p) * LT_BIASED_ONE, LT_RELAXED); /* as below */
    keep_rest(p);
}

/* `shared`, where the caller gives up a reference, and may find that it is the only one: acquire pairs with the releases of those
 * who had the others, whose writes the finalizer would miss. */
static uint32_t load_sole(const lt_object *o)
{
    return lt_load32(&o->count.half.shared, LT_WEAKEN("biased/ownerless-relaxed", LT_ACQUIRE));
}

void lt_biased_retain_slow(lt_object *o)
{
    uint32_t shared = lt_load32(&o->count.half.shared, LT_RELAXED);
    if (rests(shared)) return; /* first: runtimes have many that all threads count */
    /* Not even of what is counted once: that may be what a parent has, by which several threads found it. */
    bool alone = shared == LT_BIASED_OWNERLESS && LT_FAULT("biased/retain-alone", "who finds one reference counted takes it for his own");
    if (alone) lt_store32(&o->count.half.shared, shared + LT_BIASED_ONE, LT_RELAXED);
    else if (LT_UNLIKELY(mine(o) == LT_BIASED_LOCAL_MAX)) overflow(o);
    else if (LT_UNLIKELY(is_shared(o))) retain_shared(o);
    else if (touch(o)) lt_add32(&o->count.half.shared, LT_BIASED_ONE, LT_RELAXED); /* what the caller has keeps o alive */
}

enum { WORTH = 3 /* releases that wrote nothing shared */, MOST_CAUTION = 32 };

static uint32_t caution_after(const struct lt_biased_spare *was)
{
    if (was->served >= WORTH) return 0;
    if (!was->caution) return 1;
    return was->caution < MOST_CAUTION ? 2 * was->caution : MOST_CAUTION;
}

static void flush_spare(void)
{
    struct lt_biased_spare was = lt_biased_spare;
    if (!was.object || LT_FAULT("biased/spare-forgotten", "kept references are never given back")) return;
    lt_biased_spare = (struct lt_biased_spare){.caution = caution_after(&was)};
    lt_biased_spare.wait = lt_biased_spare.caution;
    if (was.count) lt_biased_release_n_raw(was.object, (uint32_t)was.count);
}

/* The second release of o running: o may be one that many threads count all the time. This reference is kept, if client code
 * called from a safepoint is not what releases it: then it would not be given back by that. */
static __attribute__((noinline)) bool keep_spare(lt_object *o)
{
    struct lt_record *r = self();
    if (r->cascading || r->reclaiming) return false;
    if (lt_biased_spare.wait) {
        lt_biased_spare.wait--;
        return false;
    }
    if (!LT_FAULT("biased/spare-replaced", "references to another object are kept instead, and these forgotten")) flush_spare();
    lt_biased_spare.object = o;
    lt_biased_spare.count = 1;
    bool asked = lt_load64(&r->hot.attention, LT_RELAXED) & LT_ASK_SERVICE;
    if (!asked && !LT_FAULT("biased/spare-unserved", "nobody sees to it that kept references are given back")) lt_ask(r);
    return true;
}

/* Another thread than the owner has a reference to o. Is it the only one? */
static bool is_sole(const lt_object *o)
{
    /* Acquire pairs with the owner's release store: what the owner did to o happened before, and `shared` is read no older. */
    uint32_t local = lt_load32(&o->count.half.local, LT_WEAKEN("biased/sole-relaxed", LT_ACQUIRE));
    lt_point("biased: counted once, the other half not read");
    if (LT_FAULT("biased/sole-touched", "what other threads count is taken for handed over")) return (local & LT_BIASED_LOCAL_MAX) == 1;
    return (local & (LT_BIASED_FORMER | LT_BIASED_LOCAL_MAX)) == 1 && lt_load32(&o->count.half.shared, LT_RELAXED) == 0 && !is_owners(o);
}

static __attribute__((noinline)) void release_foreign(lt_object *o)
{
    uint32_t seen = load_sole(o);
    if (seen == LT_BIASED_OWNERLESS || (seen == 0 && is_sole(o))) {
        end_unknown(o);
        return;
    }
    if (LT_UNLIKELY(!is_touched(seen)) && !touch_slow(o)) return;
    if (seen == (LT_BIASED_OWNERLESS | LT_BIASED_PUBLISHED) && die(o, &seen)) { /* the last, and in one step */
        died(o);
        return;
    }
    if (o == lt_biased_spare.last && keep_spare(o)) return;
    lt_biased_spare.last = o;
    if (LT_UNLIKELY(is_shared(o)) && kept(o, 1)) return;
    if ((int32_t)seen < (int32_t)LT_BIASED_ONE && queue_to_owner(o, 1, false)) return; /* the last of the shared half, likely */
    /* Release pairs with the acquire in die and join: the finalizer sees what we wrote before. */
    uint32_t before = lt_sub32(&o->count.half.shared, LT_BIASED_ONE, LT_WEAKEN("biased/drop-relaxed", LT_RELEASE));
    /* A merged count became zero, or an unmerged one negative? */
    int32_t least = (int32_t)(LT_BIASED_ONE + (before & LT_BIASED_MERGED) * LT_BIASED_ONE);
    if (LT_UNLIKELY((int32_t)before < least)) dropped(o, before);
    else if (LT_UNLIKELY(before != seen) && before & LT_BIASED_PUBLISHED) contended(o); /* else it may have been freed */
}

void lt_biased_release_slow(lt_object *o)
{
    if (LT_LIKELY(mine(o) == 1)) last(o);
    else if (!rests(lt_load32(&o->count.half.shared, LT_RELAXED))) release_foreign(o);
}

bool lt_biased_try_foreign(lt_object *o)
{
    if (rests(lt_load32(&o->count.half.shared, LT_RELAXED))) return true;
    if (LT_UNLIKELY(mine(o) == LT_BIASED_LOCAL_MAX)) {
        overflow(o);
        return true;
    }
    struct lt_biased_place *p = place_for(o);
    if (take_kept(p)) return true;
    lt_point("biased: found in a slot, not retained");
    uint32_t shared = lt_load32(&o->count.half.shared, LT_RELAXED), touched = LT_BIASED_PUBLISHED; /* as in touch() */
    if (LT_FAULT("biased/try-untouched", "who tries to retain leaves no sign that another thread counted")) touched = 0;
    for (;;) {
        if (shared & LT_BIASED_DEAD && !LT_FAULT("biased/resurrection", "a reference is taken to a dead object")) return false;
        if (immortal(shared)) {
            if (lt_biased_rests(o)) return true;
            shared = lt_load32(&o->count.half.shared, LT_RELAXED);
            /* Acquire: see what earlier owners wrote, as with a reference that was passed on. */
        } else if (lt_cas32(&o->count.half.shared, &shared, (shared | touched) + at_once(p) * LT_BIASED_ONE,
                            LT_WEAKEN("biased/try-relaxed", LT_ACQUIRE), LT_RELAXED)) {
            keep_rest(p);
            return true;
        }
    }
}

/* ---- the rest ---- */

/* Is o, which is the thread's, better off without an owner? What is finalized on its owner keeps it. */
static bool is_revoked(const lt_object *o, bool made)
{
    struct lt_record *r = self();
    struct lt_biased_type *e = lt_biased_type_of(&biased_of(r)->types, lt_object_type(o));
    uint64_t most = lt_setting_of(r->domain, LT_REVOKE_AT);
    if (e->type != lt_object_type(o) || is_owners(o)) return false;
    if (made) return lt_biased_revoked(&e->made, most);
    return !lt_biased_too_much(&e->made, most) && lt_biased_revoked(&e->published, most); /* else this is one that is tried */
}

void lt_biased_birth_slow(lt_object *o)
{
    if (!is_revoked(o, true)) return;
    if (lt_biased_spare.last == o) lt_biased_spare.last = NULL; /* that was another one */
    o->count.half.local.raw = 0;
    o->count.half.shared.raw = LT_BIASED_OWNERLESS;
}

/* The owner, which has so many references, gives its half up as it publishes o. */
static void publish_ownerless(lt_object *o, uint32_t count)
{
    lt_or32(&o->count.half.shared, LT_BIASED_PUBLISHED, LT_RELAXED);
    if (LT_FAULT("biased/revoke-forgets", "who publishes without an owner counts one reference")) count = 1;
    lt_store32(&o->count.half.local, 0, LT_RELAXED);
    lt_point("biased: no owner, not merged");
    /* QUEUED, if another thread set it meanwhile, is for the queue to take away. Relaxed: o does not die before the slot lets go
     * of it, and what the slot's exchange releases includes all this. */
    lt_add32(&o->count.half.shared, count * LT_BIASED_ONE + LT_BIASED_MERGED, LT_RELAXED);
}

/* The caller's reference is the only one: nobody else changes the word. */
static void publish_alone(lt_object *o, bool ownerless)
{
    if (ownerless) lt_store32(&o->count.half.local, 0, LT_RELAXED);
    lt_store32(&o->count.half.shared, LT_BIASED_PUBLISHED | (ownerless ? LT_BIASED_OWNERLESS : 0), LT_RELAXED);
}

void lt_biased_publish_slow(lt_object *o)
{
    uint32_t count = mine(o), shared = load_sole(o);
    if (LT_FAULT("biased/publish-missed", "what is stored in a slot is not marked as published")) return;
    bool own = shared == 0 && count <= LT_BIASED_LOCAL_MAX;
    bool revoked = own && LT_UNLIKELY(biased_of(self())->types.any) && is_revoked(o, false);
    if (shared == LT_BIASED_OWNERLESS || (own && count == 1)) publish_alone(o, revoked || shared);
    else if (revoked) publish_ownerless(o, count);
    else lt_or32(&o->count.half.shared, LT_BIASED_PUBLISHED, LT_RELAXED); /* the slot's exchange makes it visible */
}

void lt_biased_immortalize_raw(lt_object *o)
{
    uint32_t shared = lt_load32(&o->count.half.shared, LT_RELAXED);
    uint32_t flags = LT_FAULT("biased/immortal-unqueued", "immortality forgets that the object is queued") ? 0 : 15u;
    while (!lt_cas32(&o->count.half.shared, &shared, LT_BIASED_MIDDLE | (shared & flags), LT_RELAXED, LT_RELAXED)) {}
}

void lt_biased_retain_n_raw(lt_object *o, uint32_t n)
{
    if (n < 16) {
        while (n--) lt_biased_retain_raw(o);
        return;
    }
    uint32_t shared, room = LT_BIASED_SATURATED / LT_BIASED_ONE;
    do {
        if (!counted(o, &shared)) return;
        bool full = n >= room || count_of(shared) + (int32_t)n >= (int32_t)room;
        if (full && !LT_FAULT("biased/saturation-missed", "a full count grows on")) {
            lt_biased_immortalize_raw(o);
            return;
        }
    } while (!lt_cas32(&o->count.half.shared, &shared, shared + n * LT_BIASED_ONE, LT_RELAXED, LT_RELAXED));
}

/* Another thread than the owner gives back n references and keeps one. */
static void release_most(lt_object *o, uint32_t n)
{
    if (!touch(o)) return;
    uint32_t shared;
    do {
        if (!counted(o, &shared)) return;
    } while (!lt_cas32(&o->count.half.shared, &shared, shared - n * LT_BIASED_ONE, LT_RELEASE, LT_RELAXED));
}

void lt_biased_release_n_raw(lt_object *o, uint32_t n)
{
    if (lt_biased_rests(o) || (is_shared(o) && kept(o, n))) return;
    while (n > 1) {
        uint32_t own = mine(o), part = n - 1;
        if (own == 1) {
            last(o);
            part = 1;
        } else if (own <= LT_BIASED_LOCAL_MAX) {
            if (part > own - 1) part = own - 1;
            lt_store32(&o->count.half.local, lt_biased_one - 1 + own - part, LT_RELEASE); /* as in lt_biased_release_raw */
        } else {
            release_most(o, part);
        }
        n -= part;
    }
    lt_biased_release_raw(o);
}

bool lt_biased_is_unique_raw(const lt_object *o)
{
    /* Once published, a thread that loaded the slot long ago may still come and retain it. Acquire pairs with the releases
     * of those who had a reference. */
    uint32_t shared = lt_load32(&o->count.half.shared, LT_WEAKEN("biased/unique-relaxed", LT_ACQUIRE));
    uint32_t local = lt_load32(&o->count.half.local, LT_RELAXED);
    return (shared == 0 && local == lt_biased_one) || shared == (LT_BIASED_MERGED | LT_BIASED_ONE);
}

/* ---- hooks ---- */

/* By the owner, or locked for it. */
static void drain(struct lt_record *by, struct lt_record *owner)
{
    struct lt_biased_batch *batch = lt_biased_take(biased_of(owner));
    while (batch) {
        struct lt_biased_batch *next = batch->next;
        for (unsigned i = 0; i < batch->used; i++) merge(by, owner, batch->object[i]);
        lt_biased_recycle(biased_of(by), batch);
        batch = next;
    }
    lt_object *posted = lt_biased_take_posted(biased_of(owner));
    if (posted) merge(by, owner, posted);
    if (by == owner) lt_chain_splice(&by->dead, &lt_biased_domain.hooks.links, &biased_of(by)->kept);
}

void lt_biased_drain_own(struct biased_record *r) { drain(&r->base, &r->base); }

static void service(struct lt_record *r)
{
    flush_spare();
    lt_biased_flush(biased_of(r));
    drain(r, r);
    lt_biased_wary = biased_of(r)->types.wary;
}

static void relieve(struct lt_record *r) { drain(r, r); }
static void assist(struct lt_record *helper, struct lt_record *r) { drain(helper, r); }
static bool waiting(const struct lt_record *r) { return lt_biased_waiting((const struct biased_record *)r); }

static void hand_over(struct lt_record *r)
{
    if (!LT_FAULT("biased/share-at-exit", "who leaves keeps references to shared objects")) give_back_all(biased_of(r));
    lt_biased_flush_locked(biased_of(r));
}

/* At each epoch that its thread announces, and whenever it looks for something to do. */
static void collect(struct lt_record *r)
{
    give_back_all(biased_of(r));
    lt_biased_wary = biased_of(r)->types.wary;
    lt_cascade(r);
}

static void attach(struct lt_record *r)
{
    lt_biased_enlist(biased_of(r));
    lt_biased_one = key_of(r) | 1;
    lt_biased_wary = biased_of(r)->types.wary;
    lt_biased_spare = (struct lt_biased_spare){0};
    if (LT_FAULT("biased/heir-forgets", "a thread that gets a record drops the queue that comes with it"))
        (void)lt_biased_take(biased_of(r));
    if (waiting(r)) lt_ask(r);
}

/* What dies of a cascade may be another thread's to merge, and so on along a chain. If that thread is away, go on. */
static bool exhausted(struct lt_record *r)
{
    struct biased_record *me = biased_of(r);
    if (!me->open || !lt_absent(&me->open_for->base)) return false;
    lt_biased_flush(me);
    return lt_has_dead(r);
}

/* Most dead objects' edges are the only references to what their thread owns. */
static void drop_edge(struct lt_record *r, lt_object *o)
{
    (void)r;
    if (LT_LIKELY(mine(o) == 1)) last(o);
    else lt_biased_release_raw(o);
}

static void leave_kept(struct lt_record *r)
{
    lt_chain_splice(&r->domain->orphan_dead, &r->domain->hooks.links, &biased_of(r)->kept);
}

static void detach(struct lt_record *r)
{
    leave_kept(r);
    lt_biased_one = LT_BIASED_NOBODY;
    lt_biased_wary = 0;
}

/* Or former owner. NULL: it was left behind by a fork. */
static const struct lt_record *owner_of(const struct lt_domain *d, const lt_object *o)
{
    uint32_t index = lt_load32(&o->count.half.local, LT_RELAXED) >> LT_BIASED_OWNER_SHIFT & LT_BIASED_OWNERS;
    const struct lt_record *r = d->records;
    while (r && r->index != index) r = r->next;
    return r;
}

/* All queues are merged: what is in one still is there by a fork, for ever. */
static uint64_t count(const struct lt_record *r, const lt_object *o)
{
    uint32_t shared = lt_load32(&o->count.half.shared, LT_RELAXED), local = lt_load32(&o->count.half.local, LT_RELAXED);
    if (shared & LT_BIASED_DEAD) return 0;
    if (immortal(shared) || shared & LT_BIASED_QUEUED) return LT_COUNT_HELD;
    if (local && is_owners(o)) {
        const struct lt_record *owner = owner_of(r->domain, o);
        if (owner && owner != r && owner->live) return LT_COUNT_HELD; /* a collection by that thread finds it */
    }
    int64_t n = (int64_t)(local & LT_BIASED_LOCAL_MAX) + count_of(shared);
    return n > 0 ? (uint64_t)n : 0;
}

/* As join(), by plain moves: its owner is stopped, too. */
static void claim_merged(lt_object *o)
{
    uint32_t shared = lt_load32(&o->count.half.shared, LT_RELAXED), local = lt_load32(&o->count.half.local, LT_RELAXED);
    uint32_t more = (local & LT_BIASED_LOCAL_MAX) + 1;
    lt_store32(&o->count.half.local, 0, LT_RELAXED);
    lt_store32(&o->count.half.shared, (shared + more * LT_BIASED_ONE) | LT_BIASED_MERGED, LT_RELAXED);
}

/* In the child of a fork. What a vanished owner held stays counted in `local`, so its objects are merged but do not die. One
 * that it was merging is in no queue any more, keeps QUEUED and never dies: of that, the local count may be lost. */
static void forked(struct lt_domain *d, enum lt_fork step)
{
    if (step != LT_FORK_CHILD) return;
    for (struct lt_record *r = d->records; r; r = r->next) {
        if (!LT_FAULT("biased/recount-missed", "a child believes how much vanished threads said was waiting"))
            lt_biased_recount(biased_of(r));
        if (!r->live || &r->hot == lt_biased_self) continue;
        if (r->lost) lt_biased_forget(biased_of(r));
        else leave_kept(r);
    }
}

lt_domain lt_biased_domain = {
    LT_DOMAIN,
    .record_size = sizeof(struct biased_record),
    .max_records = LT_BIASED_OWNERS,
    .traits = {.threads = true, .reclaims = true, .owed_borrow = true, .counted_borrow = true, .grace = true, .unique = true,
               .reuse = true},
    .hooks = {
        .attach = attach,
        .detach = detach,
        .service = service,
        .assist = assist,
        .relieve = relieve,
        .waiting = waiting,
        .hand_over = hand_over,
        .exhausted = exhausted,
        .collect = collect,
        .count = count,
        .edge = edge,
        .claim = claim_merged,
        .drop = drop_edge,
        .drop_slot = drop_slot,
        .dispose = dispose,
        .ripen = lt_object_ripe,
        .settle = settle,
        .let_go_now = lt_retire,
        .fork = forked,
        .links = {dead_next, dead_link},
    },
};
