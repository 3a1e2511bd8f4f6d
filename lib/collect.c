/* collect.c: garbage that holds itself: trial deletion (Bacon, Rajan, ECOOP 2001, §3, "synchronous"), over all tracked
 * objects and with the counts themselves as CPython's gc_free_threading.c, since what a candidate root would be is not
 * recorded.
 *
 * Pause. All other threads are stopped (lt_stop_world, lib/grace.c): outside sections, or at a safepoint. So no borrow
 * is left, no count is under way, and hooks.count can tell how many references there are to an object. Three passes
 * over the register:
 *   count    each object's work word becomes its count;
 *   subtract each edge of a tracked object takes its references off its target's word;
 *   reach    what is left above zero is held by something that is no edge: a thread, a slot of the client's, an object
 *            that is not tracked. That, and all that it leads to, is reached. The rest is garbage: its references are
 *            its own edges.
 * What dies already is left to die. Its edges are not subtracted, so what it leads to is held until it is finalized.
 *
 * Why that is one pause. The passes compare counts with edges, so both must be of one moment. Were threads to run beside
 * them, or between two parts of them, a count that is noted and an edge that is followed would be no longer true; each
 * store and each count would have to tell the collector (in Bacon and Rajan's concurrent collector a log of all increments
 * and decrements; with a snapshot a barrier in each store), which is instructions on the fast paths of programs that have
 * no cycles at all. And `trace` reads what the client changes at will, as an array and its length: it is promised that
 * nobody does meanwhile. What needs no moment is done after the pause: the order, finalizers, edges, frees. The stopped
 * threads could share the passes; but those that are stopped because they are outside are not there, so no bound would follow.
 *
 * Claim. Nothing that a thread can come by is garbage. A thread comes by an object through an owned reference, a slot
 * or an edge in what it has come by, or a weak reference. The first two are counted and no edge of a tracked object;
 * were o garbage, and the first on a way from there that is, the step to it would be an edge from a reached object,
 * which was followed, or a reference more than its edges. The weak references to all garbage end in the pause. So when
 * the threads go on, garbage is the collector's alone, and stays as it is.
 *
 * This needs of `trace` that each edge it visits owns a reference when its object's user is at a safepoint or outside
 * its section. Were an edge visited that owns none, a count would go below zero: that is taken for reached.
 *
 * Memory. None is taken: lists run through the work words, so there is nothing to run out of, and no recursion either.
 *
 * After the pause, on the collecting thread, each step for all garbage before the next begins:
 *   finalize   with all edges whole. Each object has a reference more, the collector's, so that what finalizers retain
 *              and release kills nothing. The order: an object before what it leads to, unless that leads back. It is
 *              the reverse postorder of a depth-first walk, in which the end of an edge u -> v comes after u if v does
 *              not reach u, wherever the walk began. The stack is a list with two links, since an object that is found
 *              again is moved to the top;
 *   clear      the edges;
 *   let go     of the collector's references. What dies by that goes the way of all dead, through the cascade, which
 *              does not finalize again what is finalized. If a finalizer has kept an object against the rules, it
 *              lives on, without edges.
 *
 * Cycles that are closed, or become garbage, after the pause are found by the next collection. Objects made after it
 * are reached by nothing that is garbage. One collection at a time: d->barrier, and under the strategies with one
 * thread in a section at a time, the section. */
#include <string.h>

#include "track.h"

enum { TENTATIVE, REACHED = LT_WORK_REACHED, UNORDERED, OPEN, STATES };
#define STATE ((uintptr_t)STATES - 1)
enum { COUNT_SHIFT = 2, AHEAD = 16 /* of what is prefetched: places, or edges */ };

struct walker {
    lt_visitor visitor; /* first: trace gets this address */
    struct lt_record *record;
    void (*edge)(struct walker *, struct lt_track *, uint64_t weight);
    struct lt_track *top; /* of a list through the work words */
    struct edge {
        const lt_object *target;
        uint64_t weight;
    } ahead[AHEAD];       /* found, and on their way from memory; a ring */
    unsigned next;
    bool in_turn;         /* each edge is followed where it is found */
};

static uintptr_t state_of(const struct lt_track *t) { return t->work & STATE; }
static struct lt_track *link_of(const struct lt_track *t) { return (struct lt_track *)(t->work & ~STATE); }
static void set_link(struct lt_track *t, const struct lt_track *next, uintptr_t state)
{
    t->work = (uintptr_t)next | state;
}

