/* random.c: the module random: CPython's Mersenne Twister, so that the same seed gives the same numbers. */
#include <math.h>
#include <time.h>

#include "modules.h"

enum { N = 624, M = 397 };

struct generator { value v; uint32_t state[N]; int next; double gauss; bool has_gauss; };

static const lt_type random_type = {.name = "Random", .size = sizeof(struct generator), .flags = LT_TYPE_ACYCLIC};
static struct generator *common; /* of the module's functions */

static void begin(struct generator *g, uint32_t s)
{
    g->state[0] = s;
    for (int i = 1; i < N; i++) g->state[i] = 1812433253u * (g->state[i - 1] ^ g->state[i - 1] >> 30) + (uint32_t)i;
    g->next = N;
}

static void seed(struct generator *g, uint64_t s)
{
    uint32_t key[2] = {(uint32_t)s, (uint32_t)(s >> 32)}, *mt = g->state;
    int length = key[1] ? 2 : 1, i = 1, j = 0;
    begin(g, 19650218u);
    for (int k = N; k; k--) {
        mt[i] = (mt[i] ^ (mt[i - 1] ^ mt[i - 1] >> 30) * 1664525u) + key[j] + (uint32_t)j;
        if (++i >= N) mt[0] = mt[N - 1], i = 1;
        if (++j >= length) j = 0;
    }
    for (int k = N - 1; k; k--) {
        mt[i] = (mt[i] ^ (mt[i - 1] ^ mt[i - 1] >> 30) * 1566083941u) - (uint32_t)i;
        if (++i >= N) mt[0] = mt[N - 1], i = 1;
    }
    mt[0] = 0x80000000u;
    g->has_gauss = false;
}

static uint32_t word(struct generator *g)
{
    uint32_t *mt = g->state, y;
    if (g->next >= N) {
        for (int k = 0; k < N; k++) {
            y = (mt[k] & 0x80000000u) | (mt[(k + 1) % N] & 0x7fffffffu);
            mt[k] = mt[(k + M) % N] ^ y >> 1 ^ (y & 1 ? 0x9908b0dfu : 0);
        }
        g->next = 0;
    }
    y = mt[g->next++];
    y ^= y >> 11;
    y ^= y << 7 & 0x9d2c5680u;
    y ^= y << 15 & 0xefc60000u;
    return y ^ y >> 18;
}

static double unit(struct generator *g)
{
    uint32_t a = word(g) >> 5, b = word(g) >> 6;
    return (a * 67108864.0 + b) * (1.0 / 9007199254740992.0);
}

static double gauss(struct generator *g)
{
    g->has_gauss = !g->has_gauss;
    if (!g->has_gauss) return g->gauss;
    double angle = unit(g) * 2 * 3.14159265358979323846, radius = sqrt(-2.0 * log(1.0 - unit(g)));
    g->gauss = sin(angle) * radius;
    return cos(angle) * radius;
}

static uint64_t bits(struct generator *g, int k)
{
    if (k <= 32) return word(g) >> (32 - k);
    uint64_t low = word(g);
    return low | (uint64_t)(word(g) >> (64 - k)) << 32;
}

static uint64_t below(struct generator *g, uint64_t n)
{
    int k = 64 - __builtin_clzll(n);
    uint64_t r = bits(g, k);
    while (r >= n) r = bits(g, k);
    return r;
}

/* ---- As methods of a generator, and as functions of the module ---- */

static struct generator *generator(const struct call *c)
{
    return c->count && c->args[0]->kind == RANDOM ? (struct generator *)c->args[0] : common;
}

/* The positional arguments behind the generator, as numbers; under its lock from here to done(). */
static struct generator *locked(struct vm *vm, const struct call *c, const char *what, unsigned least, unsigned most,
    double *numbers)
{
    struct generator *g = generator(c);
    struct call rest = {c->args + (g != common), c->count - (g != common), c->names};
    if (!arguments(vm, &rest, what, least, most)) return NULL;
    for (unsigned i = 0; i < rest.count; i++)
        if (!to_float(vm, rest.args[i], &numbers[i])) return NULL;
    lt_lock(g);
    return g;
}

static value *done(struct vm *vm, struct generator *g, double f)
{
    lt_unlock(g);
    return new_float(vm, f);
}

static value *random_random(struct vm *vm, const struct call *c)
{
    struct generator *g = locked(vm, c, "random", 0, 0, NULL);
    return g ? done(vm, g, unit(g)) : NULL;
}

static value *random_gauss(struct vm *vm, const struct call *c)
{
    double p[2] = {0, 1};
    struct generator *g = locked(vm, c, "gauss", 0, 2, p);
    return g ? done(vm, g, p[0] + gauss(g) * p[1]) : NULL;
}

static value *random_uniform(struct vm *vm, const struct call *c)
{
    double p[2];
    struct generator *g = locked(vm, c, "uniform", 2, 2, p);
    return g ? done(vm, g, p[0] + (p[1] - p[0]) * unit(g)) : NULL;
}

