/* stats.c: what can be seen of a strategy from outside, and the pressure callback.
 *
 * Nobody counts for all threads: the sums are made where an epoch begins, under the lock that this has in any case. So
 * peaks are those of these moments; and of what is alive, whose sums lie in many lines of other threads, those of one such
 * moment in LIVE_EVERY. Where a section keeps epochs from beginning, and that is when memory piles up, a thread that tried
 * makes the sums if it has retired, since it made them last, more than its part of a share of the bound; so that the
 * threads together retire no more than a share unnoticed. (What a thread retires, another may reclaim: of one thread alone
 * nothing can be told from the difference.) The bound is that of the callback or LT_PENDING_LIMIT, whichever is less.
 *
 * The callback is client code, and runs at a safepoint, with no lock. Whoever finds the bound passed sets `pressed`, once; who
 * comes to a safepoint first takes it off and calls. It is armed again when less than half of the bound is waiting. */
#include "domain.h"

enum { LIVE_EVERY = 4 }; /* epochs */
enum { SHARES = 4 };     /* of the bound: what is retired and not noticed is less than one of them */

static void add_up(const struct lt_domain *d, uint64_t sum[LT_COUNTERS])
{
    for (int c = 0; c < LT_COUNTERS; c++) sum[c] = 0;
    for (const struct lt_record *r = d->records; r; r = r->next)
        for (int c = 0; c < LT_COUNTERS; c++) sum[c] += lt_load64(&r->counters[c], LT_RELAXED);
}

/* Objects that were made where one had just died: there was one more of each. Returns their number. */
static uint64_t add_reused(const struct lt_domain *d, uint64_t sum[LT_COUNTERS])
{
    uint64_t reused = 0, bytes = 0;
    for (const struct lt_record *r = d->records; r; r = r->next) {
        reused += lt_load64(&r->hot.reused, LT_RELAXED);
        bytes += lt_load64(&r->hot.reused_bytes, LT_RELAXED);
    }
    sum[LT_CREATED] += reused;
    sum[LT_FREED] += reused;
    sum[LT_CREATED_BYTES] += bytes;
    sum[LT_FREED_BYTES] += bytes;
    return reused;
}

/* What magazines count by themselves: lib/magazine.h. Returns the bytes that are kept there. */
static uint64_t add_blocks(const struct lt_domain *d, uint64_t sum[LT_COUNTERS])
{
    uint64_t kept_bytes = 0;
    for (const struct lt_record *r = d->records; r; r = r->next)
        for (size_t i = 0; i < LT_MAGAZINE_SIZES; i++) {
            const struct lt_magazine_size *of = &r->magazine.size[i];
            uint64_t bytes = i * LT_MAGAZINE_GRAIN, made = lt_load64(&of->made, LT_RELAXED), freed = lt_load64(&of->freed, LT_RELAXED);
            int64_t kept = (int64_t)lt_magazine_blocks(of); /* less than none, while its thread changes the sums */
            sum[LT_CREATED] += made;
            sum[LT_CREATED_BYTES] += made * bytes;
            sum[LT_FREED] += freed;
            sum[LT_FREED_BYTES] += freed * bytes;
            if (kept > 0) kept_bytes += (uint64_t)kept * bytes;
        }
    return kept_bytes;
}

/* The two are read at different times, and may seem to be in the wrong order. */
static uint64_t rest(uint64_t all, uint64_t gone) { return all > gone ? all - gone : 0; }

static uint64_t pending_bytes(const uint64_t sum[LT_COUNTERS]) { return rest(sum[LT_RETIRED_BYTES], sum[LT_RECLAIMED_BYTES]); }

static void raise_to(uint64_t *peak, uint64_t value)
{
    if (value > *peak) *peak = value;
}

static void press(struct lt_domain *d, uint64_t pending)
{
    struct lt_pressure *p = &d->pressure;
    if (!p->fn) return;
    bool over = pending > p->bound;
    if (over && p->armed && !LT_FAULT("lib/pressure-silent", "nobody is told that too much is waiting"))
        lt_store32(&p->pressed, 1, LT_RELAXED); /* a hint: lt_press has the lock */
    if (over) p->armed = LT_FAULT("lib/pressure-repeated", "who was told of the pressure is told again at once");
    else if (pending <= p->bound / 2 && !LT_FAULT("lib/pressure-once", "who was told of the pressure is never told again"))
        p->armed = true;
}

static uint64_t limit_of(const struct lt_domain *d)
{
    uint64_t limit = lt_setting_of(d, LT_PENDING_LIMIT);
    return limit ? limit : UINT64_MAX;
}

static void note_pending(struct lt_domain *d, const uint64_t sum[LT_COUNTERS])
{
    uint64_t pending = pending_bytes(sum);
    raise_to(&d->peak.pending_bytes, pending);
    lt_store64(&d->excess, rest(pending, limit_of(d)), LT_RELAXED); /* a hint: lt_take_pause adds up again */
    press(d, pending);
}

