/* format.c: values as text, as python3 writes them: str, repr, format specifications. */
#include "objects.h"

#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { DEEPEST = 200 };

void text_add(struct text *t, const char *bytes, size_t count)
{
    if (t->failed) return;
    if (t->count + count > t->room) {
        size_t room = 2 * (t->count + count) + 32;
        char *more = realloc(t->bytes, room);
        if (!more) {
            t->failed = true;
            return;
        }
        t->bytes = more;
        t->room = room;
    }
    if (count) memcpy(t->bytes + t->count, bytes, count);
    t->count += count;
}

void text_put(struct text *t, const char *s) { text_add(t, s, strlen(s)); }

value *text_string(struct vm *vm, struct text *t)
{
    value *s = t->failed ? throw_memory(vm) : new_string(vm, t->bytes ? t->bytes : "", t->count);
    free(t->bytes);
    return s;
}

/* ---- Floats ---- */

/* The shortest digits that read back as the same number. Up to 15 always do where they can, and %g drops trailing
 * zeros; a subnormal number may need fewer. */
static void shortest(double f, char *out, size_t size)
{
    for (int digits = fabs(f) < 1e-300 ? 1 : 15; digits <= 17; digits++) {
        snprintf(out, size, "%.*e", digits - 1, f);
        if (strtod(out, NULL) == f) return;
    }
}

static void float_repr(double f, char *out, size_t size)
{
    if (isnan(f) || isinf(f)) {
        snprintf(out, size, isnan(f) ? "nan" : f < 0 ? "-inf" : "inf");
        return;
    }
    char digits[40], *e;
    shortest(f, digits, sizeof digits);
    e = strchr(digits, 'e');
    int exponent = atoi(e + 1);
    char *last = e - 1;
    while (last > digits && *last == '0') last--;
    int precision = last > digits && isdigit((unsigned char)*last) && strchr(digits, '.')
        ? (int)(last - strchr(digits, '.')) : 0;
    if (exponent >= -4 && exponent < 16) {
        int decimals = precision - exponent;
        snprintf(out, size, "%.*f", decimals > 1 ? decimals : 1, f);
    } else {
        snprintf(out, size, "%.*e", precision, f);
    }
}

/* ---- str and repr ---- */

static void string_repr(struct text *t, const struct string *s)
{
    char quote = memchr(s->text, '\'', s->bytes) && !memchr(s->text, '"', s->bytes) ? '"' : '\'';
    text_add(t, &quote, 1);
    for (uint32_t i = 0; i < s->bytes; i++) {
        unsigned char c = (unsigned char)s->text[i];
        char escape[8] = {(char)c, 0};
        if (c == '\n') strcpy(escape, "\\n");
        else if (c == '\t') strcpy(escape, "\\t");
        else if (c == '\r') strcpy(escape, "\\r");
        else if (c == '\\' || c == (unsigned char)quote) snprintf(escape, sizeof escape, "\\%c", c);
        else if (c < 32 || c == 127) snprintf(escape, sizeof escape, "\\x%02x", c);
        text_put(t, escape);
    }
    text_add(t, &quote, 1);
}

static bool items(struct vm *vm, struct text *t, value *container, const char *open, const char *close)
{
    value *iterator = new_iterator(vm, container), *v;
    if (!iterator) return false;
    text_put(t, open);
    for (bool first = true; (v = next_of(vm, iterator)); first = false) {
        if (!first) text_put(t, ", ");
        bool good = text_value(vm, t, v, true);
        drop(vm, v);
        if (!good) break;
    }
    drop(vm, iterator);
    text_put(t, close);
    return !vm->thrown;
}

static bool dict_items(struct vm *vm, struct text *t, const struct dict *d)
{
    value *k, *v;
    bool good = true;
    text_put(t, "{");
    for (uint32_t position = 0, first = 1; good && (v = dict_next(d, &position, &k)); first = 0) {
        if (!first) text_put(t, ", ");
        good = text_value(vm, t, k, true);
        text_put(t, ": ");
        good = good && text_value(vm, t, v, true);
        drop(vm, k);
        drop(vm, v);
    }
    text_put(t, "}");
    return good;
}

static bool exception_text(struct vm *vm, struct text *t, const struct exception *e, bool repr)
{
    const struct tuple *args = (const struct tuple *)e->args;
    if (repr) {
        text_put(t, e->class->name);
        return items(vm, t, e->args, "(", ")");
    }
    if (args->length > 1) return text_value(vm, t, e->args, true);
    return !args->length || text_value(vm, t, args->items[0], e->class == class_KeyError);
}

