/* A stack that all threads push to and pop from: nodes that die while others have just borrowed them from the top. What was
 * pushed must be popped, once: by number and by sum. */
#include "support/structures/stack.h"

#include "life.h"
#include "scenario.h"

struct sums {
    uint64_t number, sum; /* atomic */
};

struct shared {
    struct stack stack;
    struct sums pushed, popped;
};

static void count(struct sums *s, uint64_t value)
{
    __atomic_add_fetch(&s->number, 1, __ATOMIC_RELAXED);
    __atomic_add_fetch(&s->sum, value, __ATOMIC_RELAXED);
}

static void push(struct worker *w, struct shared *s)
{
    uint64_t value = draw(w);
    if (stack_push(&s->stack, being_new(value))) fail("no memory for a node");
    count(&s->pushed, value);
}

static bool pop(struct shared *s)
{
    struct being *b = (struct being *)stack_pop(&s->stack);
    if (!b) return false;
    being_use(b);
    count(&s->popped, b->value);
    lt_release(b);
    return true;
}

/* A few up, a few down: mostly about the same nodes. */
static void body(struct worker *w)
{
    struct shared *s = (struct shared *)w->shared;
    while (goes_on(w)) {
        unsigned n = 1 + draw_below(w, 4);
        lt_enter();
        for (unsigned i = 0; i < n; i++) push(w, s);
        if (one_in(w, 4)) lt_safepoint();
        for (unsigned i = 0; i < n; i++) (void)pop(s);
        lt_leave();
        w->operations += 2 * n - 1; /* goes_on() counted one */
    }
}

static void empty(struct worker *w)
{
    struct shared *s = (struct shared *)w->shared;
    lt_enter();
    while (pop(s)) {}
    lt_leave();
}

SCENARIO(stack, "a stack (Treiber): what is pushed is popped, once", NEEDS_NOTHING)
{
    struct shared s = {0};
    run_workers(run, run->threads, body, &s);
    run_workers(run, 1, empty, &s);
    EXPECT(s.popped.number == s.pushed.number);
    EXPECT(s.popped.sum == s.pushed.sum);
}
