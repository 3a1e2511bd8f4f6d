/* arithmetic.c: operators on values, where the interpreter's fast paths do not apply. */
#include <math.h>
#include <string.h>

#include "container.h"
#include "objects.h"
#include "tree.h"

static const char *const symbols[] = {"+", "-", "*", "/", "//", "%", "** or pow()", "&", "|", "^", "<<", ">>", "+="};
static const char *const comparisons[] = {"<", "<=", "==", "!=", ">", ">=", "in", "not in", "is", "is not"};

static bool is_number(const value *v) { return v->kind <= FLOAT && v->kind != NONE; }
static double as_double(const value *v) { return v->kind == FLOAT ? float_of(v) : (double)int_of(v); }

bool to_float(struct vm *vm, const value *v, double *out)
{
    if (!is_number(v)) return throw_error(vm, class_TypeError, "must be real number, not %s", type_name(v)) != NULL;
    *out = as_double(v);
    return true;
}

bool to_int(struct vm *vm, const value *v, int64_t *out)
{
    if (!is_int(v)) return throw_error(vm, class_TypeError, "'%s' object cannot be interpreted as an integer",
        type_name(v)) != NULL;
    *out = int_of(v);
    return true;
}

static void *overflow(struct vm *vm) { return throw_error(vm, class_OverflowError,
    "int of more than 64 bits is not supported by pocket"); }
static void *zero(struct vm *vm, const char *what) { return throw_error(vm, class_ZeroDivisionError, "%s", what); }

static value *int_power(struct vm *vm, int64_t base, int64_t exponent)
{
    int64_t result = 1;
    for (;; exponent >>= 1) {
        if (exponent & 1 && __builtin_mul_overflow(result, base, &result)) return overflow(vm);
        if (exponent < 2) return new_int(vm, result);
        if (__builtin_mul_overflow(base, base, &base)) return overflow(vm);
    }
}

static value *int_binary(struct vm *vm, int op, int64_t a, int64_t b)
{
    int64_t r = 0;
    bool over = false;
    switch (op) {
    case O_ADD: case O_ADD_TO: over = __builtin_add_overflow(a, b, &r); break;
    case O_SUB: over = __builtin_sub_overflow(a, b, &r); break;
    case O_MUL: over = __builtin_mul_overflow(a, b, &r); break;
    case O_DIV: return b ? new_float(vm, (double)((long double)a / (long double)b)) : zero(vm, "division by zero");
    case O_FLOOR:
    case O_MOD:
        if (!b) return zero(vm, op == O_MOD ? "integer modulo by zero" : "integer division or modulo by zero");
        if (b == -1) over = op == O_FLOOR && __builtin_sub_overflow(0, a, &r);
        else if (op == O_FLOOR) r = a / b - (a % b != 0 && (a < 0) != (b < 0));
        else r = a % b + (a % b != 0 && (a < 0) != (b < 0) ? b : 0);
        break;
    case O_POW:
        if (b >= 0) return int_power(vm, a, b);
        return a ? new_float(vm, pow((double)a, (double)b)) : zero(vm, "0.0 cannot be raised to a negative power");
    case O_AND: r = a & b; break;
    case O_OR: r = a | b; break;
    case O_XOR: r = a ^ b; break;
    case O_LEFT:
        if (b < 0) return throw_error(vm, class_ValueError, "negative shift count");
        over = a && (b > 62 || (int64_t)((uint64_t)a << b) >> b != a);
        r = over || !a ? 0 : (int64_t)((uint64_t)a << b);
        break;
    default:
        if (b < 0) return throw_error(vm, class_ValueError, "negative shift count");
        r = a >> (b > 63 ? 63 : b);
    }
    return over ? overflow(vm) : new_int(vm, r);
}

static double float_mod(double a, double b)
{
    double m = fmod(a, b);
    if (m != 0 && (b < 0) != (m < 0)) m += b;
    return m == 0 ? copysign(0.0, b) : m;
}

static double float_floor(double a, double b)
{
    double m = fmod(a, b), quotient = (a - m) / b;
    if (m != 0 && (b < 0) != (m < 0)) quotient -= 1.0;
    if (quotient == 0) return copysign(0.0, a / b);
    double whole = floor(quotient);
    return quotient - whole > 0.5 ? whole + 1.0 : whole;
}

static value *float_binary(struct vm *vm, int op, double a, double b)
{
    if (b == 0 && (op == O_DIV || op == O_FLOOR || op == O_MOD))
        return zero(vm, op == O_DIV ? "float division by zero" : op == O_MOD ? "float modulo"
            : "float floor division by zero");
    switch (op) {
    case O_ADD: case O_ADD_TO: return new_float(vm, a + b);
    case O_SUB: return new_float(vm, a - b);
    case O_MUL: return new_float(vm, a * b);
    case O_DIV: return new_float(vm, a / b);
    case O_FLOOR: return new_float(vm, float_floor(a, b));
    case O_MOD: return new_float(vm, float_mod(a, b));
    default:
        if (a == 0 && b < 0) return zero(vm, "0.0 cannot be raised to a negative power");
        if (a < 0 && isfinite(b) && b != floor(b)) return throw_error(vm, class_ValueError,
            "a complex result is not supported by pocket");
        double r = pow(a, b);
        if (isinf(r) && isfinite(a) && isfinite(b)) return throw_error(vm, class_OverflowError,
            "(34, 'Numerical result out of range')");
        return new_float(vm, r);
    }
}