static bool written(struct vm *vm, struct text *t, value *v, bool repr)
{
    char small[420];
    switch ((enum kind)v->kind) {
    case NONE: text_put(t, "None"); return true;
    case BOOL: text_put(t, v == True ? "True" : "False"); return true;
    case INT:
        snprintf(small, sizeof small, "%lld", (long long)int_of(v));
        break;
    case FLOAT: float_repr(float_of(v), small, sizeof small); break;
    case STR:
        if (repr) string_repr(t, (struct string *)v);
        else text_add(t, ((struct string *)v)->text, ((struct string *)v)->bytes);
        return true;
    case LIST: return items(vm, t, v, "[", "]");
    case TUPLE: return items(vm, t, v, "(", ((struct tuple *)v)->length == 1 ? ",)" : ")");
    case DICT: return dict_items(vm, t, (struct dict *)v);
    case EXCEPTION: return exception_text(vm, t, (struct exception *)v, repr);
    case RANGE: {
        struct range *r = (struct range *)v;
        int n = snprintf(small, sizeof small, "range(%lld, %lld", (long long)r->start, (long long)r->stop);
        if (r->step != 1) n += snprintf(small + n, sizeof small - (size_t)n, ", %lld", (long long)r->step);
        snprintf(small + n, sizeof small - (size_t)n, ")");
        break;
    }
    case CLASS: {
        const struct class *class = (const struct class *)v;
        bool own = class->attrs != UINT32_MAX && !class->exception && class->instance_id >= KINDS;
        snprintf(small, sizeof small, "<class '%s%s'>", own ? "__main__." : "", class->name);
        break;
    }
    case INSTANCE: snprintf(small, sizeof small, "<__main__.%s object at %p>", type_name(v), (void *)v); break;
    case FUNCTION: snprintf(small, sizeof small, "<function at %p>", (void *)v); break;
    case MODULE: snprintf(small, sizeof small, "<module '%s'>", ((struct module *)v)->name); break;
    case NATIVE: snprintf(small, sizeof small, "<built-in function %s>", ((struct native *)v)->name); break;
    default: snprintf(small, sizeof small, "<%s object at %p>", type_name(v), (void *)v);
    }
    text_put(t, small);
    return true;
}

bool text_value(struct vm *vm, struct text *t, value *v, bool repr)
{
    if (vm->depth > DEEPEST + 800) return throw_error(vm, class_RecursionError,
        "maximum recursion depth exceeded while getting the repr of an object") != NULL;
    vm->depth++;
    bool good = written(vm, t, v, repr);
    vm->depth--;
    return good;
}

value *string_of(struct vm *vm, value *v, bool repr)
{
    if (v->kind == STR && !repr) return keep(v);
    struct text t = {0};
    if (text_value(vm, &t, v, repr)) return text_string(vm, &t);
    free(t.bytes);
    return NULL;
}

/* ---- Format specifications: [[fill]align][sign][#][0][width][grouping][.precision][type] ---- */

struct specification { const char *fill; int fill_bytes; char align, sign, grouping, type; bool alternate; int width,
    precision; };

static bool read_digits(struct vm *vm, const char **s, const char *end, int *n)
{
    for (; *s < end && isdigit((unsigned char)**s); ++*s) {
        if (*n > 99999999) return throw_error(vm, class_ValueError, "Too many decimal digits in format string");
        *n = *n * 10 + **s - '0';
    }
    return true;
}

static bool read_specification(struct vm *vm, const char *s, const char *end, struct specification *out)
{
    *out = (struct specification){.fill = " ", .fill_bytes = 1, .sign = '-', .precision = -1};
    int first = 1;
    while (s + first < end && ((unsigned char)s[first] & 0xc0) == 0x80) first++;
    if (s + first < end && strchr("<>=^", s[first])) {
        out->fill = s;
        out->fill_bytes = first;
        s += first;
        out->align = *s++;
    } else if (s < end && strchr("<>=^", *s)) {
        out->align = *s++;
    }
    if (s < end && strchr("+- ", *s)) out->sign = *s++;
    if (s < end && *s == '#') out->alternate = true, s++;
    if (s < end && *s == '0') {
        if (!out->align) out->align = '=', out->fill = "0";
        s++;
    }
    bool good = read_digits(vm, &s, end, &out->width);
    if (s < end && (*s == ',' || *s == '_')) out->grouping = *s++;
    if (s < end && *s == '.') {
        if (++s == end || !isdigit((unsigned char)*s))
            return throw_error(vm, class_ValueError, "Format specifier missing precision");
        out->precision = 0;
        good = good && read_digits(vm, &s, end, &out->precision);
    }
    if (s < end) out->type = *s++;
    return good && (s == end || throw_error(vm, class_ValueError, "Invalid format specifier"));
}

static void grouped(char *digits, size_t size, char separator, int group)
{
    char *from = digits + (*digits == '-'), whole[400];
    size_t n = strspn(from, group == 3 ? "0123456789" : "0123456789abcdefABCDEF"), out = 0;
    if (n > 120) return;
    for (size_t i = 0; i < n; i++) {
        if (i && (n - i) % (size_t)group == 0) whole[out++] = separator;
        whole[out++] = from[i];
    }
    snprintf(whole + out, sizeof whole - out, "%s", from + n);
    snprintf(from, size - 1, "%s", whole);
}

