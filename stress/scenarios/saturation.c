/* Counts at the end of their range. Threads count an object up and down around the place where it becomes immortal, by one
 * and by billions. Only two ends are right: as many releases as retains end its life; or it has become immortal, has stayed
 * so from the first time that anybody saw it, and may be released as often as one likes. Well below the boundary only the
 * first is right.
 *
 * Where the boundary lies is the strategy's to know; it is looked for by powers of two. There must be one, and above it
 * every power must be immortal as well. Where the boundary is that of a 64-bit number, the way there is 2^24 calls long;
 * but there the count word is the number of references, and all but the last of those calls are made at once, as long as
 * nobody else has the object. */
#include "life.h"
#include "scenario.h"

enum { STEPS = 1000, BY_CALLS = 48, HIGHEST = 60 };
#define LAST_CALLS (UINT64_C(64) * UINT32_MAX)

struct shared {
    struct being *being;
    lt_slot slot;      /* holds it too */
    uint64_t most;     /* references that a worker may have */
    bool climb;        /* up and up, until it is immortal */
    uint32_t seen;     /* atomic: workers that saw it immortal */
};

struct counter {
    struct worker *worker;
    struct shared *shared;
    uint64_t have;     /* references of this worker */
    bool immortal;     /* it was seen to be */
};

static bool is_number; /* the count word */

static bool is_a_number(void)
{
    lt_enter();
    struct being *b = being_new(0);
    uint64_t word = b->header.count.whole.raw;
    lt_retain_n(b, 1000);
    bool exact = b->header.count.whole.raw == word + 1000;
    lt_release_n(b, 1001);
    lt_leave();
    return exact;
}

/* So many references of a total are counted at once. */
static uint64_t at_once(uint64_t total) { return is_number && total >> BY_CALLS ? total - LAST_CALLS : 0; }

static void release_by_calls(struct being *b, uint64_t total)
{
    for (; total > UINT32_MAX; total -= UINT32_MAX) lt_release_n(b, UINT32_MAX);
    lt_release_n(b, (uint32_t)total);
}

/* By a thread that is alone with it. */
static void release_total(struct being *b, uint64_t total)
{
    b->header.count.whole.raw -= at_once(total);
    release_by_calls(b, total - at_once(total));
}

static void retain_total(struct being *b, uint64_t total)
{
    b->header.count.whole.raw += at_once(total);
    for (total -= at_once(total); total > UINT32_MAX; total -= UINT32_MAX) lt_retain_n(b, UINT32_MAX);
    lt_retain_n(b, (uint32_t)total);
}

/* From 1 to the most: small ones as often as large ones. */
static uint32_t some_number(struct worker *w, uint64_t most)
{
    uint64_t n = draw(w) >> (32 + draw_below(w, 32));
    n = n < most ? n : most;
    return n ? (uint32_t)n : 1;
}

static void look(struct counter *c)
{
    bool immortal = lt_is_immortal(c->shared->being);
    if (c->immortal && !immortal) fail("being %p was immortal, and is no longer", (void *)c->shared->being);
    c->immortal = immortal;
}

static void up(struct counter *c)
{
    struct being *b = c->shared->being;
    uint64_t room = c->shared->most - c->have;
    if (!room) return;
    uint32_t n = c->shared->climb ? UINT32_MAX : some_number(c->worker, room);
    switch (draw_below(c->worker, 4)) {
    case 0:
        EXPECT(lt_slot_load(&c->shared->slot) == b);
        n = 1;
        break;
    case 1:
        EXPECT(lt_try_retain(b));
        n = 1;
        break;
    case 2:
        lt_retain(b);
        n = 1;
        break;
    default: lt_retain_n(b, n); break;
    }
    c->have += n;
}

static void down(struct counter *c)
{
    if (!c->have) return;
    uint32_t n = some_number(c->worker, c->have);
    if (one_in(c->worker, 2)) n = 1;
    if (n == 1) lt_release(c->shared->being);
    else lt_release_n(c->shared->being, n);
    c->have -= n;
}