static value *repeated(struct vm *vm, value *v, int64_t times)
{
    if (v->kind == LIST) return list_repeat(vm, (struct list *)v, times);
    if (v->kind == STR) return string_repeat(vm, (struct string *)v, times);
    return tuple_repeat(vm, (struct tuple *)v, times);
}

static bool repeats(const value *v) { return v->kind == LIST || v->kind == STR || v->kind == TUPLE; }

value *binary(struct vm *vm, int op, value *a, value *b)
{
    if (is_int(a) && is_int(b)) {
        if (a->kind == BOOL && b->kind == BOOL && op >= O_AND && op <= O_XOR)
            return boolean(op == O_AND ? int_of(a) & int_of(b) : op == O_OR ? int_of(a) | int_of(b)
                : int_of(a) ^ int_of(b));
        return int_binary(vm, op, int_of(a), int_of(b));
    }
    if (is_number(a) && is_number(b) && (op <= O_POW || op == O_ADD_TO)) return float_binary(vm, op, as_double(a),
        as_double(b));
    if (op == O_ADD || op == O_ADD_TO) {
        if (op == O_ADD_TO && a->kind == LIST) return list_extend(vm, (struct list *)a, b) ? keep(a) : NULL;
        if (a->kind == LIST && b->kind == LIST) return list_concat(vm, (struct list *)a, (struct list *)b);
        if (a->kind == TUPLE && b->kind == TUPLE) return tuple_concat(vm, (struct tuple *)a, (struct tuple *)b);
        if (a->kind == STR && b->kind == STR) return string_concat(vm, (struct string *)a, (struct string *)b);
        if (a->kind == STR || a->kind == LIST || a->kind == TUPLE)
            return throw_error(vm, class_TypeError, "can only concatenate %s (not \"%s\") to %s", type_name(a),
                type_name(b), type_name(a));
    }
    if (op == O_MUL && repeats(a) && is_int(b)) return repeated(vm, a, int_of(b));
    if (op == O_MUL && repeats(b) && is_int(a)) return repeated(vm, b, int_of(a));
    if (op == O_MOD && a->kind == STR) return throw_error(vm, class_TypeError,
        "'%%' of a str is not supported by pocket: use an f-string");
    return throw_error(vm, class_TypeError, "unsupported operand type(s) for %s: '%s' and '%s'", symbols[op],
        type_name(a), type_name(b));
}

value *unary(struct vm *vm, int op, value *a)
{
    if (op == U_NOT) return boolean(!truth(a));
    if (a->kind == FLOAT && op != U_INVERT) return new_float(vm, op == U_MINUS ? -float_of(a) : float_of(a));
    if (is_int(a)) {
        if (op == U_MINUS && int_of(a) == INT64_MIN) return overflow(vm);
        return new_int(vm, op == U_MINUS ? -int_of(a) : op == U_PLUS ? int_of(a) : ~int_of(a));
    }
    return throw_error(vm, class_TypeError, "bad operand type for unary %c: '%s'", "-+~"[op], type_name(a));
}

bool truth(const value *v)
{
    switch ((enum kind)v->kind) {
    case NONE: return false;
    case BOOL: case INT: return int_of(v) != 0;
    case FLOAT: return float_of(v) != 0;
    case STR: return ((const struct string *)v)->bytes != 0;
    case TUPLE: return ((const struct tuple *)v)->length != 0;
    case LIST: return list_length((const struct list *)v) != 0;
    case DICT: return atomic_load_explicit(&((const struct dict *)v)->length, memory_order_relaxed) != 0;
    case RANGE: return range_length((const struct range *)v) != 0;
    default: return true;
    }
}

/* ---- Comparison ---- */

/* less and equal are 0 or 1; for numbers that have no order both 0 */
static int ordered(int comparison, int less, int equal)
{
    switch (comparison) {
    case C_LT: return less;
    case C_LE: return less || equal;
    case C_EQ: return equal;
    case C_NE: return !equal;
    case C_GT: return !less && !equal;
    default: return !less;
    }
}

/* Lists and tuples: the first elements that differ decide. */
static int compare_items(struct vm *vm, int comparison, value *a, value *b)
{
    struct iterator at_a, at_b, *ia = iterate(vm, &at_a, a), *ib = iterate(vm, &at_b, b);
    int result = -1;
    if (vm->depth++ > 1000) throw_error(vm, class_RecursionError, "maximum recursion depth exceeded in comparison");
    while (!vm->thrown) {
        value *x = next_of(vm, &ia->v), *y = next_of(vm, &ib->v);
        if (!x || !y) {
            result = ordered(comparison, !x && y, !x && !y);
        } else {
            int same = compare(vm, C_EQ, x, y);
            if (same == 0) result = comparison == C_EQ ? 0 : comparison == C_NE ? 1 : compare(vm, comparison, x, y);
        }
        bool end = result >= 0 || !x || !y;
        if (x) drop(vm, x);
        if (y) drop(vm, y);
        if (end) break;
    }
    vm->depth--;
    return vm->thrown ? -1 : result;
}

