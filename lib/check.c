/* check.c: what the checked build refuses. Each check looks at the object's account (shadow.c), or at what the thread has
 * borrowed and locked, enters what the call will do, and returns; or it reports. strategy/checks.h says when each is called. */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <lifetime/dynamic.h>

#include "track.h"

#define HERE(place) ((place) ? (place) : __builtin_return_address(0))

static struct lt_record *record_of(const lt_thread *self) { return lt_record_of((lt_thread *)(uintptr_t)self); }

/* ---- the report ---- */

/* `lifetime: <call>: <what is wrong> Object <address> of type <name>, <bytes> bytes, strategy <name>; made by <call> at <place>
 * in thread <n>; last gained by …; last given up by …. This call is at <place> in thread <n>.` */
__attribute__((format(printf, 4, 5))) static _Noreturn void report(const struct lt_domain *d, const struct lt_trail *here,
                                                                   const struct lt_shadow *s, const char *what, ...)
{
    char wrong[512], object[1024], at[256], name[256];
    va_list arguments;
    va_start(arguments, what);
    (void)vsnprintf(wrong, sizeof wrong, what, arguments);
    va_end(arguments);
    if (s) {
        int n = snprintf(object, sizeof object, "Object %p of type %s, %zu bytes, strategy %s", (const void *)s->object,
                         s->type->name, s->bytes, s->domain->name);
        const struct { const char *verb; const struct lt_trail *trail; } events[] = {
            {"made by", &s->made}, {"last gained by", &s->gained}, {"last given up by", &s->given}};
        for (int i = 0; i < 3; i++) {
            if (!events[i].trail->call) continue;
            lt_trail_name(name, sizeof name, events[i].trail);
            if (n >= 0 && (size_t)n < sizeof object)
                n += snprintf(object + n, sizeof object - (size_t)n, "; %s %s", events[i].verb, name);
        }
    } else {
        (void)snprintf(object, sizeof object, "Strategy %s", d->name);
    }
    lt_place_name(at, sizeof at, here->place);
    lt_abort("%s: %s %s. This call is at %s in thread %u.", here->call, wrong, object, at, here->thread);
}

/* A copy is reported, as who is told may use the library. */
#define REPORT(d, here, s, ...)                       \
    do {                                              \
        struct lt_shadow copy_ = *(s);                \
        lt_shadow_close(copy_.object);                \
        report(d, here, &copy_, __VA_ARGS__);         \
    } while (0)

/* ---- where the thread is ---- */

static struct lt_trail trail_of(const lt_thread *self, const char *call, const void *place)
{
    return (struct lt_trail){call, place, self ? record_of(self)->index : 0};
}

static _Noreturn void report_outside(const struct lt_domain *d, const lt_thread *self, const void *object,
                                     const struct lt_trail *here)
{
    char left[300] = "";
    if (self && record_of(self)->watcher.left.call) {
        char name[256];
        lt_trail_name(name, sizeof name, &record_of(self)->watcher.left);
        (void)snprintf(left, sizeof left, " The thread's last section was ended by %s.", name);
    }
    const struct lt_shadow *s = object ? lt_shadow_open(object) : NULL;
    struct lt_shadow copy;
    if (s) copy = *s;
    if (object) lt_shadow_close(object);
    report(d, here, s ? &copy : NULL, "called outside a section; lt_enter comes before it and lt_leave after it.%s", left);
}

/* Every check begins with this. */
static struct lt_record *inside(const struct lt_domain *d, const lt_thread *self, const void *object, const char *call,
                                const void *place)
{
    struct lt_trail here = trail_of(self, call, place);
    if (!self || !lt_thread_depth(self)) report_outside(d, self, object, &here);
    struct lt_record *r = record_of(self);
    r->watcher.here = here;
    return r;
}

static void require_none(struct lt_record *r, const struct lt_sights *all, const char *what, const char *remedy)
{
    unsigned n = all->seen + all->unseen;
    if (!n) return;
    char name[256] = "a call that is not remembered";
    const void *object = all->seen ? all->sight[0].object : NULL;
    if (object) lt_trail_name(name, sizeof name, &all->sight[0].trail);
    struct lt_shadow *s = lt_shadow_open(object), copy;
    if (s) copy = *s;
    lt_shadow_close(object);
    report(r->domain, &r->watcher.here, s ? &copy : NULL, "%u %s%s kept past it; the first is by %s. %s comes before it.", n, what,
           n == 1 ? " is" : "s are", name, remedy);
}

