#include "life.h"

#include <inttypes.h>
#include <lifetime/dynamic.h>
#include <pthread.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "spare.h"

#define ALIVE 0xa11ce0a11ce0a11cull
#define DEAD 0xdead0dead0dead0dull
#define GONE 0x90ae90ae90ae90aeull /* the library has given the storage back */
#define NEVER UINT64_MAX

enum { UNBORN, LIVING, FINALIZED };

/* All fields are atomic, and every access is relaxed: the oracle orders nothing. */
struct life {
    struct spare spare; /* first */
    uint64_t serial;
    uint32_t state;
    uint32_t watched;      /* references that count themselves */
    uint32_t immortal, in_storage;
    uint64_t unlinked;     /* the clock then, or NEVER */
    int32_t made_by, finalized_by; /* workers; -1: none of them */
    const struct being *kept; /* an immortal being: for LeakSanitizer, which shall not miss it */
};

static uint64_t get64(const uint64_t *p) { return __atomic_load_n(p, __ATOMIC_RELAXED); }
static void set64(uint64_t *p, uint64_t v) { __atomic_store_n(p, v, __ATOMIC_RELAXED); }
static uint32_t get32(const uint32_t *p) { return __atomic_load_n(p, __ATOMIC_RELAXED); }
static void set32(uint32_t *p, uint32_t v) { __atomic_store_n(p, v, __ATOMIC_RELAXED); }

/* ---- Records: in chunks that stay, reused once their being is finalized ---- */

enum { CHUNK = 1024 };
struct chunk {
    struct chunk *next;
    struct life life[CHUNK];
};

static struct chunk *chunks;   /* atomic; grows at the head */
static struct depot depot_of_lives = {.lock = PTHREAD_MUTEX_INITIALIZER};
static uint64_t serials;       /* atomic: beings made */
static uint64_t immortals;     /* atomic */
static _Thread_local struct stock lives;

static void heir(void);

static void spare_life(struct life *l)
{
    heir();
    spare_put(&depot_of_lives, &lives, &l->spare);
}

static void grow(void)
{
    struct chunk *c = calloc(1, sizeof *c);
    if (!c) fail("no memory for life records");
    for (int i = 0; i < CHUNK; i++) spare_life(&c->life[i]);
    c->next = __atomic_load_n(&chunks, __ATOMIC_RELAXED);
    while (!__atomic_compare_exchange_n(&chunks, &c->next, c, false, __ATOMIC_RELEASE, __ATOMIC_RELAXED)) {}
}

static struct life *new_life(void)
{
    struct spare *l;
    heir();
    while (!(l = spare_take(&depot_of_lives, &lives))) grow();
    return (struct life *)l;
}

static int32_t whom(void)
{
    struct worker *w = this_worker();
    return w ? (int32_t)w->index : -1;
}

_Noreturn static void fail_of(const struct life *l, const struct being *b, const char *what)
{
    static const char *const states[] = {"unborn", "alive", "finalized"};
    fail("%s\n  being %p: serial %" PRIu64 ", canary %" PRIx64 "\n"
         "  its life: serial %" PRIu64 ", %s, made by worker %d in %s, finalized by worker %d, watched by %u%s\n"
         "  it was %s", what, (const void *)b, b->serial, b->canary, get64(&l->serial), states[get32(&l->state)],
         (int)l->made_by, l->in_storage ? "storage of the client" : "memory of the library", (int)l->finalized_by,
         get32(&l->watched), get32(&l->immortal) ? ", immortal" : "",
         get64(&l->unlinked) == NEVER ? "never said to be unlinked" : "unlinked");
}

void being_born(struct being *b, uint64_t value, bool in_storage)
{
    struct life *l = new_life();
    b->serial = __atomic_add_fetch(&serials, 1, __ATOMIC_RELAXED);
    b->life = l;
    b->value = value;
    b->ref = NULL;
    b->last_words = NULL;
    b->canary = ALIVE;
    set64(&l->serial, b->serial);
    set64(&l->unlinked, NEVER);
    set32(&l->immortal, 0);
    l->in_storage = in_storage;
    l->made_by = whom();
    l->finalized_by = -1;
    set32(&l->state, LIVING);
}

void being_use(const struct being *b)
{
    if (b->canary != ALIVE) fail("being %p is used and has canary %" PRIx64 ", not that of a live one", (const void *)b, b->canary);
    if (get32(&b->life->state) != LIVING || get64(&b->life->serial) != b->serial) fail_of(b->life, b, "a dead being is used");
}

void being_immortal(const struct being *b)
{
    if (__atomic_exchange_n(&b->life->immortal, 1, __ATOMIC_RELAXED)) return;
    __atomic_store_n(&b->life->kept, b, __ATOMIC_RELAXED);
    __atomic_add_fetch(&immortals, 1, __ATOMIC_RELAXED);
}

