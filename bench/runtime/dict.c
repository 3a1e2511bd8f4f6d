/* dict.c: dicts. Readers take no lock: a table only grows, and is replaced as a whole. Writers take the dict's. */
#include "objects.h"

#include <stdlib.h>
#include <string.h>

enum { EMPTY = -1, DELETED = -2, NOT_FOUND = -1 };

static void table_release(lt_node *node)
{
    struct table *t = (struct table *)node;
    uint32_t used = atomic_load_explicit(&t->used, memory_order_relaxed);
    for (uint32_t i = 0; i < used; i++) {
        lt_slot_store(&t->entries[i].content, NULL);
        if (!(t->entries[i].key->flags & FIXED)) lt_release(t->entries[i].key);
    }
    free(t->index);
    free(t);
}

static struct table *table_of(const struct dict *d)
{
    return atomic_load_explicit(&d->table, memory_order_acquire); /* with replace_table: it is filled */
}

static void trace_dict(void *o, lt_visitor *visitor)
{
    struct table *t = table_of(o);
    uint32_t used = t ? atomic_load_explicit(&t->used, memory_order_acquire) : 0;
    for (uint32_t i = 0; i < used; i++) {
        lt_visit_slot(visitor, &t->entries[i].content);
        lt_visit_ref(visitor, &t->entries[i].key);
    }
}

static void finalize_dict(void *o)
{
    struct dict *d = o;
    struct table *t = table_of(d);
    atomic_store_explicit(&d->table, NULL, memory_order_relaxed); /* nobody else has the dict any more */
    if (t) table_release(&t->node);
}

static const lt_type dict_type = {.name = "dict", .size = sizeof(struct dict), .trace = trace_dict,
    .finalize = finalize_dict};

static struct table *new_table(struct vm *vm, uint32_t capacity)
{
    uint32_t size = 8;
    while (size < capacity + capacity / 2) size *= 2;
    struct table *t = malloc(sizeof *t + capacity * sizeof *t->entries);
    _Atomic int32_t *index = malloc(size * sizeof *index);
    if (!t || !index) {
        free(t);
        free(index);
        return throw_memory(vm);
    }
    t->mask = size - 1;
    t->capacity = capacity;
    atomic_init(&t->used, 0);
    t->index = index;
    for (uint32_t i = 0; i < size; i++) atomic_init(&index[i], EMPTY);
    return t;
}

value *new_dict(struct vm *vm)
{
    struct table *t = new_table(vm, 5);
    if (!t) return NULL;
    struct dict *d = new_value(vm, &dict_type, DICT);
    if (!d) return table_release(&t->node), NULL;
    atomic_init(&d->table, t);
    atomic_init(&d->length, 0);
    return &d->v;
}

static inline bool hash_of(struct vm *vm, const value *key, uint64_t *out)
{
    if (key->kind != STR) return hash(vm, key, out);
    *out = ((const struct string *)key)->hash;
    return true;
}

static inline bool is_key(const struct entry *e, const value *key, uint64_t hash)
{
    if (e->key == key) return true;
    if (e->hash != hash) return false;
    if (e->key->kind != STR || key->kind != STR) return equal_keys(e->key, key);
    const struct string *a = (const struct string *)e->key, *b = (const struct string *)key;
    return a->bytes == b->bytes && !memcmp(a->text, b->text, a->bytes);
}

/* The place in the index, of the entry with this key or of the first free one (*found false). */
static uint32_t probe(const struct table *t, const value *key, uint64_t hash, bool *found)
{
    uint32_t place = (uint32_t)hash & t->mask, step = (uint32_t)(hash >> 32) | 1;
    for (;; place = (place + step) & t->mask) {
        /* with add_entry: the entry is written */
        int32_t i = atomic_load_explicit(&t->index[place], memory_order_acquire);
        if (i == EMPTY) return *found = false, place;
        if (i < 0) continue;
        if (is_key(&t->entries[i], key, hash)) return *found = true, place;
    }
}

/* both owned; there is room */
static void add_entry(struct table *t, uint32_t place, value *key, uint64_t hash, value *owned)
{
    uint32_t n = atomic_load_explicit(&t->used, memory_order_relaxed);
    t->entries[n].hash = hash;
    t->entries[n].key = key;
    lt_slot_init(&t->entries[n].content, owned);
    atomic_store_explicit(&t->used, n + 1, memory_order_release);        /* with dict_next */
    atomic_store_explicit(&t->index[place], (int32_t)n, memory_order_release); /* with probe */
}

lt_slot *dict_slot(struct vm *vm, const struct dict *d, const value *key)
{
    uint64_t h;
    bool found;
    if (!hash_of(vm, key, &h)) return NULL;
    const struct table *t = table_of(d);
    uint32_t place = probe(t, key, h, &found);
    int32_t i = found ? atomic_load_explicit(&t->index[place], memory_order_relaxed) : -1;
    return i < 0 ? NULL : (lt_slot *)&t->entries[i].content;
}

/* Under the lock: a table without the deleted entries, with room. */
static struct table *table_with_room(struct vm *vm, struct dict *d)
{
    struct table *t = table_of(d);
    uint32_t used = atomic_load_explicit(&t->used, memory_order_relaxed);
    if (used < t->capacity) return t;
    struct table *more = new_table(vm, (uint32_t)atomic_load_explicit(&d->length, memory_order_relaxed) * 2 + 5);
    if (!more) return NULL;
    for (uint32_t i = 0; i < used; i++) {
        value *v = lt_slot_load(&t->entries[i].content);
        bool found;
        if (v) add_entry(more, probe(more, t->entries[i].key, t->entries[i].hash, &found), keep(t->entries[i].key),
            t->entries[i].hash, v);
    }
    atomic_store_explicit(&d->table, more, memory_order_release); /* with table_of */
    lt_defer(&t->node, table_release);
    return more;
}