static void require_no_borrow(struct lt_record *r) { require_none(r, &r->watcher.borrowed, "borrow", "lt_unborrow"); }
static void require_no_lock(struct lt_record *r) { require_none(r, &r->watcher.locked, "object lock", "lt_unlock"); }

void lt_check_section(const struct lt_domain *d, const lt_thread *self, const char *call, const void *place)
{
    (void)inside(d, self, NULL, call, HERE(place));
}

void lt_check_safepoint(const struct lt_domain *d, const lt_thread *self, const char *call, const void *place)
{
    struct lt_record *r = inside(d, self, NULL, call, HERE(place));
    if (r->cascading || r->reclaiming)
        report(d, &r->watcher.here, NULL, "called by a finalizer or a deferred function. It runs in the middle of another call, "
               "whose borrows a safepoint would end.");
    require_no_lock(r);
    require_no_borrow(r);
}

void lt_check_leave(const struct lt_domain *d, lt_thread *self, const char *call, const void *place)
{
    struct lt_record *r = inside(d, self, NULL, call, HERE(place));
    if (lt_thread_depth(self) != 1) return;
    require_no_lock(r);
    require_no_borrow(r);
    r->watcher.left = r->watcher.here;
}

/* ---- objects ---- */

/* Its place among them, from 1; 0: it is not there. */
static unsigned find(const struct lt_sights *all, const void *object)
{
    unsigned i = all->seen;
    while (i && all->sight[i - 1].object != object) i--;
    return i;
}

static bool has_borrowed(const struct lt_record *r, const void *object)
{
    return find(&r->watcher.borrowed, object) || r->watcher.borrowed.unseen;
}

/* LT_IMMORTAL_OBJECT, which is anybody's, and has no account. */
static bool is_fixed(const lt_object *o)
{
    uint64_t range = lt_load64(&o->count.whole, LT_RELAXED) >> 61; /* it has been counted: 1 to 3 is still immortal */
    return (lt_load8(&o->mark, LT_RELAXED) & ~LT_MARK_WEAK) == 0 && range >= 1 && range <= 3;
}

/* Opens the account of an object that has one and is this strategy's. */
static struct lt_shadow *account(const struct lt_domain *d, struct lt_record *r, const void *object)
{
    struct lt_shadow *s = lt_shadow_open(object);
    if (!s && is_fixed(object)) {
        r->watcher.fixed = (struct lt_shadow){.object = object, .type = lt_object_type(object), .domain = d, .immortal = true};
        r->watcher.fixed.bytes = r->watcher.fixed.type->size;
        return &r->watcher.fixed;
    }
    if (!s) {
        lt_shadow_close(object);
        report(d, &r->watcher.here, NULL, "%p is no object: it was never made, or it is dead and its memory was freed some time ago.",
               object);
    }
    if (s->domain != d) REPORT(d, &r->watcher.here, s, "the object was made by strategy %s and cannot be used with strategy %s.",
                               s->domain->name, d->name);
    return s;
}

static _Noreturn void report_dead(struct lt_record *r, const struct lt_shadow *s)
{
    if (r->watcher.finalizing == s->object)
        REPORT(r->domain, &r->watcher.here, s, "the finalizer brings back the object that it is called for.");
    REPORT(r->domain, &r->watcher.here, s, "the object is dead: its last reference was given up before.");
}

static bool is_gone(const struct lt_shadow *s) { return s->life != LT_LIVES || (!s->owned && !s->slots); }

/* n owned references of somebody's, at least; one of them the caller's, for all one can know. */
static void require_owned(struct lt_record *r, const struct lt_shadow *s, uint32_t n)
{
    if (s->life >= LT_TOKEN) report_dead(r, s);
    if (s->immortal || s->owned >= n) return;
    if (is_gone(s)) report_dead(r, s);
    REPORT(r->domain, &r->watcher.here, s, "%u owned reference%s needed, and there %s %lld; slots keep %lld more.", n,
           n == 1 ? " is" : "s are", s->owned == 1 ? "is" : "are", (long long)s->owned, (long long)s->slots);
}

