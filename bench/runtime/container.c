/* container.c: subscripts, length, membership and iteration, over whatever has them. */
#include <string.h>

#include "container.h"

static bool bounds(struct vm *vm, const value *key, int64_t length, int64_t *start, int64_t *stop)
{
    const struct slice *s = (const struct slice *)key;
    *start = 0;
    *stop = length;
    if ((s->start != None && !to_int(vm, s->start, start))
        || (s->stop != None && !to_int(vm, s->stop, stop))) return false;
    int64_t *ends[] = {start, stop};
    for (int i = 0; i < 2; i++) {
        if (*ends[i] < 0) *ends[i] += length;
        if (*ends[i] < 0) *ends[i] = 0;
        if (*ends[i] > length) *ends[i] = length;
    }
    return true;
}

static value *sliced(struct vm *vm, value *container, const value *key)
{
    int64_t start, stop, length = length_of(vm, container);
    if (length < 0 || !bounds(vm, key, length, &start, &stop)) return NULL;
    switch ((enum kind)container->kind) {
    case LIST: return list_slice(vm, (struct list *)container, start, stop);
    case TUPLE: return tuple_slice(vm, (struct tuple *)container, start, stop);
    case STR: return string_slice(vm, (struct string *)container, start, stop);
    default: return throw_error(vm, class_TypeError, "unhashable type: 'slice'");
    }
}

static void *no_index(struct vm *vm, const value *container, const value *key)
{
    return throw_error(vm, class_TypeError, "%s indices must be integers or slices, not %s", type_name(container),
        type_name(key));
}

value *item(struct vm *vm, value *container, value *key)
{
    if (container->kind == DICT) {
        lt_slot *slot = dict_slot(vm, (struct dict *)container, key);
        value *v = slot ? lt_slot_load(slot) : NULL;
        if (v || vm->thrown) return v;
        value *kept = keep_borrowed(key); /* another thread may have replaced it where it was */
        throw_value(vm, class_KeyError, kept ? kept : None);
        if (kept) drop(vm, kept);
        return NULL;
    }
    if (key->kind == SLICE) return sliced(vm, container, key);
    if (container->kind != LIST && container->kind != TUPLE && container->kind != STR && container->kind != RANGE)
        return throw_error(vm, class_TypeError, "'%s' object is not subscriptable", type_name(container));
    if (!is_int(key)) return no_index(vm, container, key);
    int64_t i = int_of(key);
    if (container->kind == STR) return string_item(vm, (struct string *)container, i);
    if (container->kind == LIST) {
        lt_slot *slot = list_slot((struct list *)container, i);
        value *v = slot ? lt_slot_load(slot) : NULL;
        return v ? v : throw_error(vm, class_IndexError, "list index out of range");
    }
    int64_t n = length_of(vm, container);
    if (i < 0) i += n;
    if (i < 0 || i >= n) return throw_error(vm, class_IndexError, "%s index out of range", container->kind == TUPLE
        ? "tuple" : "range object");
    if (container->kind == TUPLE) return keep(((struct tuple *)container)->items[i]);
    return new_int(vm, ((struct range *)container)->start + i * ((struct range *)container)->step);
}

bool set_item(struct vm *vm, value *container, value *key, value *owned)
{
    if (container->kind == DICT) return dict_set(vm, (struct dict *)container, key, owned);
    if (container->kind == LIST && is_int(key)) return list_set(vm, (struct list *)container, int_of(key), owned);
    drop(vm, owned);
    if (container->kind == LIST) return no_index(vm, container, key) != NULL;
    return throw_error(vm, class_TypeError, "'%s' object does not support item assignment",
        type_name(container)) != NULL;
}

bool delete_item(struct vm *vm, value *container, value *key)
{
    if (container->kind == LIST && is_int(key)) return list_delete(vm, (struct list *)container, int_of(key));
    if (container->kind != DICT)
        return throw_error(vm, class_TypeError, "'%s' object doesn't support item deletion",
            type_name(container)) != NULL;
    value *gone = dict_pop(vm, (struct dict *)container, key);
    if (gone) drop(vm, gone);
    else if (!vm->thrown) throw_value(vm, class_KeyError, key);
    return gone != NULL;
}

int64_t length_of(struct vm *vm, const value *v)
{
    switch ((enum kind)v->kind) {
    case STR: return ((const struct string *)v)->length;
    case LIST: return (int64_t)list_length((const struct list *)v);
    case TUPLE: return ((const struct tuple *)v)->length;
    case DICT: return (int64_t)atomic_load_explicit(&((const struct dict *)v)->length, memory_order_relaxed);
    case RANGE: {
        int64_t n = range_length((const struct range *)v);
        if (n < 0) throw_error(vm, class_OverflowError, "Python int too large to convert to C ssize_t");
        return n < 0 ? -1 : n;
    }
    default: throw_error(vm, class_TypeError, "object of type '%s' has no len()", type_name(v)); return -1;
    }
}

