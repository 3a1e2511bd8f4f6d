/* list.c: lists and tuples. Readers take no lock (value.h says why they may); writers take the list's. */
#include "objects.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void array_release(lt_node *node) /* nobody reads it any more: its references end */
{
    struct array *array = (struct array *)node;
    for (size_t i = 0; i < array->used; i++) lt_slot_store(&array->slots[i], NULL);
    free(array);
}

static void trace_list(void *o, lt_visitor *visitor)
{
    struct array *array = list_array(o);
    for (size_t i = 0; array && i < array->used; i++) lt_visit_slot(visitor, &array->slots[i]);
}

static void finalize_list(void *o)
{
    struct list *l = o;
    struct array *array = list_array(l);
    atomic_store_explicit(&l->array, NULL, memory_order_relaxed); /* nobody else has the list any more */
    if (array) array_release(&array->node);
}

static const lt_type list_type = {.name = "list", .size = sizeof(struct list), .trace = trace_list,
    .finalize = finalize_list};

/* What the machine has. An allocator that overcommits would promise more, and the program die of touching it. */
static size_t memory_bytes(void) { return (size_t)sysconf(_SC_PHYS_PAGES) * (size_t)sysconf(_SC_PAGESIZE); }

static struct array *new_array(struct vm *vm, size_t capacity)
{
    if (capacity < 4) capacity = 4;
    struct array *array = capacity > 1 << 20 && capacity > memory_bytes() / sizeof(lt_slot) ? NULL
        : malloc(sizeof *array + capacity * sizeof(lt_slot));
    if (!array) return throw_memory(vm);
    array->capacity = capacity;
    array->used = 0;
    atomic_init(&array->length, 0);
    return array;
}

value *new_list(struct vm *vm, size_t capacity)
{
    struct array *array = new_array(vm, capacity);
    if (!array) return NULL;
    struct list *l = new_value(vm, &list_type, LIST);
    if (!l) return free(array), NULL;
    atomic_init(&l->array, array);
    return &l->v;
}

static void array_add(struct array *array, value *owned) /* there is room */
{
    size_t n = atomic_load_explicit(&array->length, memory_order_relaxed);
    if (n == array->used) {
        lt_slot_init(&array->slots[n], shared(owned)); /* nobody has seen this slot */
        array->used = n + 1;
    } else {
        lt_slot_store(&array->slots[n], shared(owned));
    }
    /* with list_length: who counts the slot sees it filled */
    atomic_store_explicit(&array->length, n + 1, memory_order_release);
}

/* A copy of the array from `from` to `to`, with references of its own. Who may change it is locked out. */
static void array_copy(struct array *to, struct array *array, size_t from, size_t end)
{
    for (size_t i = from; i < end; i++) array_add(to, lt_slot_load(&array->slots[i]));
}

static void array_replace(struct list *l, struct array *array, struct array *by)
{
    atomic_store_explicit(&l->array, by, memory_order_release); /* with list_array */
    lt_defer(&array->node, array_release);
}

/* Under the lock: room for one more. */
static struct array *array_with_room(struct vm *vm, struct list *l)
{
    struct array *array = list_array(l);
    size_t n = atomic_load_explicit(&array->length, memory_order_relaxed);
    if (n < array->capacity) return array;
    struct array *more = new_array(vm, n + n / 2 + 4);
    if (!more) return NULL;
    array_copy(more, array, 0, n);
    array_replace(l, array, more);
    return more;
}

bool list_append(struct vm *vm, struct list *l, value *owned)
{
    shared(owned);
    lt_lock(l);
    struct array *array = array_with_room(vm, l);
    if (array) array_add(array, owned);
    lt_unlock(l);
    if (!array) drop(vm, owned);
    return array != NULL;
}

static void *index_error(struct vm *vm, const char *what) { return throw_error(vm, class_IndexError,
    "%s index out of range", what); }

bool list_set(struct vm *vm, struct list *l, int64_t index, value *owned)
{
    shared(owned);
    lt_lock(l);
    lt_slot *slot = list_slot(l, index);
    value *old = slot ? lt_slot_swap(slot, owned) : owned;
    lt_unlock(l);
    drop(vm, old); /* outside the lock: what it owns may end here */
    return slot || index_error(vm, "list assignment");
}