static struct lt_track *pop(struct lt_track **list)
{
    struct lt_track *t = *list;
    if (t) *list = link_of(t);
    return t;
}

static void push(struct lt_track **list, struct lt_track *t, uintptr_t state)
{
    set_link(t, *list, state);
    *list = t;
}

/* ---- edges ---- */

static void follow(struct walker *w, struct edge e)
{
    if (e.target && lt_object_is_tracked(e.target)) w->edge(w, lt_track_of(e.target), e.weight);
}

/* What edges lead to is anywhere in memory: it is looked at some edges later. */
static struct edge exchange(struct walker *w, struct edge found)
{
    struct edge *place = &w->ahead[w->next++ % AHEAD], before = *place;
    if (found.target) __builtin_prefetch(lt_track_of(found.target), 1);
    *place = found;
    return before;
}

static void visit(struct walker *w, const lt_object *target, uint64_t weight)
{
    struct edge e = {target, weight};
    if (target) follow(w, w->in_turn ? e : exchange(w, e));
}

static bool is_empty(const struct walker *w)
{
    for (int i = 0; i < AHEAD; i++)
        if (w->ahead[i].target) return false;
    return true;
}

static void follow_the_rest(struct walker *w)
{
    for (int i = 0; i < AHEAD; i++) follow(w, exchange(w, (struct edge){NULL, 0}));
}

static void visit_slot(lt_visitor *v, lt_slot *slot)
{
    struct walker *w = (struct walker *)v;
    uint64_t weight = 1;
    lt_object *target = w->record->domain->hooks.edge(slot, &weight);
    visit(w, target, weight);
}

static lt_object *object_in(const void *field)
{
    lt_object *o;
    memcpy(&o, field, sizeof o); /* the field's own type is some client struct's pointer */
    return o;
}

static void visit_ref(lt_visitor *v, void *field) { visit((struct walker *)v, object_in(field), 1); }

static struct walker walker(struct lt_record *r, void (*edge)(struct walker *, struct lt_track *, uint64_t))
{
    return (struct walker){.visitor = {visit_slot, visit_ref, NULL}, .record = r, .edge = edge};
}

static void trace(struct walker *w, struct lt_track *t)
{
    lt_object *o = lt_tracked(t);
    lt_object_type(o)->trace(o, &w->visitor);
}

/* ---- the pause ---- */

static void each(struct walker *w, void (*step)(struct walker *, struct lt_track *))
{
    for (struct lt_track_chunk *c = w->record->domain->chunks; c; c = c->next)
        for (unsigned i = 0; i < LT_TRACK_PLACES; i++) {
            if (i + AHEAD < LT_TRACK_PLACES) __builtin_prefetch((const void *)(c->place[i + AHEAD] - sizeof(struct lt_track)));
            if (!(c->place[i] & LT_TRACK_FREE)) step(w, lt_track_of((const lt_object *)c->place[i]));
        }
}

static void count(struct walker *w, struct lt_track *t)
{
    uint64_t n = w->record->domain->hooks.count(w->record, lt_tracked(t));
    bool lives = n || LT_FAULT("lib/collect-dying", "what dies already is taken for garbage");
    t->work = lives ? n << COUNT_SHIFT | TENTATIVE : REACHED;
}

static void subtract(struct walker *w, struct lt_track *t, uint64_t weight)
{
    (void)w;
    if (LT_FAULT("lib/collect-weightless", "an edge is taken for one reference, whatever it holds")) weight = 1;
    if (state_of(t) == TENTATIVE) t->work -= weight << COUNT_SHIFT;
}

static void subtract_edges(struct walker *w, struct lt_track *t)
{
    if (state_of(t) == TENTATIVE) trace(w, t);
}

static void reach(struct walker *w, struct lt_track *t, uint64_t weight)
{
    (void)weight;
    if (state_of(t) == TENTATIVE) push(&w->top, t, REACHED);
}

static void reach_from(struct walker *w, struct lt_track *t)
{
    if (t->work == TENTATIVE) return; /* nothing is left of its count. It may be reached by something else */
    reach(w, t, 0);
    for (struct lt_track *next; (next = pop(&w->top));)
        if (!LT_FAULT("lib/collect-shallow", "what is held by an edge of something held is not reached")) trace(w, next);
}

