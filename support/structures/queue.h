/* queue.h: a queue of objects, first in, first out. Michael and Scott, PODC 1996.
 *
 *   head -> node -> node -> node        the head's own item is gone already; the first item is in the node after it
 *                    tail ---^          the tail, or one of the nodes before it, for a moment
 *
 * A node's `next` goes from NULL to the node after it, once. Who finds the tail behind moves it on. It may even be behind the
 * head: unlike in the original that is harmless, since the tail owns the node it points to.
 *
 * All functions inside a section. They pass no safepoint. */
#ifndef STRUCTURES_QUEUE_H
#define STRUCTURES_QUEUE_H

#include <lifetime/lifetime.h>

struct queue { lt_slot head, tail; };

struct queue_node {
    lt_object header;
    lt_slot next;
    lt_slot item; /* whoever makes the node the head takes it */
};

static void queue_node_trace(void *object, lt_visitor *visitor)
{
    struct queue_node *n = (struct queue_node *)object;
    lt_visit_slot(visitor, &n->next);
    lt_visit_slot(visitor, &n->item);
}

static const lt_type queue_node_type = {
    .name = "queue node", .size = sizeof(struct queue_node), .flags = LT_TYPE_ACYCLIC, .trace = queue_node_trace};

static inline struct queue_node *queue_node_new(void *item)
{
    struct queue_node *n = (struct queue_node *)lt_new(&queue_node_type);
    if (!n) return NULL;
    lt_slot_init(&n->next, NULL);
    lt_slot_init(&n->item, item);
    return n;
}

/* 0 or ENOMEM. */
static inline int queue_init(struct queue *queue)
{
    struct queue_node *n = queue_node_new(NULL);
    if (!n) return ENOMEM;
    lt_retain(n);
    lt_slot_init(&queue->head, n);
    lt_slot_init(&queue->tail, n);
    return 0;
}

/* Releases what is in it, when nobody uses it any more. */
static inline void queue_clear(struct queue *queue)
{
    lt_slot_store(&queue->tail, NULL);
    lt_slot_store(&queue->head, NULL);
}

/* If the tail is still at t (borrowed) and there is a node after it, the tail moves there. */
static inline void queue_move_tail(struct queue *queue, struct queue_node *t)
{
    lt_borrow next = lt_slot_borrow(&t->next);
    void *held = lt_hold(next);
    lt_point("queue: the tail is behind");
    if (held && !lt_slot_cas(&queue->tail, t, held)) lt_release(held);
    lt_unborrow(next);
}

/* Takes over the caller's reference to the item. ENOMEM: it did not. */
static inline int queue_put(struct queue *queue, void *item)
{
    struct queue_node *n = queue_node_new(item);
    if (!n) return ENOMEM;
    for (bool linked = false; !linked;) {
        lt_borrow tail = lt_slot_borrow(&queue->tail);
        struct queue_node *t = (struct queue_node *)lt_deref(tail);
        lt_point("queue: a node is ready to be put");
        linked = lt_slot_cas(&t->next, NULL, n);
        queue_move_tail(queue, t);
        lt_unborrow(tail);
    }
    return 0;
}

/* Owned, or NULL: the queue was empty. */
static inline void *queue_get(struct queue *queue)
{
    for (;;) {
        lt_borrow head = lt_slot_borrow(&queue->head);
        struct queue_node *h = (struct queue_node *)lt_deref(head);
        lt_borrow next = lt_slot_borrow(&h->next);
        struct queue_node *n = (struct queue_node *)lt_deref(next);
        struct queue_node *held = (struct queue_node *)lt_hold(next);
        lt_point("queue: a node is ready to be the head");
        bool moved = held && lt_slot_cas(&queue->head, h, held);
        void *item = moved ? lt_slot_take(&n->item) : NULL;
        if (held && !moved) lt_release(held);
        lt_unborrow(next);
        lt_unborrow(head);
        if (moved || !n) return item;
    }
}

#endif
