/* queue.c: many threads push, one takes all. The stack is taken whole, so its compare-and-swap has no ABA problem.
 *
 * An owner inside a section is asked to look (lt_ask). One that is outside may stay there; so once enough waits for it, the
 * pusher seizes it and merges in its place (lib/grace.c), and as long as it does not come back, every later push is worked
 * off at once by its pusher. What is less than that is found by lt_poll and lt_barrier, through lt_biased_waiting.
 *
 * Without memory for a batch, the object goes to the owner's single `posted` place, and the pusher waits until that is
 * free, working off what is posted to itself so that two such threads do not wait for each other. An owner that is outside
 * its section is seized for it. One that is inside passes a safepoint, or leaves; but not while a finalizer of it waits for
 * an object lock, which the pusher may have. So the pusher wakes it, and it looks what is posted, and waits on (lt_rouse).
 */
#include "queue.h"

#include <lifetime/strategy/biased.h>

#include "lib/alloc.h"

enum { HELP_AT = 64 }; /* objects waiting for an owner outside its section before it is seized */

static lt_atomic64 by_index[LT_BIASED_OWNERS + 1];

void lt_biased_enlist(struct biased_record *r)
{
    /* Release pairs with the acquire in lt_biased_enqueue, which may read it before any other trace of this thread. */
    lt_store64(&by_index[r->base.index], (uint64_t)(uintptr_t)r, LT_RELEASE);
}

void lt_biased_push(struct biased_record *owner, struct lt_biased_batch *batch)
{
    uint64_t head = lt_load64(&owner->queue, LT_RELAXED);
    lt_add64(&owner->waiting, batch->used, LT_RELAXED); /* a measure; what counts is the stack */
    lt_point("biased: counted, not pushed");
    do batch->next = (struct lt_biased_batch *)(uintptr_t)head;
    /* Release pairs with the acquire in lt_biased_take: the batch, and all that its objects' droppers did before. */
    while (!lt_cas64(&owner->queue, &head, (uint64_t)(uintptr_t)batch, LT_WEAKEN("biased/push-relaxed", LT_RELEASE),
                     LT_RELAXED));
}

struct lt_biased_batch *lt_biased_take(struct biased_record *owner)
{
    if (!lt_load64(&owner->queue, LT_RELAXED)) return NULL;
    uint64_t head = lt_swap64(&owner->queue, 0, LT_WEAKEN("biased/take-relaxed", LT_ACQUIRE));
    struct lt_biased_batch *all = (struct lt_biased_batch *)(uintptr_t)head;
    uint64_t taken = 0;
    for (struct lt_biased_batch *b = all; b; b = b->next) taken += b->used;
    lt_point("biased: taken, still counted");
    lt_sub64(&owner->waiting, taken, LT_RELAXED);
    return all;
}

lt_object *lt_biased_take_posted(struct biased_record *owner)
{
    lt_object *o = (lt_object *)(uintptr_t)lt_load64(&owner->posted, LT_ACQUIRE); /* pairs with the release in post() */
    if (!o) return NULL;
    lt_sub64(&owner->waiting, 1, LT_RELAXED);
    lt_store64(&owner->posted, 0, LT_RELAXED);
    return o;
}

bool lt_biased_waiting(const struct biased_record *r) { return lt_load64(&r->waiting, LT_RELAXED) != 0; }

/* Who vanished may have counted what it did not push, or not have counted what it took. */
void lt_biased_recount(struct biased_record *r)
{
    uint64_t waiting = lt_load64(&r->posted, LT_RELAXED) != 0;
    struct lt_biased_batch *b = (struct lt_biased_batch *)(uintptr_t)lt_load64(&r->queue, LT_RELAXED);
    for (; b; b = b->next) waiting += b->used;
    lt_store64(&r->waiting, waiting, LT_RELAXED);
}

void lt_biased_forget(struct biased_record *r)
{
    r->open = NULL;
    r->spare = NULL;
    r->spares = 0;
    r->kept = (struct lt_chain){0};
    r->shares = (struct lt_biased_shares){0};
    r->types = (struct lt_biased_types){0};
}

static struct lt_biased_batch *new_batch(struct biased_record *me)
{
    struct lt_biased_batch *batch = me->spare;
    if (batch) {
        me->spare = batch->next;
        me->spares--;
    } else {
        batch = lt_alloc(sizeof *batch);
    }
    if (batch) batch->used = 0;
    return batch;
}

void lt_biased_recycle(struct biased_record *me, struct lt_biased_batch *batch)
{
    if (me->spares == LT_BIASED_SPARES) {
        lt_dealloc(batch, sizeof *batch);
        return;
    }
    batch->next = me->spare;
    me->spare = batch;
    me->spares++;
}

/* The owner learns of it, or it is done for the owner. */
static void notify(struct biased_record *me, struct biased_record *owner)
{
    lt_ask(&owner->base);
    if (LT_FAULT("biased/owner-waited-for", "nobody merges for an owner that is away")) return;
    if (lt_absent(&owner->base)) lt_assist(&me->base, &owner->base, false);
    else if (lt_outside(&owner->base) && lt_load64(&owner->waiting, LT_RELAXED) >= HELP_AT)
        lt_assist(&me->base, &owner->base, true);
}

void lt_biased_flush(struct biased_record *me)
{
    struct biased_record *owner = me->open_for;
    if (!me->open) return;
    lt_biased_push(owner, me->open);
    me->open = NULL;
    lt_point("biased: pushed, the owner is not told");
    notify(me, owner);
}

void lt_biased_hurry(struct biased_record *me)
{
    struct biased_record *owner = me->open_for;
    if (!me->open) return;
    lt_biased_flush(me);
    if (owner != me && lt_outside(&owner->base)) lt_assist(&me->base, &owner->base, true);
}

/* Locked, for a thread that is leaving or seized: someone will find it. */
void lt_biased_flush_locked(struct biased_record *r)
{
    if (!r->open || LT_FAULT("biased/exit-unflushed", "a thread that exits keeps its open batch")) return;
    lt_biased_push(r->open_for, r->open);
    r->open = NULL;
    lt_ask(&r->open_for->base);
}

static void post(struct biased_record *me, struct biased_record *owner, lt_object *o)
{
    uint64_t none = 0;
    lt_add64(&owner->waiting, 1, LT_RELAXED);
    /* Release pairs with the acquire in lt_biased_take_posted. */
    while (!lt_cas64(&owner->posted, &none, (uint64_t)(uintptr_t)o, LT_RELEASE, LT_RELAXED)) {
        none = 0;
        lt_ask(&owner->base);
        lt_rouse(&owner->base);
        lt_assist(&me->base, &owner->base, true);
        lt_biased_drain_own(me);
        lt_yield();
    }
    notify(me, owner);
}

void lt_biased_enqueue(struct biased_record *me, uint32_t index, lt_object *o)
{
    struct biased_record *owner = (struct biased_record *)(uintptr_t)lt_load64(&by_index[index], LT_ACQUIRE);
    if (me->open && me->open_for != owner) lt_biased_flush(me);
    if (!me->open) {
        if (!(me->open = new_batch(me))) {
            post(me, owner, o);
            return;
        }
        me->open_for = owner;
        lt_ask(&me->base); /* to flush when the section ends */
    }
    me->open->object[me->open->used++] = o;
    if (me->open->used == LT_BIASED_BATCH) lt_biased_flush(me);
}
