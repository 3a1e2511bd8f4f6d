/* urcu_memb_double_link.c: the queue of double_link with userspace RCU, flavour memb, as one writes it by hand:
 * nothing is counted, a node that was unlinked is freed by call_rcu.
 *
 * A get frees not the head that it leaves but the node before that. Only from the old head, while it is also the
 * tail, does anybody go back there (the help in double_link_put); and the tail had moved on before the head could. */
#define _LGPL_SOURCE
#include <urcu/urcu-memb.h>

#include <errno.h>
#include <stdlib.h>

#define BENCH_PEER urcu_memb_call
#define URCU(name) urcu_memb_##name
#define URCU_STRUCTURES
#include "urcu.h"

struct link_node {
    struct rcu_head head;
    char *item; /* NULL in the first head */
    struct link_node *prev;
    struct link_node *next __attribute__((aligned(128)));
};

struct double_link {
    struct link_node *head __attribute__((aligned(128)));
    struct link_node *tail __attribute__((aligned(128)));
};

static struct link_node *link_node_new(char *item)
{
    struct link_node *n = (struct link_node *)malloc(sizeof *n);
    if (n) n->item = item, n->prev = n->next = NULL;
    return n;
}

static void link_node_free(struct rcu_head *head)
{
    struct link_node *n = caa_container_of(head, struct link_node, head);
    free(n->item);
    free(n);
}

static int double_link_init(struct double_link *queue)
{
    queue->head = queue->tail = link_node_new(NULL);
    return queue->head ? 0 : ENOMEM;
}

static int double_link_put(struct double_link *queue, char *item)
{
    struct link_node *n = link_node_new(item), *tail;
    if (!n) return ENOMEM;
    do {
        tail = rcu_dereference(queue->tail);
        n->prev = tail;
        struct link_node *prev = tail->prev;
        if (prev && !uatomic_read(&prev->next)) rcu_assign_pointer(prev->next, tail);
    } while (uatomic_cmpxchg(&queue->tail, tail, n) != tail);
    rcu_assign_pointer(tail->next, n);
    return 0;
}

static char double_link_get(struct double_link *queue)
{
    for (;;) {
        struct link_node *head = rcu_dereference(queue->head), *next = rcu_dereference(head->next);
        if (!next) return 0;
        if (uatomic_cmpxchg(&queue->head, head, next) != head) continue;
        if (head->prev) urcu_memb_call_rcu(&head->prev->head, link_node_free);
        return *next->item;
    }
}

static void double_link_clear(struct double_link *queue)
{
    while (double_link_get(queue)) continue;
    if (queue->head->prev) urcu_memb_call_rcu(&queue->head->prev->head, link_node_free);
    urcu_memb_call_rcu(&queue->head->head, link_node_free);
}

#include "../work/common.h"
#include "../work/structures.h"

#include "../work/double_link.h"
