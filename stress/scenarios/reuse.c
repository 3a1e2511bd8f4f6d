/* Functional updates in place: what is in a slot is taken out and given up for its storage, and the next version is made of
 * that; while others read what they found in the slot, borrowed or owned, and refer to it weakly. Who reads must never see
 * the next version in the place of his own. Beside it each thread rebuilds a list of its own, node by node, as a functional
 * program does; some of its nodes others have seen, some not, and tokens change hands. */
#include "life.h"
#include "scenario.h"

enum { SLOTS = 4, TOKENS = 8, LIST = 40 };

struct shared {
    lt_slot slot[SLOTS];
    lt_weak weak[SLOTS];
    void *token[TOKENS]; /* atomic: what one thread gave up and another may use */
    uint64_t reused;     /* atomic: tokens that were used */
};

static struct being *make(struct shared *shared, lt_token token, uint64_t value, struct being *ref)
{
    if (token.storage) __atomic_add_fetch(&shared->reused, 1, __ATOMIC_RELAXED);
    struct being *b = being_reusing(token, value);
    b->ref = ref;
    return b;
}

/* One token for another, either may be empty. */
static lt_token trade(struct worker *w, struct shared *shared, lt_token token)
{
    void **place = &shared->token[draw_below(w, TOKENS)];
    lt_token other = {__atomic_exchange_n(place, token.storage, __ATOMIC_ACQ_REL)};
    return other;
}

/* The version in a slot becomes the next, of the same storage if that is allowed. */
static void change(struct worker *w, struct shared *shared, lt_slot *slot)
{
    struct being *b = (struct being *)lt_slot_take(slot);
    lt_token token = {NULL};
    uint64_t value = 0;
    if (b) {
        being_unlinked(b);
        value = b->value + 2;
        if (one_in(w, 8)) lt_safepoint();
        token = lt_release_reuse(b);
    }
    if (one_in(w, 8)) token = trade(w, shared, token);
    lt_slot_store(slot, make(shared, token, value, one_in(w, 4) ? being_new(0) : NULL));
}

static void look(const struct being *b)
{
    if (!b) return;
    struct watch seen = watch(b);
    EXPECT(b->value % 2 == 0);
    uint64_t value = b->value;
    if (b->ref) being_use(b->ref);
    EXPECT(b->value == value);
    unwatch(seen);
}

static void borrow(lt_slot *slot)
{
    lt_borrow borrow = lt_slot_borrow(slot);
    look((const struct being *)lt_deref(borrow));
    lt_unborrow(borrow);
}

static void load(struct worker *w, lt_slot *slot)
{
    struct being *b = (struct being *)lt_slot_load(slot);
    if (!b) return;
    look(b);
    if (one_in(w, 2)) lt_release(b);
    else lt_token_free(lt_release_reuse(b));
}

static void refer(lt_slot *slot, lt_weak *weak)
{
    struct being *b = (struct being *)lt_slot_load(slot);
    if (lt_weak_store(weak, b)) fail("no memory for a weak reference");
    if (b) lt_release(b);
    b = (struct being *)lt_weak_load(weak);
    look(b);
    if (b) lt_release(b);
}

static struct being *make_next(struct shared *shared, struct being *b, struct being *ref)
{
    uint64_t value = b->value + 2;
    return make(shared, lt_release_reuse(b), value, ref);
}

/* The same, while there is a weak reference to b: it never leads to what is made in its place. */
static struct being *referred(struct shared *shared, struct being *b, struct being *ref)
{
    lt_weak weak;
    uint64_t serial = b->serial;
    if (lt_weak_init(&weak, b)) fail("no memory for a weak reference");
    struct being *next = make_next(shared, b, ref), *found = (struct being *)lt_weak_load(&weak);
    if (found) {
        EXPECT(found->serial == serial);
        lt_release(found);
    }
    lt_weak_clear(&weak);
    return next;
}

/* Every node anew, of the one before it in its place. Now and then somebody else holds one meanwhile, or is given one. */
static struct being *rebuild(struct worker *w, struct shared *shared, struct being *list)
{
    struct being *done = NULL, *held = NULL;
    while (list) {
        struct being *b = list;
        being_use(b);
        list = b->ref;
        b->ref = NULL;
        if (!held && one_in(w, LIST)) lt_retain(held = b);
        if (one_in(w, 2 * LIST)) {
            lt_retain(b);
            lt_slot_store(&shared->slot[draw_below(w, SLOTS)], b);
        }
        done = one_in(w, LIST) ? referred(shared, b, done) : make_next(shared, b, done);
    }
    if (held) {
        being_use(held);
        lt_release(held);
    }
    return done;
}

static void body(struct worker *w)
{
    struct shared *shared = (struct shared *)w->shared;
    struct being *list = NULL;
    lt_enter();
    for (unsigned i = 0; i < LIST; i++) list = make(shared, (lt_token){NULL}, 0, list);
    lt_leave();
    while (goes_on(w)) {
        unsigned i = draw_below(w, SLOTS);
        lt_enter();
        switch (draw_below(w, 16)) {
        case 0: list = rebuild(w, shared, list); break;
        case 1: refer(&shared->slot[i], &shared->weak[i]); break;
        case 2: case 3: case 4: case 5: change(w, shared, &shared->slot[i]); break;
        case 6: case 7: load(w, &shared->slot[i]); break;
        default: borrow(&shared->slot[i]); break;
        }
        lt_leave();
    }
    lt_enter();
    lt_token_free(lt_release_reuse(list));
    lt_leave();
}

SCENARIO(reuse, "the storage of what is given up becomes the next version, while others read the one before", NEEDS_NOTHING)
{
    struct shared shared = {0};
    run_workers(run, run->threads, body, &shared);
    empty_slots(shared.slot, SLOTS);
    lt_enter();
    for (unsigned i = 0; i < SLOTS; i++) lt_weak_clear(&shared.weak[i]);
    for (unsigned i = 0; i < TOKENS; i++) lt_token_free((lt_token){shared.token[i]});
    lt_leave();
    lt_stats stats;
    lt_stats_read(&stats);
    EXPECT(stats.reused == shared.reused);
}