/* Takes the element out and closes the gap; NULL without an exception: there is none. */
static value *remove_at(struct list *l, int64_t index)
{
    value *gone = NULL;
    lt_lock(l);
    struct array *array = list_array(l);
    size_t n = atomic_load_explicit(&array->length, memory_order_relaxed);
    if (index < 0) index += (int64_t)n;
    if ((uint64_t)index < n) {
        if ((size_t)index < n - 1) gone = lt_slot_load(&array->slots[index]);
        for (size_t i = (size_t)index; i + 1 < n; i++) lt_slot_store(&array->slots[i],
            lt_slot_load(&array->slots[i + 1]));
        /* first the length: a reader may see the rest */
        atomic_store_explicit(&array->length, n - 1, memory_order_release);
        value *last = lt_slot_take(&array->slots[n - 1]);
        if (!gone) gone = last;
        else lt_release(last); /* it is in the list still */
    }
    lt_unlock(l);
    return gone;
}

bool list_delete(struct vm *vm, struct list *l, int64_t index)
{
    value *gone = remove_at(l, index);
    if (!gone) return index_error(vm, "list assignment") != NULL;
    drop(vm, gone);
    return true;
}

/* ---- Copies: of a list that others may be changing, one array of one moment ---- */

/* Appends elements to a list that nobody else knows yet. One that was popped meanwhile is left out. */
static void append_range(struct list *to, const struct list *from, size_t begin, size_t end)
{
    struct array *array = list_array(from);
    for (size_t i = begin; i < end && i < atomic_load_explicit(&array->length, memory_order_acquire); i++) {
        value *v = lt_slot_load(&array->slots[i]);
        if (v) array_add(list_array(to), v);
    }
}

value *list_slice(struct vm *vm, struct list *l, int64_t start, int64_t stop)
{
    value *copy = new_list(vm, stop > start ? (size_t)(stop - start) : 0);
    if (copy && stop > start) append_range((struct list *)copy, l, (size_t)start, (size_t)stop);
    return copy;
}

value *list_concat(struct vm *vm, struct list *a, struct list *b)
{
    size_t na = list_length(a), nb = list_length(b);
    value *both = new_list(vm, na + nb);
    if (both) append_range((struct list *)both, a, 0, na), append_range((struct list *)both, b, 0, nb);
    return both;
}

value *list_repeat(struct vm *vm, struct list *l, int64_t times)
{
    size_t n = list_length(l), all;
    if (times < 0) times = 0;
    if (__builtin_mul_overflow(n, (size_t)times, &all)) return throw_memory(vm);
    value *repeated = new_list(vm, all);
    for (int64_t i = 0; repeated && i < times; i++) append_range((struct list *)repeated, l, 0, n);
    return repeated;
}

bool list_extend(struct vm *vm, struct list *l, value *iterable)
{
    value *copy = iterable->kind == LIST ? list_slice(vm, (struct list *)iterable, 0,
        (int64_t)list_length((struct list *)iterable))
                                         : keep(iterable);
    value *iterator = copy ? new_iterator(vm, copy) : NULL, *v;
    if (copy) drop(vm, copy);
    if (!iterator) return false;
    while ((v = next_of(vm, iterator)) && list_append(vm, l, v)) {}
    drop(vm, iterator);
    return !vm->thrown;
}

value *list_of(struct vm *vm, value *iterable)
{
    if (iterable->kind == LIST) return list_slice(vm, (struct list *)iterable, 0,
        (int64_t)list_length((struct list *)iterable));
    value *l = new_list(vm, 0);
    if (l && !list_extend(vm, (struct list *)l, iterable)) return drop(vm, l), NULL;
    return l;
}

/* ---- Tuples ---- */

static void trace_tuple(void *o, lt_visitor *visitor)
{
    struct tuple *t = o;
    for (uint32_t i = 0; i < t->length; i++) lt_visit_ref(visitor, &t->items[i]);
}
static const lt_type tuple_type = {.name = "tuple", .size = sizeof(struct tuple), .trace = trace_tuple};

struct tuple *new_tuple(struct vm *vm, unsigned length)
{
    struct tuple *t = new_sized(vm, &tuple_type, TUPLE, sizeof *t + length * sizeof(value *));
    if (!t) return NULL;
    t->length = length;
    memset(t->items, 0, length * sizeof(value *));
    return t;
}