bool lt_check_made(const struct lt_domain *d, lt_thread *self, lt_object *o, const char *call, const void *place)
{
    struct lt_record *r = record_of(self);
    r->watcher.here = trail_of(self, call, HERE(place));
    struct lt_shadow *s = lt_shadow_open(o);
    if (s && s->life == LT_LIVES && !s->immortal && s->slots + s->owned)
        REPORT(d, &r->watcher.here, s, "the memory of an object that lives is given to another one.");
    lt_shadow_close(o);
    struct lt_shadow new = {.object = o, .type = lt_object_type(o), .domain = d, .bytes = lt_object_size(o),
                            .immortal = !d->traits.reclaims, .owned = 1, .made = r->watcher.here};
    if (lt_shadow_make(&new)) return true;
    lt_object_undo(self, o);
    return false;
}

void lt_check_owned(const struct lt_domain *d, const lt_thread *self, const void *object, const char *call, const void *place)
{
    struct lt_record *r = inside(d, self, object, call, HERE(place));
    require_owned(r, account(d, r, object), 1);
    lt_shadow_close(object);
}

void lt_check_immortal(const struct lt_domain *d, const lt_thread *self, const void *object, const char *call, const void *place)
{
    struct lt_record *r = inside(d, self, object, call, HERE(place));
    struct lt_shadow *s = account(d, r, object);
    require_owned(r, s, 1);
    s->immortal = true;
    lt_shadow_close(object);
}

void lt_check_gain(const struct lt_domain *d, const lt_thread *self, const void *object, uint32_t n, const char *call,
                   const void *place)
{
    struct lt_record *r = inside(d, self, object, call, HERE(place));
    struct lt_shadow *s = account(d, r, object);
    if (!s->immortal) {
        bool by_borrow = d->traits.counted_borrow && has_borrowed(r, object);
        if (is_gone(s) && !by_borrow) report_dead(r, s);
        if (!s->owned && !by_borrow)
            REPORT(d, &r->watcher.here, s, "the object is unprotected: nobody owns it, and only slots keep it, %lld of them. lt_slot_load "
                   "and lt_hold give an owned reference.", (long long)s->slots);
        s->owned += n;
        s->gained = r->watcher.here;
    }
    lt_shadow_close(object);
}

void lt_check_give(const struct lt_domain *d, const lt_thread *self, const void *object, uint32_t n, const char *call,
                   const void *place)
{
    struct lt_record *r = inside(d, self, object, call, HERE(place));
    struct lt_shadow *s = account(d, r, object);
    require_owned(r, s, n);
    if (!s->immortal && !LT_FAULT("lib/giving-unnoted", "a released reference is on the account still")) {
        s->owned -= n;
        s->given = r->watcher.here;
    }
    lt_shadow_close(object);
}

void lt_check_gained(const struct lt_domain *d, const lt_thread *self, const void *object, const char *call, const void *place)
{
    if (!object) return;
    struct lt_record *r = inside(d, self, object, call, HERE(place));
    struct lt_shadow *s = account(d, r, object);
    bool brought_back = s->life == LT_DIES && (r->watcher.finalizing == object || !r->cascading);
    if (s->life >= LT_TOKEN || brought_back) report_dead(r, s);
    if (!s->immortal) {
        s->owned++;
        s->gained = r->watcher.here;
    }
    lt_shadow_close(object);
}

void lt_check_try(const struct lt_domain *d, const lt_thread *self, const void *object, const char *call, const void *place)
{
    struct lt_record *r = inside(d, self, object, call, HERE(place));
    struct lt_shadow *s = account(d, r, object);
    if (s->life >= LT_TOKEN) report_dead(r, s);
    lt_shadow_close(object);
}