/* ---- References ---- */

struct watch watch(const struct being *b)
{
    static _Thread_local unsigned turn;
    being_use(b);
    struct watch w = {.being = b, .life = b->life, .serial = b->serial};
    w.counted = turn++ % 4 == 0; /* counting is a fence, which most references must go without */
    if (w.counted) __atomic_add_fetch(&w.life->watched, 1, __ATOMIC_RELAXED);
    return w;
}

void unwatch(struct watch w)
{
    being_use(w.being);
    if (w.being->serial != w.serial || w.being->life != w.life) fail_of(w.life, w.being, "another being's memory by now");
    if (w.counted) __atomic_sub_fetch(&w.life->watched, 1, __ATOMIC_RELAXED);
}

void lives_forked(struct watch *own)
{
    for (struct chunk *c = __atomic_load_n(&chunks, __ATOMIC_ACQUIRE); c; c = c->next)
        for (int i = 0; i < CHUNK; i++) set32(&c->life[i].watched, 0);
    own->counted = false;
}

/* ---- Ages ----
 *
 * The clock grows by one when an lt_synchronize has returned. What was unlinked at c may be borrowed still at c + 1, when the
 * grace period that was under way ends; at c + 2 a whole one has passed. */

enum { LEGAL_AGE = 1 };

static uint64_t clock_of_ages = 1, histogram[LEGAL_AGE + 1]; /* atomic */
static bool ticking;                                /* atomic */
static pthread_t ticker;

void being_unlinked(const struct being *b) { set64(&b->life->unlinked, get64(&clock_of_ages)); }

void unwatch_borrow(struct watch w)
{
    uint64_t unlinked = get64(&w.life->unlinked);
    if (unlinked != NEVER && get64(&w.life->serial) == w.serial) {
        uint64_t age = get64(&clock_of_ages) - unlinked;
        if (age > LEGAL_AGE) fail_of(w.life, w.being, "borrowed while a whole grace period passed since it was unlinked");
        __atomic_add_fetch(&histogram[age], 1, __ATOMIC_RELAXED);
    }
    unwatch(w);
}

static void *tick(void *run)
{
    const lt_strategy *strategy = ((const struct run *)run)->strategy;
    while (__atomic_load_n(&ticking, __ATOMIC_RELAXED)) {
        strategy->synchronize();
        set64(&clock_of_ages, clock_of_ages + 1);
    }
    return NULL;
}

void ages_begin(struct run *run)
{
    if (!run->strategy->traits->threads) return;
    __atomic_store_n(&ticking, true, __ATOMIC_RELAXED);
    if (pthread_create(&ticker, NULL, tick, run)) fail("the clock's thread cannot be started");
}

static void ages_end(void)
{
    if (!__atomic_exchange_n(&ticking, false, __ATOMIC_RELAXED)) return;
    pthread_join(ticker, NULL);
    printf("  ages of borrowed objects, in grace periods since they were unlinked: 0: %" PRIu64 "  1: %" PRIu64 "  later: none, of "
           "%" PRIu64 " periods\n", histogram[0], histogram[1], clock_of_ages - 1);
}

/* ---- Death ---- */

static void trace(void *object, lt_visitor *visitor)
{
    struct being *b = object;
    lt_visit_slot(visitor, &b->left);
    lt_visit_slot(visitor, &b->right);
    lt_visit_ref(visitor, &b->ref);
}

static void finalize(void *object)
{
    struct being *b = object;
    struct life *l = b->life;
    if (b->canary != ALIVE) fail("being %p is finalized and has canary %" PRIx64 ", not that of a live one", object, b->canary);
    if (__atomic_exchange_n(&l->state, FINALIZED, __ATOMIC_RELAXED) != LIVING || get64(&l->serial) != b->serial)
        fail_of(l, b, "finalized twice");
    l->finalized_by = whom();
    if (get32(&l->watched)) fail_of(l, b, "finalized while referenced");
    if (get32(&l->immortal)) fail_of(l, b, "immortal, and finalized");
    if (b->last_words) b->last_words(b);
    b->canary = DEAD;
    spare_life(l);
}

const lt_type being_type = {.name = "being", .size = sizeof(struct being), .trace = trace, .finalize = finalize};

const lt_type being_acyclic_type = {
    .name = "acyclic being", .size = sizeof(struct being), .flags = LT_TYPE_ACYCLIC, .trace = trace, .finalize = finalize};

/* ---- Storage of the oracle's own: in slabs that stay ---- */

enum { KEPT = 32 }; /* storage that came back lies poisoned for so long, per thread */

enum { SLAB = 64 };
struct slab {
    _Alignas(16) struct being being[SLAB];
    struct slab *next;
};
_Static_assert(sizeof(struct being) % 16 == 0, "lt_init wants every being of a slab aligned to 16");
static struct slab *slabs; /* atomic; grows at the head */
static struct depot depot_of_storage = {.lock = PTHREAD_MUTEX_INITIALIZER};

