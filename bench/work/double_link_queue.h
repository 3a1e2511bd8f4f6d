/* double_link_queue.h: a queue of strings: Ramalhete and Correia's, counted as in kaist-cp/smr-benchmark (CIRC).
 *
 *   head -> node -> node -> node        the head's own string is taken already; the first one is in the node after it
 *             <- - -  <- - -  ^- tail   backwards the references are weak
 *
 * Who puts a node makes it the tail, then links it behind the tail before. Between the two steps the node cannot be
 * reached from the head; who puts the next one does the second step for it, by way of `prev`. So only the last one can
 * lack its link.
 *
 * All functions inside a section. They pass no safepoint. */
#ifndef BENCH_DOUBLE_LINK_QUEUE_H
#define BENCH_DOUBLE_LINK_QUEUE_H

#include <lifetime/lifetime.h>

#include "workloads.h"

struct link_node {
    lt_object header;
    char *item; /* NULL in the first head */
    lt_weak prev;
    char room[128 - sizeof(lt_object) - sizeof(char *) - sizeof(lt_weak)];
    struct bench_slot next;
};

struct double_link { struct bench_slot head, tail; };

static void link_node_trace(void *object, lt_visitor *visitor)
{
    struct link_node *n = (struct link_node *)object;
    lt_visit_slot(visitor, &n->next.slot);
    lt_visit_weak(visitor, &n->prev);
}

static void link_node_finalize(void *object) { free(((struct link_node *)object)->item); }

static const lt_type link_node_type = {
    .name = "link node", .size = sizeof(struct link_node), .flags = LT_TYPE_ACYCLIC, .trace = link_node_trace,
    .finalize = link_node_finalize};

/* With two references. */
static inline struct link_node *link_node_new(char *item)
{
    struct link_node *n = (struct link_node *)lt_new(&link_node_type);
    if (!n) return NULL;
    n->item = item;
    (void)lt_weak_init(&n->prev, NULL);
    lt_slot_init(&n->next.slot, NULL);
    lt_retain(n);
    return n;
}

/* 0 or ENOMEM. */
static inline int double_link_init(struct double_link *queue)
{
    struct link_node *n = link_node_new(NULL);
    if (!n) return ENOMEM;
    lt_slot_init(&queue->head.slot, n);
    lt_slot_init(&queue->tail.slot, n);
    return 0;
}

/* When nobody uses it any more. */
static inline void double_link_clear(struct double_link *queue)
{
    lt_slot_store(&queue->tail.slot, NULL);
    lt_slot_store(&queue->head.slot, NULL);
}

/* Takes over a reference to `n`; somebody else may have linked it already. */
static inline void link_behind(struct link_node *prev, struct link_node *n)
{
    if (!lt_slot_cas(&prev->next.slot, NULL, n)) lt_release(n);
}

/* `tail` is owned. */
static inline void link_help(struct link_node *tail)
{
    struct link_node *prev = (struct link_node *)lt_weak_load(&tail->prev);
    if (!prev) return; /* it is dead: so the head has passed it, over the link */
    lt_borrow next = lt_slot_borrow(&prev->next.slot);
    const bool linked = lt_deref(next) != NULL;
    lt_unborrow(next);
    if (!linked) {
        lt_retain(tail);
        link_behind(prev, tail);
    }
    lt_release(prev);
}

/* Takes over the string, from malloc. ENOMEM: it did not. */
static inline int double_link_put(struct double_link *queue, char *item)
{
    struct link_node *n = link_node_new(item);
    if (!n) return ENOMEM;
    for (;;) {
        struct link_node *tail = (struct link_node *)lt_slot_load(&queue->tail.slot);
        if (lt_weak_store(&n->prev, tail)) {
            lt_release(tail);
            n->item = NULL;
            lt_release_n(n, 2);
            return ENOMEM;
        }
        link_help(tail);
        const bool put = lt_slot_cas(&queue->tail.slot, tail, n);
        if (put) link_behind(tail, n);
        lt_release(tail);
        if (put) return 0;
    }
}

/* The first letter of the string that comes out; 0: the queue was empty. */
static inline char double_link_get(struct double_link *queue)
{
    for (;;) {
        lt_borrow head = lt_slot_borrow(&queue->head.slot);
        struct link_node *h = (struct link_node *)lt_deref(head);
        lt_borrow next = lt_slot_borrow(&h->next.slot);
        struct link_node *n = (struct link_node *)lt_deref(next), *held = (struct link_node *)lt_hold(next);
        const bool moved = held && lt_slot_cas(&queue->head.slot, h, held);
        const char letter = moved ? *n->item : 0;
        if (held && !moved) lt_release(held);
        lt_unborrow(next);
        lt_unborrow(head);
        if (moved || !n) return letter;
    }
}

#endif