static bool float_digits(struct vm *vm, double f, const struct specification *s, char *out, size_t size)
{
    int precision = s->precision < 0 ? 6 : s->precision;
    char pattern[8] = "%.*f";
    if (precision > 300) return throw_error(vm, class_ValueError, "precision too big") != NULL;
    if (isnan(f) || isinf(f)) return snprintf(out, size, isnan(f) ? "nan" : f < 0 ? "-inf" : "inf") > 0;
    switch (s->type) {
    case 0:
        if (s->precision < 0) return float_repr(f, out, size), true;
        snprintf(out, size, "%.*g", precision ? precision : 1, f);
        if (!strpbrk(out, ".e")) strcat(out, ".0"); /* no type: as g, but at least one digit past the point */
        return true;
    case 'e': case 'f': case 'g': case 'E': case 'F': case 'G':
        pattern[3] = s->type;
        snprintf(out, size, pattern, precision, f);
        return true;
    case '%': snprintf(out, size, "%.*f%%", precision, f * 100); return true;
    default: return throw_error(vm, class_ValueError, "Unknown format code '%c' for object of type 'float'",
        s->type) != NULL;
    }
}

static bool int_digits(struct vm *vm, int64_t i, const struct specification *s, char *out, size_t size)
{
    uint64_t magnitude = i < 0 ? -(uint64_t)i : (uint64_t)i;
    const char *minus = i < 0 ? "-" : "";
    switch (s->type) {
    case 0: case 'd': case 'n': snprintf(out, size, "%s%llu", minus, (unsigned long long)magnitude); return true;
    case 'x': snprintf(out, size, "%s%s%llx", minus, s->alternate ? "0x" : "",
        (unsigned long long)magnitude); return true;
    case 'X': snprintf(out, size, "%s%s%llX", minus, s->alternate ? "0X" : "",
        (unsigned long long)magnitude); return true;
    case 'o': snprintf(out, size, "%s%s%llo", minus, s->alternate ? "0o" : "",
        (unsigned long long)magnitude); return true;
    case 'b': {
        char bits[65], *b = bits + 64;
        *b = 0;
        do *--b = (char)('0' + (magnitude & 1));
        while (magnitude >>= 1);
        snprintf(out, size, "%s%s%s", minus, s->alternate ? "0b" : "", b);
        return true;
    }
    default: return throw_error(vm, class_ValueError, "Unknown format code '%c' for object of type 'int'",
        s->type) != NULL;
    }
}

static value *padded(struct vm *vm, const struct specification *s, const char *body, size_t bytes, size_t length,
    char align)
{
    struct text t = {0};
    size_t all = (size_t)s->width > length ? (size_t)s->width - length : 0;
    size_t before = align == '<' ? 0 : align == '^' ? all / 2 : all;
    size_t sign = align == '=' && (*body == '-' || *body == '+' || *body == ' ');
    text_add(&t, body, sign);
    for (size_t i = 0; i < before; i++) text_add(&t, s->fill, (size_t)s->fill_bytes);
    text_add(&t, body + sign, bytes - sign);
    for (size_t i = before; i < all; i++) text_add(&t, s->fill, (size_t)s->fill_bytes);
    return text_string(vm, &t);
}

value *formatted(struct vm *vm, value *v, const char *specification, size_t bytes)
{
    struct specification s;
    if (!bytes) return string_of(vm, v, false);
    if (!read_specification(vm, specification, specification + bytes, &s)) return NULL;
    if (v->kind == STR) {
        const struct string *string = (const struct string *)v;
        if (s.type && s.type != 's')
            return throw_error(vm, class_ValueError, "Unknown format code '%c' for object of type 'str'", s.type);
        int64_t length = s.precision >= 0 && s.precision < (int)string->length ? s.precision : (int64_t)string->length;
        return padded(vm, &s, string->text, string_offset(string, length), (size_t)length, s.align ? s.align : '<');
    }
    if (v->kind > FLOAT || v->kind == NONE)
        return throw_error(vm, class_TypeError, "unsupported format string passed to %s.__format__", type_name(v));
    char digits[820] = " ", *body = digits + 1;
    bool whole = is_int(v) && !(s.type && strchr("eEfFgG%", s.type));
    if (whole ? !int_digits(vm, int_of(v), &s, body, 800)
              : !float_digits(vm, is_int(v) ? (double)int_of(v) : float_of(v), &s, body, 800)) return NULL;
    if (s.grouping) grouped(body, 700, s.grouping, s.type && strchr("xXob", s.type) ? 4 : 3);
    if (s.sign != '-' && *body != '-') *--body = s.sign;
    return padded(vm, &s, body, strlen(body), strlen(body), s.align ? s.align : '>');
}
