/* watch.c: the table, and watching everything. */
#include "watch.h"

#include "lib/sync.h"

lt_atomic8 lt_watch_marks[LT_WATCH_PLACES];
static lt_atomic64 last;                /* epoch in which something was watched; 0: never */
static lt_atomic64 all_since, all_last; /* everything */

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER; /* of the last two; taken last */

static bool is_recent(const lt_atomic64 *when, uint64_t epoch)
{
    uint64_t z = lt_load64(when, LT_RELAXED);
    return z && epoch <= z + LT_WATCH_TERM + 2;
}

void lt_watch(const lt_object *o, uint64_t epoch)
{
    lt_store8(lt_watch_place(o), lt_watch_mark(epoch), LT_RELAXED);
    if (lt_load64(&last, LT_RELAXED) < epoch) lt_store64(&last, epoch, LT_RELAXED);
}

void lt_watch_all(uint64_t epoch)
{
    if (lt_load64(&all_last, LT_RELAXED) >= epoch) return;
    lt_mutex_lock(&lock);
    uint64_t before = lt_load64(&all_last, LT_RELAXED);
    if (before < epoch) {
        if (!before || !lt_watch_lasts(before, epoch)) lt_store64(&all_since, epoch, LT_RELAXED);
        lt_point("deferred: watches everything, has not said so");
        /* Release pairs with the acquire below: who reads this reads a `since` that goes with it, or a later one. */
        lt_store64(&all_last, epoch, LT_RELEASE);
    }
    lt_mutex_unlock(&lock);
}

void lt_watch_fork(enum lt_fork step)
{
    if (LT_FAULT("deferred/fork-watch", "a fork does not wait for the lock of watching everything")) return;
    if (step == LT_FORK_LOCK) lt_mutex_lock(&lock);
    else if (step == LT_FORK_UNLOCK || step == LT_FORK_CHILD) lt_mutex_unlock(&lock);
}

bool lt_watch_any(uint64_t epoch) { return is_recent(&last, epoch) || is_recent(&all_last, epoch); }
bool lt_watches_all(uint64_t epoch) { return is_recent(&all_last, epoch); }

bool lt_watched_all(uint64_t epoch, uint64_t *since)
{
    uint64_t z = lt_load64(&all_last, LT_ACQUIRE);
    *since = lt_load64(&all_since, LT_RELAXED);
    return z && lt_watch_lasts(z, epoch);
}
