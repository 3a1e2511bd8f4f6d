/* stack.h: the lock-free stack of stress/structures, which all threads use.
 *
 * One operation is one lt_new and push, and one pop and lt_release of what that brings. A peer has its own stack. */
#ifndef BENCH_PEER
#include "support/structures/stack.h"

static void stack_clear(struct stack *stack) { lt_slot_store(&stack->top, NULL); }
static void stack_done(void *item) { lt_release(item); }
#endif

static void LT_NAME(stack_open)(struct bench_cell *cell)
{
    struct stack *stack = (struct stack *)bench_memory(1, sizeof *stack);
    LT_NAME(bench_register)();
    lt_enter();
    for (unsigned i = 0; i < cell->variant->size; i++)
        if (stack_push(stack, LT_NAME(bench_make)(i))) bench_fail("stack_push: out of memory");
    lt_leave();
    cell->shared = stack;
}

static void LT_NAME(stack_close)(struct bench_cell *cell)
{
    lt_enter();
    stack_clear((struct stack *)cell->shared);
    lt_leave();
    free(cell->shared);
}

static void LT_NAME(stack_work)(struct bench_worker *w)
{
    struct stack *stack = (struct stack *)w->cell->shared;
    lt_enter();
    do {
        for (unsigned i = 0; i < BENCH_SHORT_BATCH; i++) {
            if (stack_push(stack, LT_NAME(bench_make)(i))) bench_fail("stack_push: out of memory");
            struct bench_object *o = (struct bench_object *)stack_pop(stack);
            w->sum += o->value; /* every thread pushes before it pops: there is one */
            stack_done(o);
        }
        lt_safepoint();
        w->operations += BENCH_SHORT_BATCH;
    } while (!bench_stopped(w));
    lt_leave();
}

const struct bench_entry LT_NAME(bench_stack) = {
    .workload = &bench_stack, .contestant = LT_QUOTE(LIFETIME_STRATEGY), .traits = lt_strategy_traits,
    .open = LT_NAME(stack_open), .begin = LT_NAME(structure_begin), .work = LT_NAME(stack_work),
    .end = LT_NAME(structure_end), .close = LT_NAME(stack_close), .alive = LT_NAME(bench_alive), .stats = lt_stats_read,
};
