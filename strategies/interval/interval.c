/* interval.c: counts that are exact at once; what died waits for those who were inside when a slot let go of it, and were
 * so late as to have seen it, and for nobody else.
 *
 * Interval-based reclamation (2GE-IBR: Wen, Izraelevitz, Cai, Beadle, Scott, PPoPP'18, section 3) under counted owners,
 * with two clocks in the place of one: the era, which every scan makes larger, and the generation, which grows only where
 * somebody holds things up.
 *
 *   b(o)       the generation in which o was born, in its word as long as it lives or waits
 *   g(o)       the era in which a slot or an owner let go of o last, modulo 2^12, in its word as long as it lives
 *   lower(T)   an era that T read at a safepoint, or at an end of its section, since when it has borrowed nothing
 *   upper(T)   a generation that T announced, and looked for after each load of a slot: so not less than b of all that it
 *              borrows
 *
 * Rule: o, let go of in era g, may be in use by T only if T is inside, lower(T) <= g + 1, and b(o) <= upper(T).
 *
 * Claim 1. If T borrows o by way of slot s, and s let go of o and stamped it with g before a scan's heavy barrier, then
 * that scan finds T inside, with lower(T) <= g + 1 and upper(T) >= b(o).
 *   Inside, and upper. T stored `inside` and upper(T), then loaded o from s (light barrier). Its load was before s let go
 *   of o in the slot's modification order, so the two stores were before the heavy barrier, and the scan reads them or
 *   newer ones. upper(T) >= b(o): o's creator read the generation b(o) before it published o; T found o, then read the
 *   generation, so not an older one, and this equals the upper(T) that was announced before the load. If T leaves or passes
 *   a safepoint meanwhile, the borrow is over, and the acquire load by which the scan sees it orders all that T read before.
 *   lower. Suppose that T read an era of g + 2 or more before the load. A scan makes the era e + 1 of the e that it read
 *   before its heavy barrier: so a heavy barrier lies between the store of g + 1 and the store of g + 2. The thread that
 *   let go read g after the slot had let go (lib/scanned.h), so before that barrier, or it had read g + 1: so the slot had
 *   let go before the barrier, before g + 2, which T read with acquire, before its load. Then the load did not find o.
 *
 * Claim 2. Nobody borrows what a scan kills. What is retired before the scan begins, at e, has g <= e, and b in its word.
 * Its limit is e + 1 at first: the latest lower of a thread that may use it, by the rule, or a later one. A scan looks
 * among all threads inside whose lower is at most the limit for those with upper >= b. If there is none, the object dies,
 * by claim 1. Otherwise the latest such lower is its limit from now on: whoever is later does not use it by what this scan
 * has found, and will not, as no slot holds it. So who comes later is never waited for, though the era of the retirement is
 * not kept.
 *
 * Cascades. A list of n nodes must not take n scans. Let y have died by the scan, or with its parent by this rule, and let
 * x's last reference be y's edge. If g(x) < e, the era before the scan's barrier, and the rule does not hold of x for any
 * thread as the scan found them, x dies with y. For let T borrow x, by a slot s:
 *   s let go of x otherwise: then g(x) is that era or a later one, and, being less than e, from before the barrier: claim 1.
 *   s is y's. T had borrowed y: then claim 1 and induction say that y would not be dead; if not by the scan's own finding,
 *   then as T could not have come to y after the barrier, for no slot that is not in the cascade held y. Or T owned y and
 *   released it: since the barrier, then g(y) >= e, and y would not have died here; before, then T's interval was as now
 *   (or the borrow is over), and lower(T) <= g(y), upper(T) >= b(y), as T read the generation after it had y, when it
 *   loaded x; and the scan has found that.
 * g(x) is taken for the latest era before e that it may be, so for a later one if it errs.
 *
 * Claim 3. What is pending is bounded. A list is looked through when BATCH more objects have been retired. A thread that
 * stops inside keeps what was born up to its upper(T). What is retired in a list and kept, and is of the present
 * generation, makes the next generation begin when there are STALLED of it: so a stopped thread keeps what was alive then,
 * and at most STALLED + BATCH of each list besides. A thread that goes on, inside one section and without a safepoint, for
 * ever borrowing what is new, keeps all: it must pass safepoints, which costs a comparison.
 *
 * Generations are never used twice, so that b has one meaning. There are 2^12. A generation lasts for 2^(generation / 64)
 * eras at least, so all of them for more than 2^64 eras. The price is that STALLED is to be read as so many retirements as
 * make that many eras, after more than 64 times that a thread was stopped so long; that is, at most a 32nd of all eras so far.
 *
 * Stamps and eras, and objects that were never shared: lib/scanned.h. */
