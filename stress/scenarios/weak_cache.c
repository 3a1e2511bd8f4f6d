/* Weak references, from all sides: a cache that many threads look things up in, put them into and clear, while what it leads to
 * comes and goes; one that always has a living object, which is another every moment; objects that are somebody's alone but
 * for a weak reference; and a large number of weak references that outlive their objects. Finalizers look for what is dying. */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "life.h"
#include "scenario.h"

enum { KEYS = 16, MANY = 1 << 20, FEW = 1 << 13, POOL = 256, LONELY = 4, BACKLOG = 1 << 14, OF_THE_CACHE = 1 << 30 };

static const double kept_free = 64 + (STRESS_ASAN ? 256 : 0); /* MiB: its quarantine */

static struct shared {
    lt_weak cache[KEYS];
    lt_slot kept[KEYS];
    lt_weak throne;
    struct being *king; /* owned; worker 0's */
    lt_weak lonely[LONELY];
    lt_weak twins[LONELY][2];
    lt_weak *many;
    unsigned size;
    lt_slot pool[POOL];
} shared;

static struct being *checked(struct being *b, uint64_t value)
{
    if (b) EXPECT(b->value == value); /* plain: written before any weak reference to it was made */
    return b;
}

static void refer(lt_weak *weak, struct being *b) { EXPECT(lt_weak_store(weak, b) == 0); }

static struct being *found(lt_weak *weak) { return (struct being *)lt_weak_load(weak); }

/* The dying is not to be found where it was; what is there instead may be kept, or let go of. */
static void look_for_itself(struct being *b)
{
    unsigned key = (unsigned)b->value % KEYS;
    struct being *other = found(&shared.cache[key]);
    EXPECT(other != b);
    if (!other) return;
    being_use(other);
    lt_release(other);
}

static void use(struct worker *w, struct being *b)
{
    struct watch seen = watch(b);
    if (one_in(w, 8)) lt_safepoint();
    unwatch(seen);
}

static void look_up(struct worker *w, unsigned key)
{
    struct being *b = checked(found(&shared.cache[key]), OF_THE_CACHE + key);
    if (!b) {
        b = being_new(OF_THE_CACHE + key);
        b->last_words = look_for_itself;
        if (one_in(w, 4)) lt_slot_store(&b->left, being_new(0));
        refer(&shared.cache[key], b);
    }
    use(w, b);
    if (one_in(w, 4)) lt_slot_store(&shared.kept[key], b);
    else lt_release(b);
    if (one_in(w, 4)) lt_slot_store(&shared.kept[key], NULL);
    if (one_in(w, 16)) lt_weak_clear(&shared.cache[key]);
}

/* The next is there before the last is let go of. */
static void crown(struct worker *w)
{
    struct being *last = shared.king, *next = being_new(draw(w));
    refer(&shared.throne, next);
    shared.king = next;
    if (last) lt_release(last);
}

static void bow(struct worker *w)
{
    struct being *king = found(&shared.throne);
    EXPECT(king);
    use(w, king);
    lt_release(king);
}

/* In and out of slots with the one reference there is, while others may make a second of the weak one. */
static void be_alone(struct worker *w)
{
    lt_slot slot;
    struct being *b = being_new(w->index);
    refer(&shared.lonely[w->index % LONELY], b);
    lt_slot_init(&slot, b);
    lt_point("weak_cache: in a slot");
    b = (struct being *)lt_slot_take(&slot);
    EXPECT(!lt_is_unique(b));
    being_use(b);
    lt_release(b);
}

/* Twins die with their parent, in one cascade. Who is finalized first does not find the other, where the last release kills. */
static void look_for_twins(struct being *b)
{
    for (unsigned i = 0; i < 2; i++) {
        struct being *twin = found(&shared.twins[b->value][i]);
        EXPECT(!twin || (twin != b && !lt_strategy_traits()->immediate));
        if (!twin) continue;
        being_use(twin);
        lt_release(twin);
    }
}

static struct being *twin_new(struct worker *w, unsigned which)
{
    struct being *b = being_new(w->index);
    b->last_words = look_for_twins;
    refer(&shared.twins[w->index][which], b);
    return b;
}

static void bear_twins(struct worker *w)
{
    if (w->index >= LONELY) return;
    struct being *parent = being_new(0);
    lt_slot_init(&parent->left, twin_new(w, 0));
    lt_slot_init(&parent->right, twin_new(w, 1));
    lt_release(parent);
}

static void call_on_somebody(struct worker *w)
{
    struct being *b = found(&shared.lonely[draw_below(w, LONELY)]);
    if (!b) return;
    use(w, b);
    lt_release(b);
}

