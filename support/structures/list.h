/* list.h: a map from keys to objects, as a sorted linked list. Harris, DISC 2001, with Michael's traversal, SPAA 2002.
 *
 * Those mark the `next` pointer of a removed node in its lowest bit, so that nothing can be linked behind it any more. A slot
 * has no bits to spare; so, as in Java's ConcurrentSkipListMap, a removed node gets a marker as its successor:
 *
 *   a -> b -> c            b is to go
 *   a -> b -> M -> c       compare-and-swap of b's `next` from c to M: now b is removed, and its `next` never changes again
 *   a ------------> c      compare-and-swap of a's `next` from b to c, by whoever comes by
 *
 * Nothing was lost between: had anyone linked a node behind b, the first step had failed, for `next` were not c; had a been
 * removed, the second had, for a's `next` were a marker. An address cannot come back while it is borrowed: there is no ABA.
 * A marker's `next` is a slot only because a slot is what can be borrowed from.
 *
 * A key that is present has exactly one node that is not removed. Edges lead from smaller keys to larger ones, also those of
 * removed nodes, so there are no cycles.
 *
 * All functions inside a section. They pass no safepoint. */
#ifndef STRUCTURES_LIST_H
#define STRUCTURES_LIST_H

#include <lifetime/lifetime.h>

struct list { lt_slot first; }; /* zero: empty. Emptied by lt_slot_store(&list->first, NULL) */

struct list_node {
    lt_object header;
    uint64_t key;
    void *item;   /* NULL: this is a marker */
    lt_slot next;
};

static void list_node_trace(void *object, lt_visitor *visitor)
{
    struct list_node *n = (struct list_node *)object;
    lt_visit_ref(visitor, &n->item);
    lt_visit_slot(visitor, &n->next);
}

static const lt_type list_node_type = {
    .name = "list node", .size = sizeof(struct list_node), .flags = LT_TYPE_ACYCLIC, .trace = list_node_trace};

static inline struct list_node *list_node_new(uint64_t key, void *item)
{
    struct list_node *n = (struct list_node *)lt_new(&list_node_type);
    if (!n) return NULL;
    n->key = key;
    n->item = item;
    lt_slot_init(&n->next, NULL);
    return n;
}

/* Changes `link` from `from` to what is borrowed, unless it has changed already. */
static inline bool list_relink(lt_slot *link, const struct list_node *from, lt_borrow to)
{
    void *held = lt_hold(to); /* NULL: the end; or removed, and dead already */
    lt_point("list: a node is ready to be unlinked");
    bool done = (held || !lt_deref(to)) && lt_slot_cas(link, from, held);
    if (held && !done) lt_release(held);
    return done;
}

/* `link` leads to the first node whose key is not smaller; the node before it, if there is one, has the link in it. */
struct list_place {
    lt_slot *link;
    lt_borrow before, found;
};

static inline struct list_place list_begin(struct list *list)
{
    return (struct list_place){&list->first, {NULL}, lt_slot_borrow(&list->first)};
}

static inline void list_leave(struct list_place *p)
{
    lt_unborrow(p->found);
    lt_unborrow(p->before);
}

static inline bool list_is_marker(const struct list_node *n) { return n && !n->item; }

enum list_step { LIST_THERE, LIST_ON, LIST_LOST };

/* n is what p->found has. */
static inline enum list_step list_step(struct list_place *p, struct list_node *n, uint64_t key)
{
    if (list_is_marker(n)) return LIST_LOST; /* the node before was removed */
    lt_borrow next = lt_slot_borrow(&n->next);
    struct list_node *marker = (struct list_node *)lt_deref(next);
    if (list_is_marker(marker)) {
        lt_borrow beyond = lt_slot_borrow(&marker->next);
        bool unlinked = list_relink(p->link, n, beyond);
        lt_unborrow(beyond);
        lt_unborrow(next);
        if (!unlinked) return LIST_LOST;
        lt_unborrow(p->found);
        p->found = lt_slot_borrow(p->link);
        return LIST_ON;
    }
    if (n->key >= key) {
        lt_unborrow(next);
        lt_point("list: a key is found");
        return LIST_THERE;
    }
    lt_unborrow(p->before);
    *p = (struct list_place){&n->next, p->found, next};
    return LIST_ON;
}

/* The place of the key; what is removed is unlinked on the way. To be left with list_leave. */
static inline struct list_place list_search(struct list *list, uint64_t key)
{
    struct list_place p = list_begin(list);
    struct list_node *n;
    enum list_step step = LIST_ON;
    while (step != LIST_THERE && (n = (struct list_node *)lt_deref(p.found))) {
        step = list_step(&p, n, key);
        if (step == LIST_LOST) {
            list_leave(&p);
            p = list_begin(list);
        }
    }
    return p;
}

static inline struct list_node *list_found(const struct list_place *p, uint64_t key)
{
    struct list_node *n = (struct list_node *)lt_deref(p->found);
    return n && n->key == key ? n : NULL;
}

/* An owned reference to the key's item, or NULL. */
static inline void *list_find(struct list *list, uint64_t key)
{
    struct list_place p = list_search(list, key);
    const struct list_node *n = list_found(&p, key);
    void *item = n && lt_try_retain(n->item) ? n->item : NULL; /* n owns it for as long as it is borrowed: it succeeds */
    list_leave(&p);
    return item;
}

/* 0, and the caller's reference to the item is taken over; or EEXIST, ENOMEM, and it is not. */
static inline int list_insert(struct list *list, uint64_t key, void *item)
{
    struct list_node *n = list_node_new(key, item);
    if (!n) return ENOMEM;
    for (;;) {
        struct list_place p = list_search(list, key);
        bool exists = list_found(&p, key) != NULL, linked = false;
        void *held = exists ? NULL : lt_hold(p.found);
        if (!exists && (held || !lt_deref(p.found))) {
            lt_slot_store(&n->next, held);
            lt_point("list: a node is ready to be linked");
            linked = lt_slot_cas(p.link, held, n);
        }
        list_leave(&p);
        if (linked) return 0;
        if (!exists) continue;
        n->item = NULL; /* nobody else has seen n */
        lt_release(n);
        return EEXIST;
    }
}

/* n gets its marker. False: its `next` has changed meanwhile; if it is a marker now, another thread removed n. */
static inline bool list_mark(struct list_node *n, struct list_node *marker)
{
    lt_borrow next = lt_slot_borrow(&n->next);
    void *held = lt_hold(next);
    bool marked = false;
    if (!list_is_marker((struct list_node *)lt_deref(next)) && (held || !lt_deref(next))) {
        lt_slot_store(&marker->next, held);
        lt_point("list: a node is ready to be marked");
        marked = lt_slot_cas(&n->next, held, marker);
    } else if (held) {
        lt_release(held);
    }
    lt_unborrow(next);
    return marked;
}

/* 0, and *item is an owned reference to what the key had; or ENOENT, ENOMEM. */
static inline int list_remove(struct list *list, uint64_t key, void **item)
{
    struct list_node *marker = list_node_new(0, NULL);
    if (!marker) return ENOMEM;
    for (;;) {
        struct list_place p = list_search(list, key);
        struct list_node *n = list_found(&p, key);
        bool marked = n && list_mark(n, marker);
        if (marked) {
            *item = lt_try_retain(n->item) ? n->item : NULL; /* as in list_find */
            (void)list_step(&p, n, key); /* unlinks it; if that fails, the next one to come by will */
        }
        list_leave(&p);
        if (marked) return 0;
        if (n) continue;
        lt_release(marker);
        return ENOENT;
    }
}

#endif
