/* scanned.h: counts that are exact at once, and what died waits in lists of the thread that made it so, until a scan finds
 * that nobody reads it. For the .c files of strategies that decide so themselves (`hazard`, `interval`); in the place of
 * strategy.h. It includes the strategy's header, which includes strategy/scanned.h, and adds LT_SCANNED_HOOKS. The strategy
 * has a struct record that begins with a struct scanned, and defines what is declared below.
 *
 * The clock. LT_T(era) is a number that scans make larger. Whoever lets go of an object, a slot or an owner, stamps it with
 * the era (strategy/stamped.h), in the same step as the count. A thread's era may be old by any number of eras when it
 * stamps; but it reads the era after the word that it replaces, so a stamp never goes back; and after the slot has let go,
 * so that an era that was there before some heavy barrier is in no stamp of what a slot lets go of after it.
 *
 * Stamps are the era modulo 2^12, and eras pass fast: so they are believed for FRESH eras only, and one that may be so new
 * is taken for new.
 *
 * What hangs. A retired object keeps what it leads to alive, and that is no retirement: of a queue that all passes through, the
 * first node is retired, and every later one hangs from the one before. So a thread also scans when it has made slots let go
 * of LT_SCANNED_DROPS references since its last scan, and, once for as many such turns as there are threads, has all others
 * scan: those inside at their next safepoint; those outside give their lists up. What hangs from the list of a thread that
 * is stopped inside waits for that thread.
 *
 * An object without a stamp that is released by its only owner was in no slot, ever: if it has no edges it dies at once. */
#ifndef LT_LIB_SCANNED_H
#define LT_LIB_SCANNED_H

#define LT_DEAD_TAG LT_STAMPED_DEAD
#include "strategy.h"

enum {
    BATCH = 1024, /* retired objects between scans of a list */
    FRESH = 1024  /* eras */
};

lt_atomic64 LT_T(era) = {1};
lt_atomic64 LT_T(fences);
LT_TLS uint32_t LT_T(drops);

struct scanned {
    struct lt_record record;
    struct lt_chain retired;
    uint64_t left, bytes; /* of those: what the last scan had to leave; retired since it */
    uint64_t passed_over; /* by the last scan: left by threads that exited, for lt_barrier */
    uint64_t era;         /* of the last scan; 0: what it found is not for cascades */
    uint64_t answered;    /* the last of `calls` */
};

static struct scanned *scanned_of(struct lt_record *r) { return (struct scanned *)r; }

/* By the record's thread, inside a section, nothing locked: what nobody reads dies. */
static void scan(struct lt_record *);
/* When the last scan looked, could somebody have been reading what is so many eras older than it? */
static bool was_read(struct lt_record *, const lt_object *, uint64_t word, uint64_t age);
/* Locked. What scans kept elsewhere than in `retired`: the domain takes it; the record does; nobody does. */
static void give_kept(struct lt_record *);
static void take_kept(struct lt_record *);
static void forget_kept(struct lt_record *);
static const struct lt_links retired_links;

static struct lt_chain left_over;    /* retired by threads that exited, or are seized; under the domain's lock */
static lt_atomic64 left_over_length; /* a hint for those who have not got it */
static uint64_t turns;               /* of drop_many, of all threads; under the domain's lock */
static lt_atomic64 calls;            /* for all threads to scan */

/* 0 is no stamp; and now(). */
static inline uint64_t era_after(uint64_t era) { return era + ((era + 2) % LT_STAMP_MODULUS ? 1 : 3); }

static void look_through(struct lt_record *r)
{
    LT_T(drops) = 0;
    if (!LT_FAULT("hazard/unscanned", "a full list is not scanned")) scan(r);
}

static void retire(struct lt_record *r, lt_object *o)
{
    struct scanned *h = scanned_of(r);
    uint64_t bytes = lt_object_size(o);
    LT_PROBE3(retire, r->domain->name, o, bytes);
    lt_chain_push(&h->retired, &retired_links, o);
    h->bytes += bytes;
    lt_count(r, LT_RETIRED, 1);
    lt_count(r, LT_RETIRED_BYTES, bytes);
    uint64_t others = lt_load64(&left_over_length, LT_RELAXED), more = h->retired.length - h->left;
    if (others > h->passed_over) more += others - h->passed_over;
    bool full = more >= BATCH || h->bytes >= lt_setting_of(r->domain, LT_PENDING_BYTES);
    if (full) look_through(r);
}

