/* urcu_memb_put.c: the queue of double_link with counted nodes, where a pointer that goes away gives its count back
 * by call_rcu: the scheme with deferred decrements (CDRC's), on userspace RCU, flavour memb.
 *
 * A node with a count is not freed. Three pointers have one: the queue's head, its tail, and `next` of the node
 * before. Each points to a node once at most, so each has an rcu_head there. Whoever is in a section and found a node
 * by one of them may read it, and count it, for the count of that one is given back after a grace period. `prev` is
 * weak: it keeps the memory, not what the node holds.
 *
 * A node dies in a callback, which has `next` give its count back: by call_rcu again, since the scheme does not know
 * that nobody can be reading it. So of a chain of dead nodes one goes in each grace period. What has not gone at the
 * end goes with the process. */
#define _LGPL_SOURCE
#include <urcu/urcu-memb.h>

#include <errno.h>
#include <stdlib.h>

#define BENCH_PEER urcu_memb_put
#define URCU(name) urcu_memb_##name
#define URCU_STRUCTURES
#include "urcu.h"

struct link_node {
    struct rcu_head by_head, by_tail, by_next; /* of the pointers that give their counts back */
    char *item;                                /* NULL in the first head */
    struct link_node *prev;
    unsigned count;
    unsigned weak; /* and one for all of count */
    struct link_node *next __attribute__((aligned(128)));
};

struct double_link {
    struct link_node *head __attribute__((aligned(128)));
    struct link_node *tail __attribute__((aligned(128)));
};

/* With two counts. */
static struct link_node *link_node_new(char *item)
{
    struct link_node *n = (struct link_node *)malloc(sizeof *n);
    if (n) *n = (struct link_node){.item = item, .count = 2, .weak = 1};
    return n;
}

static void put_weak(struct link_node *n)
{
    if (uatomic_sub_return(&n->weak, 1) == 0) free(n);
}

static void put_by_next(struct rcu_head *);

static void put(struct link_node *n)
{
    if (uatomic_sub_return(&n->count, 1)) return;
    free(n->item);
    if (n->next) urcu_memb_call_rcu(&n->next->by_next, put_by_next);
    if (n->prev) put_weak(n->prev);
    put_weak(n);
}

static void put_by_head(struct rcu_head *head) { put(caa_container_of(head, struct link_node, by_head)); }
static void put_by_tail(struct rcu_head *head) { put(caa_container_of(head, struct link_node, by_tail)); }
static void put_by_next(struct rcu_head *head) { put(caa_container_of(head, struct link_node, by_next)); }

static int double_link_init(struct double_link *queue)
{
    queue->head = queue->tail = link_node_new(NULL);
    return queue->head ? 0 : ENOMEM;
}

/* Takes over a count of `n`, which is not the last: that of the tail is there until this section has ended. */
static void link_behind(struct link_node *prev, struct link_node *n)
{
    if (uatomic_cmpxchg(&prev->next, NULL, n)) uatomic_dec(&n->count);
}

static int double_link_put(struct double_link *queue, char *item)
{
    struct link_node *n = link_node_new(item), *tail;
    if (!n) return ENOMEM;
    do {
        tail = rcu_dereference(queue->tail);
        n->prev = tail;
        /* Without a next it has not been passed by the head, and lives until this section has ended. */
        struct link_node *prev = tail->prev;
        if (prev && uatomic_read(&prev->count) && !uatomic_read(&prev->next)) {
            uatomic_inc(&tail->count);
            link_behind(prev, tail);
        }
    } while (uatomic_cmpxchg(&queue->tail, tail, n) != tail);
    uatomic_inc(&tail->weak);
    link_behind(tail, n);
    urcu_memb_call_rcu(&tail->by_tail, put_by_tail);
    return 0;
}

static char double_link_get(struct double_link *queue)
{
    for (;;) {
        struct link_node *head = rcu_dereference(queue->head), *next = rcu_dereference(head->next);
        if (!next) return 0;
        uatomic_inc(&next->count);
        if (uatomic_cmpxchg(&queue->head, head, next) == head) {
            urcu_memb_call_rcu(&head->by_head, put_by_head);
            return *next->item;
        }
        uatomic_dec(&next->count); /* the link's is there */
    }
}

static void double_link_clear(struct double_link *queue) { (void)queue; }

#include "../work/common.h"
#include "../work/structures.h"

#include "../work/double_link.h"