static value *between(struct vm *vm, const struct call *c, const char *what, bool inclusive)
{
    struct generator *g = generator(c);
    struct call rest = {c->args + (g != common), c->count - (g != common), c->names};
    int64_t from = 0, to;
    if (!arguments(vm, &rest, what, inclusive ? 2 : 1, 2) || !to_int(vm, rest.args[rest.count - 1], &to)) return NULL;
    if (rest.count == 2 && !to_int(vm, rest.args[0], &from)) return NULL;
    if (to < from + !inclusive || (!inclusive && from == INT64_MAX)) return throw_error(vm, class_ValueError,
        "empty range for randrange()");
    uint64_t n = (uint64_t)to - (uint64_t)from + inclusive;
    if (!n) return throw_error(vm, class_OverflowError, "int of more than 64 bits is not supported by pocket");
    lt_lock(g);
    uint64_t r = (uint64_t)from + below(g, n);
    lt_unlock(g);
    return new_int(vm, (int64_t)r);
}
static value *randrange(struct vm *vm, const struct call *c) { return between(vm, c, "randrange", false); }
static value *randint(struct vm *vm, const struct call *c) { return between(vm, c, "randint", true); }

static value *getrandbits(struct vm *vm, const struct call *c)
{
    double k;
    struct generator *g = locked(vm, c, "getrandbits", 1, 1, &k);
    if (!g) return NULL;
    uint64_t r = k >= 1 && k <= 63 ? bits(g, (int)k) : 0;
    lt_unlock(g);
    return k >= 1 && k <= 63 ? new_int(vm, (int64_t)r) : throw_error(vm, class_OverflowError,
        "pocket has random bits from 1 to 63");
}

static value *choice(struct vm *vm, const struct call *c)
{
    struct generator *g = generator(c);
    if (!arguments(vm, c, "choice", 1 + (g != common), 1 + (g != common))) return NULL;
    value *from = c->args[g != common];
    int64_t n = length_of(vm, from);
    if (n <= 0) return n ? NULL : throw_error(vm, class_IndexError, "Cannot choose from an empty sequence");
    lt_lock(g);
    int64_t i = (int64_t)below(g, (uint64_t)n);
    lt_unlock(g);
    value *key = new_int(vm, i), *v = key ? item(vm, from, key) : NULL;
    if (key) drop(vm, key);
    return v;
}

static value *shuffle(struct vm *vm, const struct call *c)
{
    struct generator *g = generator(c);
    if (!arguments(vm, c, "shuffle", 1 + (g != common), 1 + (g != common))) return NULL;
    struct list *list = (struct list *)c->args[g != common];
    if (list->v.kind != LIST) return throw_error(vm, class_TypeError, "pocket shuffles lists");
    for (int64_t i = (int64_t)list_length(list) - 1; i > 0; i--) {
        lt_lock(g);
        int64_t j = (int64_t)below(g, (uint64_t)i + 1);
        lt_unlock(g);
        lt_slot *a = list_slot(list, i), *b = list_slot(list, j);
        value *x = a ? lt_slot_load(a) : NULL, *y = b ? lt_slot_load(b) : NULL;
        if (!x || !y) throw_error(vm, class_IndexError, "the list shrank");
        else if (list_set(vm, list, i, y) && list_set(vm, list, j, keep(x))) y = NULL;
        else y = NULL;
        if (x) drop(vm, x);
        if (y) drop(vm, y);
        if (vm->thrown) return NULL;
    }
    return None;
}

static value *reseed(struct vm *vm, const struct call *c)
{
    struct generator *g = generator(c);
    int64_t s;
    if (c->count == (g != common)) s = (int64_t)clock();
    else if (!to_int(vm, c->args[g != common], &s)) return NULL;
    lt_lock(g);
    seed(g, s < 0 ? -(uint64_t)s : (uint64_t)s);
    lt_unlock(g);
    return None;
}

static value *new_random(struct vm *vm, const struct call *c)
{
    struct generator *g = new_value(vm, &random_type, RANDOM);
    if (!g) return NULL;
    value *args[2] = {&g->v, c->count ? c->args[0] : NULL};
    if (arguments(vm, c, "Random", 0, 1) && reseed(vm, &(struct call){args, c->count + 1, NULL})) return &g->v;
    drop(vm, &g->v);
    return NULL;
}

struct builtin random_methods[] = {
    {.name = "random", .fn = random_random}, {.name = "gauss", .fn = random_gauss},
        {.name = "uniform", .fn = random_uniform},
    {.name = "randrange", .fn = randrange}, {.name = "randint", .fn = randint},
        {.name = "getrandbits", .fn = getrandbits},
    {.name = "choice", .fn = choice}, {.name = "shuffle", .fn = shuffle}, {.name = "seed", .fn = reseed}, {0},
};

void random_begin(struct vm *vm)
{
    static struct builtin functions[] = {
        {.name = "Random", .fn = new_random}, {.name = "random", .fn = random_random},
            {.name = "gauss", .fn = random_gauss},
        {.name = "uniform", .fn = random_uniform}, {.name = "randrange", .fn = randrange},
            {.name = "randint", .fn = randint},
        {.name = "getrandbits", .fn = getrandbits}, {.name = "choice", .fn = choice},
            {.name = "shuffle", .fn = shuffle},
        {.name = "seed", .fn = reseed}, {0},
    };
    common = (struct generator *)must(new_random(vm, &(struct call){0}));
    fix(&common->v);
    module_of(vm, "random", functions, NULL);
}