static int compare_dicts(struct vm *vm, struct dict *a, struct dict *b)
{
    value *k, *v;
    if (a->length != b->length) return 0;
    for (uint32_t position = 0; (v = dict_next(a, &position, &k));) {
        lt_slot *slot = dict_slot(vm, b, k);
        value *other = slot ? lt_slot_load(slot) : NULL;
        int same = other ? compare(vm, C_EQ, v, other) : 0;
        drop(vm, k);
        drop(vm, v);
        if (other) drop(vm, other);
        if (same != 1) return same;
    }
    return 1;
}

int compare(struct vm *vm, int comparison, value *a, value *b)
{
    if (comparison >= C_IS) return (a == b) == (comparison == C_IS);
    if (comparison >= C_IN) {
        int in = contains(vm, b, a);
        return in < 0 ? in : in == (comparison == C_IN);
    }
    if (is_int(a) && is_int(b)) return ordered(comparison, int_of(a) < int_of(b), int_of(a) == int_of(b));
    if (is_number(a) && is_number(b)) {
        double x = as_double(a), y = as_double(b);
        if (isnan(x) || isnan(y)) return comparison == C_NE;
        return ordered(comparison, x < y, x == y);
    }
    if (a->kind == STR && b->kind == STR) {
        const struct string *x = (const struct string *)a, *y = (const struct string *)b;
        int order = memcmp(x->text, y->text, x->bytes < y->bytes ? x->bytes : y->bytes);
        return ordered(comparison, order < 0 || (order == 0 && x->bytes < y->bytes), order == 0
            && x->bytes == y->bytes);
    }
    if ((a->kind == LIST || a->kind == TUPLE) && a->kind == b->kind) return compare_items(vm, comparison, a, b);
    if (comparison == C_EQ || comparison == C_NE) {
        int same = a == b;
        if (a->kind == DICT && b->kind == DICT) same = compare_dicts(vm, (struct dict *)a, (struct dict *)b);
        return same < 0 ? same : same == (comparison == C_EQ);
    }
    throw_error(vm, class_TypeError, "'%s' not supported between instances of '%s' and '%s'", comparisons[comparison],
        type_name(a), type_name(b));
    return -1;
}

/* ---- Keys ---- */

static uint64_t mixed(uint64_t x)
{
    x = (x ^ x >> 32) * 0xd6e8feb86659fd93u;
    return x ^ x >> 32;
}

bool hash(struct vm *vm, const value *v, uint64_t *out)
{
    switch ((enum kind)v->kind) {
    case STR: *out = ((const struct string *)v)->hash; return true;
    case FLOAT:
        if (fabs(float_of(v)) < 9e18 && float_of(v) == (double)(int64_t)float_of(v))
            *out = mixed((uint64_t)(int64_t)float_of(v));
        else *out = mixed((uint64_t)int_of(v) ^ 0x9e3779b97f4a7c15u);
        return true;
    case NONE: case BOOL: case INT: *out = mixed((uint64_t)int_of(v)); return true;
    case TUPLE: {
        const struct tuple *t = (const struct tuple *)v;
        uint64_t all = t->length, one;
        bool good = vm->depth++ < 1000
            || throw_error(vm, class_RecursionError, "maximum recursion depth exceeded while hashing a tuple");
        for (uint32_t i = 0; good && i < t->length; i++) {
            good = hash(vm, t->items[i], &one);
            if (good) all = mixed(all * 31 + one);
        }
        vm->depth--;
        *out = all;
        return good;
    }
    case LIST: case DICT: case SLICE: return throw_error(vm, class_TypeError, "unhashable type: '%s'",
        type_name(v)) != NULL;
    default: *out = mixed((uint64_t)(uintptr_t)v); return true;
    }
}

bool equal_keys(const value *a, const value *b)
{
    if (a == b) return true;
    if (is_number(a) && is_number(b)) return is_int(a) && is_int(b) ? int_of(a) == int_of(b)
        : as_double(a) == as_double(b);
    if (a->kind != b->kind) return false;
    if (a->kind == STR) {
        const struct string *x = (const struct string *)a, *y = (const struct string *)b;
        return x->bytes == y->bytes && !memcmp(x->text, y->text, x->bytes);
    }
    if (a->kind != TUPLE) return false;
    const struct tuple *x = (const struct tuple *)a, *y = (const struct tuple *)b;
    if (x->length != y->length) return false;
    for (uint32_t i = 0; i < x->length; i++)
        if (!equal_keys(x->items[i], y->items[i])) return false;
    return true;
}
