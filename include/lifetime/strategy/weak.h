/* weak.h: weak references. An lt_weak holds the address of its object's entry, which every weak reference to that object
 * shares; the entry holds the object's until finalization starts. lib/weak.c has the table of entries, and the proof. */
#ifndef LIFETIME_STRATEGY_WEAK_H
#define LIFETIME_STRATEGY_WEAK_H

#include "../section.h"

struct lt_weak_entry {
    lt_atomic64 object;     /* 0 from the moment its finalization starts */
    lt_atomic64 references; /* the lt_weaks that hold the entry, and one for the object as long as it lives */
    lt_node node;           /* next: in the table, while the object lives. Then what waits to be freed */
};

#ifdef __cplusplus
extern "C" {
#endif
struct lt_weak_entry *lt_weak_entry_of(lt_thread *, lt_object *); /* one reference more; NULL: no memory for the first */
void lt_weak_drop(lt_thread *, struct lt_weak_entry *);           /* one fewer */
#ifdef __cplusplus
}
#endif

static inline struct lt_weak_entry *lt_weak_peek(lt_weak *weak)
{
    /* Acquire pairs with the release in lt_weak_swap: what was written into the entry, and into the object before it was
     * referred to, is seen by whoever finds it here. */
    return (struct lt_weak_entry *)lt_load64(&weak->word, LT_WEAKEN("lib/weak-load-relaxed", LT_ACQUIRE));
}

static inline lt_object *lt_weak_object(struct lt_weak_entry *e) { return (lt_object *)lt_load64(&e->object, LT_RELAXED); }

/* Relaxed: nobody else can reach the word yet. */
static inline void lt_weak_first(lt_weak *weak, struct lt_weak_entry *e)
{
    lt_store64(&weak->word, (uint64_t)(uintptr_t)e, LT_RELAXED);
}

/* Puts e in, and gives back the weak reference to what was there. */
static inline void lt_weak_swap(lt_thread *self, lt_weak *weak, struct lt_weak_entry *e)
{
    /* Acquire: the entry that was there, as in lt_weak_peek. */
    uint64_t old = lt_swap64(&weak->word, (uint64_t)(uintptr_t)e, LT_WEAKEN("lib/weak-swap-relaxed", LT_ACQ_REL));
    if (old) lt_weak_drop(self, (struct lt_weak_entry *)(uintptr_t)old);
}

#endif