/* The last edges may lead to more, and so on. */
static void reach_the_rest(struct walker *w)
{
    do {
        follow_the_rest(w);
        for (struct lt_track *t; (t = pop(&w->top));) trace(w, t);
    } while (!is_empty(w));
}

static void expel_garbage(struct walker *w, struct lt_track *t)
{
    lt_object *o = lt_tracked(t);
    if (t->work != TENTATIVE) return;
    if (lt_object_is_weak(o) && !LT_FAULT("lib/collect-weak", "a weak reference finds garbage"))
        lt_weak_sever(w->record, o);
    if (!LT_FAULT("lib/collect-unclaimed", "what finalizers let go of may die")) w->record->domain->hooks.claim(o);
    lt_track_expel(w->record, t);
    push(&w->top, t, UNORDERED);
}

/* All garbage, in a list; the collector has a reference to each. */
static struct lt_track *find_garbage(struct lt_record *r)
{
    struct walker w = walker(r, subtract);
    each(&w, count);
    each(&w, subtract_edges);
    follow_the_rest(&w);
    w.edge = reach;
    each(&w, reach_from);
    reach_the_rest(&w);
    each(&w, expel_garbage);
    return w.top;
}

/* ---- after it ---- */

/* Until they are in order, `place` is the link to the one before in the stack. */
static struct lt_track *above(const struct lt_track *t)
{
    return (struct lt_track *)(t->place & ~(uintptr_t)LT_TRACKED_FLAGS);
}
static void set_above(struct lt_track *t, const struct lt_track *other)
{
    t->place = (uintptr_t)other | (t->place & LT_TRACKED_FLAGS);
}

static void put_on_top(struct walker *w, struct lt_track *t, uintptr_t state)
{
    if (w->top) set_above(w->top, t);
    set_above(t, NULL);
    push(&w->top, t, state);
}

/* To the top: what leads to it now is left later than whatever else does. */
static void raise(struct walker *w, struct lt_track *t, uint64_t weight)
{
    (void)weight;
    if (state_of(t) != UNORDERED || w->top == t) return;
    struct lt_track *over = above(t), *under = link_of(t);
    set_link(over, under, state_of(over));
    if (under) set_above(under, over);
    put_on_top(w, t, UNORDERED);
}

static struct lt_track *in_order(struct lt_record *r, struct lt_track *garbage)
{
    struct walker w = walker(r, raise);
    w.in_turn = true;
    struct lt_track *ordered = NULL;
    for (struct lt_track *t; (t = pop(&garbage));) put_on_top(&w, t, UNORDERED);
    for (struct lt_track *t; (t = w.top);) {
        if (state_of(t) == UNORDERED) {
            set_link(t, link_of(t), OPEN);
            trace(&w, t);
        } else {
            (void)pop(&w.top);
            if (w.top) set_above(w.top, NULL);
            push(&ordered, t, REACHED);
        }
    }
    return ordered;
}

static void finalize(struct lt_track *t)
{
    lt_object *o = lt_tracked(t);
    void (*finalizer)(void *) = lt_object_type(o)->finalize;
    t->place |= LT_TRACKED_FINALIZED;
    if (finalizer) finalizer(o);
}

static void clear_slot(lt_visitor *v, lt_slot *slot)
{
    struct lt_record *r = ((struct walker *)v)->record;
    r->domain->hooks.drop_slot(r, slot);
}

static void clear_ref(lt_visitor *v, void *field)
{
    struct lt_record *r = ((struct walker *)v)->record;
    lt_object *o = object_in(field);
    if (!o) return;
    memset(field, 0, sizeof o);
    lt_note_dropped(r, o);
    r->domain->hooks.drop(r, o);
}

/* Inside a section: what dies meanwhile waits for the cascade. */
static void dispose(struct lt_record *r, struct lt_track *garbage)
{
    struct walker clearer = {.visitor = {clear_slot, clear_ref, NULL}, .record = r};
    r->cascading = true;
    garbage = in_order(r, garbage);
    for (struct lt_track *t = garbage; t; t = link_of(t)) {
        finalize(t);
        if (LT_FAULT("lib/collect-one-by-one", "an object's edges end before the next one's finalizer")) trace(&clearer, t);
    }
    lt_point("lib: garbage is finalized, its edges are there");
    for (struct lt_track *t = garbage; t; t = link_of(t)) trace(&clearer, t);
    for (struct lt_track *t; (t = pop(&garbage));) r->domain->hooks.drop(r, lt_tracked(t));
    r->cascading = false;
    lt_cascade(r);
}