/* With what add_blocks adds. */
static void note_live(struct lt_domain *d, const uint64_t sum[LT_COUNTERS])
{
    raise_to(&d->peak.live, rest(sum[LT_CREATED], sum[LT_FREED]));
    raise_to(&d->peak.live_bytes, rest(sum[LT_CREATED_BYTES], sum[LT_FREED_BYTES]));
}

void lt_observe(struct lt_record *self, bool began)
{
    struct lt_domain *d = self->domain;
    uint64_t sum[LT_COUNTERS], retired = lt_load64(&self->counters[LT_RETIRED_BYTES], LT_RELAXED);
    uint64_t bound = limit_of(d);
    if (d->pressure.fn && d->pressure.bound < bound) bound = d->pressure.bound;
    if (!began && retired - self->observed <= bound / SHARES / d->records_made) return;
    self->observed = retired;
    add_up(d, sum);
    note_pending(d, sum);
    if (lt_load64(&d->epoch, LT_RELAXED) % LIVE_EVERY == 0) {
        (void)add_blocks(d, sum);
        note_live(d, sum);
    }
    if (lt_load32(&d->pressure.pressed, LT_RELAXED)) lt_ask(self);
}

uint64_t lt_excess(struct lt_domain *d)
{
    uint64_t sum[LT_COUNTERS];
    lt_mutex_lock(&d->lock);
    add_up(d, sum);
    note_pending(d, sum);
    lt_mutex_unlock(&d->lock);
    return lt_load64(&d->excess, LT_RELAXED);
}

void lt_press(struct lt_record *self)
{
    struct lt_domain *d = self->domain;
    uint64_t sum[LT_COUNTERS];
    lt_mutex_lock(&d->lock);
    struct lt_pressure p = d->pressure;
    lt_store32(&d->pressure.pressed, 0, LT_RELAXED);
    add_up(d, sum);
    lt_mutex_unlock(&d->lock);
    if (!p.fn || !p.pressed.raw) return;
    p.fn(p.context, pending_bytes(sum));
    if (!d->hooks.service) return;
    d->hooks.service(self); /* again: the thread may be on its way out of its section */
    lt_cascade(self);
}

void lt_domain_on_pressure(struct lt_domain *d, uint64_t bytes, lt_pressure_fn fn, void *context)
{
    lt_mutex_lock(&d->lock);
    d->pressure.bound = bytes;
    d->pressure.fn = fn;
    d->pressure.context = context;
    d->pressure.armed = true;
    lt_store32(&d->pressure.pressed, 0, LT_RELAXED); /* safepoints read it without the lock */
    lt_mutex_unlock(&d->lock);
}

void lt_domain_stats(struct lt_domain *d, lt_stats *s)
{
    uint64_t sum[LT_COUNTERS];
    *s = (lt_stats){0};
    lt_mutex_lock(&d->lock);
    s->epoch = s->oldest_section = lt_load64(&d->epoch, LT_RELAXED);
    for (const struct lt_record *r = d->records; r; r = r->next) {
        if (!r->live || r->seized || lt_outside(r)) continue;
        uint64_t epoch = lt_thread_epoch(&r->hot);
        if (epoch >= s->oldest_section) continue;
        s->oldest_section = epoch;
        s->oldest_thread = r->thread;
        s->oldest_since = d->epoch_began; /* and not before: until then it had announced the newest epoch there was */
    }
    add_up(d, sum);
    note_pending(d, sum);
    s->kept_bytes = add_blocks(d, sum);
    s->reused = add_reused(d, sum);
    note_live(d, sum);
    s->peak_live = d->peak.live;
    s->peak_live_bytes = d->peak.live_bytes;
    s->peak_pending_bytes = d->peak.pending_bytes;
    s->threads = d->records_live;
    s->threads_ever = d->records_made;
    lt_mutex_unlock(&d->lock);
    s->created = sum[LT_CREATED];
    s->created_bytes = sum[LT_CREATED_BYTES];
    s->freed = sum[LT_FREED];
    s->freed_bytes = sum[LT_FREED_BYTES];
    s->live = rest(s->created, s->freed);
    s->live_bytes = rest(s->created_bytes, s->freed_bytes);
    s->pending = rest(sum[LT_RETIRED], sum[LT_RECLAIMED]);
    s->pending_bytes = pending_bytes(sum);
    /* Counted by where an object is: a finalizer has run when its memory is free, or only waits for a grace period. */
    s->finalized = s->freed + (d->hooks.ripen == lt_object_ripe ? s->pending : sum[LT_REMAINS]);
    s->advances = lt_load64(&d->advances, LT_RELAXED);
    s->seizures = lt_load64(&d->seizures, LT_RELAXED);
    s->collections = lt_load64(&d->collections, LT_RELAXED);
    s->collected = lt_load64(&d->collected, LT_RELAXED);
    s->pause = lt_load64(&d->pause, LT_RELAXED);
    s->longest_pause = lt_load64(&d->longest_pause, LT_RELAXED);
    s->held_back = lt_load64(&d->held_back, LT_RELAXED);
    s->held_back_ns = lt_load64(&d->held_back_ns, LT_RELAXED);
    s->slow = sum[LT_SLOW];
    s->weak = sum[LT_WEAK];
}
