/* hazard.c: counts that are exact at once; what died waits for those who said that they read it, and for nobody else.
 *
 * Hazard pointers (Michael, IEEE TPDS 15(6), 2004) under counted owners. To borrow, a thread writes the object's address
 * into one of its hazards, then looks whether the slot still holds the object. An object whose count has become zero is
 * retired: linked into a list of the thread that made it so. A scan reads all hazards, and what is retired and in none of
 * them dies.
 *
 * Claim 1. Nobody borrows what dies by a scan. Let z be retired before the scan's heavy barrier, so that all slots have let
 * go of it before. Let T borrow z: T wrote its hazard, then saw z in a slot s. That look came before s let go, in the
 * slot's modification order, so before the barrier; and so did the write of the hazard, which therefore everybody sees. It
 * stays until the borrow ends, with a release store. So the scan finds z, or finds the hazard changed by an acquire load,
 * after T has read all.
 *
 * Claim 2. What is pending is bounded, whatever readers do. A list is scanned when it has BATCH objects more than were left
 * of it by the last scan; what is left is in a hazard, and an object is in one list. Who retires counts the list of those
 * that exited as its own, and takes it over: so nothing is added anywhere while BATCH objects are there. With T threads at
 * most T * (LT_HAZARDS + BATCH) + BATCH objects wait. A thread beyond its hazards counts what it borrows: that object is
 * alive. (lt_barrier keeps that list for itself until it has heard of all threads; meanwhile it may grow by what those
 * leave that exit.) This counts what is dead; for what is alive and hangs from it: lib/scanned.h.
 *
 * Cascades. What dies with its parent could be retired and wait for a scan in its turn; but then a list of n nodes takes n
 * scans, each with a system call that stops all processors. It need not. The scan keeps what it has found: S, the hazards,
 * and e, the era that began before its barrier; every slot or owner that lets go of an object stamps it with the era, in
 * the same step as the count (strategy/stamped.h), and so does an edge that ends and is not the last reference.
 *
 * Claim 3. Let y have died by the scan, or with its parent by this rule, and let x's last reference be y's edge, x not in
 * S, and x's stamp older than e. Then nobody borrows x, and it dies with y.
 *   Let T borrow x, and let its look have been after T's hazards were read, or it would be in S. It found x in a slot s. If
 *   s had let go of x by a store, an exchange, or the death of its object in another cascade, that would be after T's look,
 *   so after the barrier, and the stamp would be e or newer. So s is a slot of y, and T had y at the look: borrowed or owned.
 *   Borrowed since T's hazards were read: by induction y had a last reference from its own parent, and so on up to one that
 *   died by the scan, which no slot held any more.
 *   Borrowed before: then y is in S, and would have been left in the list.
 *   Owned: then T's release, or the release of whom T gave it to, stamped y after the barrier with e or newer, and y would
 *   not have died with its parent; nor by the scan, for then it was retired before.
 * "T's hazards were read" must be one moment: a reader who goes from node to node has one hazard on the next before it ends
 * the other, and who reads the two in the wrong order finds neither. So each end of a borrow is counted, before the hazard
 * goes (lt_hazard_end); and a thread's hazards are read again until none has ended meanwhile. What one thread begins
 * meanwhile does not matter: it is after. Where that does not succeed soon, or S is too large to be kept, nothing dies by
 * claim 3: it is retired.
 *
 * Stamps, eras, and objects that were never shared: lib/scanned.h. */
#define LT_THIS hazard
#include "lib/scanned.h"

enum {
    KEPT = 254,     /* hazards of all threads that a scan remembers */
    ATTEMPTS = 64   /* to read a thread's hazards at one moment */
};

LT_TLS struct lt_hazards *lt_hazard_own;

struct record {
    struct scanned scanned;
    _Alignas(64) struct lt_hazards hazards; /* written by its thread, read by scans */
    uint32_t kept; /* hazards that the last scan found, all if at most KEPT; in order */
    uint64_t hazard[KEPT];
};

static const struct lt_links retired_links = LT_WHOLE_LINKS;

static struct record *record_of(struct lt_record *r) { return (struct record *)r; }

void lt_hazard_fence(void) { lt_full_fence(); }

/* ---- what is borrowed beyond the inlined hazards ---- */

lt_object *lt_hazard_borrow_more(lt_slot *s)
{
    struct lt_hazards *own = lt_hazard_own;
    for (int i = LT_HAZARDS_INLINE; i < LT_HAZARD_LOADING; i++)
        if (lt_load64(&own->hazard[i], LT_RELAXED) == 0) return lt_hazard_protect(s, &own->hazard[i]);
    if (LT_FAULT("hazard/more-uncounted", "a borrow beyond the hazards is not counted")) return lt_shared_load(s);
    return lt_hazard_slot_load_raw(s);
}

void lt_hazard_unborrow_more(lt_object *o)
{
    struct lt_hazards *own = lt_hazard_own;
    for (int i = LT_HAZARDS_INLINE; i < LT_HAZARD_LOADING; i++)
        if (lt_load64(&own->hazard[i], LT_RELAXED) == (uint64_t)(uintptr_t)o) {
            lt_hazard_end(own, &own->hazard[i]);
            return;
        }
    if (!LT_FAULT("hazard/more-uncounted", "a borrow beyond the hazards is not counted")) lt_hazard_release_raw(o);
}

/* ---- scans ---- */

static uint64_t next_era(void)
{
    uint64_t era = lt_load64(&lt_hazard_era, LT_RELAXED), next;
    do next = era_after(era);
    while (!lt_cas64(&lt_hazard_era, &era, next, LT_SEQ_CST, LT_RELAXED));
    return next;
}

