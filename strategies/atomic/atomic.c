/* atomic.c: the count is what there is, and it is exact.
 *
 * Weighted reference counting (Bevan 1987; Watson & Watson 1987) is the split count. Invariant, for every object:
 *
 *   count = owned references + sum over the slots that hold it of (LT_ATOMIC_STOCK - taken)
 *
 * Each step keeps it: a store adds the stock before the exchange shows it; a load moves one from a slot's stock to an owned
 * reference by its single add; an exchange learns from the old word what is left and takes that from the count. So the
 * count is zero exactly when no slot and no owner is left, and then nobody can touch the object: it dies at once. A word
 * (object, taken) that comes back after the object left and returned means the same as before, so no compare-and-swap here
 * can be misled by it, and the object cannot have been freed between, as whoever compares holds a reference to it.
 *
 * taken cannot overflow: whoever takes it past one half does not return before it has been put back below that, by himself
 * or by another, so it stays under 2^15 plus the number of threads. */
#define LT_THIS atomic
#define LT_DEAD_TAG LT_COUNT_DEAD
#include "lib/strategy.h"

void lt_atomic_die_raw(lt_object *o)
{
    lt_point("atomic: zero, not killed");
    /* Acquire pairs with the release of every decrement. */
    (void)lt_load64(&o->count.whole, LT_WEAKEN("atomic/die-relaxed", LT_ACQUIRE));
    lt_kill_leaf(self(), o);
}

/* The caller has just taken a reference from this slot's stock, so o is alive. */
void lt_atomic_restock(lt_slot *s, lt_object *o)
{
    uint64_t word = lt_load64(&s->word, LT_RELAXED);
    while (lt_atomic_object_of(word) == o && word & LT_ATOMIC_RESTOCK) {
        uint64_t taken = word / LT_ATOMIC_TAKEN;
        lt_add64(&o->count.whole, taken, LT_RELAXED); /* first, so that the stock is covered when it is seen */
        lt_point("atomic: counted, not restocked");
        if (LT_FAULT("atomic/aba", "the object alone is compared, not what was taken")) word = lt_load64(&s->word, LT_RELAXED);
        if (lt_cas64(&s->word, &word, (uint64_t)o, LT_RELAXED, LT_RELAXED)) return;
        lt_sub64(&o->count.whole, taken, LT_RELAXED); /* not the last: the caller has one */
    }
}

/* Most dead objects' edges are the only ones to their objects. Acquire pairs with the releases of those who had references before:
 * no decrement follows that would find zero and acquire, and the finalizer would miss their writes. */
static void drop_edge(struct lt_record *r, lt_object *o)
{
    if (lt_atomic_is_alone(o, LT_WEAKEN("atomic/edge-relaxed", LT_ACQUIRE))) lt_kill_leaf(r, o);
    else lt_atomic_release_raw(o);
}

static lt_object *slot_edge(lt_slot *slot, uint64_t *weight)
{
    uint64_t word = lt_load64(&slot->word, LT_RELAXED);
    *weight = lt_atomic_stock_of(word);
    return lt_atomic_object_of(word);
}

lt_domain lt_atomic_domain = {
    LT_DOMAIN,
    .record_size = sizeof(struct lt_record),
    .traits = {.threads = true, .reclaims = true, .immediate = true, .owed_borrow = true, .counted_borrow = true, .unique = true, .reuse = true},
    .hooks = {.count = whole_count, .edge = slot_edge, .claim = claim,
              .drop = drop_edge, .drop_slot = drop_slot, .ripen = lt_object_ripe, .links = LT_WHOLE_LINKS},
};