/* ---- counts ---- */

void LT_T(die_raw)(lt_object *o)
{
    /* Acquire pairs with every release decrement: the count's release sequence ends in the zero read here. */
    (void)lt_load64(&o->count.whole, LT_WEAKEN("hazard/die-relaxed", LT_ACQUIRE));
    lt_note_death(o);
    lt_point("scanned: zero, not retired");
    if (LT_FAULT("hazard/unretired", "a count of zero kills at once")) lt_kill(self(), o);
    else retire(self(), o);
}

/* After the store by which a slot let go. Were the two reordered, the stamp could be older than a scan that missed who
 * borrowed from the slot till then: so where scans cannot fence us from afar, we do. */
static uint64_t era_now(void)
{
    if (LT_UNLIKELY(lt_load64(&LT_T(fences), LT_RELAXED))) lt_full_fence();
    return lt_load64(&LT_T(era), LT_RELAXED);
}

static void let_go(lt_object *o, uint64_t word, uint32_t n)
{
    do lt_point("scanned: about to stamp");
    /* Release as in release_n_raw; acquire: the era after the word. */
    while (!lt_cas64(&o->count.whole, &word, ((word & ~LT_STAMP) | (era_now() << LT_STAMP_SHIFT & LT_STAMP)) - n,
                     LT_WEAKEN("hazard/release-relaxed", LT_ACQ_REL), LT_ACQUIRE));
    if (lt_stamped_is_last(word, n)) LT_T(die_raw)(o);
}

void LT_T(drop_first)(lt_object *o) { let_go(o, lt_load64(&o->count.whole, LT_ACQUIRE), 1); }

void LT_T(release_stamping)(lt_object *o, uint32_t n)
{
    uint64_t word = lt_load64(&o->count.whole, LT_ACQUIRE);
    bool only = (word & ~LT_STAMPED_BIRTH) == n;
    if (LT_FAULT("hazard/only-believed", "an only owner is believed to have been so always"))
        only = (word & LT_STAMPED_COUNT) == n;
    if (only && n && !lt_object_type(o)->trace && !lt_object_is_weak(o)) {
        lt_kill_leaf(self(), o);
    } else {
        let_go(o, word, n);
    }
}

/* Locked. One turn of so many as there are threads: so nobody scans more often for others than for itself. */
static void call_others(struct lt_record *self)
{
    struct lt_domain *d = self->domain;
    if (++turns % d->records_live) return;
    lt_seize_all(d, self); /* who is outside gives up what it has waiting */
    lt_store64(&calls, lt_load64(&calls, LT_RELAXED) + 1, LT_RELAXED); /* lt_ask orders it */
    for (struct lt_record *r = d->records; r; r = r->next)
        if (r->live && r != self) lt_ask(r);
}

void LT_T(drop_many)(void)
{
    struct lt_record *r = self();
    LT_T(drops) = 0;
    if (LT_FAULT("hazard/drops-ignored", "nothing is scanned before a list is full")) return;
    lt_mutex_lock(&r->domain->lock);
    call_others(r);
    lt_mutex_unlock(&r->domain->lock);
    lt_adopt(r);
    if (!r->domain->hooks.is_idle(r)) look_through(r);
}

/* At a safepoint: what hangs from what this thread retired may be all that others drop. */
static void answer(struct lt_record *r)
{
    uint64_t call = lt_load64(&calls, LT_RELAXED);
    if (scanned_of(r)->answered == call || LT_FAULT("hazard/calls-ignored", "a thread scans for itself alone")) return;
    scanned_of(r)->answered = call;
    if (!r->domain->hooks.is_idle(r)) look_through(r);
}

/* Is it so old as to be before the last scan; and if so, how old? */
static bool is_old(const struct scanned *h, uint64_t word, uint64_t *age)
{
    *age = lt_stamp_age(lt_stamp_of(word), h->era);
    if (!h->era || lt_load64(&LT_T(era), LT_RELAXED) - h->era >= FRESH) return false;
    return (*age > 0 && *age < LT_STAMP_MODULUS - FRESH) || LT_FAULT("hazard/stamp-believed", "a new stamp is taken for an old one");
}