/* A weak reference that was made after the object's were ended would never end. */
void lt_check_referable(const struct lt_domain *d, const lt_thread *self, const void *object, const char *call, const void *place)
{
    if (!object) return;
    struct lt_record *r = inside(d, self, object, call, HERE(place));
    struct lt_shadow *s = account(d, r, object);
    if (s->life != LT_LIVES || (is_gone(s) && !s->immortal && !has_borrowed(r, object))) report_dead(r, s);
    lt_shadow_close(object);
}

void lt_check_uncounted(const void *object)
{
    struct lt_shadow *s = lt_shadow_open(object);
    if (s) s->immortal = true;
    lt_shadow_close(object);
}

/* ---- reuse tokens ---- */

void lt_check_apart(const struct lt_domain *d, const lt_thread *self, const void *object, const char *call, const void *place)
{
    struct lt_record *r = inside(d, self, object, call, HERE(place));
    struct lt_shadow *s = account(d, r, object);
    require_owned(r, s, 1);
    if (s->type->finalize)
        REPORT(d, &r->watcher.here, s, "the type has a finalizer, which would not run. lt_release_reuse runs it.");
    lt_shadow_close(object);
}

void lt_check_ended(const struct lt_domain *d, const lt_thread *self, const void *object, const char *call, const void *place)
{
    struct lt_record *r = inside(d, self, object, call, HERE(place));
    struct lt_shadow *s = account(d, r, object);
    if (s->owned || s->slots)
        REPORT(d, &r->watcher.here, s, "the strategy hands back the storage of an object that is referred to: by %lld owners and %lld slots.",
               (long long)s->owned, (long long)s->slots);
    s->life = LT_TOKEN;
    lt_shadow_close(object);
}

void lt_check_token(const struct lt_domain *d, const lt_thread *self, const void *storage, const lt_type *type, const char *call,
                    const void *place)
{
    struct lt_record *r = inside(d, self, storage, call, HERE(place));
    struct lt_shadow *s = account(d, r, storage);
    if (s->life != LT_TOKEN) REPORT(d, &r->watcher.here, s, "this is no reuse token: it was used or given back before, or never was one.");
    if (type && type->size != s->type->size)
        REPORT(d, &r->watcher.here, s, "a reuse token serves types of one size; this is one of %zu bytes, and %s has %zu.", s->bytes,
               type->name, type->size);
    if (type && lt_type_is_tracked(r, type))
        REPORT(d, &r->watcher.here, s, "no object of type %s is made from a reuse token: it has edges and is not LT_TYPE_ACYCLIC.", type->name);
    lt_shadow_close(storage);
}

/* ---- slots ---- */

void lt_check_link(const struct lt_domain *d, const lt_thread *self, const void *object, const char *call, const void *place)
{
    if (!object) return;
    struct lt_record *r = inside(d, self, object, call, HERE(place));
    struct lt_shadow *s = account(d, r, object);
    require_owned(r, s, 1);
    if (!s->immortal) {
        s->owned--;
        s->slots++;
        s->given = r->watcher.here;
    }
    lt_shadow_close(object);
}

void lt_check_kept(const struct lt_domain *d, const lt_thread *self, const void *object, const char *call, const void *place)
{
    if (!object) return;
    struct lt_record *r = inside(d, self, object, call, HERE(place));
    struct lt_shadow *s = account(d, r, object);
    if (!s->immortal && !LT_FAULT("lib/keeping-unnoted", "what a failed exchange keeps is the slot's, says the account")) {
        s->owned++;
        s->slots--;
    }
    lt_shadow_close(object);
}

void lt_check_unlinked(const struct lt_domain *d, const void *object)
{
    lt_note_unlinked(lt_record_of(*d->self_address()), object);
}

/* ---- borrows and locks ---- */

static void see(struct lt_sights *all, const void *object, const struct lt_trail *trail)
{
    if (all->seen == LT_SEEN) {
        all->unseen++;
        return;
    }
    all->sight[all->seen].object = object;
    all->sight[all->seen++].trail = *trail;
}

/* False: there is none of this object. */
static bool unsee(struct lt_sights *all, const void *object)
{
    unsigned i = find(all, object);
    if (i && LT_FAULT("lib/sight-kept", "a borrow that was given back is still seen")) return true;
    if (i) memmove(&all->sight[i - 1], &all->sight[i], (all->seen-- - i) * sizeof *all->sight);
    else if (all->unseen) all->unseen--;
    else return false;
    return true;
}