static void body(struct worker *w)
{
    struct shared *shared = w->shared;
    struct counter c = {.worker = w, .shared = shared};
    for (unsigned i = 0; (i < STEPS || shared->climb) && goes_on(w) && !(shared->climb && c.immortal); i++) {
        lt_enter();
        being_use(shared->being);
        if (one_in(w, 2) || shared->climb) up(&c);
        else down(&c);
        look(&c);
        lt_leave();
    }
    lt_enter();
    release_by_calls(shared->being, c.have);
    look(&c);
    if (c.immortal) {
        __atomic_add_fetch(&shared->seen, 1, __ATOMIC_RELAXED);
        for (unsigned i = draw_below(w, 100); i > 0; i--) lt_release(shared->being);
        look(&c);
    }
    lt_leave();
}

static void say_so(struct being *b) { __atomic_store_n((uint32_t *)(uintptr_t)b->value, 1, __ATOMIC_RELAXED); }

enum expected { EITHER, DEATH };

/* One object's life: it has `base` references while the workers count. */
static void round_of(struct run *run, struct shared *shared, uint64_t base, enum expected expected)
{
    uint32_t died = 0;
    lt_enter();
    struct being *b = shared->being = being_new((uint64_t)(uintptr_t)&died);
    b->last_words = say_so;
    lt_retain(b);
    lt_slot_init(&shared->slot, b);
    retain_total(b, base);
    lt_leave();
    shared->seen = 0;
    run_workers(run, run->threads, body, shared);
    lt_enter();
    being_use(b);
    bool immortal = lt_is_immortal(b);
    if (immortal) being_immortal(b);
    else EXPECT(!shared->seen);
    if (expected == DEATH) EXPECT(!immortal);
    release_total(b, base);
    lt_slot_store(&shared->slot, NULL);
    lt_release(b);
    if (immortal) release_total(b, 1000000);
    lt_leave();
    lt_barrier();
    EXPECT(__atomic_load_n(&died, __ATOMIC_RELAXED) == !immortal);
}

/* Does an object with so many references, and more, become immortal? */
static bool saturates(uint64_t total)
{
    lt_enter();
    struct being *b = being_new(0);
    retain_total(b, total);
    lt_retain(b);
    bool immortal = lt_is_immortal(b);
    if (immortal) being_immortal(b);
    release_total(b, total);
    lt_release_n(b, 2);
    lt_leave();
    return immortal;
}

/* The power of two from which on objects are immortal. */
static unsigned find_boundary(void)
{
    unsigned boundary = 0;
    for (unsigned i = 8; i <= (is_number ? HIGHEST : BY_CALLS); i++) {
        bool immortal = saturates(UINT64_C(1) << i);
        if (boundary && !immortal) fail("2^%u references make immortal, and 2^%u do not", boundary, i);
        if (immortal && !boundary) boundary = i;
        if (i == BY_CALLS && !boundary) is_number = is_a_number();
    }
    if (!boundary) fail("an object with 2^%u references is still mortal", is_number ? HIGHEST : BY_CALLS);
    return boundary;
}

SCENARIO(saturation, "counts are driven to the boundary of immortality from all threads at once", NEEDS_RECLAIM)
{
    static struct shared shared;
    unsigned power = find_boundary();
    uint64_t boundary = UINT64_C(1) << power, share = boundary / 8 / run->threads;
    for (uint64_t turn = 0; run_goes_on(run); turn++) {
        shared.climb = turn % 16 == 8;
        if (shared.climb) {
            shared.most = UINT64_MAX;
            round_of(run, &shared, at_once(boundary), EITHER);
        } else if (turn % 2 == 0) {
            shared.most = share;
            round_of(run, &shared, boundary / 2, DEATH);
        } else {
            shared.most = 1 + turn % 40; /* near: most steps are single, and the last ones cross */
            round_of(run, &shared, boundary - turn % (shared.most * run->threads), EITHER);
        }
    }
}
