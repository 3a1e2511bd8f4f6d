/* objects.c: creation, the fixed values, and the types of what has no file of its own. */
#include "objects.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const lt_type number_type = {.name = "number", .size = sizeof(struct number), .flags = LT_TYPE_ACYCLIC};

struct number none_value, true_value, false_value, small_ints[SMALL_MAX - SMALL_MIN + 1];

static void *begun(struct vm *vm, value *v, enum kind kind)
{
    if (!v) return throw_memory(vm);
    v->kind = (uint8_t)kind;
    v->flags = 0;
    v->id = (uint32_t)kind;
    return v;
}

void *new_value(struct vm *vm, const lt_type *type, enum kind kind) { return begun(vm, lt_new(type), kind); }

void *new_sized(struct vm *vm, const lt_type *type, enum kind kind, size_t bytes)
{
    return begun(vm, lt_new_sized(type, bytes), kind);
}

value *must(value *v)
{
    if (v) return v;
    fputs("pocket: out of memory for the program's text\n", stderr);
    exit(1);
}

uint32_t new_id(void)
{
    static _Atomic uint32_t last = KINDS;
    return atomic_fetch_add_explicit(&last, 1, memory_order_relaxed) + 1;
}

/* ---- Numbers ---- */

struct number *new_number(struct vm *vm)
{
    struct number *n = new_value(vm, &number_type, INT);
    if (n) n->v.flags = SOLE;
    return n;
}

void drop_number(struct vm *vm, value *v)
{
    if (vm->spares < sizeof vm->spare / sizeof *vm->spare) vm->spare[vm->spares++] = v;
    else lt_release(v);
}

static struct number *spare_number(struct vm *vm)
{
    return vm->spares ? (struct number *)vm->spare[--vm->spares] : new_number(vm);
}

value *new_int(struct vm *vm, int64_t i)
{
    if (is_small(i)) return small_int(i);
    struct number *n = spare_number(vm);
    if (!n) return NULL;
    n->v.kind = INT;
    n->i = i;
    return &n->v;
}

value *new_float(struct vm *vm, double f)
{
    struct number *n = spare_number(vm);
    if (!n) return NULL;
    n->v.kind = FLOAT;
    n->f = f;
    return &n->v;
}

bool renew_float(struct vm *vm, value **place, double f)
{
    value *v = new_float(vm, f);
    if (v) set(vm, place, v);
    return v;
}

bool renew_int(struct vm *vm, value **place, int64_t i)
{
    value *v = new_int(vm, i);
    if (v) set(vm, place, v);
    return v;
}

static void fixed_number(struct number *n, enum kind kind, int64_t i)
{
    if (lt_init(n, &number_type)) must(NULL);
    n->v.kind = (uint8_t)kind;
    n->v.flags = 0;
    n->v.id = (uint32_t)kind;
    n->i = i;
    fix(&n->v);
}

void objects_begin(struct vm *vm)
{
    (void)vm;
    fixed_number(&none_value, NONE, 0);
    fixed_number(&true_value, BOOL, 1);
    fixed_number(&false_value, BOOL, 0);
    for (int i = SMALL_MIN; i <= SMALL_MAX; i++) fixed_number(&small_ints[i - SMALL_MIN], INT, i);
}

/* ---- Places ---- */

void place_store(struct vm *vm, struct place *p, value *owned)
{
    static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER; /* the two words change together */
    if (owned) shared(owned);
    pthread_mutex_lock(&mutex);
    atomic_store_explicit(&p->fixed, NULL, memory_order_relaxed);
    value *old = lt_slot_swap(&p->slot, owned);
    /* with place_load */
    if (owned && owned->flags & FIXED) atomic_store_explicit(&p->fixed, owned, memory_order_release);
    pthread_mutex_unlock(&mutex);
    if (old) drop(vm, old);
}

/* ---- Small objects ---- */

