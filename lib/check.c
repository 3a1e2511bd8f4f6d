/* check.c: what the checked build looks at, and how a broken rule is reported. */
#include "object.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void print_message(const char *message)
{
    fputs(message, stderr);
    fputc('\n', stderr);
}

/* Set while one thread sets up; read when everything is over. */
static lt_abort_hook abort_hook = print_message;

lt_abort_hook lt_set_abort_hook(lt_abort_hook hook)
{
    lt_abort_hook before = __atomic_exchange_n(&abort_hook, hook ? hook : print_message, __ATOMIC_ACQ_REL);
    return before;
}

_Noreturn void lt_abort(const char *format, ...)
{
    char message[1024] = "lifetime: ";
    size_t used = strlen(message);
    va_list arguments;
    va_start(arguments, format);
    (void)vsnprintf(message + used, sizeof message - used, format, arguments);
    va_end(arguments);
    __atomic_load_n(&abort_hook, __ATOMIC_ACQUIRE)(message);
    abort();
}

void lt_check_section(const struct lt_domain *d, const lt_thread *self, const char *call)
{
    if (!self || !lt_thread_depth(self))
        lt_abort("%s: called outside a section. Strategy %s needs lt_enter before it and lt_leave after it.", call, d->name);
}

static void check_no_lock(const struct lt_domain *d, const struct lt_record *r, const char *call)
{
#if LT_CHECKS
    if (r->locks)
        lt_abort("%s: called while %u object lock%s held, strategy %s; the object locked first is %p. lt_unlock comes before it.",
                 call, r->locks, r->locks == 1 ? " is" : "s are", d->name, (const void *)r->locked[0]);
#else
    (void)d, (void)r, (void)call;
#endif
}

void lt_check_safepoint(const struct lt_domain *d, const lt_thread *self, const char *call)
{
    lt_check_section(d, self, call);
    const struct lt_record *r = lt_record_of((lt_thread *)(uintptr_t)self);
    if (r->cascading || r->reclaiming)
        lt_abort("%s: called by a finalizer or a deferred function, strategy %s. It runs in the middle of another call, whose "
                 "borrows a safepoint would end.", call, d->name);
    check_no_lock(d, r, call);
}

void lt_check_leave(const struct lt_domain *d, const lt_thread *self, const char *call)
{
    lt_check_section(d, self, call);
    if (lt_thread_depth(self) == 1) check_no_lock(d, lt_record_of((lt_thread *)(uintptr_t)self), call);
}