int contains(struct vm *vm, value *container, value *v)
{
    if (container->kind == DICT) return dict_slot(vm, (struct dict *)container, v) ? 1 : vm->thrown ? -1 : 0;
    if (container->kind == STR) {
        if (v->kind == STR) {
            const struct string *s = (const struct string *)container, *t = (const struct string *)v;
            return memmem(s->text, s->bytes, t->text, t->bytes) != NULL;
        }
        throw_error(vm, class_TypeError, "'in <string>' requires string as left operand, not %s", type_name(v));
        return -1;
    }
    struct iterator at, *i = iterate(vm, &at, container);
    value *element;
    int found = 0;
    while (i && found == 0 && (element = next_of(vm, &i->v))) {
        found = element == v ? 1 : compare(vm, 2, element, v);
        drop(vm, element);
    }
    return vm->thrown ? -1 : found;
}

/* ---- Iteration ---- */

static void trace_iterator(void *o, lt_visitor *visitor) { lt_visit_ref(visitor, &((struct iterator *)o)->over); }
static const lt_type iterator_type = {.name = "iterator", .size = sizeof(struct iterator), .trace = trace_iterator};

struct iterator *iterate(struct vm *vm, struct iterator *at, value *over)
{
    if (over->kind == ITER) return (struct iterator *)over;
    if (over->kind != RANGE && over->kind != LIST && over->kind != TUPLE && over->kind != STR && over->kind != DICT)
        return throw_error(vm, class_TypeError, "'%s' object is not iterable", type_name(over));
    const struct range *r = (const struct range *)over;
    at->over = over;
    at->next = over->kind == RANGE ? r->start : 0;
    at->step = over->kind == RANGE ? r->step : 1;
    at->left = over->kind == RANGE ? range_length(r) : over->kind == DICT ? length_of(vm, over) : 0;
    return at;
}

value *new_iterator(struct vm *vm, value *over)
{
    struct iterator at, *from = iterate(vm, &at, over);
    if (from != &at) return from ? keep(&from->v) : NULL;
    struct iterator *i = new_value(vm, &iterator_type, ITER);
    if (!i) return NULL;
    i->over = keep(over);
    i->next = at.next;
    i->step = at.step;
    i->left = at.left;
    return &i->v;
}

value *next_of(struct vm *vm, value *iterator)
{
    struct iterator *i = (struct iterator *)iterator;
    value *key, *v = NULL;
    switch ((enum kind)i->over->kind) {
    case RANGE:
        if (i->left == 0) return NULL;
        i->left--;
        v = new_int(vm, i->next);
        i->next += i->left ? i->step : 0;
        return v;
    case LIST: {
        lt_slot *slot = list_slot((struct list *)i->over, i->next);
        v = slot ? lt_slot_load(slot) : NULL;
        break;
    }
    case TUPLE:
        if (i->next < ((struct tuple *)i->over)->length) v = keep(((struct tuple *)i->over)->items[i->next]);
        break;
    case STR:
        if (i->next < ((struct string *)i->over)->length) v = string_item(vm, (struct string *)i->over, i->next);
        break;
    default: {
        uint32_t position = (uint32_t)i->next;
        if (length_of(vm, i->over) != i->left)
            return throw_error(vm, class_RuntimeError, "dictionary changed size during iteration");
        v = dict_next((struct dict *)i->over, &position, &key);
        if (!v) return NULL;
        drop(vm, v);
        i->next = position;
        return key;
    }
    }
    i->next += v != NULL;
    return v;
}

bool unpack(struct vm *vm, value *v, value **places, unsigned count)
{
    value *iterator = new_iterator(vm, v), *extra = NULL;
    unsigned n = 0;
    if (!iterator) return false;
    while (n < count && (places[n] = next_of(vm, iterator))) n++;
    if (n == count) extra = next_of(vm, iterator);
    drop(vm, iterator);
    if (n == count && !extra && !vm->thrown) return true;
    if (extra) {
        drop(vm, extra);
        throw_error(vm, class_ValueError, "too many values to unpack (expected %u)", count);
    } else if (!vm->thrown) {
        throw_error(vm, class_ValueError, "not enough values to unpack (expected %u, got %u)", count, n);
    }
    while (n > 0) drop(vm, places[--n]);
    return false;
}
