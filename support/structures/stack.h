/* stack.h: a stack of objects. Treiber, Systems Programming: Coping with Parallelism, 1986.
 *
 *   top -> node -> node -> node
 *
 * A node does not change from its publication on, so the edge to the one below is a plain owned pointer. What a thread found
 * on top is borrowed until its compare-and-swap is over, so its address cannot come back meanwhile: there is no ABA.
 *
 * All functions inside a section. They pass no safepoint. */
#ifndef STRUCTURES_STACK_H
#define STRUCTURES_STACK_H

#include <lifetime/lifetime.h>

struct stack { lt_slot top; }; /* zero: empty. Emptied by lt_slot_store(&stack->top, NULL) */

struct stack_node {
    lt_object header;
    struct stack_node *below;
    lt_slot item; /* whoever pops the node takes it */
};

static void stack_node_trace(void *object, lt_visitor *visitor)
{
    struct stack_node *n = (struct stack_node *)object;
    lt_visit_ref(visitor, &n->below);
    lt_visit_slot(visitor, &n->item);
}

static const lt_type stack_node_type = {
    .name = "stack node", .size = sizeof(struct stack_node), .flags = LT_TYPE_ACYCLIC, .trace = stack_node_trace};

/* Takes over the caller's reference to the item. ENOMEM: it did not. */
static inline int stack_push(struct stack *stack, void *item)
{
    struct stack_node *n = (struct stack_node *)lt_new(&stack_node_type);
    if (!n) return ENOMEM;
    n->below = NULL;
    lt_slot_init(&n->item, item);
    for (;;) {
        lt_borrow top = lt_slot_borrow(&stack->top);
        struct stack_node *below = (struct stack_node *)lt_hold(top); /* NULL: empty; or popped, and dead already */
        n->below = below;
        lt_point("stack: a node is ready to be pushed");
        bool pushed = (below || !lt_deref(top)) && lt_slot_cas(&stack->top, below, n);
        lt_unborrow(top);
        if (pushed) return 0;
        n->below = NULL;
        if (below) lt_release(below);
    }
}

/* Owned, or NULL: the stack was empty. */
static inline void *stack_pop(struct stack *stack)
{
    for (;;) {
        lt_borrow top = lt_slot_borrow(&stack->top);
        struct stack_node *n = (struct stack_node *)lt_deref(top);
        if (!n) return NULL;
        struct stack_node *below = n->below; /* n owns it for as long as it is borrowed */
        bool ready = !below || lt_try_retain(below);
        lt_point("stack: a node is ready to be popped");
        bool popped = ready && lt_slot_cas(&stack->top, n, below);
        void *item = popped ? lt_slot_take(&n->item) : NULL;
        if (ready && !popped && below) lt_release(below);
        lt_unborrow(top);
        if (popped) return item;
    }
}

#endif