/* The edge of an object that is dead: is it the end of o, too? */
static bool end_edge(struct lt_record *r, lt_object *o)
{
    /* Acquire pairs with every release decrement. Nobody else could come by a reference, so the word needs no change; but where
     * there are weak ones, they decide on the word. */
    uint64_t word = lt_load64(&o->count.whole, LT_WEAKEN("hazard/sole-relaxed", LT_ACQUIRE)), age;
    bool over = lt_stamped_is_last(word, 1) && is_old(scanned_of(r), word, &age) &&
        (!was_read(r, o, word, age) || LT_FAULT("hazard/cascade-blind", "a cascade does not look at what the scan found"));
    lt_point("scanned: an edge is the last, a weak reference may yet be taken");
    if (over && (!lt_object_is_weak(o) || lt_cas64(&o->count.whole, &word, word - 1, LT_ACQ_REL, LT_RELAXED) ||
                 LT_FAULT("hazard/weak-edge", "a dead parent's edge ends an object that a weak reference has just led to")))
        return true;
    LT_T(drop_raw)(o);
    return false;
}

static void drop_edge(struct lt_record *r, lt_object *o)
{
    if (end_edge(r, o)) lt_kill(r, o);
}

static void drop_edge_slot(struct lt_record *r, lt_slot *slot)
{
    lt_object *o = lt_shared_swap(slot, NULL);
    lt_note_unlinked(r, o);
    if (o) drop_edge(r, o);
}

static uint64_t count(const struct lt_record *r, const lt_object *o)
{
    (void)r;
    uint64_t word = lt_load64(&o->count.whole, LT_RELAXED);
    if (word & LT_STAMPED_DEAD) return 0;
    return word & LT_STAMPED_IMMORTAL ? LT_COUNT_HELD : word & LT_STAMPED_COUNT;
}

/* ---- threads ---- */

/* The same by all. */
static void find_fences(void)
{
    lt_store64(&LT_T(fences), lt_fences_needed() ? LT_STAMP_MODULUS - 1 : 0, LT_RELAXED);
}

/* A thread comes: nothing of what it was before counts. */
static void begin(struct lt_record *r)
{
    LT_T(drops) = 0;
    scanned_of(r)->era = 0;
    scanned_of(r)->answered = lt_load64(&calls, LT_RELAXED);
    find_fences();
}

static void hand_over(struct lt_record *r)
{
    struct scanned *h = scanned_of(r);
    give_kept(r);
    if (!LT_FAULT("hazard/left-over-lost", "what a thread that exits has retired is forgotten"))
        lt_chain_splice(&left_over, &retired_links, &h->retired);
    lt_store64(&left_over_length, left_over.length, LT_RELAXED);
    h->retired = (struct lt_chain){0};
    h->left = h->bytes = h->passed_over = 0;
}

static void take_over(struct lt_record *r)
{
    struct scanned *h = scanned_of(r);
    lt_chain_splice(&h->retired, &retired_links, &left_over);
    take_kept(r);
    lt_store64(&left_over_length, 0, LT_RELAXED);
    h->era = 0; /* what is dead by another's scan is no case of claim 3 for ours */
}

static void forked(struct lt_domain *d, enum lt_fork step)
{
    if (step != LT_FORK_CHILD) return;
    if (LT_T(self)) find_fences(); /* membarrier may be lost */
    for (struct lt_record *r = d->records; r; r = r->next)
        if (r->lost) { /* its list may be half changed */
            scanned_of(r)->retired = (struct lt_chain){0};
            scanned_of(r)->left = scanned_of(r)->bytes = 0;
            forget_kept(r);
        }
}

#define LT_SCANNED_HOOKS \
    .hand_over = hand_over, \
    .take_over = take_over, \
    .ripen = lt_doom, \
    .drop = drop_edge, \
    .drop_slot = drop_edge_slot, \
    .fork = forked, \
    .count = count, \
    .edge = edge, \
    .claim = claim, \
    .links = LT_WHOLE_LINKS

#endif
