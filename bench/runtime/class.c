/* class.c: classes, instances and the lookup of attributes. */
#include <stdlib.h>
#include <string.h>

#include "arena.h"
#include "class.h"

static void remember(_Atomic uint64_t *cache, uint32_t id, enum found_where where, unsigned depth, unsigned index)
{
    uint64_t word = (uint64_t)id << 32 | (uint64_t)where << 28 | (uint64_t)depth << 24 | index;
    atomic_store_explicit(cache, word, memory_order_relaxed); /* one word, right for ever: it orders nothing */
}

/* ---- Classes ---- */

struct string *class_init;

static const lt_type class_type = {.name = "type", .size = sizeof(struct class), .flags = LT_TYPE_ACYCLIC};

static void trace_instance(void *o, lt_visitor *visitor)
{
    struct instance *i = o;
    lt_visit_slot(visitor, &i->extra);
    for (uint32_t k = 0; k < i->class->fields; k++) lt_visit_slot(visitor, &i->fields[k]);
}

static bool known(struct string *const *names, unsigned count, const struct string *name)
{
    for (unsigned i = 0; i < count; i++)
        if (names[i] == name) return true;
    return false;
}

value *new_class(struct vm *vm, const char *name, struct class *base, struct string **fields, unsigned field_count,
    struct string **attrs, value **values, unsigned attr_count)
{
    struct class *c = new_value(vm, &class_type, CLASS);
    unsigned inherited = base ? base->fields : 0, all = inherited + field_count;
    struct string **names = calloc(all + 1, sizeof *names);
    struct place *places = calloc(attr_count + 1, sizeof *places);
    if (!c || !names || !places) {
        free(names);
        free(places);
        if (c) drop(vm, &c->v);
        for (unsigned i = 0; i < attr_count; i++) drop(vm, values[i]);
        return throw_memory(vm);
    }
    c->name = name;
    c->base = base;
    c->exception = base && base->exception;
    c->fields = inherited;
    if (inherited) memcpy(names, base->field_names, inherited * sizeof *names);
    for (unsigned i = 0; i < field_count; i++)
        if (!known(names, c->fields, fields[i])) names[c->fields++] = fields[i];
    c->field_names = names;
    c->attrs = attr_count;
    c->attr_names = attrs;
    c->attr_places = places;
    for (unsigned i = 0; i < attr_count; i++) place_store(vm, &places[i], values[i]);
    c->type = (lt_type){.name = name, .size = sizeof(struct instance) + c->fields * sizeof(lt_slot),
        .trace = trace_instance};
    c->v.id = new_id();
    c->instance_id = c->exception ? EXCEPTION : new_id();
    return fix(&c->v);
}

bool is_subclass(const struct class *c, const struct class *of)
{
    while (c && c != of) c = c->base;
    return c != NULL;
}

value *new_instance(struct vm *vm, struct class *c)
{
    struct instance *i = new_value(vm, &c->type, INSTANCE);
    if (!i) return NULL;
    i->v.id = c->instance_id;
    i->class = c;
    lt_slot_init(&i->extra, NULL);
    for (uint32_t k = 0; k < c->fields; k++) lt_slot_init(&i->fields[k], NULL);
    return &i->v;
}

static struct place *class_find(struct class *c, const struct string *name, unsigned *depth, unsigned *index)
{
    for (*depth = 0; c; c = c->base, ++*depth)
        for (*index = 0; *index < c->attrs; ++*index)
            if (c->attr_names[*index] == name) return &c->attr_places[*index];
    return NULL;
}

struct place *class_attribute(struct class *c, const struct string *name)
{
    unsigned depth, index;
    return class_find(c, name, &depth, &index);
}

/* ---- Lookup ---- */

static lt_slot *extra_slot(struct vm *vm, struct instance *i, const struct string *name)
{
    lt_borrow extra = lt_slot_borrow(&i->extra);
    lt_slot *slot = lt_deref(extra) ? dict_slot(vm, lt_deref(extra), &name->v) : NULL;
    lt_unborrow(extra); /* the instance keeps the dict: it is never replaced */
    return slot;
}

static bool filled(lt_slot *slot)
{
    lt_borrow b = lt_slot_borrow(slot);
    bool yes = lt_deref(b) != NULL;
    lt_unborrow(b);
    return yes;
}

static struct found find_in_instance(struct vm *vm, struct instance *i, const struct string *name,
    _Atomic uint64_t *cache)
{
    unsigned depth, index;
    bool field = false;
    for (index = 0; index < i->class->fields; index++)
        if (i->class->field_names[index] == name) {
            if (filled(&i->fields[index])) {
                remember(cache, i->v.id, FIELD, 0, index);
                return (struct found){.slot = &i->fields[index]};
            }
            field = true;
        }
    lt_slot *slot = extra_slot(vm, i, name);
    if (slot || vm->thrown) return (struct found){.slot = slot};
    struct place *place = class_find(i->class, name, &depth, &index);
    if (place && !field && depth < 16) remember(cache, i->v.id, CLASS_ATTRIBUTE, depth, index);
    return (struct found){.place = place, .of_class = true};
}

