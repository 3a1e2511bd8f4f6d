/* builtins.c: the functions that are there without an import. */
#include <ctype.h>
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "code.h"
#include "objects.h"
#include "source.h"

static value *iterated(struct vm *vm, const struct call *c, unsigned i) { return new_iterator(vm, c->args[i]); }

static value *print(struct vm *vm, const struct call *c)
{
    const value *separator = argument_named(c, "sep"), *end = argument_named(c, "end"),
        *file = argument_named(c, "file");
    const value *flush = argument_named(c, "flush");
    struct text t = {0};
    if (!keywords(vm, c, "print", "sep\0end\0file\0flush\0")) return NULL;
    if ((separator && separator != None && separator->kind != STR) || (end && end != None && end->kind != STR))
        return throw_error(vm, class_TypeError, "sep and end must be None or a string");
    if (file && file != None && file->kind != STREAM)
        return throw_error(vm, class_TypeError, "pocket prints to sys.stdout and sys.stderr");
    bool good = true;
    for (unsigned i = 0; good && i < positional(c); i++) {
        if (i) text_put(&t, separator && separator != None ? ((const struct string *)separator)->text : " ");
        good = text_value(vm, &t, c->args[i], false);
    }
    text_put(&t, end && end != None ? ((const struct string *)end)->text : "\n");
    if (good && t.failed) throw_memory(vm);
    else if (good) { /* in one piece, whoever else prints */
        FILE *out = file && file->kind == STREAM && int_of(file) == 2 ? stderr : stdout;
        fwrite(t.bytes, 1, t.count, out);
        if (flush && truth(flush)) fflush(out);
    }
    free(t.bytes);
    return vm->thrown ? NULL : None;
}

static value *len(struct vm *vm, const struct call *c)
{
    if (!arguments(vm, c, "len", 1, 1)) return NULL;
    int64_t n = length_of(vm, c->args[0]);
    return n < 0 ? NULL : new_int(vm, n);
}

static value *range(struct vm *vm, const struct call *c)
{
    int64_t n[3] = {0, 0, 1};
    if (!arguments(vm, c, "range", 1, 3)) return NULL;
    for (unsigned i = 0; i < c->count; i++)
        if (!to_int(vm, c->args[i], &n[c->count == 1 ? 1 : i])) return NULL;
    if (!n[2]) return throw_error(vm, class_ValueError, "range() arg 3 must not be zero");
    return new_range(vm, n[0], n[1], n[2]);
}

static value *too_large(struct vm *vm)
{
    return throw_error(vm, class_OverflowError, "int of more than 64 bits is not supported by pocket");
}

static value *int_function(struct vm *vm, const struct call *c)
{
    if (!arguments(vm, c, "int", 0, 2)) return NULL;
    if (!c->count) return new_int(vm, 0);
    const value *v = c->args[0];
    int64_t base = 10;
    if (is_int(v)) return new_int(vm, int_of(v));
    if (v->kind == FLOAT) {
        double f = float_of(v);
        if (isnan(f)) return throw_error(vm, class_ValueError, "cannot convert float NaN to integer");
        return fabs(f) < 9.2e18 ? new_int(vm, (int64_t)f) : too_large(vm);
    }
    if (v->kind != STR)
        return throw_error(vm, class_TypeError,
            "int() argument must be a string, a bytes-like object or a real number, not '%s'", type_name(v));
    if (c->count == 2 && !to_int(vm, c->args[1], &base)) return NULL;
    const char *text = ((const struct string *)v)->text;
    if (base != 0 && (base < 2 || base > 36))
        return throw_error(vm, class_ValueError, "int() base must be >= 2 and <= 36, or 0");
    char *end;
    errno = 0;
    long long i = strtoll(text, &end, (int)base);
    int error = errno;
    bool digits = end != text;
    while (isspace((unsigned char)*end)) end++;
    if (digits && error == ERANGE && !*end) return too_large(vm);
    if (digits && end == text + ((const struct string *)v)->bytes) return new_int(vm, i);
    return throw_error(vm, class_ValueError, "invalid literal for int() with base %d: '%s'", (int)base, text);
}

static value *float_function(struct vm *vm, const struct call *c)
{
    double f = 0;
    if (!arguments(vm, c, "float", 0, 1)) return NULL;
    if (c->count && c->args[0]->kind == STR) {
        const char *text = ((struct string *)c->args[0])->text;
        char *end;
        f = strtod(text, &end);
        bool digits = end != text && !strpbrk(text, "xX"); /* C has hexadecimal ones */
        while (isspace((unsigned char)*end)) end++;
        if (!digits || end != text + ((struct string *)c->args[0])->bytes)
            return throw_error(vm, class_ValueError, "could not convert string to float: '%s'", text);
    } else if (c->count && !to_float(vm, c->args[0], &f)) {
        return NULL;
    }
    return new_float(vm, f);
}

