/* modules.c: math, time, sys, and the list of all modules. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "modules.h"

#define MATH(name) \
    static value *math_##name(struct vm *vm, const struct call *c) { return of_one(vm, c, #name, name); }

static value *of_one(struct vm *vm, const struct call *c, const char *what, double (*f)(double))
{
    double x;
    if (!arguments(vm, c, what, 1, 1) || !to_float(vm, c->args[0], &x)) return NULL;
    double y = f(x);
    if ((isnan(y) && !isnan(x)) || (isinf(y) && isfinite(x) && !strncmp(what, "log", 3)))
        return throw_error(vm, class_ValueError, "math domain error");
    if (isinf(y) && isfinite(x)) return throw_error(vm, class_OverflowError, "math range error");
    return new_float(vm, y);
}

MATH(sqrt) MATH(exp) MATH(sin) MATH(cos) MATH(tan) MATH(atan) MATH(fabs) MATH(log2) MATH(log10) MATH(erf) MATH(tanh)

static value *math_log(struct vm *vm, const struct call *c)
{
    double base;
    if (c->count != 2) return of_one(vm, c, "log", log);
    value *numerator = of_one(vm, &(struct call){c->args, 1, NULL}, "log", log);
    if (!numerator || !to_float(vm, c->args[1], &base)) return numerator ? drop(vm, numerator), NULL : NULL;
    double quotient = float_of(numerator) / log(base);
    drop(vm, numerator);
    return new_float(vm, quotient);
}

static value *whole(struct vm *vm, const struct call *c, const char *what, double (*f)(double))
{
    double x;
    if (!arguments(vm, c, what, 1, 1) || !to_float(vm, c->args[0], &x)) return NULL;
    if (!(fabs(x) < 9.2e18)) return throw_error(vm, class_OverflowError,
        "int of more than 64 bits is not supported by pocket");
    return new_int(vm, (int64_t)f(x));
}
static value *math_floor(struct vm *vm, const struct call *c) { return whole(vm, c, "floor", floor); }
static value *math_ceil(struct vm *vm, const struct call *c) { return whole(vm, c, "ceil", ceil); }

static value *math_pow(struct vm *vm, const struct call *c)
{
    double x, y;
    if (!arguments(vm, c, "pow", 2, 2) || !to_float(vm, c->args[0], &x) || !to_float(vm, c->args[1], &y)) return NULL;
    double z = pow(x, y);
    if (isfinite(x) && isfinite(y) && !isfinite(z)) {
        bool domain = isnan(z) || x == 0;
        return throw_error(vm, domain ? class_ValueError : class_OverflowError, "math %s error",
            domain ? "domain" : "range");
    }
    return new_float(vm, z);
}

static value *math_isqrt(struct vm *vm, const struct call *c)
{
    int64_t n;
    if (!arguments(vm, c, "isqrt", 1, 1) || !to_int(vm, c->args[0], &n)) return NULL;
    if (n < 0) return throw_error(vm, class_ValueError, "isqrt() argument must be nonnegative");
    int64_t r = (int64_t)sqrtl((long double)n);
    while (r * r > n) r--;
    while ((r + 1) * (r + 1) <= n) r++;
    return new_int(vm, r);
}

static value *perf_counter(struct vm *vm, const struct call *c)
{
    struct timespec now;
    (void)c;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return new_float(vm, (double)now.tv_sec + (double)now.tv_nsec * 1e-9);
}

static value *time_sleep(struct vm *vm, const struct call *c)
{
    double seconds;
    if (!arguments(vm, c, "sleep", 1, 1) || !to_float(vm, c->args[0], &seconds)) return NULL;
    if (!(seconds >= 0 && seconds < 1e9))
        return throw_error(vm, class_ValueError, "sleep length must be non-negative, and less than 1e9");
    struct timespec t = {(time_t)seconds, (long)((seconds - floor(seconds)) * 1e9)};
    lt_leave(); /* around whatever blocks */
    nanosleep(&t, NULL);
    lt_enter();
    return None;
}

static struct builtin math_functions[] = {
    {.name = "sqrt", .fn = math_sqrt}, {.name = "exp", .fn = math_exp}, {.name = "log", .fn = math_log},
    {.name = "sin", .fn = math_sin}, {.name = "cos", .fn = math_cos}, {.name = "tan", .fn = math_tan},
        {.name = "atan", .fn = math_atan},
    {.name = "fabs", .fn = math_fabs}, {.name = "log2", .fn = math_log2}, {.name = "log10", .fn = math_log10},
    {.name = "erf", .fn = math_erf}, {.name = "tanh", .fn = math_tanh}, {.name = "floor", .fn = math_floor},
    {.name = "ceil", .fn = math_ceil}, {.name = "pow", .fn = math_pow}, {.name = "isqrt", .fn = math_isqrt}, {0},
};
static struct builtin time_functions[] = {{.name = "perf_counter", .fn = perf_counter},
    {.name = "sleep", .fn = time_sleep}, {0}};

static value *flush(struct vm *vm, const struct call *c)
{
    (void)vm;
    fflush(int_of(c->args[0]) == 2 ? stderr : stdout);
    return None;
}
struct builtin stream_methods[] = {{.name = "flush", .fn = flush}, {0}};

static value *modules[8];
static unsigned module_count;

value *module_of(struct vm *vm, const char *name, struct builtin *functions, struct member *others)
{
    unsigned count = 0, n = 0;
    for (struct builtin *b = functions; b->name; b++) count++;
    for (struct member *m = others; m && m->name; m++) count++;
    struct member *members = calloc(count, sizeof *members);
    if (!members) must(NULL);
    for (struct builtin *b = functions; b->name; b++) members[n++] = (struct member){b->name,
        new_native(vm, b->name, b->fn)};
    for (struct member *m = others; m && m->name; m++) members[n++] = *m;
    return modules[module_count++] = new_module(vm, name, members, count);
}

static value *new_stream(struct vm *vm, int descriptor)
{
    static const lt_type type = {.name = "stream", .size = sizeof(struct number), .flags = LT_TYPE_ACYCLIC};
    struct number *n = (struct number *)must(new_value(vm, &type, STREAM));
    n->i = descriptor;
    return fix(&n->v);
}

void modules_begin(struct vm *vm, int argc, char **argv)
{
    static struct builtin none[] = {{0}};
    value *list = must(new_list(vm, (size_t)argc));
    for (int i = 0; i < argc; i++)
        list_append(vm, (struct list *)list, fix(must(new_string(vm, argv[i], strlen(argv[i])))));
    struct member numbers[] = {
        {"pi", fix(must(new_float(vm, 3.14159265358979323846)))},
            {"e", fix(must(new_float(vm, 2.71828182845904523536)))},
        {"inf", fix(must(new_float(vm, INFINITY)))}, {"nan", fix(must(new_float(vm, NAN)))}, {0},
    };
    struct member system[] = {{"argv", fix(list)}, {"stdout", new_stream(vm, 1)}, {"stderr", new_stream(vm, 2)}, {0}};
    module_of(vm, "math", math_functions, numbers);
    module_of(vm, "time", time_functions, NULL);
    module_of(vm, "sys", none, system);
    random_begin(vm);
    threading_begin(vm);
}

value *module_named(const char *name)
{
    for (unsigned i = 0; i < module_count; i++)
        if (!strcmp(((struct module *)modules[i])->name, name)) return modules[i];
    return NULL;
}