static struct found cached(value *object, uint64_t word)
{
    struct instance *i = (struct instance *)object;
    unsigned index = word & 0xffffff;
    struct class *c;
    switch ((enum found_where)(word >> 28 & 15)) {
    case FIELD: return (struct found){.slot = filled(&i->fields[index]) ? &i->fields[index] : NULL};
    case CLASS_ATTRIBUTE:
        c = i->class;
        for (unsigned depth = word >> 24 & 15; depth; depth--) c = c->base;
        return (struct found){.place = filled(&i->extra) ? NULL : &c->attr_places[index], .of_class = true};
    case BUILT_IN: return (struct found){.native = methods_of(object->kind)[index].value, .of_class = true};
    case NOTHING: return (struct found){0}; /* a new cache, which seems to know None */
    default: return (struct found){.native = ((struct module *)object)->members[index].value};
    }
}

/* A slot, or what is in none: a built-in method, a module's member; or neither. */
struct found find_attribute(struct vm *vm, value *object, const struct string *name, _Atomic uint64_t *cache)
{
    uint64_t word = atomic_load_explicit(cache, memory_order_relaxed);
    if (LT_LIKELY(word >> 32 == object->id)) {
        struct found found = cached(object, word);
        if (LT_LIKELY(found.slot || found.place || found.native)) return found;
    }
    if (object->kind == INSTANCE) return find_in_instance(vm, (struct instance *)object, name, cache);
    if (object->kind == CLASS) return (struct found){.place = class_attribute((struct class *)object, name)};
    if (object->kind == MODULE) {
        struct module *m = (struct module *)object;
        for (unsigned i = 0; i < m->count; i++)
            if (!strcmp(m->members[i].name, name->text)) {
                remember(cache, m->v.id, MODULE_MEMBER, 0, i);
                return (struct found){.native = m->members[i].value};
            }
        return (struct found){0};
    }
    struct builtin *methods = methods_of(object->kind);
    for (unsigned i = 0; methods && methods[i].name; i++)
        if (!strcmp(methods[i].name, name->text)) {
            remember(cache, object->id, BUILT_IN, 0, i);
            return (struct found){.native = methods[i].value, .of_class = true};
        }
    return (struct found){0};
}

value *found_value(struct found found)
{
    if (found.native) return keep(found.native);
    return found.slot ? lt_slot_load(found.slot) : found.place ? place_load(found.place) : NULL;
}

void *no_attribute(struct vm *vm, value *object, const struct string *name)
{
    if (vm->thrown) return NULL;
    if (object->kind == MODULE)
        return throw_error(vm, class_AttributeError, "module '%s' has no attribute '%s'",
            ((struct module *)object)->name, name->text);
    if (object->kind == CLASS)
        return throw_error(vm, class_AttributeError, "type object '%s' has no attribute '%s'",
            ((struct class *)object)->name, name->text);
    return throw_error(vm, class_AttributeError, "'%s' object has no attribute '%s'", type_name(object), name->text);
}

value *attribute(struct vm *vm, value *object, struct string *name, _Atomic uint64_t *cache)
{
    struct found found = find_attribute(vm, object, name, cache);
    if (object->kind == EXCEPTION && !strcmp(name->text, "args")) return keep(((struct exception *)object)->args);
    value *v = found_value(found);
    if (!v) return no_attribute(vm, object, name);
    if (!found.of_class || (v->kind != FUNCTION && v->kind != NATIVE)) return v;
    value *self = keep_borrowed(object), *bound = NULL;
    if (self) bound = new_method(vm, self, v);
    else throw_error(vm, class_RuntimeError, "the object of the method '%s' was replaced meanwhile", name->text);
    if (self) drop(vm, self);
    drop(vm, v);
    return bound;
}

/* ---- Stores ---- */

/* The dict of an instance's other attributes, made if there is none; it stays as long as the instance. */
static struct dict *extra_of(struct vm *vm, struct instance *i)
{
    struct dict *d = lt_slot_load(&i->extra);
    if (d) return d;
    value *made = new_dict(vm);
    if (!made) return NULL;
    if (!lt_slot_cas(&i->extra, NULL, made)) drop(vm, made); /* another thread was first */
    return lt_slot_load(&i->extra);
}

bool attribute_set(struct vm *vm, value *object, struct string *name, value *owned, _Atomic uint64_t *cache)
{
    shared(owned);
    if (object->kind == CLASS) {
        struct place *place = class_attribute((struct class *)object, name);
        if (place) return place_store(vm, place, owned), true;
        drop(vm, owned);
        return throw_error(vm, class_AttributeError,
            "pocket gives a class no attribute ('%s') that its body does not define", name->text);
    }
    if (object->kind != INSTANCE) {
        drop(vm, owned);
        return no_attribute(vm, object, name) != NULL;
    }
    struct instance *i = (struct instance *)object;
    for (unsigned k = 0; k < i->class->fields; k++)
        if (i->class->field_names[k] == name) {
            remember(cache, object->id, FIELD, 0, k);
            lt_slot_store(&i->fields[k], owned);
            return true;
        }
    struct dict *extra = extra_of(vm, i);
    if (!extra) return drop(vm, owned), false;
    bool done = dict_set(vm, extra, &name->v, owned);
    drop(vm, &extra->v);
    return done;
}