static value *str_function(struct vm *vm, const struct call *c)
{
    if (!arguments(vm, c, "str", 0, 1)) return NULL;
    return c->count ? string_of(vm, c->args[0], false) : new_string(vm, "", 0);
}

static value *repr(struct vm *vm, const struct call *c)
{
    return arguments(vm, c, "repr", 1, 1) ? string_of(vm, c->args[0], true) : NULL;
}

static value *format(struct vm *vm, const struct call *c)
{
    if (!arguments(vm, c, "format", 1, 2)) return NULL;
    const struct string *s = c->count > 1 ? (const struct string *)c->args[1] : NULL;
    if (s && s->v.kind != STR) return throw_error(vm, class_TypeError, "format() argument 2 must be str, not %s",
        type_name(&s->v));
    return formatted(vm, c->args[0], s ? s->text : "", s ? s->bytes : 0);
}

static value *bool_function(struct vm *vm, const struct call *c)
{
    return arguments(vm, c, "bool", 0, 1) ? boolean(c->count && truth(c->args[0])) : NULL;
}

static value *list_function(struct vm *vm, const struct call *c)
{
    if (!arguments(vm, c, "list", 0, 1)) return NULL;
    return c->count ? list_of(vm, c->args[0]) : new_list(vm, 0);
}

static value *tuple_function(struct vm *vm, const struct call *c)
{
    if (!arguments(vm, c, "tuple", 0, 1)) return NULL;
    if (c->count) return tuple_of(vm, c->args[0]);
    struct tuple *t = new_tuple(vm, 0);
    return t ? &t->v : NULL;
}

static value *dict_function(struct vm *vm, const struct call *c)
{
    return arguments(vm, c, "dict", 0, 0) ? new_dict(vm) : NULL;
}

static value *abs_function(struct vm *vm, const struct call *c)
{
    if (!arguments(vm, c, "abs", 1, 1)) return NULL;
    value *v = c->args[0];
    if (v->kind == FLOAT) return new_float(vm, fabs(float_of(v)));
    return is_int(v) && int_of(v) >= 0 ? new_int(vm, int_of(v)) : unary(vm, 0, v);
}

static value *extreme(struct vm *vm, const struct call *c, const char *name, int comparison)
{
    unsigned n = positional(c);
    if (!keywords(vm, c, name, "")) return NULL;
    if (!n) return throw_error(vm, class_TypeError, "%s expected at least 1 argument, got 0", name);
    value *iterator = NULL, *best = NULL, *v;
    if (n == 1 && !(iterator = iterated(vm, c, 0))) return NULL;
    for (unsigned i = 0; (v = iterator ? next_of(vm, iterator) : i < n ? keep(c->args[i]) : NULL); i++) {
        int better = best ? compare(vm, comparison, v, best) : 1;
        value *loser = better == 1 ? best : v;
        if (better == 1) best = v;
        if (loser) drop(vm, loser);
        if (better < 0) break;
    }
    if (iterator) drop(vm, iterator);
    if (vm->thrown) return best ? drop(vm, best), NULL : NULL;
    return best ? best : throw_error(vm, class_ValueError, "%s() arg is an empty sequence", name);
}
static value *min(struct vm *vm, const struct call *c) { return extreme(vm, c, "min", 0); }
static value *max(struct vm *vm, const struct call *c) { return extreme(vm, c, "max", 4); }

static value *sum(struct vm *vm, const struct call *c)
{
    if (!arguments(vm, c, "sum", 1, 2)) return NULL;
    value *iterator = iterated(vm, c, 0), *all = c->count > 1 ? keep(c->args[1]) : small_int(0), *v;
    while (iterator && all && (v = next_of(vm, iterator))) {
        value *more = binary(vm, 0, all, v);
        drop(vm, v);
        drop(vm, all);
        all = more;
    }
    if (iterator) drop(vm, iterator);
    if (vm->thrown && all) drop(vm, all);
    return vm->thrown ? NULL : all;
}

static value *sorted(struct vm *vm, const struct call *c)
{
    if (positional(c) != 1)
        return throw_error(vm, class_TypeError, "sorted expected 1 argument, got %u", positional(c));
    value *list = list_of(vm, c->args[0]);
    if (!list) return NULL;
    value *args[8] = {list};
    for (unsigned i = 1; i < c->count && i < 8; i++) args[i] = c->args[i];
    for (struct builtin *b = list_methods; b->name; b++)
        if (!strcmp(b->name, "sort") && !b->fn(vm, &(struct call){args, c->count, c->names})) return drop(vm, list),
            NULL;
    return list;
}

