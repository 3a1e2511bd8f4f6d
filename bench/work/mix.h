/* mix.h: count operations in the mixture that real programs have (Choi, Shull, Torrellas, PACT 2018, Table 6).
 *
 * One operation is the life of one object: made; then pairs of lt_retain and lt_release, with the last release as many count
 * operations as the program has per object; then dropped. A pair is on the object itself; or, by chance, on one that all
 * threads see: the thread's own, which it published (counted in the owner's half of a biased count), or another's (in
 * the shared half). By chance, the object is not dropped by its maker: it goes into a slot, from which whoever puts the
 * next one in takes it and drops it. */

#ifndef BENCH_PEER
#include "common.h"
#endif

struct LT_NAME(mix_shared) {
    struct { lt_slot published, parcel; } thread[1] __attribute__((aligned(128)));
};

struct LT_NAME(mix_own) {
    void *mine, *theirs;
    double pairs; /* that are owed: a fraction is carried on to the next object */
};

static struct LT_NAME(mix_shared) *LT_NAME(mix_of)(struct bench_worker *w, unsigned index)
{
    return (struct LT_NAME(mix_shared) *)w->cell->shared + index;
}

static void LT_NAME(mix_open)(struct bench_cell *cell)
{
    cell->shared = bench_memory(cell->threads, sizeof(struct LT_NAME(mix_shared)));
}

static void LT_NAME(mix_close)(struct bench_cell *cell) { free(cell->shared); }

static void LT_NAME(mix_begin)(struct bench_worker *w)
{
    struct LT_NAME(mix_own) *own = (struct LT_NAME(mix_own) *)bench_memory(1, sizeof *own);
    LT_NAME(bench_register)();
    lt_enter();
    own->mine = LT_NAME(bench_make)(0);
    lt_retain(own->mine);
    lt_slot_store(&LT_NAME(mix_of)(w, w->index)->thread->published, own->mine);
    lt_leave();
    w->own = own;
}

/* The workers have met since begin: the next one's object is published. */
static void LT_NAME(mix_fill)(struct bench_worker *w)
{
    struct LT_NAME(mix_own) *own = (struct LT_NAME(mix_own) *)w->own;
    if (own->theirs) return;
    lt_enter();
    own->theirs = lt_slot_load(&LT_NAME(mix_of)(w, (w->index + 1) % w->cell->threads)->thread->published);
    lt_leave();
}

static void LT_NAME(mix_end)(struct bench_worker *w)
{
    struct LT_NAME(mix_own) *own = (struct LT_NAME(mix_own) *)w->own;
    struct LT_NAME(mix_shared) *shared = LT_NAME(mix_of)(w, w->index);
    lt_enter();
    lt_release(own->mine);
    lt_release(own->theirs);
    lt_slot_store(&shared->thread->published, NULL);
    lt_slot_store(&shared->thread->parcel, NULL);
    lt_leave();
    lt_thread_unregister();
    free(own);
}

static void LT_NAME(mix_work)(struct bench_worker *w)
{
    struct LT_NAME(mix_own) *own = (struct LT_NAME(mix_own) *)w->own;
    const struct mix_row row = mix_rows[w->cell->variant->size];
    const double scale = (double)(UINT64_C(1) << 32) / 100;
    const uint32_t theirs = (uint32_t)(row.counter * scale), shared = (uint32_t)(row.shared * scale);
    const uint32_t queued = (uint32_t)(row.queued * scale);
    uint64_t random = w->random;
    double pairs = own->pairs;
    lt_enter();
    do {
        for (unsigned i = 0; i < BENCH_SHORT_BATCH; i++) {
            struct bench_object *o = LT_NAME(bench_make)(i);
            for (pairs += (row.operations - 1) / 2; pairs >= 1; pairs--) {
                uint32_t r = (uint32_t)(bench_random(&random) >> 32);
                void *on = r < theirs ? own->theirs : r < shared ? own->mine : o;
                lt_retain(on);
                bench_barrier();
                lt_release(on);
                bench_barrier();
            }
            uint64_t r = bench_random(&random);
            if ((uint32_t)r < queued)
                lt_slot_store(&LT_NAME(mix_of)(w, (unsigned)((r >> 32) * w->cell->threads >> 32))->thread->parcel, o);
            else lt_release(o);
        }
        lt_safepoint();
        w->operations += BENCH_SHORT_BATCH;
    } while (!bench_stopped(w));
    lt_leave();
    own->pairs = pairs;
    w->random = random;
}

const struct bench_entry LT_NAME(bench_mix) = {
    .workload = &bench_mix, .contestant = LT_QUOTE(LIFETIME_STRATEGY), .traits = lt_strategy_traits,
    .open = LT_NAME(mix_open), .begin = LT_NAME(mix_begin), .fill = LT_NAME(mix_fill), .work = LT_NAME(mix_work),
    .end = LT_NAME(mix_end), .close = LT_NAME(mix_close), .alive = LT_NAME(bench_alive), .stats = lt_stats_read,
};