static _Thread_local struct {
    struct being *being[KEPT];
    unsigned next;
} kept;

static _Thread_local struct stock storage; /* linked through `serial` and `value` */

/* Storage that had lain poisoned, and is to be used again. */
static void be_ready(struct being *b)
{
    if (b->canary != GONE) fail("the storage of being %p was written to after it had come back", (void *)b);
    being_return(b);
}

static void come_back(void *storage)
{
    struct being *b = storage;
    if (b->canary != DEAD) fail("the storage of being %p comes back with canary %" PRIx64 ": it is not finalized", storage, b->canary);
    b->canary = GONE;
    struct being *oldest = kept.being[kept.next];
    kept.being[kept.next] = b;
    kept.next = (kept.next + 1) % KEPT;
    if (oldest) be_ready(oldest);
}

const lt_type being_in_storage_type = {
    .name = "being in storage", .size = sizeof(struct being), .trace = trace, .finalize = finalize, .free = come_back};

void being_return(struct being *b)
{
    heir();
    spare_put(&depot_of_storage, &storage, (struct spare *)(void *)&b->serial);
}

static void new_slab(void)
{
    struct slab *s = aligned_alloc(_Alignof(struct slab), sizeof *s);
    if (!s) fail("no memory for storage");
    for (int i = 0; i < SLAB; i++) being_return(&s->being[i]);
    s->next = __atomic_load_n(&slabs, __ATOMIC_RELAXED);
    while (!__atomic_compare_exchange_n(&slabs, &s->next, s, false, __ATOMIC_RELEASE, __ATOMIC_RELAXED)) {}
}

struct being *being_storage(void)
{
    struct worker *w = this_worker();
    if (!w || !one_in(w, 2)) return NULL;
    struct spare *s;
    heir();
    while (!(s = spare_take(&depot_of_storage, &storage))) new_slab();
    return (struct being *)(void *)((char *)s - offsetof(struct being, serial));
}

/* ---- What an exiting thread leaves: other destructors may use the library after this one; then it runs again ---- */

static pthread_key_t at_exit;
static _Thread_local bool has_heir;

static void leave(void *unused)
{
    (void)unused;
    for (int i = 0; i < KEPT; i++)
        if (kept.being[i]) be_ready(kept.being[i]);
    memset(&kept, 0, sizeof kept);
    spare_leave(&depot_of_lives, &lives);
    spare_leave(&depot_of_storage, &storage);
    has_heir = false;
}

static void make_key(void)
{
    if (pthread_key_create(&at_exit, leave)) fail("no key for what threads leave");
}

/* What this thread has to spare from here on is not lost when it exits. */
static void heir(void)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    if (has_heir) return;
    has_heir = true;
    (void)pthread_once(&once, make_key);
    (void)pthread_setspecific(at_exit, &has_heir);
}

/* ---- The end ---- */

static uint64_t alive(const struct life **one)
{
    uint64_t n = 0;
    for (const struct chunk *c = __atomic_load_n(&chunks, __ATOMIC_ACQUIRE); c; c = c->next)
        for (int i = 0; i < CHUNK; i++)
            if (get32(&c->life[i].state) == LIVING && !get32(&c->life[i].immortal)) n++, *one = &c->life[i];
    return n;
}

/* The memory of freed objects that threads keep is bounded, and goes with them. */
static void check_kept(const lt_strategy *s)
{
    enum { MOST = 496 << 10 }; /* lib/magazine.h */
    lt_stats stats;
    s->stats_read(&stats);
    if (stats.kept_bytes > stats.threads * MOST)
        fail("lt_stats: %" PRIu64 " threads keep %" PRIu64 " bytes for their next objects", stats.threads, stats.kept_bytes);
}

/* Memory may still wait for a grace period after the barrier. */
static void settle(const lt_strategy *s, lt_stats *stats)
{
    for (int i = 0; i < 100; i++) {
        s->stats_read(stats);
        if (stats->live == immortals) return;
        s->synchronize();
        s->poll();
    }
}

void lives_end(const struct run *run)
{
    const lt_strategy *s = run->strategy;
    const struct life *one = NULL;
    lt_stats stats;
    ages_end();
    if (!s->traits->reclaims) return;
    s->barrier();
    uint64_t lost = alive(&one);
    if (lost)
        fail("%" PRIu64 " objects were lost: never finalized\n  one of them: serial %" PRIu64 ", made by worker %d", lost,
             one->serial, (int)one->made_by);
    settle(s, &stats);
    if (stats.live != immortals)
        fail("lt_stats: %" PRIu64 " objects live at the end, %" PRIu64 " of them immortal, %" PRIu64 " pending", stats.live,
             immortals, stats.pending);
    check_kept(s);
    s->thread_unregister();
    check_kept(s);
}