static value *reversed(struct vm *vm, const struct call *c)
{
    if (!arguments(vm, c, "reversed", 1, 1)) return NULL;
    value *list = list_of(vm, c->args[0]);
    if (!list) return NULL;
    value *args[1] = {list};
    for (struct builtin *b = list_methods; b->name; b++)
        if (!strcmp(b->name, "reverse")) b->fn(vm, &(struct call){args, 1, NULL});
    return list;
}

/* A list of the tuples that python3's iterator would give. */
static value *zipped(struct vm *vm, value **iterators, unsigned n, int64_t number)
{
    value *list = new_list(vm, 0);
    while (list) {
        struct tuple *t = new_tuple(vm, n + (number >= 0));
        unsigned k = 0;
        if (t && number >= 0 && !(t->items[k++] = new_int(vm, number++))) k = 0;
        bool full = t != NULL;
        for (unsigned i = 0; full && i < n; i++) full = (t->items[k++] = next_of(vm, iterators[i])) != NULL;
        for (unsigned i = 0; full && i < t->length; i++) shared(t->items[i]);
        if (full && list_append(vm, (struct list *)list, &t->v)) continue;
        if (t) drop(vm, &t->v);
        break;
    }
    for (unsigned i = 0; i < n; i++) drop(vm, iterators[i]);
    if (vm->thrown && list) drop(vm, list);
    return vm->thrown ? NULL : list;
}

static value *zip(struct vm *vm, const struct call *c)
{
    value *iterators[MOST_ARGUMENTS + 1];
    if (!arguments(vm, c, "zip", 0, MOST_ARGUMENTS)) return NULL;
    for (unsigned i = 0; i < c->count; i++)
        if (!(iterators[i] = iterated(vm, c, i))) {
            while (i-- > 0) drop(vm, iterators[i]);
            return NULL;
        }
    return c->count ? zipped(vm, iterators, c->count, -1) : new_list(vm, 0);
}

static value *enumerate(struct vm *vm, const struct call *c)
{
    if (!arguments(vm, c, "enumerate", 1, 1)) return NULL;
    value *iterator = iterated(vm, c, 0);
    return iterator ? zipped(vm, &iterator, 1, 0) : NULL;
}

static value *any_all(struct vm *vm, const struct call *c, bool any)
{
    if (!arguments(vm, c, any ? "any" : "all", 1, 1)) return NULL;
    value *iterator = iterated(vm, c, 0), *v;
    bool found = false;
    while (iterator && !found && (v = next_of(vm, iterator))) {
        found = truth(v) == any;
        drop(vm, v);
    }
    if (iterator) drop(vm, iterator);
    return vm->thrown ? NULL : boolean(found == any);
}
static value *any(struct vm *vm, const struct call *c) { return any_all(vm, c, true); }
static value *all(struct vm *vm, const struct call *c) { return any_all(vm, c, false); }

static value *isinstance(struct vm *vm, const struct call *c)
{
    if (!arguments(vm, c, "isinstance", 2, 2)) return NULL;
    const value *v = c->args[0], *class = c->args[1];
    if (class->kind == CLASS) {
        const struct class *of = v->kind == INSTANCE ? ((const struct instance *)v)->class
            : v->kind == EXCEPTION ? ((const struct exception *)v)->class : NULL;
        return boolean(is_subclass(of, (const struct class *)class));
    }
    if (class->kind != NATIVE) return throw_error(vm, class_TypeError, "isinstance() arg 2 must be a type");
    const char *name = ((const struct native *)class)->name;
    return boolean(!strcmp(name, type_name(v)) || (v->kind == BOOL && !strcmp(name, "int")));
}

static value *round_function(struct vm *vm, const struct call *c)
{
    if (!arguments(vm, c, "round", 1, 2)) return NULL;
    int64_t digits = 0;
    double f;
    if (!to_float(vm, c->args[0], &f) || (c->count == 2 && !to_int(vm, c->args[1], &digits))) return NULL;
    if (digits < 0) return throw_error(vm, class_ValueError, "pocket rounds to no fewer than 0 digits");
    if (is_int(c->args[0])) return new_int(vm, int_of(c->args[0]));
    if (c->count == 1) return fabs(f) < 9.2e18 ? new_int(vm, (int64_t)nearbyint(f)) : too_large(vm);
    if (digits > 22 || !isfinite(f)) return new_float(vm, f);
    char text[400];
    snprintf(text, sizeof text, "%.*f", (int)digits, f);
    return new_float(vm, strtod(text, NULL));
}