/* Most of what these lead to is dead. */
static void be_one_of_many(struct worker *w)
{
    struct being *b = found(&shared.many[draw_below(w, shared.size)]);
    if (b) {
        use(w, b);
        lt_release(b);
    }
    for (unsigned i = 0; i < 8; i++) {
        b = being_new(w->index);
        refer(&shared.many[draw_below(w, shared.size)], b);
        lt_slot_store(&shared.pool[draw_below(w, POOL)], b);
    }
}

static uint64_t entries(void)
{
    lt_stats stats;
    lt_stats_read(&stats);
    return stats.weak;
}

/* Where epochs are slow, for more threads run than there are processors, what is dead would pile up without end. */
static void wait_for_the_others(struct worker *w)
{
    lt_stats stats;
    if (!one_in(w, 256)) return;
    lt_stats_read(&stats);
    if (stats.pending > BACKLOG) lt_synchronize();
}

static void body(struct worker *w)
{
    while (goes_on(w)) {
        unsigned what = draw_below(w, 9);
        lt_enter();
        if (w->index == 0) crown(w);
        if (what < 4) look_up(w, draw_below(w, KEYS));
        else if (what < 5) be_alone(w);
        else if (what < 6) be_one_of_many(w);
        else if (what < 7) call_on_somebody(w);
        else if (what < 8) bow(w);
        else bear_twins(w);
        lt_leave();
        if (one_in(w, 512)) lt_poll();
        wait_for_the_others(w);
    }
}

static void begin(struct worker *w)
{
    lt_enter();
    crown(w);
    for (unsigned i = 0; i < shared.size; i++) {
        struct being *b = being_new(0);
        refer(&shared.many[i], b);
        lt_release(b);
        if (i % 64 == 0) lt_safepoint();
    }
    lt_leave();
}

static void clear_weak(lt_weak *weak, unsigned n)
{
    lt_enter();
    for (unsigned i = 0; i < n; i++) {
        lt_weak_clear(&weak[i]);
        if (i % 64 == 0) lt_safepoint();
    }
    lt_leave();
}

static void end(struct worker *w)
{
    (void)w;
    empty_slots(shared.kept, KEYS);
    empty_slots(shared.pool, POOL);
    lt_enter();
    lt_release(shared.king);
    lt_leave();
    lt_barrier();
    lt_enter();
    EXPECT(!found(&shared.throne));
    for (unsigned i = 0; i < KEYS; i++) EXPECT(!found(&shared.cache[i]));
    lt_leave();
    EXPECT(entries() <= KEYS + 1 + 3 * LONELY + shared.size); /* one for each weak reference, at most */
    clear_weak(shared.cache, KEYS);
    clear_weak(&shared.throne, 1);
    clear_weak(shared.lonely, LONELY);
    clear_weak(shared.twins[0], 2 * LONELY);
    clear_weak(shared.many, shared.size);
    lt_barrier();
    EXPECT(entries() == 0);
}

static double resident(void) /* MiB */
{
    unsigned long all, pages = 0;
    FILE *f = fopen("/proc/self/statm", "r");
    if (!f || fscanf(f, "%lu %lu", &all, &pages) != 2) pages = 0;
    if (f) (void)fclose(f);
    return (double)pages * (double)sysconf(_SC_PAGESIZE) / (1 << 20);
}

/* All weak references lead somewhere when it begins, most to what is dead: in the last two thirds of the time memory grows no
 * more. */
static void watch_memory(struct worker *w)
{
    double begun = run_share(w->run), then = 0, most = 0;
    while (run_goes_on(w->run)) {
        nap(w, 20000);
        double now = resident();
        if (run_share(w->run) < begun + (1 - begun) / 3) then = now > then ? now : then;
        else most = now > most ? now : most;
    }
    EXPECT(then == 0 || most < 1.25 * then + kept_free);
}

static void live(struct worker *w)
{
    if (w->index == w->run->threads) watch_memory(w);
    else body(w);
}

SCENARIO(weak_cache, "weak references: loaded, stored, cleared, and found dead", NEEDS_RECLAIM)
{
    shared.size = run->seconds >= 5 ? MANY : FEW;
    shared.many = (lt_weak *)calloc(shared.size, sizeof *shared.many);
    if (!shared.many) fail("no memory for weak references");
    run_workers(run, 1, begin, NULL);
    if (lt_strategy_traits()->threads) run_workers(run, run->threads + 1, live, NULL);
    else run_workers(run, 1, body, NULL);
    run_workers(run, 1, end, NULL);
    free(shared.many);
}
