/* limbo.c: what waits for a grace period. What is retired under the announced epoch a ripens at a + 3 (lib/grace.c), or one
 * epoch later where a strategy says so; so a ring of five bags is enough, and a bag that is needed again has ripened. What
 * is ripe is reclaimed a little at a time by the retirements that follow, so that no single call pays for an epoch.
 *
 * The reference that a slot lets go of waits, too, where a strategy wants it: till then the object's count is not touched,
 * and by then the object is most often nobody else's. What is alive cannot be linked; so such references are written into
 * blocks. Where there is no memory for a block, the reference ends at once. Blocks are also quicker than a list is; so the
 * memory of what could be borrowed till its death (`biased`) is written there, too, and linked if there is no block. */
#include "object.h"

enum { BAGS = 5 };
enum { BACKLOG = 1024 }; /* ripe objects for which a turn reclaims one more */
enum { ADVANCE_EVERY = 256, ADVANCE_PRESSED = 32 }; /* retirements between attempts to advance; with too many bytes waiting */
enum { TURN = 16 }; /* retirements between two looks at what is ripe */
enum { BLOCK = 123 }; /* 1008 bytes */

enum { OBJECTS, REMAINS, NODES, BLOCKS, KINDS }; /* remains: of objects that are finalized, where others are not */

struct block {
    struct block *next;
    uint64_t epoch;         /* of all in it */
    uint32_t used, counted; /* so many references; the statistics know of so many */
    lt_object *object[BLOCK];
};

struct lt_limbo {
    struct { uint64_t epoch; struct lt_chain chain[KINDS]; } bag[BAGS];
    uint32_t latest; /* the bag that was asked for last */
    struct lt_chain ripe[KINDS];
    struct block *open; /* in one of the chains */
    uint32_t without;   /* references that are let go at once yet: there was no memory for a block a moment ago */
    uint64_t bytes;  /* of the objects in here */
    uint32_t since;  /* retirements since the last attempt to advance */
    uint32_t turns;  /* of them, since the last look at what is ripe */
};

static void *node_next(void *node) { return ((lt_node *)node)->next; }
static void node_link(void *node, void *next) { ((lt_node *)node)->next = next; }
static const struct lt_links node_links = {node_next, node_link};

static void *block_next(void *block) { return ((struct block *)block)->next; }
static void block_link(void *block, void *next) { ((struct block *)block)->next = next; }
static const struct lt_links block_links = {block_next, block_link};

static const struct lt_links *links_of(const struct lt_record *r, int kind)
{
    const struct lt_links *links[KINDS] = {&r->domain->hooks.links, &r->domain->hooks.links, &node_links, &block_links};
    return links[kind];
}

struct lt_limbo *lt_limbo_new(void) { return lt_alloc_lines(sizeof(struct lt_limbo)); }

static void make_ripe(struct lt_record *r, struct lt_limbo *l, unsigned i)
{
    for (int k = 0; k < KINDS; k++) lt_chain_splice(&l->ripe[k], links_of(r, k), &l->bag[i].chain[k]);
}

/* Moves to `ripe` what no borrow can reach any more, as far as this thread has seen epochs pass. */
void lt_ripen(struct lt_record *r)
{
    struct lt_limbo *l = r->limbo;
    uint64_t epoch = lt_epoch_seen(r);
    uint64_t wait = LT_GRACE + r->domain->hooks.delay;
    for (unsigned i = 0; i < BAGS; i++)
        if (l->bag[i].epoch + wait - LT_FAULT("lib/limbo-early", "what waits is freed one epoch early") <= epoch)
            make_ripe(r, l, i);
}

static __attribute__((noinline)) struct lt_chain *find_bag(struct lt_record *r, struct lt_limbo *l, uint64_t epoch, int kind)
{
    uint32_t i = l->latest = (uint32_t)(epoch % BAGS);
    if (l->bag[i].epoch < epoch) {
        make_ripe(r, l, i); /* five epochs older */
        if (!LT_FAULT("lib/bag-reused", "what is retired goes into the bag that is being emptied")) l->bag[i].epoch = epoch;
    }
    return l->bag[i].epoch == epoch ? &l->bag[i].chain[kind] : &l->ripe[kind]; /* or five epochs newer: so this is ripe */
}

/* The chain for what is retired under `epoch`. */
static inline struct lt_chain *bag_of(struct lt_record *r, struct lt_limbo *l, uint64_t epoch, int kind)
{
    if (LT_LIKELY(l->bag[l->latest].epoch == epoch)) return &l->bag[l->latest].chain[kind];
    return find_bag(r, l, epoch, kind);
}

static void tend(struct lt_record *r, uint32_t turns)
{
    struct lt_limbo *l = r->limbo;
    uint32_t every = l->bytes > lt_setting_of(r->domain, LT_PENDING_BYTES) ? ADVANCE_PRESSED : ADVANCE_EVERY;
    if ((l->since += turns) >= every) {
        l->since = 0;
        lt_advance(r);
        lt_owe_pause(r);
        lt_adopt(r);
        lt_ripen(r);
    }
    if (!r->cascading && lt_setting_of(r->domain, LT_RECLAIM_STEP)) lt_reclaim_some(r, turns);
}

