/* urcu_memb_structures.c: liburcu's lock-free stack, queue and hash table, flavour memb; nodes are reclaimed with call_rcu. An
 * object in the stack or the table is its own node; the queue has nodes beside the objects. What is found lives as long as the
 * section. The table does not grow, as ours does not. */
#define _LGPL_SOURCE
#include <urcu/urcu-memb.h>

#include <errno.h>
#include <stdlib.h>
#include <urcu/lfstack.h>
#include <urcu/rculfhash.h>
#include <urcu/rculfqueue.h>

struct room {
    union {
        struct cds_lfs_node stack;
        struct cds_lfht_node hash;
    } node;
};

#define BENCH_PEER urcu_memb_call
#define URCU(name) urcu_memb_##name
#define URCU_STRUCTURES
#define PEER_ROOM sizeof(struct room)
#include "urcu.h"

static struct room *room_of(void *object) { return (struct room *)((struct bench_object *)object + 1); }
static void *object_of(void *room) { return (struct bench_object *)room - 1; }

struct stack { struct __cds_lfs_stack top; };

static int stack_push(struct stack *stack, void *item)
{
    struct cds_lfs_node *node = &room_of(item)->node.stack;
    cds_lfs_node_init(node);
    cds_lfs_push(&stack->top, node);
    return 0;
}

static void *stack_pop(struct stack *stack)
{
    struct cds_lfs_node *node = __cds_lfs_pop(&stack->top);
    return node ? object_of(node) : NULL;
}

static void stack_done(void *item) { LT_FN(retire)(item); }

static void stack_clear(struct stack *stack)
{
    void *item;
    while ((item = stack_pop(stack))) stack_done(item);
}

struct queue { struct cds_lfq_queue_rcu queue; };

struct queue_node {
    struct rcu_head head;
    struct cds_lfq_node_rcu node;
    void *item;
};

static int queue_init(struct queue *queue)
{
    cds_lfq_init_rcu(&queue->queue, urcu_memb_call_rcu);
    return 0;
}

static int queue_put(struct queue *queue, void *item)
{
    struct queue_node *n = malloc(sizeof *n);
    if (!n) return ENOMEM;
    n->item = item;
    cds_lfq_node_init_rcu(&n->node);
    cds_lfq_enqueue_rcu(&queue->queue, &n->node);
    return 0;
}

static void *queue_get(struct queue *queue)
{
    struct cds_lfq_node_rcu *node = cds_lfq_dequeue_rcu(&queue->queue);
    if (!node) return NULL;
    struct queue_node *n = caa_container_of(node, struct queue_node, node);
    void *item = n->item;
    LT_FN(retire)(n);
    return item;
}

static void queue_done(void *item) { free(item); }

static void queue_clear(struct queue *queue)
{
    void *item;
    while ((item = queue_get(queue))) queue_done(item);
    if (cds_lfq_destroy_rcu(&queue->queue)) bench_fail("cds_lfq_destroy_rcu");
}

struct hash { struct cds_lfht *table; };

static unsigned long hash_of(uint64_t key) { return (unsigned long)(key * 0x9e3779b97f4a7c15u >> 32); }

static int hash_match(struct cds_lfht_node *node, const void *key)
{
    return ((struct bench_object *)object_of(node))->value == *(const uint64_t *)key;
}

static int hash_init(struct hash *hash, unsigned bits)
{
    hash->table = cds_lfht_new_flavor(1ul << bits, 1ul << bits, 1ul << bits, 0, &urcu_memb_flavor, NULL);
    return hash->table ? 0 : ENOMEM;
}

static void *hash_find(struct hash *hash, uint64_t key)
{
    struct cds_lfht_iter iter;
    cds_lfht_lookup(hash->table, hash_of(key), hash_match, &key, &iter);
    struct cds_lfht_node *node = cds_lfht_iter_get_node(&iter);
    return node ? object_of(node) : NULL;
}

static int hash_insert(struct hash *hash, uint64_t key, void *item)
{
    struct cds_lfht_node *node = &room_of(item)->node.hash;
    cds_lfht_node_init(node);
    return cds_lfht_add_unique(hash->table, hash_of(key), hash_match, &key, node) == node ? 0 : EEXIST;
}

static int hash_remove(struct hash *hash, uint64_t key, void **item)
{
    *item = hash_find(hash, key);
    return *item && !cds_lfht_del(hash->table, &room_of(*item)->node.hash) ? 0 : ENOENT;
}

static void map_seen(void *item) { (void)item; }
static void map_done(void *item) { LT_FN(retire)(item); }

static void hash_destroy(struct hash *hash)
{
    struct cds_lfht_iter iter;
    struct cds_lfht_node *node;
    cds_lfht_for_each(hash->table, &iter, node)
        if (!cds_lfht_del(hash->table, node)) map_done(object_of(node));
    LT_FN(leave)();
    if (cds_lfht_destroy(hash->table, NULL)) bench_fail("cds_lfht_destroy");
    LT_FN(enter)();
}

#include "../work/common.h"
#include "../work/structures.h"

#include "../work/map.h"

#include "../work/hash.h"
#include "../work/queue.h"
#include "../work/stack.h"
