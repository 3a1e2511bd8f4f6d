/* review.c: chunks, and the promise that there are enough of them:
 *
 *   chunks * LT_REVIEW_CHUNK >= objects alive + credits + (LT_REVIEW_BUCKETS + 1) * LT_REVIEW_CHUNK for every struct lt_review
 *
 * A list uses the room of its members, and of less than one chunk more. The one list more than there are buckets is a bucket
 * that is being looked through. */
#include "review.h"

#include "lib/alloc.h"

enum { IDLE_CHUNKS = 64 }; /* of credit that nobody holds: more goes back to the allocator */

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER; /* taken last; held for a few instructions */
static struct lt_review_chunk *pool;
static int64_t idle; /* credits that no thread holds */

static struct lt_review_chunk *new_chunk(void) { return lt_alloc(sizeof(struct lt_review_chunk)); }

static void give(struct lt_review_chunk *c)
{
    lt_mutex_lock(&lock);
    c->next = pool;
    lt_point("deferred: has the pool");
    pool = c;
    lt_mutex_unlock(&lock);
}

static struct lt_review_chunk *take(void)
{
    lt_mutex_lock(&lock);
    struct lt_review_chunk *c = pool; /* there is one: see above */
    lt_point("deferred: has the pool");
    pool = c->next;
    lt_mutex_unlock(&lock);
    c->used = 0;
    return c;
}

int lt_review_prepare(void)
{
    for (int i = 0; i < LT_REVIEW_BUCKETS + 1; i++) {
        struct lt_review_chunk *c = new_chunk();
        if (!c) return ENOMEM; /* what was taken stays in the pool, to nobody's harm */
        give(c);
    }
    return 0;
}

bool lt_review_reserve(int64_t *credit)
{
    lt_mutex_lock(&lock);
    bool enough = idle >= LT_REVIEW_CHUNK;
    if (enough) idle -= LT_REVIEW_CHUNK;
    lt_mutex_unlock(&lock);
    if (!enough) {
        struct lt_review_chunk *c = new_chunk();
        if (!c) return false;
        give(c);
    }
    *credit += LT_REVIEW_CHUNK;
    return true;
}

void lt_review_return(int64_t *credit, int64_t keep)
{
    struct lt_review_chunk *surplus = NULL;
    lt_mutex_lock(&lock);
    idle += *credit - keep;
    *credit = keep;
    if (idle > IDLE_CHUNKS * LT_REVIEW_CHUNK) {
        surplus = pool;
        pool = surplus->next;
        idle -= LT_REVIEW_CHUNK;
    }
    lt_mutex_unlock(&lock);
    if (surplus) lt_dealloc(surplus, sizeof *surplus);
}

void lt_review_fork(enum lt_fork step)
{
    if (LT_FAULT("deferred/fork-pool", "a fork does not wait for the pool")) return;
    if (step == LT_FORK_LOCK) lt_mutex_lock(&lock);
    else if (step == LT_FORK_UNLOCK || step == LT_FORK_CHILD) lt_mutex_unlock(&lock);
}

static void push(struct lt_review_bucket *b, lt_object *o)
{
    if (!b->top || b->top->used == LT_REVIEW_CHUNK) {
        struct lt_review_chunk *c = take();
        c->next = b->top;
        b->top = c;
    }
    b->top->object[b->top->used++] = o;
}

lt_object *lt_review_pop(struct lt_review_bucket *b)
{
    struct lt_review_chunk *c = b->top;
    if (!c) return NULL;
    lt_object *o = c->object[--c->used];
    if (c->used == 0) {
        b->top = c->next;
        give(c);
    }
    return o;
}

/* All chunks but the first are full: they move as they are, so that a long list keeps nobody waiting for the lock. */
static void empty(struct lt_review_bucket *to, struct lt_review_bucket *from)
{
    struct lt_review_chunk *first = from->top, *full = first ? first->next : NULL, *last = full;
    if (!first) return;
    while (from->top == first) push(to, lt_review_pop(from));
    if (!full) return;
    while (last->next) last = last->next;
    last->next = to->top->next;
    to->top->next = full;
    from->top = NULL;
}

/* What is LT_REVIEW_EPOCHS older than anything else is ripe, and must not wait again with what is new: lists that change hands
 * more often than they are looked through would grow without end. */
static void ripen(struct lt_review *r, struct lt_review_bucket *from)
{
    struct lt_review_bucket *ripe = &r->bucket[LT_REVIEW_RIPE];
    if (!from->top) return;
    if (!ripe->top || ripe->epoch > from->epoch) ripe->epoch = from->epoch;
    empty(ripe, from);
}

/* The bucket for `epoch`, or NULL: that is ripe. */
static struct lt_review_bucket *bucket_of(struct lt_review *r, uint64_t epoch)
{
    struct lt_review_bucket *b = &r->bucket[epoch % LT_REVIEW_EPOCHS];
    if (b->epoch < epoch) {
        ripen(r, b);
        b->epoch = epoch;
    }
    return b->epoch == epoch ? b : NULL;
}

void lt_review_push(struct lt_review *r, uint64_t epoch, lt_object *o) { push(bucket_of(r, epoch), o); }

void lt_review_move(struct lt_review *to, struct lt_review *from)
{
    for (int i = 0; i < LT_REVIEW_EPOCHS; i++) {
        struct lt_review_bucket *f = &from->bucket[i], *t = f->top ? bucket_of(to, f->epoch) : NULL;
        if (t) empty(t, f);
        else ripen(to, f);
    }
    ripen(to, &from->bucket[LT_REVIEW_RIPE]);
}