/* One thread's hazards, all of one moment. False: it went on too fast. What was found is complete for claim 1 all the same. */
static bool look_at(struct record *h, const struct lt_hazards *other)
{
    uint32_t before = h->kept;
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
        /* Acquire, all: what had ended before a hazard was found gone is counted in the last load, at the latest. */
        uint64_t ended = lt_load64(&other->ended, LT_ACQUIRE);
        h->kept = before;
        for (int i = 0; i < LT_HAZARDS; i++) {
            uint64_t hazard = lt_load64(&other->hazard[i], LT_WEAKEN("hazard/scan-relaxed", LT_DEKKER_LOAD));
            if (!hazard || (i > 0 && LT_FAULT("hazard/one-looked-at", "a scan reads one hazard of each thread"))) continue;
            if (h->kept < KEPT) h->hazard[h->kept] = hazard;
            h->kept++;
            lt_point("hazard: one hazard read");
        }
        if (lt_load64(&other->ended, LT_RELAXED) == ended || LT_FAULT("hazard/torn", "hazards of several moments are taken for one"))
            return true;
    }
    return false;
}

static void sort(struct record *h)
{
    for (uint32_t i = 1; i < h->kept; i++) {
        uint64_t hazard = h->hazard[i];
        uint32_t at = i;
        for (; at && h->hazard[at - 1] > hazard; at--) h->hazard[at] = h->hazard[at - 1];
        h->hazard[at] = hazard;
    }
}

/* Was it in a hazard when they were read? */
static bool is_kept(const struct record *h, const lt_object *o)
{
    uint32_t low = 0, high = h->kept;
    while (low < high) {
        uint32_t middle = (low + high) / 2;
        if (h->hazard[middle] < (uint64_t)(uintptr_t)o) low = middle + 1;
        else high = middle;
    }
    return low < h->kept && h->hazard[low] == (uint64_t)(uintptr_t)o;
}

/* Locked. The slow way, where there are more hazards than can be kept. */
static bool is_read(const struct lt_domain *d, const lt_object *o)
{
    for (const struct lt_record *r = d->records; r; r = r->next)
        for (int i = 0; r->live && i < LT_HAZARDS; i++)
            if (lt_load64(&((const struct record *)r)->hazards.hazard[i], LT_DEKKER_LOAD) == (uint64_t)(uintptr_t)o) return true;
    return false;
}

static void sort_out(struct record *h, bool all_kept)
{
    struct lt_record *r = &h->scanned.record;
    struct lt_chain retired = h->scanned.retired;
    h->scanned.retired = (struct lt_chain){0};
    for (lt_object *o; (o = lt_chain_pop(&retired, &retired_links));) {
        if (all_kept ? is_kept(h, o) : is_read(r->domain, o)) {
            if (!LT_FAULT("hazard/left-lost", "what a hazard keeps is forgotten")) lt_chain_push(&h->scanned.retired, &retired_links, o);
            continue;
        }
        lt_count(r, LT_RECLAIMED, 1);
        lt_count(r, LT_RECLAIMED_BYTES, lt_object_size(o));
        lt_doom(r, o);
    }
}

/* By the record's thread, inside a section, nothing locked. */
static void scan(struct lt_record *r)
{
    struct record *h = record_of(r);
    struct lt_domain *d = r->domain;
    lt_adopt(r);
    uint64_t era = next_era();
    bool fenced = LT_FAULT("hazard/unfenced", "a scan issues no heavy barrier") || lt_heavy_barrier(d), one_moment = true;
    if (fenced) {
        lt_mutex_lock(&d->lock);
        h->kept = 0;
        for (struct lt_record *other = d->records; other; other = other->next)
            if (other->live && !(other != r && LT_FAULT("hazard/own-alone", "a scan reads the hazards of its own thread alone")))
                one_moment &= look_at(h, &record_of(other)->hazards);
        if (h->kept > KEPT && LT_FAULT("hazard/more-forgotten", "hazards beyond those that are kept are forgotten")) h->kept = KEPT;
        bool all_kept = h->kept <= KEPT;
        if (all_kept) sort(h);
        else sort_out(h, false);
        h->scanned.era = all_kept && one_moment ? era : 0;
        h->scanned.passed_over = d->gatherer ? left_over.length : 0;
        lt_observe(r, true);
        lt_mutex_unlock(&d->lock);
        if (all_kept) sort_out(h, true);
    }
    h->scanned.left = h->scanned.retired.length;
    h->scanned.bytes = 0;
    lt_cascade(r);
}

static bool was_read(struct lt_record *r, const lt_object *o, uint64_t word, uint64_t age)
{
    (void)word, (void)age;
    return is_kept(record_of(r), o);
}

static void give_kept(struct lt_record *r) { (void)r; }
static void take_kept(struct lt_record *r) { (void)r; }
static void forget_kept(struct lt_record *r) { (void)r; }

/* ---- threads ---- */

static void attach(struct lt_record *r)
{
    struct record *h = record_of(r);
    lt_hazard_own = &h->hazards;
    for (int i = 0; i < LT_HAZARDS; i++) lt_store64(&h->hazards.hazard[i], 0, LT_RELAXED); /* who vanished in a fork left some */
    begin(r);
}

static bool is_idle(const struct lt_record *r) { return !((const struct scanned *)r)->retired.head; }

static void poll(struct lt_record *r)
{
    if (scanned_of(r)->retired.head) scan(r);
}

lt_domain lt_hazard_domain = {
    LT_DOMAIN,
    .record_size = sizeof(struct record),
    .traits = {.threads = true, .reclaims = true, .owed_borrow = true, .reuse = true},
    .hooks = {LT_SCANNED_HOOKS, .attach = attach, .service = answer, .is_idle = is_idle, .poll = poll},
};
