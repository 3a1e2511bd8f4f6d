/* lookup.h: read-only lookups (McKenney, perfbook: the Pre-BSD routing table, Schroedinger's Zoo).
 *
 * The table has 2^k buckets, each a list of elements; the routing table has one bucket. One operation draws a key that is
 * there, walks its list hand over hand, each element borrowed before the one before it is let go, and reads the element's
 * value.
 *
 *   section    every lookup is a section of its own, as rcu_read_lock and rcu_read_unlock would be
 *   safepoint  a section lasts as long as the measurement, with a safepoint after every batch, as with QSBR
 *
 * A peer that brackets a lookup by something else says PEER_OWN_LOOKUP and defines lookup_begin and lookup_end; if the
 * latter is false the lookup is made again. */

#ifndef BENCH_PEER
#include "common.h"
#endif

struct LT_NAME(lookup_element) {
    lt_object header;
    lt_slot next;
    uint64_t key, value;
};

static void LT_NAME(lookup_trace)(void *object, lt_visitor *visitor)
{
    lt_visit_slot(visitor, &((struct LT_NAME(lookup_element) *)object)->next);
}

static const lt_type LT_NAME(lookup_type) = {
    "element", sizeof(struct LT_NAME(lookup_element)), LT_TYPE_ACYCLIC, LT_NAME(lookup_trace), NULL, NULL};

#ifndef PEER_OWN_LOOKUP
static inline void LT_NAME(lookup_begin)(struct lookup_bucket *bucket)
{
    (void)bucket;
    lt_enter();
}
static inline bool LT_NAME(lookup_end)(struct lookup_bucket *bucket)
{
    (void)bucket;
    lt_leave();
    return true;
}
#endif

static void LT_NAME(lookup_open)(struct bench_cell *cell)
{
    const struct bench_variant *v = cell->variant;
    struct lookup_bucket *table =
        (struct lookup_bucket *)bench_memory((size_t)1 << lookup_bits(v), sizeof(struct lookup_bucket));
    LT_NAME(bench_register)();
    lt_enter();
    for (uint64_t key = v->size; key--;) {
        struct lookup_bucket *bucket = lookup_bucket(table, v, key);
        struct LT_NAME(lookup_element) *e = (struct LT_NAME(lookup_element) *)lt_new(&LT_NAME(lookup_type));
        if (!e) bench_fail("lt_new: out of memory");
        e->key = key;
        e->value = key;
        lt_slot_init(&e->next, lookup_first(bucket));
        lookup_set_first(bucket, e);
    }
    for (size_t i = 0; i < (size_t)1 << lookup_bits(v); i++) lt_slot_init(&table[i].first, lookup_first(&table[i]));
    lt_leave();
    cell->shared = table;
}

static void LT_NAME(lookup_close)(struct bench_cell *cell)
{
    struct lookup_bucket *table = (struct lookup_bucket *)cell->shared;
    lt_enter();
    for (size_t i = 0; i < (size_t)1 << lookup_bits(cell->variant); i++) {
        lt_slot_store(&table[i].first, NULL);
        if (i % 1024 == 0) lt_safepoint();
    }
    lt_leave();
    free(table);
}

static void LT_NAME(lookup_enroll)(struct bench_worker *w)
{
    (void)w;
    LT_NAME(bench_register)();
}

static void LT_NAME(lookup_quit)(struct bench_worker *w)
{
    (void)w;
    lt_thread_unregister();
}

static inline uint64_t LT_NAME(lookup_walk)(struct lookup_bucket *bucket, uint64_t key)
{
    lt_borrow at = lt_slot_borrow(&bucket->first);
    struct LT_NAME(lookup_element) *e;
    while ((e = (struct LT_NAME(lookup_element) *)lt_deref(at)) && e->key != key) {
        lt_borrow next = lt_slot_borrow(&e->next);
        lt_unborrow(at);
        at = next;
    }
    uint64_t value = e ? e->value : 0;
    lt_unborrow(at);
    return value;
}

/* Inlined twice, so that the kind is no branch. */
static inline __attribute__((always_inline)) void LT_NAME(lookup_loop)(struct bench_worker *w, bool sections)
{
    const struct bench_variant *v = w->cell->variant;
    struct lookup_bucket *table = (struct lookup_bucket *)w->cell->shared;
    const uint64_t keys = v->size;
    uint64_t random = w->random, sum = 0;
    if (!sections) lt_enter();
    do {
        for (unsigned i = 0; i < BENCH_SHORT_BATCH; i++) {
            uint64_t key = (bench_random(&random) >> 32) * keys >> 32, value;
            struct lookup_bucket *bucket = lookup_bucket(table, v, key);
            if (sections) do {
                LT_NAME(lookup_begin)(bucket);
                value = LT_NAME(lookup_walk)(bucket, key);
            } while (!LT_NAME(lookup_end)(bucket));
            else value = LT_NAME(lookup_walk)(bucket, key);
            sum += value;
            bench_barrier();
        }
        if (!sections) lt_safepoint();
        w->operations += BENCH_SHORT_BATCH;
    } while (!bench_stopped(w));
    if (!sections) lt_leave();
    w->random = random;
    w->sum += sum;
}

static void LT_NAME(lookup_work)(struct bench_worker *w)
{
    if (w->cell->variant->kind & LOOKUP_SAFEPOINT) LT_NAME(lookup_loop)(w, false);
    else LT_NAME(lookup_loop)(w, true);
}

const struct bench_entry LT_NAME(bench_lookup) = {
    .workload = &bench_lookup, .contestant = LT_QUOTE(LIFETIME_STRATEGY), .traits = lt_strategy_traits,
    .open = LT_NAME(lookup_open), .begin = LT_NAME(lookup_enroll), .work = LT_NAME(lookup_work),
    .end = LT_NAME(lookup_quit), .close = LT_NAME(lookup_close), .alive = LT_NAME(bench_alive), .stats = lt_stats_read,
};
