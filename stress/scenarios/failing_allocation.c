/* Memory is refused to the library, at any of the places where it asks for some: now and then, mostly, or altogether, by
 * turns. Creation and registration say ENOMEM; everything else does what it always does, and nothing is lost (rule 8). */
#include "lib/alloc.h"

#include "life.h"
#include "scenario.h"

enum { SLOTS = 8 };

static unsigned refused_of_1024; /* atomic */
static uint64_t refusals;        /* atomic */

static bool allowed(size_t bytes)
{
    (void)bytes;
    unsigned refused = __atomic_load_n(&refused_of_1024, __ATOMIC_RELAXED);
    struct worker *w = this_worker();
    if (!refused || !w || draw_below(w, 1024) >= refused) return true;
    __atomic_add_fetch(&refusals, 1, __ATOMIC_RELAXED);
    return false;
}

static void set_refusals(unsigned of_1024) { __atomic_store_n(&refused_of_1024, of_1024, __ATOMIC_RELAXED); }

static struct being *new_or_null(uint64_t value)
{
    errno = 0;
    struct being *b = being_try_new(value);
    if (!b) EXPECT(errno == ENOMEM);
    return b;
}

static void makes_more(struct being *b)
{
    struct being *late = new_or_null(b->value);
    if (late) lt_slot_store(&b->right, late);
}

static void node_ran(lt_node *node) { free(node); }

static void defer(void)
{
    lt_node *node = (lt_node *)malloc(sizeof *node); /* the client's own memory */
    if (node) lt_defer(node, node_ran);
}

static void make(struct worker *w, lt_slot *slot)
{
    struct being *b = new_or_null(draw(w));
    if (!b) return;
    if (one_in(w, 2)) b->last_words = makes_more;
    lt_slot_store(&b->left, new_or_null(draw(w)));
    b->ref = one_in(w, 2) ? (struct being *)lt_slot_load(&b->left) : NULL;
    lt_slot_store(slot, b);
}

static void use(struct worker *w, lt_slot *slot)
{
    struct being *b = (struct being *)lt_slot_load(slot);
    if (!b) return;
    struct watch seen = watch(b);
    lt_retain_n(b, 20);
    if (one_in(w, 2)) lt_slot_store(slot, NULL);
    lt_safepoint();
    lt_release_n(b, 20);
    unwatch(seen);
    lt_release(b);
}

/* Another thread has this one's record next, with what waits in it. */
static bool come_again(struct worker *w)
{
    lt_thread_unregister();
    int error;
    while ((error = lt_thread_register()))
        if (error != ENOMEM || !goes_on(w)) break;
    if (error && error != ENOMEM) fail("lt_thread_register says %d", error);
    return !error;
}

static void body(struct worker *w)
{
    static const unsigned weather[] = {0, 1, 30, 512, 1000, 1024};
    lt_slot *slots = (lt_slot *)w->shared;
    if (!come_again(w)) return;
    while (goes_on(w)) {
        lt_slot *slot = &slots[draw_below(w, SLOTS)];
        if (w->index == 0 && one_in(w, 64)) set_refusals(weather[draw_below(w, sizeof weather / sizeof *weather)]);
        if (one_in(w, 256) && !come_again(w)) return;
        if (one_in(w, 256)) lt_poll();
        if (one_in(w, 4096)) lt_barrier();
        lt_enter();
        if (one_in(w, 3)) make(w, slot);
        else use(w, slot);
        if (one_in(w, 16)) defer();
        lt_leave();
    }
}

static void empty(struct worker *w)
{
    empty_slots((lt_slot *)w->shared, SLOTS);
}

SCENARIO(failing_allocation, "memory is refused to the library, at random", NEEDS_RECLAIM)
{
    lt_slot slots[SLOTS] = {{{0}}};
    lt_allocation_hook = allowed;
    set_refusals(30);
    run_workers(run, run->threads, body, slots);
    set_refusals(0);
    run_workers(run, 1, empty, slots);
    EXPECT(refusals > 0 || run->operations < 10000);
}