/* ---- when ---- */

static uint64_t now(void)
{
    struct timespec t;
    lt_time(&t);
    return (uint64_t)t.tv_sec * 1000000000 + (uint64_t)t.tv_nsec;
}

static void note_pause(struct lt_domain *d, uint64_t ns, uint64_t found)
{
    LT_PROBE3(collect, d->name, found, ns);
    lt_add64(&d->collections, 1, LT_RELAXED);
    lt_add64(&d->collected, found, LT_RELAXED);
    lt_store64(&d->pause, ns, LT_RELAXED);
    if (ns > lt_load64(&d->longest_pause, LT_RELAXED)) lt_store64(&d->longest_pause, ns, LT_RELAXED);
}

/* The debt is what was made since the last collection and is there yet. It may become as large as what that one left, and
 * LT_COLLECT_DEBT more; so the time that all collections take together is a constant per object made. */
static void set_limit(struct lt_domain *d)
{
    uint64_t debt = lt_setting_of(d, LT_COLLECT_DEBT), tracked = lt_load64(&d->tracked, LT_RELAXED);
    lt_store64(&d->limit, debt > UINT64_MAX - 2 * tracked ? UINT64_MAX : 2 * tracked + debt, LT_RELAXED);
}

/* Inside a section, at a safepoint; no other collection is under way. */
static int collect(struct lt_record *r)
{
    struct lt_domain *d = r->domain;
    uint64_t begin = now(), before;
    r->cascading = true; /* the pause is no place for client code other than trace */
    d->collector = r;
    bool stopped = lt_stop_world(r);
    struct lt_track *garbage = NULL;
    if (stopped) {
        before = lt_load64(&d->tracked, LT_RELAXED);
        garbage = find_garbage(r);
        note_pause(d, now() - begin, before - lt_load64(&d->tracked, LT_RELAXED));
        lt_resume_world(r);
    }
    set_limit(d); /* after a failure, too: not again at once */
    r->cascading = false;
    if (garbage) dispose(r, garbage);
    else lt_cascade(r); /* of what was merged for others */
    d->collector = NULL;
    return stopped ? 0 : EAGAIN;
}

static bool one_at_a_time(const struct lt_domain *d) { return d->traits.exclusive || !d->traits.threads; }

static bool in_client_code(const struct lt_record *r) { return r->cascading || r->reclaiming; }

int lt_domain_collect(struct lt_domain *d)
{
    if (!d->traits.reclaims) return 0;
    lt_register_or_abort(d);
    struct lt_record *r = lt_record_of(*d->self_address());
    if (in_client_code(r)) return EDEADLK;
    lt_thread *self = &r->hot;
#if LT_CHECKS
    if (lt_thread_depth(self)) lt_check_safepoint(d, self, "lt_collect", __builtin_return_address(0));
#endif
    d->enter();
    if (!one_at_a_time(d)) {
        uint64_t depth = lt_suspend(self);
        lt_mutex_lock(&d->barrier);
        r->barring = true;
        lt_resume(self, depth);
        r->barring = false;
    }
    int error = collect(r);
    if (!one_at_a_time(d)) lt_mutex_unlock(&d->barrier);
    d->leave();
    return error;
}

/* A thread has room for so many more tracked objects. */
void lt_collect_owe(struct lt_record *r, uint64_t n)
{
    struct lt_domain *d = r->domain;
    uint64_t tracked = lt_add64(&d->tracked, n, LT_RELAXED) + n, limit = lt_load64(&d->limit, LT_RELAXED);
    if (!lt_setting_of(d, LT_COLLECT_DEBT)) return;
    if (!limit) set_limit(d);
    else if (tracked > limit) {
        lt_store32(&d->due, 1, LT_RELAXED);
        lt_ask(r);
    }
}

/* At a safepoint. */
void lt_collect_due(struct lt_record *r)
{
    struct lt_domain *d = r->domain;
    if (LT_LIKELY(!lt_load32(&d->due, LT_RELAXED)) || in_client_code(r)) return;
    bool alone = one_at_a_time(d);
    if (!alone && !lt_mutex_try_lock(&d->barrier)) return; /* another, or lt_barrier, which comes first: it may be enough */
    lt_store32(&d->due, 0, LT_RELAXED);
    (void)collect(r);
    if (!alone) lt_mutex_unlock(&d->barrier);
}
