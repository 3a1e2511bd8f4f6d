/* stamped.h: counts that are exact at once, memory that waits. For the .c files of strategies whose headers include
 * strategy/stamped.h; in the place of strategy.h. It adds LT_STAMPED_HOOKS.
 *
 * Who can still reach an object whose count has become zero? Owners: none, or it would not be zero; and none can come
 * again, because try_retain_raw refuses a count of zero. Borrowers: threads that loaded a slot before it let go of
 * the object. The releaser retires it under its own epoch a; every such borrow is over at a + 3 (lib/grace.c). Then it is
 * finalized, and its memory is free at once.
 *
 * References that wait. A store does not count down what it replaces: under its thread's epoch a, the slot's reference goes to
 * wait (lt_let_go), and is in the count as before. It ends at a + 3, when every borrow by way of that slot is over. So
 *
 *   count = owned references + slots that hold the object + references that wait
 *
 * and most often the one that ends is the whole count. Then there are no owners; no slot holds the object, and of those
 * that did, each has let go of it by a store, whose reference has ended, and the borrows before it; or by handing its
 * reference to an owner, with a stamp: see below.
 *
 * Its edges die with it, and what dies by that is in the same position once more, though it seldom needs to wait again: a
 * chain of n objects must not take n grace periods (PLDI'24, CIRC, calls this immediate recursive destruction). Let the last
 * reference to o end, which was a dead parent's whose grace period is over, or one that has waited. Who may still be reading o,
 * or, through a slot of o, what o leads to?
 *   Who came through the parent, or the slot: that is over with the grace period.
 *   Who came through another slot, which let go of o by a store: over when its reference ended, before this.
 *   Who came through another slot, which gave its reference to an owner; or who owned o, borrowed what o leads to, and released
 *   o: his borrow goes on until his section ends. Every slot that gives and every owner that lets go stamps o with its thread's
 *   epoch (release_n_raw), in the same step that gives up the reference, so the word that we found carries the latest of
 *   those stamps, s. All such borrows are over at s + 3.
 * If that is now, o is finalized now; if not, or if it seems not so in 12 bits of the epoch, it is retired like any other. In
 * the first case nobody can come by a reference to o any more, so that the word may stay as it is; a weak reference, which
 * could bring somebody at any time, is the exception: then the count goes to zero by an atomic step. */
#ifndef LT_LIB_STAMPED_H
#define LT_LIB_STAMPED_H

#define LT_DEAD_TAG LT_STAMPED_DEAD
#include "strategy.h"

_Static_assert(LT_STAMP_GRACE == LT_GRACE, "the headers do not have the library's headers");

void LT_T(die_raw)(lt_object *o)
{
    /* Acquire pairs with every release decrement: the count's release sequence ends in the zero read here. */
    (void)lt_load64(&o->count.whole, LT_WEAKEN("epoch/die-relaxed", LT_ACQUIRE));
    lt_note_death(o);
    lt_point("stamped: zero, not retired");
    if (LT_FAULT("epoch/no-grace", "a count of zero kills at once")) lt_kill(self(), o);
    else lt_retire(self(), o);
}

void LT_T(release_stamping)(lt_object *o, uint32_t n)
{
    uint64_t epoch = lt_thread_epoch(LT_T(self)), word = lt_load64(&o->count.whole, LT_RELAXED);
    lt_point("stamped: about to stamp");
    /* Release as in release_n_raw. */
    while (!lt_cas64(&o->count.whole, &word, lt_stamped(word, epoch) - n, LT_WEAKEN("epoch/release-relaxed", LT_RELEASE),
                     LT_RELAXED)) {}
    if (lt_stamped_is_last(word, n)) LT_T(die_raw)(o);
}

/* A reference ends that led no borrower to o within a grace period: a dead parent's whose own is over, or one that a slot
 * has let go of so long ago. Is o dead, and was it let go of otherwise so long ago, too? */
static inline bool end_reference(struct lt_record *r, lt_object *o)
{
    /* Acquire pairs with every release decrement: the finalizer sees what the owners before did. Nobody else could come by a
     * reference, so the word needs no change; but where there are weak ones, they decide on the word. */
    uint64_t word = lt_load64(&o->count.whole, LT_WEAKEN("epoch/sole-relaxed", LT_ACQUIRE));
    bool aged = lt_stamp_ripe(r, lt_stamp_of(word), LT_GRACE) || LT_FAULT("epoch/sole-early", "the only reference is believed too soon");
    if (lt_stamped_is_last(word, 1) && aged && !lt_object_is_weak(o)) return true;

    /* As in release_n_raw and die_raw. */
    uint64_t before = lt_sub64(&o->count.whole, 1, LT_WEAKEN("epoch/edge-relaxed", LT_ACQ_REL));
    if (!lt_stamped_is_last(before, 1)) return false;
    lt_point("stamped: zero, its age not looked at");
    if (lt_stamp_ripe(r, lt_stamp_of(before), LT_GRACE)) return true;
    if (LT_FAULT("epoch/cascade-early", "an object dies with its parent, however lately it was let go")) return true;
    LT_T(die_raw)(o);
    return false;
}

static void settle(struct lt_record *r, lt_object *const *objects, uint32_t n, uint64_t epoch)
{
    (void)epoch;
    lt_object *leaves[LT_SETTLED];
    uint32_t count = 0;
    for (uint32_t i = 0; i < n; i++) {
        if (!end_reference(r, objects[i])) continue;
        if (lt_object_is_leaf(objects[i]) && !lt_object_is_weak(objects[i])) leaves[count++] = objects[i];
        else lt_doom(r, objects[i]);
    }
    lt_free_leaves(r, leaves, count);
}

static void let_go_now(struct lt_record *r, lt_object *o)
{
    (void)r;
    LT_T(release_raw)(o);
}

/* The cascade: the parent's grace period is over, and so is the edge's. */
static void drop_edge(struct lt_record *r, lt_object *o)
{
    if (end_reference(r, o)) lt_kill(r, o);
}

static void drop_edge_slot(struct lt_record *r, lt_slot *slot)
{
    lt_object *o = lt_shared_swap(slot, NULL);
    lt_note_unlinked(r, o);
    if (o && !LT_FAULT("epoch/edge-kept", "a dead object's slot keeps its reference")) drop_edge(r, o);
}

static uint64_t count(const struct lt_record *r, const lt_object *o)
{
    (void)r;
    uint64_t word = lt_load64(&o->count.whole, LT_RELAXED);
    if (word & LT_STAMPED_DEAD) return 0;
    return word & LT_STAMPED_IMMORTAL ? LT_COUNT_HELD : word & LT_STAMPED_COUNT;
}

#define LT_STAMPED_HOOKS \
    .settle = settle, \
    .let_go_now = let_go_now, \
    .drop = drop_edge, \
    .drop_slot = drop_edge_slot, \
    .ripen = lt_doom, \
    .count = count, \
    .edge = edge, \
    .claim = claim, \
    .links = LT_WHOLE_LINKS

#endif