#define LT_THIS interval
#include "lib/scanned.h"

enum {
    STALLED = 2 * BATCH,
    GROUPS = 64, /* of retired objects that a list tells apart */
    SEEN = 128,  /* threads inside that a scan tells apart */
    DOUBLING = LT_STAMPED_BIRTHS / 64
};

LT_TLS struct lt_interval *lt_interval_own;
lt_atomic64 lt_interval_generation;

/* What is retired and waits for the same: so it is looked at as one. */
struct group {
    uint64_t limit; /* who has a later lower does not matter */
    uint64_t birth; /* of the oldest */
    struct lt_chain chain;
};

struct groups {
    uint32_t n;
    struct group group[GROUPS];
};

struct record {
    struct scanned scanned;
    _Alignas(64) struct lt_interval interval;
    _Alignas(64) struct groups kept;
    uint32_t seen; /* of what the last scan found, latest first. Where several threads became one, `latest` is the latest's lower */
    struct { uint64_t lower, upper, latest; } section[SEEN];
};

static lt_atomic64 era_of_generation; /* in which it began */
static struct groups left_kept;       /* by threads that exited, or are seized; under the domain's lock */

static struct record *record_of(struct lt_record *r) { return (struct record *)r; }

/* ---- what waits keeps its generation where a stamp was ---- */

static uint64_t born(const lt_object *o) { return lt_stamp_of(lt_load64(&((lt_object *)(uintptr_t)o)->count.whole, LT_RELAXED)); }

static void retired_link(void *o, void *next)
{
    lt_atomic64 *word = &((lt_object *)o)->count.whole;
    uint64_t before = lt_load64(word, LT_RELAXED);
    uint64_t b = before & LT_STAMPED_DEAD ? before & LT_STAMP
               : (before & LT_STAMPED_BIRTH) >> LT_STAMPED_COUNT_BITS << LT_STAMP_SHIFT;
    lt_store64(word, (uint64_t)(uintptr_t)next | b | LT_STAMPED_DEAD, LT_RELAXED);
}

static const struct lt_links retired_links = {whole_next, retired_link};

/* ---- borrows ---- */

lt_object *lt_interval_borrow_newer(lt_slot *s)
{
    struct lt_interval *own = lt_interval_own;
    uint64_t newest = lt_load64(&lt_interval_generation, LT_RELAXED), then;
    lt_object *o;
    do {
        then = newest;
        lt_store64(&own->upper, then, LT_WEAKEN("interval/announce-relaxed", LT_DEKKER_STORE));
        lt_light_barrier();
        if (LT_UNLIKELY(lt_load64(&lt_interval_fences, LT_RELAXED))) lt_full_fence();
        lt_point("interval: announced, not looked again");
        o = (lt_object *)lt_load64(&s->word, LT_WEAKEN("interval/look-relaxed", LT_DEKKER_LOAD));
        newest = lt_load64(&lt_interval_generation, LT_RELAXED);
    } while (newest != then && !LT_FAULT("interval/once", "a generation that begins meanwhile is not announced"));
    return o;
}

/* The record's thread has no borrows. */
static void announce(struct lt_record *r)
{
    struct lt_interval *i = &record_of(r)->interval;
    /* Acquire pairs with the release in scan(): what was let go of two eras ago is seen to be gone. Release pairs with the acquire
     * there: what was read before happened before the free. */
    uint64_t era = lt_load64(&lt_interval_era, LT_ACQUIRE);
    lt_store64(&i->lower, era, LT_WEAKEN("interval/lower-relaxed", LT_RELEASE));
}