value *tuple_of(struct vm *vm, value *iterable)
{
    if (iterable->kind == TUPLE) return keep(iterable);
    value *l = list_of(vm, iterable);
    if (!l) return NULL;
    size_t n = list_length((struct list *)l);
    struct tuple *t = new_tuple(vm, (unsigned)n);
    for (size_t i = 0; t && i < n; i++) t->items[i] = lt_slot_load(&list_array((struct list *)l)->slots[i]);
    drop(vm, l);
    return t ? &t->v : NULL;
}

value *tuple_concat(struct vm *vm, const struct tuple *a, const struct tuple *b)
{
    struct tuple *t = new_tuple(vm, a->length + b->length);
    for (uint32_t i = 0; t && i < t->length; i++) t->items[i] = keep(i < a->length ? a->items[i]
        : b->items[i - a->length]);
    return t ? &t->v : NULL;
}

value *tuple_repeat(struct vm *vm, const struct tuple *a, int64_t times)
{
    size_t all;
    if (times < 0) times = 0;
    if (__builtin_mul_overflow((size_t)a->length, (size_t)times, &all) || all > UINT32_MAX
        || all > memory_bytes() / sizeof(value *)) return throw_memory(vm);
    struct tuple *t = new_tuple(vm, (unsigned)all);
    for (size_t i = 0; t && i < all; i++) t->items[i] = keep(a->items[i % a->length]);
    return t ? &t->v : NULL;
}

value *tuple_slice(struct vm *vm, const struct tuple *a, int64_t start, int64_t stop)
{
    struct tuple *t = new_tuple(vm, stop > start ? (unsigned)(stop - start) : 0);
    for (uint32_t i = 0; t && i < t->length; i++) t->items[i] = keep(a->items[start + i]);
    return t ? &t->v : NULL;
}

/* ---- Methods ---- */

static struct list *self(const struct call *c) { return (struct list *)c->args[0]; }

static value *append(struct vm *vm, const struct call *c)
{
    if (!arguments(vm, c, "append", 2, 2)) return NULL;
    return list_append(vm, self(c), keep(c->args[1])) ? None : NULL;
}

static value *extend(struct vm *vm, const struct call *c)
{
    if (!arguments(vm, c, "extend", 2, 2)) return NULL;
    return list_extend(vm, self(c), c->args[1]) ? None : NULL;
}

static value *pop(struct vm *vm, const struct call *c)
{
    int64_t index = -1;
    if (!arguments(vm, c, "pop", 1, 2) || (c->count == 2 && !to_int(vm, c->args[1], &index))) return NULL;
    value *v = remove_at(self(c), index);
    if (v) return v;
    return list_length(self(c)) ? throw_error(vm, class_IndexError, "pop index out of range")
                                : throw_error(vm, class_IndexError, "pop from empty list");
}

static value *copy(struct vm *vm, const struct call *c) { return list_of(vm, c->args[0]); }

static value *clear(struct vm *vm, const struct call *c)
{
    struct array *empty = new_array(vm, 0);
    if (!empty) return NULL;
    lt_lock(self(c));
    array_replace(self(c), list_array(self(c)), empty);
    lt_unlock(self(c));
    return None;
}

static value *insert(struct vm *vm, const struct call *c)
{
    int64_t index;
    if (!arguments(vm, c, "insert", 3, 3) || !to_int(vm, c->args[1], &index)) return NULL;
    if (!list_append(vm, self(c), keep(c->args[2]))) return NULL;
    lt_lock(self(c));
    struct array *array = list_array(self(c));
    int64_t n = (int64_t)atomic_load_explicit(&array->length, memory_order_relaxed) - 1;
    if (index < 0) index += n;
    if (index < 0) index = 0;
    for (int64_t i = n; i > index; i--) /* the new element moves down */
        lt_slot_store(&array->slots[i], lt_slot_swap(&array->slots[i - 1], lt_slot_load(&array->slots[i])));
    lt_unlock(self(c));
    return None;
}

static value *reverse(struct vm *vm, const struct call *c)
{
    (void)vm;
    lt_lock(self(c));
    struct array *array = list_array(self(c));
    size_t n = atomic_load_explicit(&array->length, memory_order_relaxed);
    for (size_t i = 0; i < n / 2; i++) {
        value *first = lt_slot_load(&array->slots[i]);
        lt_slot_store(&array->slots[i], lt_slot_swap(&array->slots[n - 1 - i], first));
    }
    lt_unlock(self(c));
    return None;
}

