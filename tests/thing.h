/* thing.h: the object that most tests make: it knows whether it lives, who it is, and counts its deaths. */
#ifndef TESTS_THING_H
#define TESTS_THING_H

#include <lifetime/lifetime.h>

#include "harness.h"

#define ALIVE 0xa11ce0a11ce0a11cu
#define DEAD 0xdead0dead0dead0du

struct thing {
    lt_object header;
    uint64_t canary;
    uint32_t id;
    uint32_t value;                       /* the test's own */
    lt_slot left, right;                  /* edges that change */
    struct thing *ref;                    /* a plain owned edge: set before publication */
    void (*last_words)(struct thing *);   /* run by the finalizer, which says nothing if it is NULL */
};

/* Things are numbered from 0; fates[id] (harness.h) is how often thing id was finalized, for the first FATES of them. */
static uint64_t things_made, things_finalized;

static inline bool can_reclaim(void) { return lt_strategy_traits()->reclaims; }

static uint64_t made(void) { return __atomic_load_n(&things_made, __ATOMIC_ACQUIRE); }
static uint64_t finalized(void) { return __atomic_load_n(&things_finalized, __ATOMIC_ACQUIRE); }
static unsigned fate(uint32_t id) { return __atomic_load_n(&fates[id], __ATOMIC_ACQUIRE); }

static void thing_trace(void *object, lt_visitor *visitor)
{
    struct thing *t = object;
    lt_visit_slot(visitor, &t->left);
    lt_visit_slot(visitor, &t->right);
    lt_visit_ref(visitor, &t->ref);
}

static void thing_finalize(void *object)
{
    struct thing *t = object;
    CHECK_EQ(t->canary, ALIVE);
    if (t->last_words) t->last_words(t);
    t->canary = DEAD;
    if (t->id < FATES) CHECK_EQ(__atomic_fetch_add(&fates[t->id], 1, __ATOMIC_RELEASE), 0);
    __atomic_fetch_add(&things_finalized, 1, __ATOMIC_RELEASE);
}

static const lt_type thing_type = {
    .name = "thing", .size = sizeof(struct thing), .trace = thing_trace, .finalize = thing_finalize};

/* Gives fresh memory its number and its empty edges. */
static struct thing *thing_born(void *memory)
{
    struct thing *t = memory;
    t->canary = ALIVE;
    t->id = (uint32_t)__atomic_fetch_add(&things_made, 1, __ATOMIC_RELAXED);
    t->value = 0;
    lt_slot_init(&t->left, NULL);
    lt_slot_init(&t->right, NULL);
    t->ref = NULL;
    t->last_words = NULL;
    return t;
}

static struct thing *thing_new(void) { return thing_born(needed(lt_new(&thing_type))); }

/* A new thing whose `left` owns `child`; takes over the reference. */
static inline struct thing *thing_above(struct thing *child)
{
    struct thing *t = thing_new();
    lt_slot_init(&t->left, child);
    return t;
}

/* A use of the object that a sanitizer, poison or a wrong number would spoil. */
static inline void thing_use(const struct thing *t) { CHECK_EQ(t->canary, ALIVE); }

#endif
