/* map.h: what `list` and `hash` do with a map from keys to objects, in which every other key is present at the beginning.
 *
 * One operation draws a key: finds it, reads the object's value and releases it; or, by chance, and as often the one as the
 * other, inserts a new object there, which fails if there is one, or removes the object, if there is one. */

#ifndef BENCH_PEER
static void map_seen(void *item) { lt_release(item); }
static void map_done(void *item) { lt_release(item); }
#endif

struct map_calls {
    void *(*find)(void *map, uint64_t key);
    int (*insert)(void *map, uint64_t key, void *item);
    int (*remove)(void *map, uint64_t key, void **item);
};

static inline void LT_NAME(map_insert)(void *map, const struct map_calls *calls, uint64_t key)
{
    void *item = LT_NAME(bench_make)(key);
    int error = calls->insert(map, key, item);
    if (error == ENOMEM) bench_fail("insert: out of memory");
    if (error) map_done(item);
}

static inline void LT_NAME(map_remove)(void *map, const struct map_calls *calls, uint64_t key)
{
    void *item;
    int error = calls->remove(map, key, &item);
    if (error == ENOMEM) bench_fail("remove: out of memory");
    if (!error) map_done(item);
}

static inline uint64_t LT_NAME(map_find)(void *map, const struct map_calls *calls, uint64_t key)
{
    struct bench_object *o = (struct bench_object *)calls->find(map, key);
    if (!o) return 0;
    uint64_t value = o->value;
    map_seen(o);
    return value;
}

static inline void LT_NAME(map_fill)(void *map, const struct map_calls *calls, const struct bench_variant *v)
{
    LT_NAME(bench_register)();
    lt_enter();
    for (uint64_t key = 2 * (uint64_t)v->size; key; key -= 2) LT_NAME(map_insert)(map, calls, key - 2);
    lt_leave();
}

/* Inlined into each, with its calls. */
static inline __attribute__((always_inline)) void LT_NAME(map_work)(struct bench_worker *w, const struct map_calls *calls)
{
    void *map = w->cell->shared;
    const uint64_t keys = 2 * (uint64_t)w->cell->variant->size;
    const uint64_t stores = w->cell->variant->stores * (UINT64_C(1) << 32) / 100; /* all of them is more than 32 bits */
    uint64_t random = w->random, sum = 0;
    lt_enter();
    do {
        for (unsigned i = 0; i < BENCH_SHORT_BATCH; i++) {
            uint64_t r = bench_random(&random), key = (r >> 32) * keys >> 32;
            if ((uint32_t)r < stores / 2) LT_NAME(map_insert)(map, calls, key);
            else if ((uint32_t)r < stores) LT_NAME(map_remove)(map, calls, key);
            else sum += LT_NAME(map_find)(map, calls, key);
        }
        lt_safepoint();
        bench_did(w, BENCH_SHORT_BATCH);
    } while (!bench_stopped(w));
    lt_leave();
    w->random = random;
    w->sum += sum;
}
