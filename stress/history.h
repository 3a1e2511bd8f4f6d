/* history.h: what a few threads did with a set of a few keys, and whether that can be explained: is there an order of all the
 * operations, in which each comes between its beginning and its end, and gives what a set would give (linearizability: Herlihy
 * and Wing, 1990)? All orders are tried. */
#ifndef STRESS_HISTORY_H
#define STRESS_HISTORY_H

#include <stdbool.h>
#include <stdint.h>

enum { HISTORY_THREADS = 3, HISTORY_LENGTH = 6, HISTORY_KEYS = 2 };

struct happening {
    enum { SET_ADD, SET_REMOVE, SET_FIND } what;
    unsigned key;
    bool said;             /* added; removed; found */
    uint64_t begun, ended; /* from history_now */
};

struct history {
    uint64_t clock; /* atomic */
    struct happening happening[HISTORY_THREADS][HISTORY_LENGTH];
};

/* What comes after the stamp in the program happens after it; what comes before, before it. */
static inline uint64_t history_now(struct history *h) { return __atomic_add_fetch(&h->clock, 1, __ATOMIC_ACQ_REL); }

/* The set was empty before, and at the end key k was in it if bit k of `present` is set. */
bool history_is_explained(const struct history *, unsigned present);

void history_print(const struct history *);

#endif