static void trace_slice(void *o, lt_visitor *visitor)
{
    struct slice *s = o;
    lt_visit_ref(visitor, &s->start);
    lt_visit_ref(visitor, &s->stop);
}
static void trace_cell(void *o, lt_visitor *visitor) { lt_visit_slot(visitor, &((struct cell *)o)->content); }
static void trace_method(void *o, lt_visitor *visitor)
{
    struct method *m = o;
    lt_visit_ref(visitor, &m->self);
    lt_visit_ref(visitor, &m->callee);
}

static const lt_type range_type = {.name = "range", .size = sizeof(struct range), .flags = LT_TYPE_ACYCLIC};
static const lt_type slice_type = {.name = "slice", .size = sizeof(struct slice), .trace = trace_slice};
static const lt_type cell_type = {.name = "cell", .size = sizeof(struct cell), .trace = trace_cell};
static const lt_type native_type = {.name = "builtin_function_or_method", .size = sizeof(struct native),
    .flags = LT_TYPE_ACYCLIC};
static const lt_type method_type = {.name = "method", .size = sizeof(struct method), .trace = trace_method};
static const lt_type module_type = {.name = "module", .size = sizeof(struct module), .flags = LT_TYPE_ACYCLIC};

value *new_range(struct vm *vm, int64_t start, int64_t stop, int64_t step)
{
    struct range *r = new_value(vm, &range_type, RANGE);
    if (!r) return NULL;
    r->start = start;
    r->stop = stop;
    r->step = step;
    return &r->v;
}

int64_t range_length(const struct range *r)
{
    if (r->step > 0 ? r->start >= r->stop : r->start <= r->stop) return 0;
    uint64_t distance = r->step > 0 ? (uint64_t)r->stop - (uint64_t)r->start : (uint64_t)r->start - (uint64_t)r->stop;
    uint64_t step = r->step > 0 ? (uint64_t)r->step : -(uint64_t)r->step;
    return (int64_t)((distance - 1) / step + 1);
}

value *new_slice(struct vm *vm, value *start, value *stop)
{
    struct slice *s = new_value(vm, &slice_type, SLICE);
    if (!s) return NULL;
    s->start = keep(start);
    s->stop = keep(stop);
    return &s->v;
}

value *new_cell(struct vm *vm, value *owned)
{
    struct cell *c = new_value(vm, &cell_type, CELL);
    if (c) lt_slot_init(&c->content, owned ? shared(owned) : NULL);
    return c ? &c->v : NULL;
}

value *new_native(struct vm *vm, const char *name, native_fn fn)
{
    struct native *n = (struct native *)must(new_value(vm, &native_type, NATIVE));
    n->name = name;
    n->fn = fn;
    return fix(&n->v);
}

value *new_method(struct vm *vm, value *self, value *callee)
{
    struct method *m = new_value(vm, &method_type, METHOD);
    if (!m) return NULL;
    m->self = keep(self);
    m->callee = keep(callee);
    return &m->v;
}

value *new_module(struct vm *vm, const char *name, struct member *members, unsigned count)
{
    struct module *m = (struct module *)must(new_value(vm, &module_type, MODULE));
    m->v.id = new_id();
    m->name = name;
    m->members = members;
    m->count = count;
    return fix(&m->v);
}

const char *type_name(const value *v)
{
    static const char *const names[KINDS] = {
        [NONE] = "NoneType", [BOOL] = "bool", [INT] = "int", [FLOAT] = "float", [STR] = "str", [LIST] = "list",
            [TUPLE] = "tuple",
        [DICT] = "dict", [RANGE] = "range", [SLICE] = "slice", [ITER] = "iterator", [CELL] = "cell",
            [FUNCTION] = "function",
        [NATIVE] = "builtin_function_or_method", [METHOD] = "method", [CLASS] = "type", [MODULE] = "module",
            [LOCK] = "lock",
        [THREAD] = "Thread", [RANDOM] = "Random", [STREAM] = "TextIOWrapper",
    };
    if (v->kind == INSTANCE) return ((const struct instance *)v)->class->name;
    if (v->kind == EXCEPTION) return ((const struct exception *)v)->class->name;
    return names[v->kind];
}