/* ---- scans ---- */

/* Locked, after the barrier. Who is inside, latest first; beyond SEEN one stands for all earlier ones. */
static void look(struct record *h)
{
    struct lt_record *self = &h->scanned.record;
    uint64_t now = lt_load64(&lt_interval_era, LT_RELAXED);
    h->seen = 0;
    for (struct lt_record *r = self->domain->records; r; r = r->next) {
        if (!r->live || r->seized) continue;
        if (lt_outside(r)) continue; /* acquire */
        if (r != self && LT_FAULT("interval/own-alone", "a scan looks at its own thread alone")) continue;
        uint64_t lower = lt_load64(&record_of(r)->interval.lower, LT_WEAKEN("interval/scan-relaxed", LT_ACQUIRE));
        uint64_t upper = lt_load64(&record_of(r)->interval.upper, LT_ACQUIRE);
        if (era_after(lower) < now) lt_ask(r); /* to announce a newer one, when it can */
        if (h->seen == SEEN) { /* the two earliest become one that keeps what either does */
            h->seen--;
            if (!LT_FAULT("interval/crowd-forgotten", "where there are too many threads a scan forgets the earliest"))
                h->section[SEEN - 2].lower = h->section[SEEN - 1].lower;
            if (h->section[SEEN - 2].upper < h->section[SEEN - 1].upper) h->section[SEEN - 2].upper = h->section[SEEN - 1].upper;
        }
        uint32_t at = h->seen++;
        for (; at && h->section[at - 1].latest < lower; at--) h->section[at] = h->section[at - 1];
        h->section[at].lower = h->section[at].latest = lower;
        h->section[at].upper = upper;
    }
}

/* Of those who may read what was born then, and are not later than `limit`: the latest one's lower. 0: nobody may. */
static uint64_t kept_since(const struct record *h, uint64_t birth, uint64_t limit)
{
    for (uint32_t i = 0; i < h->seen; i++)
        if (h->section[i].lower <= limit && birth <= h->section[i].upper) return h->section[i].latest;
    return 0;
}

/* Who is later has seen that a slot let go of something in that era. */
static uint64_t last_seen(uint64_t era)
{
    return LT_FAULT("interval/era-early", "a thread is believed to have seen what happened an era ago") ? era : era_after(era);
}

static bool was_read(struct lt_record *r, const lt_object *o, uint64_t word, uint64_t age)
{
    (void)o;
    struct record *h = record_of(r);
    uint64_t era = h->scanned.era;
    return kept_since(h, (word & LT_STAMPED_BIRTH) >> LT_STAMPED_COUNT_BITS, last_seen(age < era ? era - age : 0)) != 0;
}

/* The group for that limit and birth; or, where there are too many, one that waits for more. */
static struct lt_chain *group(struct groups *groups, uint64_t limit, uint64_t birth)
{
    struct group *g = groups->group, *end = g + groups->n;
    for (; g < end; g++)
        if (g->limit == limit && g->birth == birth) return &g->chain;
    if (groups->n < GROUPS) {
        groups->n++;
        *g = (struct group){.limit = limit, .birth = birth};
        return &g->chain;
    }
    g--;
    if (g->limit < limit && !LT_FAULT("interval/group-early", "a full list believes that an object's limit is earlier than it is"))
        g->limit = limit;
    if (g->birth > birth) g->birth = birth;
    return &g->chain;
}

static void move(struct groups *to, struct groups *from)
{
    for (struct group *g = from->group; g < from->group + from->n; g++)
        lt_chain_splice(group(to, g->limit, g->birth), &retired_links, &g->chain);
    from->n = 0;
}

/* A generation may end when it has lasted long enough for there to be enough of them for ever. */
static void next_generation(uint64_t present)
{
    uint64_t era = lt_load64(&lt_interval_era, LT_RELAXED), began = lt_load64(&era_of_generation, LT_RELAXED);
    if (present + 1 >= LT_STAMPED_BIRTHS || era - began < 1ull << (present / DOUBLING)) return;
    if (lt_cas64(&lt_interval_generation, &present, present + 1, LT_RELAXED, LT_RELAXED))
        lt_store64(&era_of_generation, era, LT_RELAXED);
}