static inline void took_turn(struct lt_record *r)
{
    if (LT_LIKELY(++r->limbo->turns < TURN)) return;
    r->limbo->turns = 0;
    tend(r, TURN);
}

static void retire(struct lt_record *r, lt_object *o, int kind)
{
    uint64_t bytes = lt_object_size(o);
    unsigned stale = LT_FAULT("lib/retired-stale", "the epoch of a retirement is an older one");
    lt_chain_push(bag_of(r, r->limbo, lt_thread_epoch(&r->hot) - stale, kind), &r->domain->hooks.links, o);
    r->limbo->bytes += bytes;
    lt_count(r, LT_RETIRED, 1);
    LT_PROBE3(retire, r->domain->name, o, bytes);
    lt_count(r, LT_RETIRED_BYTES, bytes);
    took_turn(r);
}

void lt_retire(struct lt_record *r, lt_object *o) { retire(r, o, OBJECTS); }

void lt_retire_memory(struct lt_record *r, lt_object *o)
{
    lt_count(r, LT_REMAINS, 1);
    retire(r, o, REMAINS);
}

static uint64_t bytes_of(lt_object *const *objects, uint32_t n)
{
    uint64_t bytes = 0;
    for (uint32_t i = 0; i < n; i++) bytes += lt_object_size(objects[i]);
    return bytes;
}

/* Looks at the objects: late, when the prefetch of lt_let_go has brought their headers here. */
static void count_in(struct lt_record *r, struct block *b)
{
    uint32_t references = b->used - b->counted;
    uint64_t bytes = bytes_of(b->object + b->counted, references);
    b->counted = b->used;
    r->limbo->bytes += bytes;
    lt_count(r, LT_RETIRED, references);
    lt_count(r, LT_RETIRED_BYTES, bytes);
}

static __attribute__((noinline)) void look_after(struct lt_record *r)
{
    count_in(r, r->limbo->open);
    tend(r, TURN);
}

static inline void write_down(struct block *b, lt_object *o)
{
    b->object[b->used++] = o;
    __builtin_prefetch(o);
}

static __attribute__((noinline)) void open_block(struct lt_record *r, uint64_t epoch, lt_object *o)
{
    struct lt_limbo *l = r->limbo;
    struct block *b = l->without ? NULL : lt_alloc(sizeof *b);
    if (!b) {
        l->without = l->without ? l->without - 1 : BLOCK; /* an allocator takes its time to find that it has nothing */
        if (!LT_FAULT("lib/let-go-unwritten", "a reference for which there is no block is forgotten")) r->domain->hooks.let_go_now(r, o);
        return;
    }
    if (l->open) count_in(r, l->open);
    b->epoch = epoch;
    b->used = b->counted = 0;
    lt_chain_push(bag_of(r, l, epoch, BLOCKS), &block_links, b);
    l->open = b;
    write_down(b, o);
}

void lt_let_go(lt_thread *self, lt_object *o)
{
    struct lt_record *r = lt_record_of(self);
    uint64_t stale = LT_FAULT("lib/let-go-stale", "the epoch in which a slot lets go is an older one");
    uint64_t epoch = lt_thread_epoch(self) - stale;
    struct block *b = r->limbo->open;
    if (LT_UNLIKELY(!b || b->epoch != epoch || b->used == BLOCK)) {
        open_block(r, epoch, o);
        return;
    }
    write_down(b, o);
    if (LT_UNLIKELY(b->used - b->counted == TURN)) look_after(r);
}

void lt_defer_node(struct lt_record *r, lt_node *node)
{
    unsigned stale = LT_FAULT("lib/defer-unwaited", "a deferred function waits for nobody") ? LT_GRACE : 0;
    lt_chain_push(bag_of(r, r->limbo, lt_thread_epoch(&r->hot) - stale, NODES), &node_links, node);
    took_turn(r);
}

bool lt_limbo_is_empty(const struct lt_record *r)
{
    const struct lt_limbo *l = r->limbo;
    for (int k = 0; k < KINDS; k++) {
        if (l->ripe[k].head) return false;
        for (unsigned i = 0; i < BAGS; i++)
            if (l->bag[i].chain[k].head) return false;
    }
    return true;
}

void lt_limbo_forget(struct lt_record *r) { *r->limbo = (struct lt_limbo){0}; }

void lt_object_ripe(struct lt_record *r, lt_object *o) { lt_object_free(r, o); }

static inline void count_out(struct lt_record *r, uint32_t n, uint64_t bytes)
{
    r->limbo->bytes -= bytes;
    lt_count(r, LT_RECLAIMED, n);
    lt_count(r, LT_RECLAIMED_BYTES, bytes);
}

static lt_object *pop_object(struct lt_record *r, int kind)
{
    lt_object *o = lt_chain_pop(&r->limbo->ripe[kind], &r->domain->hooks.links);
    if (o) count_out(r, 1, lt_object_size(o));
    return o;
}

