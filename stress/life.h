/* life.h: the oracle. A being is an object that is watched: its life record is kept apart from it, so that it can tell when the
 * object was finalized twice, was touched after its death, died while it was referenced, or never died.
 *
 * The record is written by nobody whom the strategy does not order before the finalizer, and the being's own fields are
 * plain, so that ThreadSanitizer judges the strategy, not the oracle. Half of the beings are made by lt_new, half by lt_init in
 * storage that the oracle keeps, poisons and sees return. */
#ifndef STRESS_LIFE_H
#define STRESS_LIFE_H

#include <lifetime/lifetime.h>

#include "run.h"

struct life;

struct being {
    lt_object header;
    uint64_t canary;      /* plain: written at birth and death */
    struct life *life;
    uint64_t serial;      /* which being this is, of all */
    uint64_t value;       /* the scenario's own; set before publication, or by whoever is alone with it */
    lt_slot left, right;  /* edges that change */
    struct being *ref;    /* a plain owned edge: set before publication */
    void (*last_words)(struct being *); /* called by the finalizer, with all edges whole; or NULL */
};

extern const lt_type being_type; /* for lt_new; finalize and trace are the oracle's */

/* The steps of making one that do not depend on the strategy. */
struct being *being_storage(void);              /* for lt_init, or NULL: then lt_new shall be used */
void being_return(struct being *);              /* storage that lt_init refused */
void being_born(struct being *, uint64_t value, bool in_storage);
extern const lt_type being_in_storage_type;
extern const lt_type being_acyclic_type; /* as being_type, for what is part of no cycle */

/* A new being with empty edges, owned by the caller. NULL if memory is refused. Inside a section. */
static inline struct being *being_try_new(uint64_t value)
{
    struct being *storage = being_storage(), *b = storage;
    if (!storage) {
        b = (struct being *)lt_new(&being_type);
    } else if (lt_init(storage, &being_in_storage_type)) {
        being_return(storage);
        b = NULL;
    }
    if (!b) return NULL;
    lt_slot_init(&b->left, NULL);
    lt_slot_init(&b->right, NULL);
    being_born(b, value, storage != NULL);
    return b;
}

static inline struct being *being_new(uint64_t value)
{
    struct being *b = being_try_new(value);
    if (!b) fail("no memory for an object");
    return b;
}

/* The same, of a reuse token if that is not empty; and its own storage may be reused. */
static inline struct being *being_reusing(lt_token token, uint64_t value)
{
    struct being *b = (struct being *)lt_new_reusing(&being_acyclic_type, token);
    if (!b) fail("no memory for an object");
    lt_slot_init(&b->left, NULL);
    lt_slot_init(&b->right, NULL);
    being_born(b, value, false);
    return b;
}

/* The caller has a reference, owned or borrowed: the being must be alive. */
void being_use(const struct being *);

/* Evidence that a reference lasts: between watch() and unwatch() the being must not be finalized, nor its memory reused.
 * unwatch_borrow() is for a borrow whose section began before it: where a clock runs (ages_begin), it also looks how many grace
 * periods have passed since the being was unlinked. */
struct watch {
    const struct being *being;
    struct life *life;
    uint64_t serial;
    bool counted;
};
struct watch watch(const struct being *);
void unwatch(struct watch);
void unwatch_borrow(struct watch);

/* In the child of a fork: the other threads are gone, and what they watched with them. `own` is the caller's watch. */
void lives_forked(struct watch *own);

/* It is told that b left its last slot: from now on only references that exist already may see it. */
void being_unlinked(const struct being *);

void being_immortal(const struct being *); /* lt_immortalize was called: it must not die */

/* After the last worker: everything must be finalized once, but for the immortal and what a strategy never reclaims; lt_stats
 * must agree. Calls lt_barrier. */
void lives_end(const struct run *);

/* Grace periods one after the other, counted, until lives_end: the clock of ages. Prints a histogram of the ages at which
 * borrowed objects were seen, as rcutorture does; fails at one past the legal age. */
void ages_begin(struct run *);

#endif
