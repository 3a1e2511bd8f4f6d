/* call.c: frames, arguments, and calls of everything that can be called. */
#include "vm.h"

#include <string.h>

struct frame *push(struct vm *vm, const struct code *code, int reg)
{
    struct frame *f = vm->frame + 1;
    value **base = vm->frame->base + vm->frame->code->registers + code->constants;
    if (LT_UNLIKELY(f == vm->frames + MOST_FRAMES || base + code->registers > vm->limit))
        return throw_error(vm, class_RecursionError, "maximum recursion depth exceeded");
    memcpy(base - code->constants, code->constant, code->constants * sizeof *base);
    memset(base + code->params, 0, (code->registers - code->params) * sizeof *base);
    *f = (struct frame){.code = code, .ip = code->words, .base = base, .reg = reg};
    return vm->frame = f;
}

void pop(struct vm *vm)
{
    struct frame *f = vm->frame;
    for (value **v = f->base + f->code->first_owned, **end = f->base + f->code->registers; v < end; v++)
        if (*v) drop(vm, *v);
    if (f->function) drop(vm, f->function);
    if (f->instance) drop(vm, f->instance);
    vm->frame--;
}

/* ---- Arguments ---- */

static void *arity(struct vm *vm, const struct code *code, unsigned given, unsigned defaults)
{
    if (defaults)
        return throw_error(vm, class_TypeError, "%s() takes from %u to %u positional arguments but %u %s given",
            code->qualified,
            code->params - defaults, code->params, given, given == 1 ? "was" : "were");
    return throw_error(vm, class_TypeError, "%s() takes %u positional argument%s but %u %s given", code->qualified,
        code->params,
        code->params == 1 ? "" : "s", given, given == 1 ? "was" : "were");
}

static bool named_arguments(struct vm *vm, const struct code *code, const struct call *c, value **to)
{
    for (unsigned i = 0, first = positional(c); c->names && i < c->names->length; i++) {
        const char *name = ((struct string *)c->names->items[i])->text;
        unsigned k = 0;
        while (k < code->params && (value *)code->param_names[k] != c->names->items[i]) k++;
        if (k == code->params)
            return throw_error(vm, class_TypeError, "%s() got an unexpected keyword argument '%s'", code->qualified,
                name) != NULL;
        if (to[k]) return throw_error(vm, class_TypeError, "%s() got multiple values for argument '%s'",
            code->qualified, name) != NULL;
        to[k] = c->args[first + i];
    }
    return true;
}

struct frame *push_call(struct vm *vm, struct function *function, const struct call *c, int reg)
{
    const struct code *code = function->code;
    unsigned given = positional(c);
    value *args[MOST_ARGUMENTS + 1] = {0};
    if (given > code->params || code->params > MOST_ARGUMENTS) return arity(vm, code, given, function->defaults);
    memcpy(args, c->args, given * sizeof *args);
    if (!named_arguments(vm, code, c, args)) return NULL;
    for (unsigned i = 0; i < code->params; i++) {
        if (!args[i] && i + function->defaults >= code->params)
            args[i] = function->refs[function->cells + i + function->defaults - code->params];
        if (!args[i])
            return throw_error(vm, class_TypeError, "%s() missing 1 required positional argument: '%s'",
                code->qualified, code->param_names[i]->text);
    }
    struct frame *f = push(vm, code, reg);
    if (!f) return NULL;
    memcpy(f->base, args, code->params * sizeof *args);
    push_cells(f, function);
    f->function = keep(&function->v);
    return f;
}

/* ---- Calls from C ---- */

bool is_function(struct vm *vm, const value *init)
{
    return init->kind == FUNCTION || throw_error(vm, class_TypeError, "pocket calls no __init__ but a function");
}

static value *run_function(struct vm *vm, struct function *function, const struct call *c, value *instance)
{
    bool good = vm->calls < MOST_CALLS || throw_error(vm, class_RecursionError, "maximum recursion depth exceeded");
    struct frame *f = good && is_function(vm, &function->v) ? push_call(vm, function, c, 0) : NULL;
    if (!f) {
        if (instance) drop(vm, instance);
        return NULL;
    }
    f->entry = true;
    f->instance = instance;
    vm->calls++;
    value *v = run(vm);
    vm->calls--;
    return v;
}

static value *call_class(struct vm *vm, struct class *class, const struct call *c)
{
    if (class->exception) {
        if (c->names) return throw_error(vm, class_TypeError, "%s() takes no keyword arguments", class->name);
        return new_exception(vm, class, c->args, c->count);
    }
    value *instance = new_instance(vm, class);
    struct place *place = instance ? class_attribute(class, class_init) : NULL;
    if (!place) {
        if (instance && c->count) {
            drop(vm, instance);
            return throw_error(vm, class_TypeError, "%s() takes no arguments", class->name);
        }
        return instance;
    }
    value *args[MOST_ARGUMENTS + 1] = {instance};
    memcpy(args + 1, c->args, c->count * sizeof *args);
    struct call with_self = {args, c->count + 1, c->names};
    value *function = place_load(place), *made = run_function(vm, (struct function *)function, &with_self, instance);
    drop(vm, function);
    return made;
}

value *call_value(struct vm *vm, value *callee, const struct call *c)
{
    switch ((enum kind)callee->kind) {
    case NATIVE: return ((struct native *)callee)->fn(vm, c);
    case FUNCTION: return run_function(vm, (struct function *)callee, c, NULL);
    case CLASS: return call_class(vm, (struct class *)callee, c);
    case METHOD: {
        struct method *m = (struct method *)callee;
        value *args[MOST_ARGUMENTS + 2] = {m->self};
        memcpy(args + 1, c->args, c->count * sizeof *args);
        return call_value(vm, m->callee, &(struct call){args, c->count + 1, c->names});
    }
    default: return throw_error(vm, class_TypeError, "'%s' object is not callable", type_name(callee));
    }
}

value *call(struct vm *vm, value *callee, value **args, unsigned count)
{
    return call_value(vm, callee, &(struct call){args, count, NULL});
}

/* ---- Arguments of native functions ---- */

bool arguments(struct vm *vm, const struct call *c, const char *what, unsigned least, unsigned most)
{
    unsigned given = positional(c);
    if (c->names) return throw_error(vm, class_TypeError, "%s() takes no keyword arguments", what) != NULL;
    if (given >= least && given <= most) return true;
    return throw_error(vm, class_TypeError, "%s() takes %s%u argument%s (%u given)", what,
        least == most ? "exactly " : given < least ? "at least " : "at most ", given < least ? least : most,
        (given < least ? least : most) == 1 ? "" : "s", given) != NULL;
}

bool keywords(struct vm *vm, const struct call *c, const char *what, const char *allowed)
{
    for (unsigned i = 0; c->names && i < c->names->length; i++) {
        const char *name = ((struct string *)c->names->items[i])->text, *at = allowed;
        while (*at && strcmp(at, name)) at += strlen(at) + 1;
        if (!*at)
            return throw_error(vm, class_TypeError, "'%s' is an invalid keyword argument for %s()", name, what) != NULL;
    }
    return true;
}

value *argument_named(const struct call *c, const char *name)
{
    for (unsigned i = 0; c->names && i < c->names->length; i++)
        if (!strcmp(((struct string *)c->names->items[i])->text, name)) return c->args[positional(c) + i];
    return NULL;
}