static const char *strategy_of(unsigned id)
{
#define LT_NAME_OF(strategy) \
    if (id == LT_ID_##strategy) return #strategy;
    LT_FOREACH_STRATEGY(LT_NAME_OF)
#undef LT_NAME_OF
    return NULL;
}

/* LT_IMMORTAL_OBJECT, which is anybody's. */
static bool is_fixed(const lt_object *o)
{
    uint64_t range = lt_load64(&o->count.whole, LT_RELAXED) >> 61; /* it has been counted: 1 to 3 is still immortal */
    return (lt_load8(&o->mark, LT_RELAXED) & ~LT_MARK_WEAK) == 0 && range >= 1 && range <= 3;
}

static void check_strategy(const struct lt_domain *d, const lt_object *o, const char *call)
{
    unsigned id = (unsigned)lt_load8(&o->mark, LT_RELAXED) >> LT_MARK_STRATEGY_SHIFT;
    if (id == d->id || is_fixed(o)) return;
    const char *owner = strategy_of(id);
    if (!owner)
        lt_abort("%s: %p is not an object of strategy %s, or no object at all: its header is damaged.", call, (const void *)o,
                 d->name);
    lt_abort("%s: object %p of type %s was made by strategy %s and cannot be used with strategy %s.", call, (const void *)o,
             lt_object_type(o)->name, owner, d->name);
}

void lt_check_borrowable(const struct lt_domain *d, const lt_thread *self, const lt_object *o, const char *call)
{
    if (!self || !lt_thread_depth(self))
        lt_abort("%s: object %p of type %s used outside a section. Strategy %s needs lt_enter before it and lt_leave after it.",
                 call, (const void *)o, lt_object_type(o)->name, d->name);
    check_strategy(d, o, call);
}

void lt_check_object(const struct lt_domain *d, const lt_thread *self, const lt_object *o, const char *call)
{
    lt_check_borrowable(d, self, o, call);
    if (lt_load8(&o->mark, LT_RELAXED) & LT_MARK_DEAD && !lt_record_of((lt_thread *)(uintptr_t)self)->cascading)
        lt_abort("%s: object %p of type %s, strategy %s, is dead: its last reference was released before.", call,
                 (const void *)o, lt_object_type(o)->name, d->name);
}

/* A weak reference that was made after the object's were ended would never end. */
void lt_check_referable(const struct lt_domain *d, const lt_thread *self, const lt_object *o, const char *call)
{
    lt_check_object(d, self, o, call);
    if (lt_load8(&o->mark, LT_RELAXED) & LT_MARK_DEAD)
        lt_abort("%s: object %p of type %s, strategy %s, is dead: nothing may refer to it any more.", call, (const void *)o,
                 lt_object_type(o)->name, d->name);
}

void lt_check_release(const struct lt_domain *d, const lt_thread *self, const lt_object *o, uint32_t n, const char *call)
{
    lt_check_object(d, self, o, call);
    /* Where the last release finalizes, the count word is the count, negative when dead. Elsewhere nobody knows it. */
    if (d->traits.immediate && (int64_t)(lt_load64(&o->count.whole, LT_RELAXED) - n) < 0)
        lt_abort("%s: object %p of type %s, strategy %s: %u references released, more than there are.", call, (const void *)o,
                 lt_object_type(o)->name, d->name, n);
}

#if LT_CHECKS
void lt_check_lock(const struct lt_domain *d, const lt_thread *self, const lt_object *o, const char *call)
{
    lt_check_object(d, self, o, call);
    struct lt_record *r = lt_record_of((lt_thread *)(uintptr_t)self);
    for (unsigned i = 0; i < r->locks && i < LT_LOCKS_SEEN; i++)
        if (r->locked[i] == o)
            lt_abort("%s: this thread has the lock of object %p of type %s, strategy %s, already: it would wait for itself.", call,
                     (const void *)o, lt_object_type(o)->name, d->name);
    if (r->locks < LT_LOCKS_SEEN) r->locked[r->locks] = o;
    r->locks++;
}

void lt_check_unlock(const struct lt_domain *d, const lt_thread *self, const lt_object *o, const char *call)
{
    lt_check_object(d, self, o, call);
    struct lt_record *r = lt_record_of((lt_thread *)(uintptr_t)self);
    unsigned seen = r->locks < LT_LOCKS_SEEN ? r->locks : LT_LOCKS_SEEN, i = seen;
    while (i && r->locked[i - 1] != o) i--;
    if (!i && r->locks <= LT_LOCKS_SEEN)
        lt_abort("%s: this thread does not have the lock of object %p of type %s, strategy %s.", call, (const void *)o,
                 lt_object_type(o)->name, d->name);
    if (i) r->locked[i - 1] = r->locked[seen - 1];
    r->locks--;
}

/* Freed objects stay readable for a while, their payload overwritten, so that a second release is recognised. Returns the
 * object whose memory is to be freed now, if any. */
lt_object *lt_quarantine(struct lt_record *r, lt_object *o)
{
    if (lt_object_made(o) == LT_MARK_STORAGE) return o;
    size_t bytes = lt_object_size(o);
    memset(o + 1, 0xdb, bytes - sizeof *o);
    lt_or8(&o->mark, LT_MARK_DEAD, LT_RELAXED);
    size_t i = r->quarantined++ % LT_QUARANTINE;
    lt_object *oldest = r->quarantine[i];
    r->quarantine[i] = o;
    return oldest;
}
#endif