static void reclaim(struct lt_record *r, struct lt_chain *chain)
{
    for (lt_object *o; (o = lt_chain_pop(chain, &retired_links));) {
        lt_count(r, LT_RECLAIMED, 1);
        lt_count(r, LT_RECLAIMED_BYTES, lt_object_size(o));
        lt_doom(r, o);
    }
}

static void sort_out(struct record *h, uint64_t era)
{
    struct groups before = h->kept;
    struct lt_chain *retired = &h->scanned.retired, *to = NULL;
    uint64_t present = lt_load64(&lt_interval_generation, LT_RELAXED), stalled = 0, birth = 0;
    h->kept.n = 0;
    for (struct group *g = before.group; g < before.group + before.n; g++) {
        uint64_t since = kept_since(h, g->birth, g->limit);
        if (!since) {
            reclaim(&h->scanned.record, &g->chain);
        } else if (!LT_FAULT("interval/left-lost", "what a thread may read is forgotten")) {
            if (g->birth == present) stalled += g->chain.length;
            lt_chain_splice(group(&h->kept, since, g->birth), &retired_links, &g->chain);
        }
    }
    if (stalled >= STALLED && !LT_FAULT("interval/one-generation", "the next generation never begins")) next_generation(present);
    /* What is new was let go of before `era` ended. */
    for (lt_object *o; (o = lt_chain_pop(retired, &retired_links)); lt_chain_push(to, &retired_links, o))
        if (!to || born(o) != birth) to = group(&h->kept, last_seen(era), birth = born(o));
}

static void scan(struct lt_record *r)
{
    struct record *h = record_of(r);
    struct lt_domain *d = r->domain;
    lt_adopt(r);
    uint64_t era = lt_load64(&lt_interval_era, LT_ACQUIRE), read = era;
    lt_point("interval: an era read, no barrier yet");
    if (LT_FAULT("interval/unfenced", "a scan issues no heavy barrier") || lt_heavy_barrier(d)) {
        /* Release pairs with the acquire in announce(). If another was faster, its era will do. */
        (void)lt_cas64(&lt_interval_era, &read, era_after(era), LT_ACQ_REL, LT_RELAXED);
        lt_mutex_lock(&d->lock);
        look(h);
        h->scanned.era = era;
        h->scanned.passed_over = d->gatherer ? left_over.length : 0;
        lt_observe(r, true);
        lt_mutex_unlock(&d->lock);
        sort_out(h, era);
    }
    h->scanned.left = h->scanned.retired.length;
    h->scanned.bytes = 0;
    lt_cascade(r);
}

/* ---- threads ---- */

static void give_kept(struct lt_record *r) { move(&left_kept, &record_of(r)->kept); }
static void take_kept(struct lt_record *r) { move(&record_of(r)->kept, &left_kept); }
static void forget_kept(struct lt_record *r) { record_of(r)->kept.n = 0; }

static void attach(struct lt_record *r)
{
    lt_interval_own = &record_of(r)->interval;
    begin(r);
    announce(r);
}

static bool is_idle(const struct lt_record *r)
{
    const struct record *h = (const struct record *)r;
    return !h->scanned.retired.head && h->kept.n == 0;
}

static void serve(struct lt_record *r)
{
    announce(r);
    answer(r);
}

/* What is new is looked at by the second scan; and this thread's lower must be later than that of what it has just let go
 * of. */
static void poll(struct lt_record *r)
{
    for (int i = 0; i < 4 && !is_idle(r); i++) {
        announce(r);
        scan(r);
    }
}

lt_domain lt_interval_domain = {
    LT_DOMAIN,
    .record_size = sizeof(struct record),
    .traits = {.threads = true, .reclaims = true, .reuse = true},
    .hooks = {LT_SCANNED_HOOKS, .attach = attach, .quiesce = announce, .service = serve, .is_idle = is_idle, .poll = poll},
};
