/* Long lists, wide fans and graphs with shared parts die from the head while other threads borrow, hold and walk on from inner
 * nodes. An inner node that somebody holds stops the cascade, and its holder's release goes on with it; one that is
 * borrowed must wait. LT_CASCADE_BOUND comes and goes meanwhile, so that what one call leaves, another takes up.
 *
 * A finalizer finds its edges whole. */
#include "life.h"
#include "scenario.h"

enum { HEADS = 16, INNER = 32, LIST = 2000, DEPTH = 7, LAYERS = 12, WIDTH = 8, STEPS = 40, MOST = 100000 };

struct shared {
    lt_slot head[HEADS];
    lt_slot inner[INNER];
};

static void edges_are_whole(struct being *b)
{
    if (b->ref) being_use(b->ref);
    lt_borrow left = lt_slot_borrow(&b->left); /* a count would be a use, and put the child's death off */
    if (lt_deref(left)) being_use(lt_deref(left));
    lt_unborrow(left);
}

static struct being *node(struct worker *w)
{
    struct being *b = being_new(draw(w));
    if (one_in(w, 4)) b->last_words = edges_are_whole;
    return b;
}

/* Now and then a node of a structure can be reached from the side as well. */
static struct being *known(struct worker *w, struct being *b)
{
    struct shared *shared = w->shared;
    if (!one_in(w, 64)) return b;
    lt_retain(b);
    lt_slot_store(&shared->inner[draw_below(w, INNER)], b);
    return b;
}

static struct being *list(struct worker *w)
{
    struct being *head = NULL;
    for (unsigned i = 1 + draw_below(w, LIST); i > 0; i--) {
        struct being *b = node(w);
        if (one_in(w, 8)) b->ref = head;
        else lt_slot_store(&b->left, head);
        head = known(w, b);
    }
    return head;
}

static struct being *tree(struct worker *w, unsigned depth)
{
    struct being *b = node(w);
    if (depth > 0) {
        b->ref = tree(w, depth - 1);
        lt_slot_store(&b->left, tree(w, depth - 1));
        lt_slot_store(&b->right, tree(w, depth - 1));
    }
    return known(w, b);
}

static struct being *some_of(struct worker *w, struct being *const *layer)
{
    struct being *b = layer[draw_below(w, WIDTH)];
    lt_retain(b);
    return b;
}

/* Layers of nodes, each of which has three edges into the layer below. */
static struct being *graph(struct worker *w)
{
    struct being *below[WIDTH], *layer[WIDTH], *top = node(w);
    for (unsigned i = 0; i < WIDTH; i++) below[i] = node(w);
    for (unsigned n = draw_below(w, LAYERS); n > 0; n--) {
        for (unsigned i = 0; i < WIDTH; i++) {
            layer[i] = node(w);
            layer[i]->ref = some_of(w, below);
            lt_slot_store(&layer[i]->left, some_of(w, below));
            lt_slot_store(&layer[i]->right, some_of(w, below));
            (void)known(w, layer[i]);
        }
        for (unsigned i = 0; i < WIDTH; i++) {
            lt_release(below[i]);
            below[i] = layer[i];
        }
    }
    top->ref = some_of(w, below);
    lt_slot_store(&top->left, some_of(w, below));
    for (unsigned i = 0; i < WIDTH; i++) lt_release(below[i]);
    return top;
}

/* A parent, and a child that is reached from the side as well: when both ways are cut at once, the cascade meets a borrower. */
static struct being *pair(struct worker *w)
{
    struct shared *shared = w->shared;
    struct being *parent = node(w), *child = node(w);
    lt_retain(child);
    lt_slot_store(&parent->left, child);
    lt_slot_store(&shared->inner[draw_below(w, INNER)], child);
    return parent;
}

static struct being *large(struct worker *w)
{
    unsigned shape = draw_below(w, 4);
    return shape == 0 ? list(w) : shape == 1 ? tree(w, draw_below(w, DEPTH)) : graph(w);
}

/* Where LT_CASCADE_BOUND holds, more can die than is finalized: then nothing is built. */
static void build(struct worker *w)
{
    struct shared *shared = w->shared;
    lt_stats stats;
    lt_stats_read(&stats);
    if (stats.live > MOST) return;
    lt_slot_store(&shared->head[draw_below(w, HEADS)], one_in(w, 20) ? large(w) : pair(w));
}

static lt_slot *some_entry(struct worker *w)
{
    struct shared *shared = w->shared;
    return one_in(w, 2) ? &shared->head[draw_below(w, HEADS)] : &shared->inner[draw_below(w, INNER)];
}

/* Down along the edges, with one borrow more before one less; may hold on to where it ends. */
static void walk(struct worker *w)
{
    lt_borrow at = lt_slot_borrow(some_entry(w));
    for (unsigned i = draw_below(w, STEPS); i > 0 && lt_deref(at); i--) {
        struct being *b = lt_deref(at);
        struct watch seen = watch(b);
        lt_borrow next = lt_slot_borrow(one_in(w, 2) ? &b->left : &b->right);
        if (one_in(w, 64)) lt_slot_store(&b->right, NULL); /* a branch is cut off */
        if (one_in(w, 2000)) nap(w, 200); /* meanwhile all other ways to it may be cut */
        unwatch(seen);
        lt_unborrow(at);
        at = next;
    }
    struct being *held = one_in(w, 2) ? lt_hold(at) : NULL;
    lt_unborrow(at);
    if (!held) return;
    struct watch seen = watch(held);
    if (one_in(w, 4)) lt_safepoint();
    if (held->ref) being_use(held->ref);
    unwatch(seen);
    lt_release(held);
}

static void body(struct worker *w)
{
    struct shared *shared = w->shared;
    while (goes_on(w)) {
        lt_enter();
        if (one_in(w, 16)) build(w);
        else if (one_in(w, 16)) lt_slot_store(&shared->inner[draw_below(w, INNER)], NULL);
        else walk(w);
        lt_leave();
        if (one_in(w, 100)) lt_poll();
        if (one_in(w, 1000)) (void)lt_configure(LT_CASCADE_BOUND, one_in(w, 2) ? 0 : 1 + draw_below(w, 100));
    }
}

SCENARIO(cascade, "lists, fans and graphs die from the head while others walk, borrow and hold inside", NEEDS_RECLAIM)
{
    struct shared shared = {0};
    run_workers(run, run->threads, body, &shared);
    empty_slots(shared.head, HEADS);
    empty_slots(shared.inner, INNER);
}