static value *divmod(struct vm *vm, const struct call *c)
{
    if (!arguments(vm, c, "divmod", 2, 2)) return NULL;
    struct tuple *t = new_tuple(vm, 2);
    for (int i = 0; t && i < 2; i++) {
        value *v = binary(vm, 4 + i, c->args[0], c->args[1]);
        if (!v) return drop(vm, &t->v), NULL;
        t->items[i] = shared(v);
    }
    return t ? &t->v : NULL;
}

static value *pow_function(struct vm *vm, const struct call *c)
{
    return arguments(vm, c, "pow", 2, 2) ? binary(vm, 6, c->args[0], c->args[1]) : NULL;
}

static value *ord(struct vm *vm, const struct call *c)
{
    if (!arguments(vm, c, "ord", 1, 1)) return NULL;
    const struct string *s = (const struct string *)c->args[0];
    if (s->v.kind != STR || s->length != 1) return throw_error(vm, class_TypeError, "ord() expected a character");
    int64_t i = (unsigned char)s->text[0];
    if (s->bytes > 1) i &= 0x7f >> s->bytes; /* UTF-8 */
    for (uint32_t k = 1; k < s->bytes; k++) i = i << 6 | (s->text[k] & 63);
    return new_int(vm, i);
}

static value *chr(struct vm *vm, const struct call *c)
{
    int64_t i;
    if (!arguments(vm, c, "chr", 1, 1) || !to_int(vm, c->args[0], &i)) return NULL;
    if (i < 0 || i > 0x10ffff) return throw_error(vm, class_ValueError, "chr() arg not in range(0x110000)");
    if (i >= 0xd800 && i < 0xe000) return throw_error(vm, class_ValueError, "a surrogate is not supported by pocket");
    char text[4];
    return new_string(vm, text, put_utf8(text, (unsigned long)i));
}

static struct builtin functions[] = {
    {.name = "print", .fn = print}, {.name = "len", .fn = len}, {.name = "range", .fn = range},
        {.name = "int", .fn = int_function},
    {.name = "float", .fn = float_function}, {.name = "str", .fn = str_function}, {.name = "repr", .fn = repr},
    {.name = "format", .fn = format}, {.name = "bool", .fn = bool_function}, {.name = "list", .fn = list_function},
    {.name = "tuple", .fn = tuple_function}, {.name = "dict", .fn = dict_function}, {.name = "abs", .fn = abs_function},
    {.name = "min", .fn = min}, {.name = "max", .fn = max}, {.name = "sum", .fn = sum},
        {.name = "sorted", .fn = sorted},
    {.name = "reversed", .fn = reversed}, {.name = "zip", .fn = zip}, {.name = "enumerate", .fn = enumerate},
    {.name = "any", .fn = any}, {.name = "all", .fn = all}, {.name = "isinstance", .fn = isinstance},
    {.name = "round", .fn = round_function}, {.name = "divmod", .fn = divmod}, {.name = "pow", .fn = pow_function},
    {.name = "ord", .fn = ord}, {.name = "chr", .fn = chr}, {0},
};

static struct class *classes[32]; /* of exceptions */
static unsigned class_count;
static value *main_name;

void builtin_class(struct class *class) { classes[class_count++] = class; }

static struct builtin *const tables[KINDS] = {
    [STR] = string_methods, [LIST] = list_methods, [TUPLE] = tuple_methods, [DICT] = dict_methods,
        [LOCK] = lock_methods,
    [THREAD] = thread_methods, [RANDOM] = random_methods, [STREAM] = stream_methods,
};

struct builtin *methods_of(unsigned kind) { return tables[kind]; }

void builtins_begin(struct vm *vm)
{
    for (struct builtin *b = functions; b->name; b++) b->value = new_native(vm, b->name, b->fn);
    for (unsigned kind = 0; kind < KINDS; kind++)
        for (struct builtin *b = tables[kind]; b && b->name; b++) b->value = new_native(vm, b->name, b->fn);
    main_name = &symbol("__main__")->v;
    class_init = symbol("__init__");
}

value *builtin_named(const char *name)
{
    for (struct builtin *b = functions; b->name; b++)
        if (!strcmp(b->name, name)) return b->value;
    for (unsigned i = 0; i < class_count; i++)
        if (!strcmp(classes[i]->name, name)) return &classes[i]->v;
    return strcmp(name, "__name__") ? NULL : main_name;
}
