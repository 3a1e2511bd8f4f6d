/* things.h: the objects of the programs, and what is known of each: that it was finalized once, not before everybody let go
 * of it, and that nobody saw it before it was whole. Its memory is read and written here, in instrumented code; its life is
 * written down in things.c, of which ThreadSanitizer knows nothing. */
#ifndef MODEL_THINGS_H
#define MODEL_THINGS_H

#include <lifetime/lifetime.h>

#include "model.h"

#define REQUIRE(condition) \
    ((condition) ? (void)0 : model_found(MODEL_ASSERTION, "%s:%d: not so: %s", __FILE__, __LINE__, #condition))

struct thing {
    lt_object header;
    uint64_t canary, value;
    lt_slot next;
    struct thing *ref;
    uint32_t id;
};

#define THING_ALIVE 0x0a11e0de0a11e000u
#define THING_DEAD 0x0dead0de0dead000u

uint32_t life_begin(bool finalizer);
void life_use(uint32_t id);   /* not after its finalizer */
void life_guard(uint32_t id); /* from here on it must not be finalized, */
void life_unguard(uint32_t id);
void life_end(uint32_t id);   /* its finalizer runs */
bool life_is_over(uint32_t id);
void life_require_all_over(void);

extern const lt_type thing_type; /* with a finalizer and edges */
extern const lt_type leaf_type;  /* without */

/* Of new memory. NULL stays NULL. */
static inline struct thing *thing_of(void *memory, const lt_type *type)
{
    struct thing *t = memory;
    if (!t) return NULL;
    t->next.word.raw = 0;
    t->ref = NULL;
    t->value = 0;
    t->id = life_begin(type == &thing_type);
    t->canary = THING_ALIVE + t->id;
    return t;
}
#define thing_new() thing_of(lt_new(&thing_type), &thing_type)
#define leaf_new() thing_of(lt_new(&leaf_type), &leaf_type)

/* The caller has a reference or a borrow. */
static inline void thing_use(const struct thing *t)
{
    REQUIRE(t->canary == THING_ALIVE + t->id && t->value == 0);
    life_use(t->id);
}

/* The caller begins to rely on it, and reads it. */
static inline void thing_guard(const struct thing *t)
{
    thing_use(t);
    life_guard(t->id);
    model_pause();
}
static inline void thing_unguard(const struct thing *t)
{
    thing_use(t);
    life_unguard(t->id);
}

#endif
