/* Objects become immortal while others count them: while releases are on their way, while they are queued for a merge
 * (cpython#152276: the merge must neither undo it nor kill), when their count is at its last, and twice. Some are immortal from
 * the start, in static storage, and go through slots as all others do. None may ever die, nor stop being immortal. */
#include "life.h"
#include "scenario.h"

enum { SLOTS = 8, STATIC = 4, MOST_IMMORTALS = 20000 };

struct shared {
    lt_slot slot[SLOTS];
    struct being *immortal[MOST_IMMORTALS];
    uint32_t immortals; /* atomic */
};

static struct being in_static_storage[STATIC];

static void make_immortal(struct being *b)
{
    being_immortal(b);
    lt_immortalize(b);
    EXPECT(lt_is_immortal(b));
}

/* Makes some being that can be found immortal, as long as there is room. The reference may be kept, released or forgotten. */
static void immortalize(struct worker *w, struct shared *shared, struct being *b)
{
    if (!lt_is_immortal(b)) {
        uint32_t n = __atomic_fetch_add(&shared->immortals, 1, __ATOMIC_RELAXED);
        if (n >= MOST_IMMORTALS) {
            __atomic_store_n(&shared->immortals, MOST_IMMORTALS, __ATOMIC_RELAXED);
            lt_release(b);
            return;
        }
        shared->immortal[n] = b;
    }
    make_immortal(b);
    if (one_in(w, 2)) lt_release(b);
}

static void some_step(struct worker *w, struct shared *shared)
{
    lt_slot *slot = &shared->slot[draw_below(w, SLOTS)];
    struct being *b;
    switch (draw_below(w, 8)) {
    case 0:
        b = being_new(draw(w)); /* its releases come from everywhere, while its owner merges */
        lt_retain(b);
        lt_slot_store(slot, b);
        lt_slot_store(&shared->slot[draw_below(w, SLOTS)], b);
        break;
    case 1:
        lt_slot_store(slot, one_in(w, 8) ? &in_static_storage[draw_below(w, STATIC)] : NULL);
        break;
    case 2:
        if ((b = lt_slot_take(slot))) unwatch(watch(b)), lt_release(b);
        break;
    case 3:
        if (!one_in(w, 8) || !(b = lt_slot_load(slot))) break;
        immortalize(w, shared, b);
        break;
    default:
        if (!(b = lt_slot_load(slot))) break;
        struct watch seen = watch(b);
        bool was_immortal = lt_is_immortal(b);
        lt_retain(b);
        lt_release(b);
        if (was_immortal) EXPECT(lt_is_immortal(b));
        unwatch(seen);
        lt_release(b);
        break;
    }
}

static void body(struct worker *w)
{
    struct shared *shared = w->shared;
    while (goes_on(w)) {
        lt_enter();
        for (unsigned i = draw_below(w, 8); i > 0; i--) some_step(w, shared);
        lt_leave();
    }
}

static void make_static_ones(void)
{
    for (unsigned i = 0; i < STATIC; i++) {
        struct being *b = &in_static_storage[i];
        lt_enter();
        EXPECT(lt_init(b, &being_in_storage_type) == 0);
        lt_slot_init(&b->left, NULL);
        lt_slot_init(&b->right, NULL);
        being_born(b, i, true);
        make_immortal(b);
        lt_leave();
    }
}

SCENARIO(immortal, "objects become immortal while others release them and merge them", NEEDS_NOTHING)
{
    static struct shared shared;
    make_static_ones();
    run_workers(run, run->threads, body, &shared);
    empty_slots(shared.slot, SLOTS);
    lt_barrier();
    uint32_t n = shared.immortals < MOST_IMMORTALS ? shared.immortals : MOST_IMMORTALS;
    lt_enter();
    for (unsigned i = 0; i < STATIC; i++) EXPECT(lt_is_immortal(&in_static_storage[i]));
    for (uint32_t i = 0; i < n; i++) {
        being_use(shared.immortal[i]);
        EXPECT(lt_is_immortal(shared.immortal[i]));
        lt_release_n(shared.immortal[i], 1000);
    }
    lt_leave();
}