/* The block that the next ripe reference is in. Those that are empty go. */
static struct block *ripe_block(struct lt_limbo *l)
{
    struct block *b;
    while ((b = l->ripe[BLOCKS].head) && !b->used) {
        lt_chain_pop(&l->ripe[BLOCKS], &block_links);
        if (l->open == b && !LT_FAULT("lib/block-gone-open", "a block that was given back is still written to")) l->open = NULL;
        lt_dealloc(b, sizeof *b);
    }
    return b;
}

/* At most so many references; how many fewer is returned. */
static uint64_t settle(struct lt_record *r, uint64_t most)
{
    struct block *b;
    while (most && (b = ripe_block(r->limbo))) {
        uint32_t n = b->used < LT_SETTLED ? b->used : LT_SETTLED;
        if (n > most) n = (uint32_t)most;
        count_in(r, b);
        b->counted = b->used -= n;
        count_out(r, n, bytes_of(b->object + b->used, n));
        r->domain->hooks.settle(r, b->object + b->used, n, b->epoch);
        most -= n;
    }
    return most;
}

void lt_free_leaves(struct lt_record *r, lt_object *const *leaves, uint32_t n)
{
    for (uint32_t i = 0; i < n; i++) lt_object_free(r, leaves[i]);
}

void lt_reclaim(struct lt_record *r, uint64_t most)
{
    struct lt_limbo *l = r->limbo;
    if (r->reclaiming) return;
    r->reclaiming = true;
    lt_object *o;
    lt_node *node;
    for (; most && (o = pop_object(r, OBJECTS)); most--) r->domain->hooks.ripen(r, o);
    for (; most && (o = pop_object(r, REMAINS)); most--) {
        lt_count(r, LT_REMAINS, (uint64_t)-1);
        lt_object_free(r, o);
    }
    most = settle(r, most);
    for (; most && (node = lt_chain_pop(&l->ripe[NODES], &node_links)); most--) {
        if (LT_FAULT("lib/defer-twice", "a deferred function runs twice")) node->fn(node);
        if (!LT_FAULT("lib/defer-never", "a deferred function never runs")) node->fn(node);
    }
    r->reclaiming = false;
    lt_cascade(r); /* of what ripened into its death */
}

/* A share of what is ripe comes on top of the steps: one thread may have taken over what many left, or retire all that it
 * does in cascades, where nothing is reclaimed on the way; yet no backlog grows without end. */
void lt_reclaim_some(struct lt_record *r, uint64_t turns)
{
    uint64_t step = lt_setting_of(r->domain, LT_RECLAIM_STEP);
    uint64_t ripe = 0;
    for (int k = 0; k < KINDS; k++) ripe += r->limbo->ripe[k].length * (k == BLOCKS ? BLOCK : 1);
    lt_reclaim(r, step ? turns * (step + ripe / BACKLOG) : UINT64_MAX);
}

/* Locked. Moves all of `from` to `to`, each bag to its epoch's. */
static void move(struct lt_record *r, struct lt_limbo *to, struct lt_limbo *from)
{
    for (int k = 0; k < KINDS; k++) {
        if (k == NODES && LT_FAULT("lib/orphan-nodes-lost", "deferred functions die with their thread")) continue;
        for (unsigned i = 0; i < BAGS; i++)
            if (from->bag[i].chain[k].head)
                lt_chain_splice(bag_of(r, to, from->bag[i].epoch, k), links_of(r, k), &from->bag[i].chain[k]);
        lt_chain_splice(&to->ripe[k], links_of(r, k), &from->ripe[k]);
    }
    if (!LT_FAULT("lib/block-orphaned-open", "who took over what a thread left shares its open block")) from->open = NULL;
    to->bytes += from->bytes;
    from->bytes = 0;
}

void lt_orphan(struct lt_record *r)
{
    struct lt_domain *d = r->domain;
    if (!LT_FAULT("lib/orphans-lost", "what a thread that exits has waiting is forgotten")) move(r, d->orphans, r->limbo);
    lt_disinherit(r);
    lt_chain_splice(&d->orphan_dead, &d->hooks.links, &r->dead);
    lt_store64(&d->orphaned, 1, LT_RELAXED);
}

/* Locked. The domain's orphans become this thread's: moving costs nothing, and the bags keep their epochs. */
void lt_take_over(struct lt_record *r)
{
    struct lt_domain *d = r->domain;
    if (!LT_FAULT("lib/orphans-ignored", "nobody takes over what exited threads left")) move(r, r->limbo, d->orphans);
    lt_chain_splice(&r->dead, &d->hooks.links, &d->orphan_dead);
    if (d->hooks.take_over) d->hooks.take_over(r);
    lt_store64(&d->orphaned, 0, LT_RELAXED);
}

void lt_adopt(struct lt_record *r)
{
    struct lt_domain *d = r->domain;
    if (!lt_load64(&d->orphaned, LT_RELAXED) || !lt_mutex_try_lock(&d->lock)) return; /* a hint; the lock orders */
    if (!d->gatherer) lt_take_over(r); /* else they are for lt_barrier */
    lt_mutex_unlock(&d->lock);
    if (lt_has_dead(r) && !r->cascading) lt_ask(r); /* the next safepoint finalizes them */
}
