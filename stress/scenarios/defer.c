/* Memory that is no object, reclaimed by lt_defer and by lt_synchronize: readers go through a published page while its writer
 * takes it out, and must never see it freed. Nodes are deferred one by one and in bulk, inside finalizers, and again from
 * inside their own function. Each function runs once for each time that its node was deferred, and before lt_barrier
 * returns. */
#include <sched.h>
#include <stdlib.h>

#include "life.h"
#include "scenario.h"

enum { PAGES = 4, BULK = 200 };

struct tally {
    uint64_t deferred; /* its worker's own */
    uint64_t ran;      /* atomic */
};

struct page {
    lt_node node;
    uint64_t name, inverse; /* plain: written at birth and before the end; a page in the same place has another name */
    struct tally *tally;   /* of the worker that deferred it */
    bool again;            /* its function defers it once more */
};

struct shared {
    struct page *page[PAGES]; /* atomic */
    struct tally *tally;      /* one for each worker */
    uint64_t again, again_ran, last_words, last_words_ran; /* atomic */
};

static struct shared *shared; /* for functions, which have no other argument than their node */

static struct page *page_new(struct worker *w)
{
    struct page *p = (struct page *)malloc(sizeof *p);
    if (!p) fail("no memory for a page");
    uint64_t name = draw(w);
    *p = (struct page){.name = name, .inverse = ~name, .again = one_in(w, 8)};
    return p;
}

static void page_use(const struct page *p, uint64_t name)
{
    if (p->name != name || p->inverse != ~name)
        fail("page %p had the name %llx, and has %llx and %llx: it was reclaimed", (const void *)p, (unsigned long long)name,
             (unsigned long long)p->name, (unsigned long long)p->inverse);
}

static void page_free(struct page *p)
{
    page_use(p, p->name);
    p->name = p->inverse = 0;
    free(p);
}

static void count(uint64_t *n) { __atomic_add_fetch(n, 1, __ATOMIC_RELAXED); }
static uint64_t read(const uint64_t *n) { return __atomic_load_n(n, __ATOMIC_RELAXED); }

static void second_time(lt_node *node)
{
    count(&shared->again_ran);
    page_free((struct page *)node);
}

static void first_time(lt_node *node)
{
    struct page *p = (struct page *)node;
    page_use(p, p->name);
    count(&p->tally->ran);
    if (!p->again) {
        page_free(p);
        return;
    }
    count(&shared->again);
    lt_defer(&p->node, second_time);
}

static void defer(struct worker *w, struct page *p)
{
    p->tally = &shared->tally[w->index];
    p->tally->deferred++;
    lt_defer(&p->node, first_time);
}

static void last_words_said(lt_node *node)
{
    count(&shared->last_words_ran);
    free(node);
}

static void defers_in_its_finalizer(struct being *b)
{
    (void)b;
    lt_node *node = (lt_node *)malloc(sizeof *node);
    if (!node) fail("no memory for a node");
    count(&shared->last_words);
    lt_defer(node, last_words_said);
}

static struct page *exchange(struct worker *w, struct page *new)
{
    return __atomic_exchange_n(&shared->page[draw_below(w, PAGES)], new, __ATOMIC_ACQ_REL);
}

/* Inside one section, without a safepoint. */
static void look(struct worker *w)
{
    const struct page *p = __atomic_load_n(&shared->page[draw_below(w, PAGES)], __ATOMIC_ACQUIRE);
    if (!p) return;
    uint64_t name = p->name;
    for (unsigned i = draw_below(w, 8); i < 8; i++) {
        page_use(p, name);
        if (one_in(w, 64)) sched_yield();
    }
}

static void replace_and_wait(struct worker *w)
{
    struct page *old = exchange(w, page_new(w));
    lt_synchronize();
    if (old) page_free(old);
}

static void wait_for_all(struct tally *t)
{
    lt_barrier();
    if (read(&t->ran) < t->deferred)
        fail("lt_barrier returned, and of %llu nodes that this thread had deferred %llu have run",
             (unsigned long long)t->deferred, (unsigned long long)read(&t->ran));
}

static void body(struct worker *w)
{
    while (goes_on(w)) {
        unsigned what = draw_below(w, 4096);
        if (what == 0) {
            wait_for_all(&shared->tally[w->index]);
            continue;
        } else if (what < 8) {
            replace_and_wait(w);
            continue;
        }
        lt_enter();
        if (what < 16) {
            for (unsigned i = 0; i < BULK; i++) defer(w, page_new(w));
        } else if (what < 256) {
            struct being *b = being_new(what);
            b->last_words = defers_in_its_finalizer;
            lt_release(b);
        } else if (what < 1024) {
            struct page *old = exchange(w, page_new(w));
            if (old) defer(w, old);
        } else {
            look(w);
        }
        lt_leave();
    }
}

static void empty(struct worker *w)
{
    lt_enter();
    for (unsigned i = 0; i < PAGES; i++)
        if (shared->page[i]) defer(w, shared->page[i]);
    lt_leave();
    for (unsigned i = 0; i < 3; i++) lt_barrier(); /* for objects; for what their finalizers deferred; for the second time */
}

SCENARIO(defer, "readers, and writers that reclaim with lt_defer, in every way", NEEDS_RECLAIM)
{
    struct shared s = {.tally = (struct tally *)calloc(run->threads, sizeof *s.tally)};
    if (!s.tally) fail("no memory for tallies");
    shared = &s;
    run_workers(run, run->threads, body, NULL);
    run_workers(run, 1, empty, NULL);
    for (unsigned i = 0; i < run->threads; i++) EXPECT(s.tally[i].ran == s.tally[i].deferred);
    EXPECT(s.again_ran == s.again);
    EXPECT(s.last_words_ran == s.last_words);
    free(s.tally);
}
