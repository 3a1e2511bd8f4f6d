/* retired.h: slots for the peers that retire what was stored before: LT_FN(retire)(object), and unless PEER_OWN_BORROWS a
 * borrow is a load. Included after their retire. */
#ifndef BENCH_RETIRED_H
#define BENCH_RETIRED_H

#define PEER_BORROWS_ONLY

static inline void LT_FN(slot_init)(lt_slot *slot, void *o) { lt_store64(&slot->word, (uint64_t)o, LT_RELEASE); }

static inline void LT_FN(slot_store)(lt_slot *slot, void *o)
{
    void *old = (void *)lt_swap64(&slot->word, (uint64_t)o, LT_ACQ_REL);
    if (old) LT_FN(retire)(old);
}

#ifndef PEER_OWN_BORROWS
static inline lt_borrow LT_FN(slot_borrow)(lt_slot *slot)
{
    return (lt_borrow){(void *)lt_load64(&slot->word, LT_ACQUIRE)};
}
static inline void LT_FN(unborrow)(lt_borrow borrow) { (void)borrow; }
#endif

#endif
