/* defer.h: lt_defer: any memory, after a grace period, on every strategy that reclaims. */

struct memory {
    lt_node node;
    uint64_t canary;
    struct memory *other;
    bool heap;
};

static uint64_t nodes_run; /* atomic */

static void memory_free(lt_node *node)
{
    struct memory *m = (struct memory *)node;
    CHECK_EQ(m->canary, ALIVE);
    m->canary = DEAD;
    __atomic_fetch_add(&nodes_run, 1, __ATOMIC_RELEASE);
    if (m->heap) free(m);
}

static uint64_t nodes(void) { return __atomic_load_n(&nodes_run, __ATOMIC_ACQUIRE); }

static struct memory *memory_new(void)
{
    struct memory *m = needed(malloc(sizeof *m));
    *m = (struct memory){.canary = ALIVE, .heap = true};
    return m;
}

CASE(deferred_nodes_run_once)
{
    NEEDS(reclaims);
    unsigned n = scaled(100000);
    for (unsigned i = 0; i < n; i++) {
        lt_enter();
        lt_defer(&memory_new()->node, memory_free);
        lt_leave();
    }
    lt_barrier();
    CHECK_EQ(nodes(), n);
}

CASE(deferred_nodes_wait_for_the_deferring_section)
{
    NEEDS(reclaims);
    struct memory m = {.canary = ALIVE};
    lt_enter();
    lt_defer(&m.node, memory_free);
    for (unsigned i = 0; i < 100; i++) lt_release(thing_new());
    CHECK_EQ(nodes(), 0);
    CHECK_EQ(m.canary, ALIVE);
    lt_leave();
    lt_barrier();
    CHECK_EQ(nodes(), 1);
}

static lt_slot shelf;
static void uses_the_library(lt_node *node)
{
    struct thing *t = lt_slot_load(&shelf); /* inside some thread's section */
    thing_use(t);
    lt_slot_store(&shelf, NULL);
    lt_release(t);
    memory_free(node);
}

CASE(deferred_functions_run_inside_a_section)
{
    NEEDS(reclaims);
    lt_enter();
    struct thing *t = thing_new();
    uint32_t id = t->id;
    lt_slot_init(&shelf, t);
    lt_defer(&memory_new()->node, uses_the_library);
    lt_leave();
    lt_barrier();
    CHECK_EQ(nodes(), 1);
    check_gone(id);
}

static void defers_the_next(lt_node *node)
{
    struct memory *m = (struct memory *)node;
    if (m->other) lt_defer(&m->other->node, defers_the_next);
    memory_free(node);
}

CASE(deferred_functions_may_defer)
{
    NEEDS(reclaims);
    struct memory *first = NULL;
    for (unsigned i = 0; i < 20; i++) {
        struct memory *m = memory_new();
        m->other = first;
        first = m;
    }
    lt_enter();
    lt_defer(&first->node, defers_the_next);
    lt_leave();
    for (unsigned i = 1; i <= 20; i++) {
        lt_barrier(); /* each covers what was deferred before it */
        CHECK(nodes() >= i);
    }
}

/* Readers follow a plain pointer that a writer replaces: the classic use. */
struct published {
    struct memory *current; /* atomic */
    bool stop;              /* atomic */
    uint64_t replaced;
};

static void reads_or_replaces(unsigned index, void *shared)
{
    struct published *p = shared;
    if (index) {
        while (!__atomic_load_n(&p->stop, __ATOMIC_RELAXED)) {
            lt_enter();
            struct memory *m = __atomic_load_n(&p->current, __ATOMIC_ACQUIRE);
            for (unsigned i = 0; i < index; i++) CHECK_EQ(*(volatile uint64_t *)&m->canary, ALIVE);
            lt_leave();
        }
        return;
    }
    for (unsigned i = 0; i < scaled(20000); i++) {
        lt_enter();
        struct memory *old = __atomic_exchange_n(&p->current, memory_new(), __ATOMIC_ACQ_REL);
        lt_defer(&old->node, memory_free);
        p->replaced++;
        lt_leave();
    }
    __atomic_store_n(&p->stop, true, __ATOMIC_RELAXED);
}

CASE(readers_of_deferred_memory)
{
    NEEDS(threads);
    NEEDS(reclaims);
    struct published p = {.current = memory_new()};
    run_crowd(crowd(), reads_or_replaces, &p);
    lt_barrier();
    CHECK_EQ(nodes(), p.replaced);
    free(p.current);
}

static void defers_many(unsigned index, void *shared)
{
    (void)shared;
    for (unsigned i = 0; i < 1000 + index; i++) {
        lt_enter();
        lt_defer(&memory_new()->node, memory_free);
        lt_leave();
    }
}

CASE(exited_threads_leave_their_nodes_to_the_others)
{
    NEEDS(threads);
    NEEDS(reclaims);
    uint64_t expected = 0;
    for (unsigned i = 0; i < crowd(); i++) expected += 1000 + i;
    run_crowd(crowd(), defers_many, NULL);
    lt_barrier();
    CHECK_EQ(nodes(), expected);
}
