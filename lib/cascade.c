/* cascade.c: what follows from a final decrement, for every strategy. A dead object is finalized, its edges are dropped,
 * its memory is disposed of; objects that die by that are pushed on the same list and follow, so that the stack stays as
 * it is however long the chain. The list runs through the dead objects themselves and needs no memory. */
#include <string.h>

#include "object.h"

struct dropper {
    lt_visitor visitor; /* first: trace gets this address */
    struct lt_record *record;
};

static void drop_slot(lt_visitor *v, lt_slot *slot)
{
    struct lt_record *r = ((struct dropper *)v)->record;
    r->domain->hooks.drop_slot(r, slot);
}

static void drop_ref(lt_visitor *v, void *field)
{
    struct lt_record *r = ((struct dropper *)v)->record;
    lt_object *o;
    memcpy(&o, field, sizeof o); /* the field's own type is some client struct's pointer */
    if (!o) return;
    memset(field, 0, sizeof o);
    r->domain->hooks.drop(r, o);
}

static void finish(struct lt_record *r, lt_object *o)
{
    const lt_type *type = lt_object_type(o);
    if (type->finalize) type->finalize(o);
    if (type->trace) {
        struct dropper d = {{drop_slot, drop_ref}, r};
        type->trace(o, &d.visitor);
    }
    if (r->domain->hooks.dispose) r->domain->hooks.dispose(r, o);
    else lt_object_free(r, o);
}

static void run(struct lt_record *r, uint64_t bound)
{
    if (r->cascading || !r->dead.head) return;
    r->cascading = true;
    lt_object *o;
    uint64_t done = 0;
    while ((!bound || done++ < bound) && (o = lt_chain_pop(&r->dead, &r->domain->hooks.links))) finish(r, o);
    r->cascading = false;
    if (r->dead.head) lt_ask(r); /* the next safepoint goes on */
}

void lt_doom(struct lt_record *r, lt_object *o)
{
#if LT_CHECKS
    lt_or8(&o->mark, LT_MARK_DEAD, LT_RELAXED);
#endif
    lt_chain_push(&r->dead, &r->domain->hooks.links, o);
}

void lt_kill(struct lt_record *r, lt_object *o)
{
    lt_doom(r, o);
    lt_cascade(r);
}

void lt_kill_leaf(struct lt_record *r, lt_object *o)
{
    if (lt_object_is_leaf(o)) finish(r, o);
    else lt_kill(r, o);
}

void lt_cascade(struct lt_record *r) { run(r, lt_setting_of(r->domain, LT_CASCADE_BOUND)); }
void lt_cascade_all(struct lt_record *r) { run(r, 0); }
