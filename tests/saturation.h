/* saturation.h: counts saturate to immortal instead of wrapping. Rule 7.
 *
 * Where a count ends is the strategy's to know. So every total around every power of two is tried, and only two ends are
 * right: as many releases as retains end the life, once; or the object has become immortal, and nothing ever ends it. */

static void retain_total(struct thing *t, uint64_t total)
{
    for (; total > UINT32_MAX; total -= UINT32_MAX) lt_retain_n(t, UINT32_MAX);
    lt_retain_n(t, (uint32_t)total);
}

static void release_total(struct thing *t, uint64_t total)
{
    for (; total > UINT32_MAX; total -= UINT32_MAX) lt_release_n(t, UINT32_MAX);
    lt_release_n(t, (uint32_t)total);
}

#define SHIFT_FIRST 7
#define SHIFT_LAST 48
static struct thing *saturated[3 * (SHIFT_LAST + 1)]; /* so that LeakSanitizer finds the immortals */

struct sum {
    struct thing *t;
    uint64_t total;
};

static void *retains(void *argument)
{
    struct sum *sum = argument;
    lt_enter();
    retain_total(sum->t, sum->total);
    lt_leave();
    return NULL;
}

static void *releases(void *argument)
{
    struct sum *sum = argument;
    lt_enter();
    release_total(sum->t, sum->total);
    lt_leave();
    return NULL;
}

static void here(void *(*body)(void *), struct sum *sum) { body(sum); }
static void elsewhere(void *(*body)(void *), struct sum *sum) { finish(start(body, sum)); }

typedef void place(void *(*body)(void *), struct sum *);

/* Retains `total` here or elsewhere, releases as many here or elsewhere, then the first reference. */
static void saturate(struct thing **kept, uint64_t total, place *retaining, place *releasing)
{
    lt_enter();
    struct thing *t = *kept = thing_new();
    uint32_t id = t->id;
    lt_leave();
    struct sum sum = {t, total};
    retaining(retains, &sum);
    check_alive(id);
    releasing(releases, &sum);
    check_alive(id); /* the first reference is left */

    lt_enter();
    thing_use(t);
    bool became_immortal = lt_is_immortal(t);
    lt_release(t);
    if (became_immortal)
        for (unsigned i = 0; i < 3; i++) lt_release_n(t, UINT32_MAX);
    lt_leave();
    if (became_immortal) {
        survivors++;
        check_alive(id);
        lt_enter();
        CHECK(lt_is_immortal(t));
        thing_use(t);
        lt_leave();
    } else {
        check_gone(id);
        if (TRAIT(reclaims)) *kept = NULL;
    }
}

static void saturate_all(place *retaining, place *releasing)
{
    struct thing **kept = saturated;
    for (unsigned shift = SHIFT_FIRST; shift <= SHIFT_LAST; shift++)
        for (unsigned i = 0; i < 3; i++) saturate(kept++, (UINT64_C(1) << shift) + i - 1, retaining, releasing);
}

CASE(retains_and_releases_at_every_size) { saturate_all(here, here); }

CASE(retains_here_releases_elsewhere_at_every_size)
{
    NEEDS(threads);
    saturate_all(here, elsewhere);
}

CASE(retains_elsewhere_releases_here_at_every_size)
{
    NEEDS(threads);
    saturate_all(elsewhere, here);
}

CASE(retains_and_releases_elsewhere_at_every_size)
{
    NEEDS(threads);
    saturate_all(elsewhere, elsewhere);
}

/* On and on, until the count is at its end, which must be one. */
CASE(saturation_is_immortality)
{
    NEEDS(reclaims);
    lt_enter();
    struct thing *t = saturated[0] = thing_new();
    survivors++;
    uint64_t calls = 0;
    while (!lt_is_immortal(t)) {
        CHECK(calls < UINT64_C(1) << 26);
        for (unsigned i = 0; i < 1 << 12; i++, calls++) lt_retain_n(t, UINT32_MAX);
        lt_safepoint();
    }
    for (unsigned i = 0; i < 1000; i++) lt_retain_n(t, UINT32_MAX); /* far over it */
    CHECK(lt_is_immortal(t));
    for (calls += 1000; calls > 0; calls--) lt_release_n(t, UINT32_MAX);
    lt_release(t);
    CHECK(lt_is_immortal(t));
    lt_leave();
    check_alive(t->id);
    lt_enter();
    thing_use(t);
    lt_leave();
}

/* Threads retain and release the same object by the billion: whatever the sum was in between, it ends as it began, or
 * the object is immortal. */
static void retains_and_releases(unsigned index, void *shared)
{
    struct thing *t = *(struct thing **)shared;
    for (unsigned i = 0; i < 100; i++) {
        lt_enter();
        retain_total(t, UINT64_C(700000000) + index);
        thing_use(t);
        release_total(t, UINT64_C(700000000) + index);
        lt_leave();
    }
}

CASE(a_crowd_at_the_limit)
{
    NEEDS(threads);
    lt_enter();
    struct thing *t = saturated[0] = thing_new();
    uint32_t id = t->id;
    lt_leave();
    run_crowd(crowd(), retains_and_releases, &t);
    check_alive(id);
    lt_enter();
    thing_use(t);
    bool became_immortal = lt_is_immortal(t);
    lt_release(t);
    lt_leave();
    if (became_immortal) {
        survivors++;
        check_alive(id);
    } else {
        check_gone(id);
        if (TRAIT(reclaims)) saturated[0] = NULL;
    }
}
