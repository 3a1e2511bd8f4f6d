/* watch.h: which objects the caches have to leave a trace on.
 *
 * An object under review is watched. A table of bytes, shared by all threads, says so: at the object's place is the epoch in
 * which it was last said of one there. Objects that share a place are watched together, which costs a write to each and harms
 * nothing. One more word has the epoch of the last object that was watched at all, so that a thread in whose epoch there is
 * none need not look.
 *
 * Claim. If M, in a section with a(M) = z, watches o, then every thread finds o watched under each epoch from z + 2 to
 * z + LT_WATCH_TERM + 1, whenever in that epoch it looks.
 *   A thread announces z + 2 after E became z + 2, which happened after M announced z + 1 or was seized (lib/grace.c), so
 *   after M's store: it reads that or a later one. A later one is of z - 1 or more: what was stored under z - 2 happened
 *   before E became z. And of at most the reader's epoch + 1, for E is no more while the reader is in its section. So what
 *   it reads is at most LT_WATCH_TERM + 2 epochs old, or LT_STAMP_AHEAD too new; that is "watched". */
#ifndef LT_DEFERRED_WATCH_H
#define LT_DEFERRED_WATCH_H

#include <lifetime/lifetime.h>
#include <lifetime/strategy/deferred.h>

#include "lib/domain.h"

#pragma GCC visibility push(hidden)

enum { LT_WATCH_PLACES = 1 << 14, LT_WATCH_TERM = 8 };

extern lt_atomic8 lt_watch_marks[LT_WATCH_PLACES];

static inline lt_atomic8 *lt_watch_place(const lt_object *o)
{
    return &lt_watch_marks[lt_deferred_place(o) % LT_WATCH_PLACES];
}

/* The epoch modulo 256, such that the first epochs, which are small, do not find the empty table full of marks. */
static inline uint8_t lt_watch_mark(uint64_t epoch) { return (uint8_t)(epoch + 128); }

/* Relaxed, as all that is read and written here: it is ordered by epochs. */
static inline bool lt_is_watched(const lt_object *o, uint64_t epoch)
{
    uint8_t age = (uint8_t)(lt_watch_mark(epoch) - lt_load8(lt_watch_place(o), LT_RELAXED));
    return (uint8_t)(age + LT_STAMP_AHEAD) <= LT_WATCH_TERM + 2 + LT_STAMP_AHEAD;
}

void lt_watch(const lt_object *, uint64_t epoch);
void lt_watch_all(uint64_t epoch); /* every object */

/* Is there anything that a thread in this epoch has to find watched? Everything? */
bool lt_watch_any(uint64_t epoch);
bool lt_watches_all(uint64_t epoch);

/* For a thread in `epoch`: no thread has come to an epoch in which what was watched in z no longer is. */
static inline bool lt_watch_lasts(uint64_t z, uint64_t epoch) { return epoch <= z + LT_WATCH_TERM; }

/* Is that true of everything? Then since when has it been, without a gap? */
bool lt_watched_all(uint64_t epoch, uint64_t *since);

void lt_watch_fork(enum lt_fork); /* holds still meanwhile since when everything is watched */

#pragma GCC visibility pop

#endif