bool dict_set(struct vm *vm, struct dict *d, value *key, value *owned)
{
    uint64_t h;
    bool found, done = true;
    shared(owned);
    if (!hash_of(vm, key, &h)) return drop(vm, owned), false;
    value *old = NULL;
    lt_lock(d);
    struct table *t = table_of(d);
    uint32_t place = probe(t, key, h, &found);
    if (found) {
        old = lt_slot_swap(&t->entries[atomic_load_explicit(&t->index[place], memory_order_relaxed)].content, owned);
    } else {
        struct table *roomy = table_with_room(vm, d);
        done = roomy != NULL;
        if (done && roomy != t) place = probe(roomy, key, h, &found);
        if (done) add_entry(roomy, place, keep(key), h, owned);
        else old = owned;
        atomic_fetch_add_explicit(&d->length, done, memory_order_relaxed);
    }
    lt_unlock(d);
    if (old) drop(vm, old);
    return done;
}

value *dict_pop(struct vm *vm, struct dict *d, value *key)
{
    uint64_t h;
    bool found;
    if (!hash_of(vm, key, &h)) return NULL;
    value *old = NULL;
    lt_lock(d);
    struct table *t = table_of(d);
    uint32_t place = probe(t, key, h, &found);
    if (found) {
        old = lt_slot_take(&t->entries[atomic_load_explicit(&t->index[place], memory_order_relaxed)].content);
        atomic_store_explicit(&t->index[place], DELETED, memory_order_release);
        atomic_fetch_sub_explicit(&d->length, 1, memory_order_relaxed);
    }
    lt_unlock(d);
    return old;
}

value *dict_next(const struct dict *d, uint32_t *position, value **key)
{
    const struct table *t = table_of(d);
    while (*position < atomic_load_explicit(&t->used, memory_order_acquire)) {
        const struct entry *e = &t->entries[(*position)++];
        value *v = lt_slot_load((lt_slot *)&e->content);
        if (!v) continue;
        *key = keep(e->key);
        return v;
    }
    return NULL;
}

/* ---- Methods ---- */

static struct dict *self(const struct call *c) { return (struct dict *)c->args[0]; }

static value *found_or(struct vm *vm, const struct call *c, value *owned)
{
    if (owned || vm->thrown) return owned;
    return keep(c->count > 2 ? c->args[2] : None);
}

static value *get(struct vm *vm, const struct call *c)
{
    if (!arguments(vm, c, "get", 2, 3)) return NULL;
    lt_slot *slot = dict_slot(vm, self(c), c->args[1]);
    return found_or(vm, c, slot ? lt_slot_load(slot) : NULL);
}

static value *pop(struct vm *vm, const struct call *c)
{
    if (!arguments(vm, c, "pop", 2, 3)) return NULL;
    value *v = dict_pop(vm, self(c), c->args[1]);
    return v || vm->thrown || c->count > 2 ? found_or(vm, c, v) : throw_value(vm, class_KeyError, c->args[1]);
}

static value *setdefault(struct vm *vm, const struct call *c)
{
    if (!arguments(vm, c, "setdefault", 2, 3)) return NULL;
    lt_slot *slot = dict_slot(vm, self(c), c->args[1]);
    value *v = slot ? lt_slot_load(slot) : NULL;
    if (v || vm->thrown) return v;
    v = keep(c->count > 2 ? c->args[2] : None);
    return dict_set(vm, self(c), c->args[1], keep(v)) ? v : (drop(vm, v), NULL);
}

/* A list of the keys, the values, or pairs: what iterating over a view gives. */
static value *listing(struct vm *vm, const struct dict *d, bool keys, bool values)
{
    value *l = new_list(vm, atomic_load_explicit(&d->length, memory_order_relaxed)), *k, *v;
    for (uint32_t position = 0; l && (v = dict_next(d, &position, &k));) {
        value *element = keys ? k : v;
        if (keys && values) {
            struct tuple *pair = new_tuple(vm, 2);
            element = pair ? &pair->v : NULL;
            if (pair) pair->items[0] = k, pair->items[1] = v;
        } else {
            drop(vm, keys ? v : k);
        }
        if (!element || !list_append(vm, (struct list *)l, element)) return drop(vm, l), NULL;
    }
    return l;
}
static value *keys(struct vm *vm, const struct call *c) { return listing(vm, self(c), true, false); }
static value *values(struct vm *vm, const struct call *c) { return listing(vm, self(c), false, true); }
static value *items(struct vm *vm, const struct call *c) { return listing(vm, self(c), true, true); }

static value *copy(struct vm *vm, const struct call *c)
{
    value *d = new_dict(vm), *k, *v;
    for (uint32_t position = 0; d && (v = dict_next(self(c), &position, &k));) {
        bool set = dict_set(vm, (struct dict *)d, k, v);
        drop(vm, k);
        if (!set) return drop(vm, d), NULL;
    }
    return d;
}

struct builtin dict_methods[] = {
    {.name = "get", .fn = get}, {.name = "pop", .fn = pop}, {.name = "setdefault", .fn = setdefault},
        {.name = "keys", .fn = keys},
    {.name = "values", .fn = values}, {.name = "items", .fn = items}, {.name = "copy", .fn = copy}, {0},
};
