/* epoch.c: counts that are exact at once, memory that waits.
 *
 * Who can still reach an object whose count has become zero? Owners: none, or it would not be zero; and none can come
 * again, because lt_epoch_try_retain_raw refuses a count of zero. Borrowers: threads that loaded a slot before it let go of
 * the object. The releaser retires it under its own epoch a; every such borrow is over at a + 3 (lib/grace.c). Then it is
 * finalized, and its memory is free at once.
 *
 * Its edges die with it, and what dies by that is in the same position once more, though it seldom needs to wait again: a
 * chain of n objects must not take n grace periods (PLDI'24, CIRC, calls this immediate recursive destruction). Let o be
 * reached from a dead parent whose grace period is over, and let its count become zero by that. Who may still be reading o,
 * or, through a slot of o, what o leads to?
 *   Who came through the parent: that is over with the parent's grace period.
 *   Who came through another slot, which has since let go of o; or who owned o, borrowed what o leads to, and released o:
 *   his borrow goes on until his section ends. Every slot and every owner that lets go of o stamps it with its thread's
 *   epoch (lt_epoch_release_n_raw), in the same step that gives up the reference, so the word that we found zero carries
 *   the latest of those stamps, s. All such borrows are over at s + 3.
 * If that is now, o is finalized now; if not, or if it seems not so in 12 bits of the epoch, it is retired like any other. */
#define LT_THIS epoch
#define LT_DEAD_TAG LT_EPOCH_DEAD
#include "lib/strategy.h"

void lt_epoch_die_raw(lt_object *o)
{
    /* Acquire pairs with every release decrement: the count's release sequence ends in the zero read here. */
    (void)lt_load64(&o->count.whole, LT_WEAKEN("epoch/die-relaxed", LT_ACQUIRE));
#if LT_CHECKS
    lt_or8(&o->mark, LT_MARK_DEAD, LT_RELAXED);
#endif
    lt_point("epoch: zero, not retired");
    if (LT_FAULT("epoch/no-grace", "a count of zero kills at once")) lt_kill(self(), o);
    else lt_retire(self(), o);
}

void lt_epoch_release_stamping(lt_object *o, uint32_t n)
{
    uint64_t epoch = lt_thread_epoch(lt_epoch_self), word = lt_load64(&o->count.whole, LT_RELAXED);
    lt_point("epoch: about to stamp");
    /* Release as in lt_epoch_release_n_raw. */
    while (!lt_cas64(&o->count.whole, &word, lt_stamped(word, epoch) - n, LT_WEAKEN("epoch/release-relaxed", LT_RELEASE),
                     LT_RELAXED)) {}
    if (lt_epoch_is_last(word, n)) lt_epoch_die_raw(o);
}

/* The cascade: the parent's grace period is over, and so is the edge's. */
static void drop_edge(struct lt_record *r, lt_object *o)
{
    /* As in lt_epoch_release_n_raw and lt_epoch_die_raw. */
    uint64_t before = lt_sub64(&o->count.whole, 1, LT_WEAKEN("epoch/edge-relaxed", LT_ACQ_REL));
    if (!lt_epoch_is_last(before, 1)) return;
    lt_point("epoch: zero, its age not looked at");
    bool ripe = lt_stamp_ripe(r, lt_stamp_of(before), LT_GRACE);
    if (ripe || LT_FAULT("epoch/cascade-early", "an object dies with its parent, however lately it was let go")) lt_kill(r, o);
    else lt_epoch_die_raw(o);
}

static void drop_edge_slot(struct lt_record *r, lt_slot *slot)
{
    lt_object *o = lt_shared_swap(slot, NULL);
    if (o && !LT_FAULT("epoch/edge-kept", "a dead object's slot keeps its reference")) drop_edge(r, o);
}

static uint64_t count(const struct lt_record *r, const lt_object *o)
{
    (void)r;
    uint64_t word = lt_load64(&o->count.whole, LT_RELAXED);
    if (word & LT_EPOCH_DEAD) return 0;
    return word & LT_EPOCH_IMMORTAL ? LT_COUNT_HELD : word & LT_EPOCH_COUNT;
}

lt_domain lt_epoch_domain = {
    LT_DOMAIN,
    .record_size = sizeof(struct lt_record),
    .traits = {.threads = true, .reclaims = true, .grace = true},
    .hooks = {.drop = drop_edge, .drop_slot = drop_edge_slot, .ripen = lt_doom, .count = count,
              .edge = edge, .claim = claim, .links = LT_WHOLE_LINKS},
};
