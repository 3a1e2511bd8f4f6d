/* free_loop.c: the floor of a cascade: what one writes by hand for a graph without sharing. The nodes that are still to be
 * freed are chained through their own headers. */
#define BENCH_PEER free_loop
#include "peer.h"

static inline void push(struct cascade_node **chain, struct cascade_node *node)
{
    if (!node) return;
    lt_store64(&node->header.count.whole, (uint64_t)*chain, LT_RELAXED);
    *chain = node;
}

static inline void LT_FN(release)(void *root)
{
    struct cascade_node *chain = NULL, *node;
    push(&chain, (struct cascade_node *)root);
    while ((node = chain)) {
        chain = (struct cascade_node *)lt_load64(&node->header.count.whole, LT_RELAXED);
        push(&chain, node->left);
        push(&chain, node->right);
        free(node);
    }
}

static inline void LT_FN(poll)(void) {}
static inline int LT_FN(configure)(enum lt_setting setting, uint64_t value) { return (void)setting, (void)value, 0; }

#include "../work/common.h"
#include "../work/cascade.h"
