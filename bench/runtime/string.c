/* string.c: strings: UTF-8, unchangeable, with their hash. */
#include "objects.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

static const lt_type string_type = {.name = "str", .size = sizeof(struct string), .flags = LT_TYPE_ACYCLIC};

static struct string *blank(struct vm *vm, size_t bytes)
{
    if (bytes > UINT32_MAX / 2) return throw_memory(vm);
    struct string *s = new_sized(vm, &string_type, STR, sizeof *s + bytes + 1);
    if (!s) return NULL;
    s->bytes = (uint32_t)bytes;
    s->text[bytes] = 0;
    return s;
}

static value *finished(struct string *s)
{
    uint64_t h = 14695981039346656037u;
    s->length = 0;
    for (uint32_t i = 0; i < s->bytes; i++) {
        h = (h ^ (unsigned char)s->text[i]) * 1099511628211u;
        s->length += ((unsigned char)s->text[i] & 0xc0) != 0x80;
    }
    s->hash = h ^ h >> 29;
    return &s->v;
}

value *new_string(struct vm *vm, const char *text, size_t bytes)
{
    struct string *s = blank(vm, bytes);
    if (!s) return NULL;
    memcpy(s->text, text, bytes);
    return finished(s);
}

/* Symbols: made by the compiler alone, on one thread. */
struct string *symbol(const char *name)
{
    enum { BUCKETS = 512 };
    static struct bucket { struct bucket *next; struct string *s; } *buckets[BUCKETS];
    static struct vm no_vm;
    size_t bytes = strlen(name);
    struct string *s = (struct string *)must(new_string(&no_vm, name, bytes));
    struct bucket **bucket = &buckets[s->hash % BUCKETS], *b;
    for (b = *bucket; b; b = b->next)
        if (b->s->bytes == bytes && !memcmp(b->s->text, name, bytes)) {
            lt_release(s);
            return b->s;
        }
    b = malloc(sizeof *b);
    if (!b) must(NULL);
    *b = (struct bucket){*bucket, (struct string *)fix(&s->v)};
    *bucket = b;
    return s;
}

size_t string_offset(const struct string *s, int64_t index)
{
    if (s->length == s->bytes) return (size_t)index;
    size_t at = 0;
    for (; index > 0 && at < s->bytes; index--)
        do at++;
        while (((unsigned char)s->text[at] & 0xc0) == 0x80);
    return at;
}

value *string_slice(struct vm *vm, const struct string *s, int64_t start, int64_t stop)
{
    if (stop <= start) return new_string(vm, "", 0);
    size_t from = string_offset(s, start), to = string_offset(s, stop);
    return new_string(vm, s->text + from, to - from);
}

value *string_item(struct vm *vm, const struct string *s, int64_t index)
{
    if (index < 0) index += s->length;
    if (index < 0 || index >= s->length) return throw_error(vm, class_IndexError, "string index out of range");
    return string_slice(vm, s, index, index + 1);
}

value *string_concat(struct vm *vm, const struct string *a, const struct string *b)
{
    struct string *s = blank(vm, (size_t)a->bytes + b->bytes);
    if (!s) return NULL;
    memcpy(s->text, a->text, a->bytes);
    memcpy(s->text + a->bytes, b->text, b->bytes);
    return finished(s);
}

value *string_repeat(struct vm *vm, const struct string *a, int64_t times)
{
    size_t bytes;
    if (times < 0) times = 0;
    if (__builtin_mul_overflow((size_t)a->bytes, (size_t)times, &bytes)) return throw_memory(vm);
    struct string *s = blank(vm, bytes);
    if (!s) return NULL;
    for (int64_t i = 0; i < times; i++) memcpy(s->text + (size_t)i * a->bytes, a->text, a->bytes);
    return finished(s);
}

/* ---- Methods ---- */

static const struct string *text_of(struct vm *vm, const struct call *c, unsigned i)
{
    if (c->args[i]->kind == STR) return (const struct string *)c->args[i];
    return throw_error(vm, class_TypeError, "expected str instance, %s found", type_name(c->args[i]));
}

static value *join(struct vm *vm, const struct call *c)
{
    if (!arguments(vm, c, "join", 2, 2)) return NULL;
    const struct string *between = text_of(vm, c, 0);
    struct text text = {0};
    value *iterator = new_iterator(vm, c->args[1]), *v;
    if (!iterator) return NULL;
    for (int64_t i = 0; (v = next_of(vm, iterator)); i++) {
        if (v->kind != STR)
            throw_error(vm, class_TypeError, "sequence item %lld: expected str instance, %s found", (long long)i,
                type_name(v));
        else if (i) text_add(&text, between->text, between->bytes);
        if (!vm->thrown) text_add(&text, ((struct string *)v)->text, ((struct string *)v)->bytes);
        drop(vm, v);
        if (vm->thrown) break;
    }
    drop(vm, iterator);
    if (!vm->thrown) return text_string(vm, &text);
    free(text.bytes);
    return NULL;
}

static bool add_piece(struct vm *vm, value *list, const char *begin, const char *end)
{
    value *piece = new_string(vm, begin, (size_t)(end - begin));
    return piece && list_append(vm, (struct list *)list, piece);
}

