/* thing_types.c: the callbacks of the things, in instrumented code. */
#include "things.h"

static void trace(void *object, lt_visitor *visitor)
{
    struct thing *t = object;
    lt_visit_slot(visitor, &t->next);
    lt_visit_ref(visitor, &t->ref);
}

static void finalize(void *object)
{
    struct thing *t = object;
    thing_use(t);
    life_end(t->id);
    t->canary = THING_DEAD + t->id; /* a race with whoever still reads it */
}

const lt_type thing_type = {.name = "thing", .size = sizeof(struct thing), .trace = trace, .finalize = finalize};
const lt_type owners_type = {
    .name = "owner's", .size = sizeof(struct thing), .flags = LT_TYPE_FINALIZE_ON_OWNER, .trace = trace, .finalize = finalize};
const lt_type leaf_type = {.name = "leaf", .size = sizeof(struct thing)};
