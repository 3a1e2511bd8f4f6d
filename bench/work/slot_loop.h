/* slot_loop.h: loads and stores of shared slots: the work of `slot`, `stall` and `oversubscribed`.
 *
 * One operation draws a random number, which picks a slot and whether to load or to store.
 *
 *   load, borrow   lt_slot_borrow, read the object's value, lt_unborrow
 *   load, owned    lt_slot_load, read the object's value, lt_release
 *   store          lt_new, write the object's value, lt_slot_store
 *
 * The slots are 128 bytes apart and were filled by the idle main thread. A section lasts as long as the measurement, with a
 * safepoint after every batch. A peer without owned loads says PEER_BORROWS_ONLY. */

#ifndef BENCH_PEER
#include "common.h"
#endif

static void LT_NAME(slot_open)(struct bench_cell *cell)
{
    struct bench_slot *slots = (struct bench_slot *)bench_memory(cell->variant->size, sizeof *slots);
    LT_NAME(bench_register)();
    lt_enter();
    for (unsigned i = 0; i < cell->variant->size; i++) lt_slot_init(&slots[i].slot, LT_NAME(bench_make)(i));
    lt_leave();
    cell->shared = slots;
}

static void LT_NAME(slot_close)(struct bench_cell *cell)
{
    struct bench_slot *slots = (struct bench_slot *)cell->shared;
    lt_enter();
    for (unsigned i = 0; i < cell->variant->size; i++) lt_slot_store(&slots[i].slot, NULL);
    lt_leave();
    free(slots);
}

static void LT_NAME(slot_begin)(struct bench_worker *w)
{
    (void)w;
    LT_NAME(bench_register)();
}

static void LT_NAME(slot_end)(struct bench_worker *w)
{
    (void)w;
    lt_thread_unregister();
}

static inline uint64_t LT_NAME(slot_read_borrowed)(lt_slot *slot)
{
    lt_borrow borrow = lt_slot_borrow(slot);
    uint64_t value = ((struct bench_object *)lt_deref(borrow))->value;
    lt_unborrow(borrow);
    return value;
}

#ifdef PEER_BORROWS_ONLY
static bool LT_NAME(slot_plays)(const struct bench_variant *v) { return !(v->kind & SLOT_OWNED); }
static inline uint64_t LT_NAME(slot_read_owned)(lt_slot *slot) { return LT_NAME(slot_read_borrowed)(slot); } /* never called */
#else
static bool LT_NAME(slot_plays)(const struct bench_variant *v) { return (void)v, true; }
static inline uint64_t LT_NAME(slot_read_owned)(lt_slot *slot)
{
    struct bench_object *o = (struct bench_object *)lt_slot_load(slot);
    uint64_t value = o->value;
    lt_release(o);
    return value;
}
#endif

/* Inlined twice, so that the kind of load is no branch. */
static inline __attribute__((always_inline)) void LT_NAME(slot_loop)(struct bench_worker *w, bool owned)
{
    struct bench_slot *slots = (struct bench_slot *)w->cell->shared;
    const uint64_t size = w->cell->variant->size;
    const uint32_t stores = (uint32_t)(w->cell->variant->stores * (UINT64_C(1) << 32) / 100);
    uint64_t random = w->random, sum = 0;
    lt_enter();
    do {
        for (unsigned i = 0; i < BENCH_SHORT_BATCH; i++) {
            uint64_t r = bench_random(&random);
            lt_slot *slot = &slots[(r >> 32) * size >> 32].slot;
            if ((uint32_t)r < stores) lt_slot_store(slot, LT_NAME(bench_make)(r));
            else sum += owned ? LT_NAME(slot_read_owned)(slot) : LT_NAME(slot_read_borrowed)(slot);
            bench_barrier();
        }
        lt_safepoint();
        bench_did(w, BENCH_SHORT_BATCH);
    } while (!bench_stopped(w));
    lt_leave();
    w->random = random;
    w->sum += sum;
}

static void LT_NAME(slot_work)(struct bench_worker *w)
{
    if (w->cell->variant->kind & SLOT_OWNED) LT_NAME(slot_loop)(w, true);
    else LT_NAME(slot_loop)(w, false);
}
