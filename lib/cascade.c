/* cascade.c: what follows from a final decrement, for every strategy. A dead object is finalized, its edges are dropped,
 * its memory is disposed of; objects that die by that are pushed on the same list and follow, so that the stack stays as
 * it is however long the chain. The list runs through the dead objects themselves and needs no memory. The first that dies by
 * that is in no list, but is the heir, which follows next. */
#include <string.h>

#include <lifetime/strategy/weak.h>

#include "track.h"

struct dropper {
    lt_visitor visitor; /* first: trace gets this address */
    struct lt_record *record;
    void (*drop)(struct lt_record *, lt_object *);
    void (*drop_slot)(struct lt_record *, lt_slot *);
};

static void drop_slot(lt_visitor *v, lt_slot *slot)
{
    struct dropper *d = (struct dropper *)v;
    d->drop_slot(d->record, slot);
}

static void drop_ref(lt_visitor *v, void *field)
{
    struct dropper *d = (struct dropper *)v;
    lt_object *o;
    memcpy(&o, field, sizeof o); /* the field's own type is some client struct's pointer */
    if (!o) return;
    memset(field, 0, sizeof o);
    lt_note_dropped(d->record, o);
    if (!LT_FAULT("lib/edge-kept", "a plain edge of a dead object is not dropped")) d->drop(d->record, o);
}

static void drop_weak(lt_visitor *v, lt_weak *weak) { lt_weak_swap(&((struct dropper *)v)->record->hot, weak, NULL); }

static struct dropper dropper_of(struct lt_record *r, void (*drop)(struct lt_record *, lt_object *),
                                 void (*drop_a_slot)(struct lt_record *, lt_slot *))
{
    return (struct dropper){{drop_slot, drop_ref, drop_weak}, r, drop, drop_a_slot};
}

/* Its finalizer, then the end of its edges. Inline: most have none, and whoever has nothing to do should not be long about
 * it. */
static inline __attribute__((always_inline)) void wind_up(struct lt_record *r, lt_object *o, struct dropper *d)
{
    const lt_type *type = lt_object_type(o);
    LT_PROBE3(finalize, r->domain->name, o, type->name);
    bool again = lt_is_finalized(o) && !LT_FAULT("lib/collect-twice", "what a collection has finalized is finalized again");
    const lt_object *before = lt_note_finalizer(r, o);
    if (type->finalize && !again) type->finalize(o);
    (void)lt_note_finalizer(r, before);
    lt_point("lib: finalized, its edges are there");
    if (type->trace) type->trace(o, &d->visitor);
}

static void finish(struct lt_record *r, lt_object *o, struct dropper *d)
{
    if (LT_UNLIKELY(lt_object_is_weak(o))) lt_weak_sever(r, o);
    wind_up(r, o, d);
    if (r->domain->hooks.dispose) r->domain->hooks.dispose(r, o);
    else lt_object_end(r, o);
}

static inline lt_object *next_dead(struct lt_record *r)
{
    lt_object *heir = r->heir;
    r->heir = NULL;
    return heir ? heir : lt_chain_pop(&r->dead, &r->domain->hooks.links);
}

void lt_disinherit(struct lt_record *r)
{
    if (r->heir && !LT_FAULT("lib/heir-lost", "what is to be finalized next is forgotten where something comes between"))
        lt_chain_push(&r->dead, &r->domain->hooks.links, r->heir);
    r->heir = NULL;
}

static inline bool is_under_way(const struct lt_record *r)
{
    return r->cascading && !LT_FAULT("lib/cascade-recursive", "a cascade runs within a cascade");
}

/* Finalizes at most `bound` objects; returns how many fewer it might still. */
static uint64_t run(struct lt_record *r, uint64_t bound)
{
    if (is_under_way(r) || !lt_has_dead(r)) return bound;
    r->cascading = true;
    struct lt_hooks *hooks = &r->domain->hooks;
    struct dropper d = dropper_of(r, hooks->drop, hooks->drop_slot);
    do {
        lt_object *o;
        for (; bound && (o = next_dead(r)); bound--)
            if (bound > 1 || !LT_FAULT("lib/cascade-off-by-one", "the last object within the bound is forgotten")) finish(r, o, &d);
    } while (bound && hooks->exhausted && hooks->exhausted(r));
    r->cascading = false;
    lt_disinherit(r);
    if (r->dead.head) lt_ask(r); /* the next safepoint goes on */
    return bound;
}

static uint64_t bound_of(const struct lt_record *r)
{
    uint64_t bound = lt_setting_of(r->domain, LT_CASCADE_BOUND);
    return bound ? bound : UINT64_MAX;
}

bool lt_meter(struct lt_record *r)
{
    if (r->metered) return false;
    r->allowance = bound_of(r);
    return r->metered = true;
}

void lt_unmeter(struct lt_record *r) { r->metered = false; }

void lt_doom(struct lt_record *r, lt_object *o)
{
    lt_note_death(o);
    if (r->cascading && !r->heir) r->heir = o;
    else lt_chain_push(&r->dead, &r->domain->hooks.links, o);
}

void lt_kill(struct lt_record *r, lt_object *o)
{
    lt_doom(r, o);
    if (!is_under_way(r)) lt_cascade(r);
}

void lt_kill_leaf(struct lt_record *r, lt_object *o)
{
    if (!lt_object_is_leaf(o)) {
        lt_kill(r, o);
    } else {
        lt_note_death(o);
        finish(r, o, NULL);
    }
}

bool lt_unmake(struct lt_record *r, lt_object *o, void (*drop)(struct lt_record *, lt_object *),
               void (*drop_a_slot)(struct lt_record *, lt_slot *))
{
    if (r->cascading || (r->metered && !r->allowance)) return false;
    bool metered = lt_meter(r);
    lt_note_death(o);
    r->cascading = true; /* what dies by this follows, in constant stack */
    struct dropper d = dropper_of(r, drop, drop_a_slot);
    wind_up(r, o, &d);
    r->allowance--;
    r->cascading = false;
    lt_cascade(r);
    if (metered) lt_unmeter(r);
    return true;
}

void lt_cascade(struct lt_record *r)
{
    if (r->metered) r->allowance = run(r, r->allowance);
    else run(r, bound_of(r));
}

void lt_cascade_all(struct lt_record *r) { run(r, UINT64_MAX); }
