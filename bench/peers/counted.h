/* counted.h: a slot for the peers that count: a bare pointer, stored before the threads start. Included after their retain
 * and release. */
#ifndef BENCH_COUNTED_H
#define BENCH_COUNTED_H

static inline void LT_FN(slot_init)(lt_slot *slot, void *o) { lt_store64(&slot->word, (uint64_t)o, LT_RELEASE); }

static inline void *LT_FN(slot_load)(lt_slot *slot)
{
    void *o = (void *)lt_load64(&slot->word, LT_ACQUIRE);
    LT_FN(retain)(o);
    return o;
}

/* A borrow is a counted reference; of what nobody else takes away meanwhile. */
static inline lt_borrow LT_FN(slot_borrow)(lt_slot *slot)
{
    void *o = (void *)lt_load64(&slot->word, LT_ACQUIRE);
    if (o) LT_FN(retain)(o);
    return (lt_borrow){o};
}
static inline void LT_FN(unborrow)(lt_borrow borrow)
{
    if (borrow.object) LT_FN(release)(borrow.object);
}

static inline void LT_FN(slot_store)(lt_slot *slot, void *o)
{
    void *old = (void *)lt_swap64(&slot->word, (uint64_t)o, LT_ACQ_REL);
    if (old) LT_FN(release)(old);
}

#endif