void lt_check_borrowed(const struct lt_domain *d, lt_thread *self, const void *object, const char *call, const void *place)
{
    if (!object) return;
    struct lt_record *r = inside(d, self, object, call, HERE(place));
    struct lt_shadow *s = account(d, r, object);
    if (s->life >= LT_TOKEN) report_dead(r, s);
    lt_shadow_close(object);
    see(&r->watcher.borrowed, object, &r->watcher.here);
}

static void require_borrowed(struct lt_record *r, bool borrowed, const void *object)
{
    if (borrowed) return;
    struct lt_shadow *s = account(r->domain, r, object);
    REPORT(r->domain, &r->watcher.here, s, "this thread does not borrow the object: the borrow was given back, or it is another "
           "thread's.");
}

void lt_check_borrow(const struct lt_domain *d, const lt_thread *self, const void *object, const char *call, const void *place)
{
    struct lt_record *r = inside(d, self, object, call, HERE(place));
    require_borrowed(r, has_borrowed(r, object), object);
}

void lt_check_unborrow(const struct lt_domain *d, lt_thread *self, const void *object, const char *call, const void *place)
{
    struct lt_record *r = inside(d, self, object, call, HERE(place));
    require_borrowed(r, unsee(&r->watcher.borrowed, object), object);
}

/* Where borrows are owed, whoever keeps no list of them has lost what they cost. */
void lt_check_unborrow_all(const struct lt_domain *d, lt_thread *self, const char *call, const void *place)
{
    struct lt_record *r = inside(d, self, NULL, call, HERE(place));
    if (d->traits.owed_borrow) require_no_borrow(r);
    r->watcher.borrowed.seen = r->watcher.borrowed.unseen = 0;
}

void lt_check_lock(const struct lt_domain *d, lt_thread *self, const void *object, const char *call, const void *place)
{
    struct lt_record *r = inside(d, self, object, call, HERE(place));
    struct lt_watcher *w = &r->watcher;
    struct lt_shadow *s = account(d, r, object);
    require_owned(r, s, 1);
    unsigned i = find(&w->locked, object);
    if (i) {
        char name[256];
        lt_trail_name(name, sizeof name, &w->locked.sight[i - 1].trail);
        REPORT(d, &w->here, s, "this thread has the object's lock already, by %s: it would wait for itself.", name);
    }
    lt_shadow_close(object);
    if (!r->cascading && !r->reclaiming) require_no_borrow(r); /* else it waits inside the section */
    see(&w->locked, object, &w->here);
}

void lt_check_unlock(const struct lt_domain *d, lt_thread *self, const void *object, const char *call, const void *place)
{
    struct lt_record *r = inside(d, self, object, call, HERE(place));
    struct lt_shadow *s = account(d, r, object);
    require_owned(r, s, 1);
    if (!unsee(&r->watcher.locked, object))
        REPORT(d, &r->watcher.here, s, "this thread does not have the object's lock.");
    lt_shadow_close(object);
}

/* ---- choosing ---- */

static struct lt_trail first; /* object made through lt_dynamic_strategy; written once */
static lt_atomic32 chosen;    /* 0; 1: it is being written; 2: it is there */

void lt_check_choice(const char *call, const void *place)
{
    uint32_t none = 0;
    if (lt_load32(&chosen, LT_RELAXED) || !lt_cas32(&chosen, &none, 1, LT_RELAXED, LT_RELAXED)) return;
    first = (struct lt_trail){.call = call, .place = HERE(place)};
    lt_store32(&chosen, 2, LT_RELEASE); /* pairs with the acquire in lt_chosen */
}

void lt_chosen(const char *name)
{
    if (lt_load32(&chosen, LT_ACQUIRE) != 2 || strcmp(name, lt_dynamic_strategy->name) == 0) return;
    char at[256];
    lt_place_name(at, sizeof at, first.place);
    lt_abort("lt_dynamic_select: %s is selected when there are objects of strategy %s; the first was made by %s at %s.", name,
             lt_dynamic_strategy->name, first.call, at);
}