static value *find(struct vm *vm, const struct call *c, bool count)
{
    int64_t found = 0;
    if (!arguments(vm, c, count ? "count" : "index", 2, 2)) return NULL;
    value *iterator = new_iterator(vm, c->args[0]), *v;
    for (int64_t i = 0; iterator && (v = next_of(vm, iterator)); i++) {
        int same = compare(vm, 2, v, c->args[1]);
        drop(vm, v);
        if (same && !count) {
            drop(vm, iterator);
            return same < 0 ? NULL : new_int(vm, i);
        }
        found += same;
    }
    if (!iterator) return NULL;
    drop(vm, iterator);
    return count ? new_int(vm, found) : throw_error(vm, class_ValueError, "x is not in list");
}
static value *index_method(struct vm *vm, const struct call *c) { return find(vm, c, false); }
static value *count_method(struct vm *vm, const struct call *c) { return find(vm, c, true); }

/* Merges two sorted runs; stable. Keys and values move together. -1 after throw_error. */
static bool merge_sort(struct vm *vm, value **keys, value **items, value **spare, size_t n, bool reverse)
{
    if (n < 2) return true;
    size_t half = n / 2, a = 0, b = half, out = 0;
    if (!merge_sort(vm, keys, items, spare, half, reverse)
        || !merge_sort(vm, keys + half, items + half, spare, n - half, reverse))
        return false;
    while (out < n) {
        int second = a == half ? 1 : b == n ? 0 : reverse ? compare(vm, 0, keys[a], keys[b])
            : compare(vm, 0, keys[b], keys[a]);
        if (second < 0) return false;
        size_t from = second ? b++ : a++;
        spare[2 * out] = keys[from];
        spare[2 * out++ + 1] = items[from];
    }
    for (size_t i = 0; i < n; i++) keys[i] = spare[2 * i], items[i] = spare[2 * i + 1];
    return true;
}

static value *sort(struct vm *vm, const struct call *c)
{
    value *key = argument_named(c, "key"), *backwards = argument_named(c, "reverse");
    if (!keywords(vm, c, "sort", "key\0reverse\0")) return NULL;
    if (positional(c) != 1) return throw_error(vm, class_TypeError, "sort() takes no positional arguments");
    value *copy = list_of(vm, c->args[0]);
    if (!copy) return NULL;
    struct array *array = list_array((struct list *)copy);
    size_t n = array->length, made = 0;
    value **keys = malloc((4 * n + 1) * sizeof *keys), **items = keys ? keys + n : NULL;
    for (; keys && made < n; made++) {
        items[made] = lt_slot_load(&array->slots[made]);
        keys[made] = key && key != None ? call(vm, key, &items[made], 1) : keep(items[made]);
        if (!keys[made]) {
            drop(vm, items[made]);
            break;
        }
    }
    if (!keys) throw_memory(vm);
    bool sorted = made == n && keys && merge_sort(vm, keys, items, keys + 2 * n, n, backwards && truth(backwards));
    for (size_t i = 0; i < made; i++) drop(vm, keys[i]);
    struct array *result = sorted ? new_array(vm, n) : NULL;
    for (size_t i = 0; i < made; i++) {
        if (result) array_add(result, items[i]);
        else drop(vm, items[i]);
    }
    free(keys);
    drop(vm, copy);
    if (!result) return NULL;
    lt_lock(self(c));
    array_replace(self(c), list_array(self(c)), result);
    lt_unlock(self(c));
    return None;
}

struct builtin list_methods[] = {
    {.name = "append", .fn = append}, {.name = "pop", .fn = pop}, {.name = "extend", .fn = extend},
        {.name = "insert", .fn = insert},
    {.name = "sort", .fn = sort}, {.name = "reverse", .fn = reverse}, {.name = "copy", .fn = copy},
        {.name = "clear", .fn = clear},
    {.name = "index", .fn = index_method}, {.name = "count", .fn = count_method}, {0},
};
struct builtin tuple_methods[] = {{.name = "index", .fn = index_method}, {.name = "count", .fn = count_method}, {0}};