static value *split(struct vm *vm, const struct call *c)
{
    if (!arguments(vm, c, "split", 1, 2)) return NULL;
    const struct string *s = text_of(vm, c, 0), *at = c->count > 1 ? text_of(vm, c, 1) : NULL;
    value *list = vm->thrown ? NULL : new_list(vm, 0);
    if (!list) return NULL;
    const char *begin = s->text, *end = s->text + s->bytes;
    bool good = true;
    if (at) {
        if (!at->bytes) return drop(vm, list), throw_error(vm, class_ValueError, "empty separator");
        for (const char *hit; good && (hit = memmem(begin, (size_t)(end - begin), at->text,
            at->bytes)); begin = hit + at->bytes)
            good = add_piece(vm, list, begin, hit);
        good = good && add_piece(vm, list, begin, end);
    } else {
        while (good) {
            while (begin < end && isspace((unsigned char)*begin)) begin++;
            if (begin == end) break;
            const char *stop = begin;
            while (stop < end && !isspace((unsigned char)*stop)) stop++;
            good = add_piece(vm, list, begin, stop);
            begin = stop;
        }
    }
    return good ? list : (drop(vm, list), NULL);
}

static value *strip(struct vm *vm, const struct call *c)
{
    if (!arguments(vm, c, "strip", 1, 1)) return NULL;
    const struct string *s = text_of(vm, c, 0);
    const char *begin = s->text, *end = begin + s->bytes;
    while (begin < end && isspace((unsigned char)*begin)) begin++;
    while (end > begin && isspace((unsigned char)end[-1])) end--;
    return new_string(vm, begin, (size_t)(end - begin));
}

static value *changed(struct vm *vm, const struct call *c, int (*change)(int))
{
    const struct string *s = text_of(vm, c, 0);
    struct string *other = blank(vm, s->bytes);
    if (!other) return NULL;
    for (uint32_t i = 0; i < s->bytes; i++) other->text[i] = (char)((unsigned char)s->text[i] < 0x80
        ? change(s->text[i]) : s->text[i]);
    return finished(other);
}
static value *upper(struct vm *vm, const struct call *c) { return changed(vm, c, toupper); }
static value *lower(struct vm *vm, const struct call *c) { return changed(vm, c, tolower); }

static value *startswith(struct vm *vm, const struct call *c)
{
    if (!arguments(vm, c, "startswith", 2, 2)) return NULL;
    const struct string *s = text_of(vm, c, 0), *with = text_of(vm, c, 1);
    return with ? boolean(s->bytes >= with->bytes && !memcmp(s->text, with->text, with->bytes)) : NULL;
}

static value *endswith(struct vm *vm, const struct call *c)
{
    if (!arguments(vm, c, "endswith", 2, 2)) return NULL;
    const struct string *s = text_of(vm, c, 0), *with = text_of(vm, c, 1);
    return with ? boolean(s->bytes >= with->bytes && !memcmp(s->text + s->bytes - with->bytes, with->text, with->bytes))
        : NULL;
}

static value *replace(struct vm *vm, const struct call *c)
{
    if (!arguments(vm, c, "replace", 3, 3)) return NULL;
    const struct string *s = text_of(vm, c, 0), *old = text_of(vm, c, 1), *new = text_of(vm, c, 2);
    if (!old || !new) return NULL;
    if (!old->bytes) return throw_error(vm, class_ValueError, "pocket replaces no empty string");
    struct text text = {0};
    const char *at = s->text, *end = at + s->bytes, *hit;
    for (; (hit = memmem(at, (size_t)(end - at), old->text, old->bytes)); at = hit + old->bytes) {
        text_add(&text, at, (size_t)(hit - at));
        text_add(&text, new->text, new->bytes);
    }
    text_add(&text, at, (size_t)(end - at));
    return text_string(vm, &text);
}

/* "{} {0} {:>5}".format(…): positions only. */
static value *format(struct vm *vm, const struct call *c)
{
    struct text text = {0};
    const char *at = text_of(vm, c, 0)->text;
    unsigned next = 1;
    while (*at && !vm->thrown) {
        if ((*at == '{' || *at == '}') && at[1] == *at) {
            text_add(&text, at, 1);
            at += 2;
        } else if (*at == '{') {
            char *end;
            unsigned which = isdigit((unsigned char)at[1]) ? (unsigned)strtoul(at + 1, &end, 10) + 1
                : (end = (char *)at + 1, next++);
            const char *close = strchr(end, '}');
            if (!close || (*end != ':' && *end != '}')) {
                throw_error(vm, class_ValueError, "this replacement field is not supported by pocket");
            } else if (which >= c->count) {
                throw_error(vm, class_IndexError, "Replacement index %u out of range for positional args tuple",
                    which - 1);
            } else {
                const char *specification = *end == ':' ? end + 1 : close;
                value *v = formatted(vm, c->args[which], specification, (size_t)(close - specification));
                if (v) text_add(&text, ((struct string *)v)->text, ((struct string *)v)->bytes), drop(vm, v);
                at = close + 1;
            }
        } else if (*at == '}') {
            throw_error(vm, class_ValueError, "Single '}' encountered in format string");
        } else {
            text_add(&text, at++, 1);
        }
    }
    if (!vm->thrown) return text_string(vm, &text);
    free(text.bytes);
    return NULL;
}

struct builtin string_methods[] = {
    {.name = "join", .fn = join}, {.name = "split", .fn = split}, {.name = "strip", .fn = strip},
        {.name = "upper", .fn = upper},
    {.name = "lower", .fn = lower}, {.name = "startswith", .fn = startswith}, {.name = "endswith", .fn = endswith},
    {.name = "replace", .fn = replace}, {.name = "format", .fn = format}, {0},
};
