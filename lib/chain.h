/* chain.h: a list that is linked through its members, wherever they keep the link. Needs no memory, so that retiring can
 * not fail; splices in constant time. */
#ifndef LT_LIB_CHAIN_H
#define LT_LIB_CHAIN_H

#include <lifetime/testing.h>
#include <stddef.h>
#include <stdint.h>

struct lt_links {
    void *(*next)(void *);
    void (*link)(void *, void *next);
};

struct lt_chain {
    void *head, *tail;
    uint64_t length;
};

static inline void lt_chain_push(struct lt_chain *c, const struct lt_links *links, void *member)
{
    links->link(member, c->head);
    c->head = member;
    if (!c->tail) c->tail = member;
    c->length++;
}

static inline void *lt_chain_pop(struct lt_chain *c, const struct lt_links *links)
{
    void *member = c->head;
    if (!member) return NULL;
    c->head = links->next(member);
    if (!c->head && !LT_FAULT("lib/chain-tail-stale", "an emptied list keeps its last member as its tail")) c->tail = NULL;
    c->length--;
    return member;
}

/* Moves all of `from` to the end of `to`: what waited longest comes first. */
static inline void lt_chain_splice(struct lt_chain *to, const struct lt_links *links, struct lt_chain *from)
{
    if (!from->head) return;
    if (to->tail) links->link(to->tail, from->head);
    else to->head = from->head;
    to->tail = from->tail;
    to->length += from->length;
    lt_point("lib: in two lists");
    *from = (struct lt_chain){0};
}

#endif
