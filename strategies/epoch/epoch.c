/* epoch.c: counts that are exact at once, memory that waits.
 *
 * Who can still reach an object whose count has become zero? Owners: none, or it would not be zero; and none can come
 * again, because lt_epoch_try_retain_raw refuses a count of zero. Borrowers: threads that loaded a slot before it let go of
 * the object. The releaser retires it under its own epoch a; every such borrow is over at a + 3 (lib/grace.c). Then it is
 * finalized, and its memory is free at once.
 *
 * Its edges die with it, and what dies by that is in the same position once more, though it seldom needs to wait again: a
 * chain of n objects must not take n grace periods (PLDI'24, CIRC, calls this immediate recursive destruction). Let o be
 * reached from a dead parent whose grace period is over, and let its count become zero by that. A borrow of o came from
 * the parent's slot, and is over with the parent's grace period; or from another slot that has since let go of o. Every
 * slot that does so stamps o with its thread's epoch (lt_epoch_unlink_n), in the same compare-and-swap that gives up its
 * reference, so the count that we found zero carries the latest stamp s of those. All such borrows are over at s + 3.
 * If that is now, o is finalized now; if not, or if 12 bits of the epoch cannot tell, it is retired like any other. */
#define LT_THIS epoch
#define LT_DEAD_TAG LT_EPOCH_DEAD
#include "lib/strategy.h"

void lt_epoch_die_raw(lt_object *o)
{
    /* Acquire pairs with every release decrement: the count's release sequence ends in the zero read here. */
    (void)lt_load64(&o->count.whole, LT_ACQUIRE);
#if LT_CHECKS
    lt_or8(&o->mark, LT_MARK_DEAD, LT_RELAXED);
#endif
    lt_retire(self(), o);
}

void lt_epoch_saturate_raw(lt_object *o) { lt_epoch_immortalize_raw(o); }

/* The cascade: the parent's grace period is over, and so is the edge's. */
static void drop_edge(struct lt_record *r, lt_object *o)
{
    uint64_t before = lt_sub64(&o->count.whole, 1, LT_ACQ_REL); /* as in lt_epoch_release_n_raw and lt_epoch_die_raw */
    if ((before & (LT_EPOCH_COUNT | LT_EPOCH_IMMORTAL)) != 1) return;
    if (lt_stamp_ripe(r, (before & LT_EPOCH_STAMP) >> LT_EPOCH_COUNT_BITS)) lt_kill(r, o);
    else lt_epoch_die_raw(o);
}

static void drop_edge_slot(struct lt_record *r, lt_slot *slot)
{
    lt_object *o = lt_shared_swap(slot, NULL);
    if (o) drop_edge(r, o);
}

lt_domain lt_epoch_domain = {
    LT_DOMAIN,
    .record_size = sizeof(struct lt_record),
    .traits = {.threads = true, .reclaims = true, .grace = true},
    .hooks = {.drop = drop_edge, .drop_slot = drop_edge_slot, .ripen = lt_kill, .links = LT_WHOLE_LINKS},
};
