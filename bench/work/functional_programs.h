/* functional_programs.h: the programs of functional.h, once per way to match. FUNCTIONAL(name) has the strategy and the way
 * in it. */

#define tree LT_NAME(functional_tree)
#define expression LT_NAME(functional_expression)
#define list LT_NAME(functional_list)
#define keep LT_NAME(functional_keep)
#define drop LT_NAME(functional_drop)
#define NO_TOKEN FUNCTIONAL(no_token)()

static inline lt_token FUNCTIONAL(no_token)(void)
{
    lt_token none = {NULL};
    return none;
}

/* ---- matching: o is given up, and its fields, which have been read before, are the caller's ---- */

/* True: it was the last reference, and the fields are moved. */
static inline bool FUNCTIONAL(take_apart)(void *o, lt_token *token)
{
    *token = NO_TOKEN;
#if FUNCTIONAL_MODE != 0
    lt_token taken = lt_try_reuse(o);
    if (!taken.storage) return false;
#if FUNCTIONAL_MODE == 1
    lt_token_free(taken);
#else
    *token = taken;
#endif
    return true;
#else
    return (void)o, false;
#endif
}

static inline void FUNCTIONAL(give_up)(void *o, void *one, void *other)
{
    keep(one);
    keep(other);
    lt_release(o);
}

static inline lt_token FUNCTIONAL(match_tree)(struct tree *t)
{
    struct tree *l = t->left, *r = t->right;
    lt_token token;
    if (!FUNCTIONAL(take_apart)(t, &token)) FUNCTIONAL(give_up)(t, l, r);
    return token;
}

static inline lt_token FUNCTIONAL(match_expression)(struct expression *e)
{
    struct expression *l = e->left, *r = e->right;
    lt_token token;
    if (!FUNCTIONAL(take_apart)(e, &token)) FUNCTIONAL(give_up)(e, l, r);
    return token;
}

static inline lt_token FUNCTIONAL(match_objects)(struct list *l)
{
    void *head = l->head.object, *next = l->next;
    lt_token token;
    if (!FUNCTIONAL(take_apart)(l, &token)) FUNCTIONAL(give_up)(l, head, next);
    return token;
}

/* A token that no constructor takes. */
static inline void FUNCTIONAL(unused)(lt_token token)
{
#if FUNCTIONAL_MODE == 2
    lt_token_free(token);
#else
    (void)token;
#endif
}

/* ---- constructors ---- */

static inline void *FUNCTIONAL(make)(struct bench_worker *w, const lt_type *type, lt_token token)
{
#if FUNCTIONAL_MODE == 2
    void *o = lt_new_reusing(type, token);
#else
    (void)token;
    void *o = lt_new(type);
#endif
    if (LT_UNLIKELY(!o)) bench_fail("lt_new: out of memory");
    w->operations++;
    return o;
}

static inline struct tree *FUNCTIONAL(node)(struct bench_worker *w, lt_token token, bool red, struct tree *left, int64_t key, bool value,
                                            struct tree *right)
{
    struct tree *t = (struct tree *)FUNCTIONAL(make)(w, &LT_NAME(functional_tree_type), token);
    t->left = left;
    t->right = right;
    t->key = key;
    t->value = value;
    t->red = red;
    return t;
}

static inline struct expression *FUNCTIONAL(expr)(struct bench_worker *w, lt_token token, int32_t kind, int32_t value,
                                                  struct expression *left, struct expression *right)
{
    struct expression *e = (struct expression *)FUNCTIONAL(make)(w, &LT_NAME(functional_expression_type), token);
    e->kind = kind;
    e->value = value;
    e->left = left;
    e->right = right;
    return e;
}

/* ---- rbtree, rbtree-ck: Okasaki's insertion into red-black trees ---- */

static inline bool FUNCTIONAL(is_red)(const struct tree *t) { return t && t->red; }

/* A black node with `inner` on one side, which has just grown and may have a red child: then that becomes the side's, and the
 * root is red. `token` is of the node: as if this were inlined, as the paper has it; no other token goes from function to
 * function. */
static struct tree *FUNCTIONAL(balance)(struct bench_worker *w, lt_token token, struct tree *inner, int64_t key, bool value,
                                        struct tree *other, bool left)
{
    struct tree *l = inner->left, *r = inner->right;
    int64_t ikey = inner->key;
    bool ivalue = inner->value, left_red = FUNCTIONAL(is_red)(l);
    lt_token of_inner;
    if (!left_red && !FUNCTIONAL(is_red)(r)) {
        of_inner = FUNCTIONAL(match_tree)(inner);
        inner = FUNCTIONAL(node)(w, of_inner, true, l, ikey, ivalue, r);
        return left ? FUNCTIONAL(node)(w, token, false, inner, key, value, other)
                    : FUNCTIONAL(node)(w, token, false, other, key, value, inner);
    }
    of_inner = FUNCTIONAL(match_tree)(inner);
    struct tree *x = left_red ? l : r, *lx = x->left, *rx = x->right;
    int64_t xkey = x->key;
    bool xvalue = x->value;
    lt_token of_x = FUNCTIONAL(match_tree)(x);
    if (left && left_red)
        return FUNCTIONAL(node)(w, of_inner, true, FUNCTIONAL(node)(w, of_x, false, lx, xkey, xvalue, rx), ikey, ivalue,
                                FUNCTIONAL(node)(w, token, false, r, key, value, other));
    if (left)
        return FUNCTIONAL(node)(w, of_x, true, FUNCTIONAL(node)(w, of_inner, false, l, ikey, ivalue, lx), xkey, xvalue,
                                FUNCTIONAL(node)(w, token, false, rx, key, value, other));
    if (left_red)
        return FUNCTIONAL(node)(w, of_x, true, FUNCTIONAL(node)(w, token, false, other, key, value, lx), xkey, xvalue,
                                FUNCTIONAL(node)(w, of_inner, false, rx, ikey, ivalue, r));
    return FUNCTIONAL(node)(w, of_inner, true, FUNCTIONAL(node)(w, token, false, other, key, value, l), ikey, ivalue,
                            FUNCTIONAL(node)(w, of_x, false, lx, xkey, xvalue, rx));
}

static struct tree *FUNCTIONAL(ins)(struct bench_worker *w, struct tree *t, int64_t key, bool value)
{
    if (!t) return FUNCTIONAL(node)(w, NO_TOKEN, true, NULL, key, value, NULL);
    struct tree *l = t->left, *r = t->right;
    int64_t tkey = t->key;
    bool tvalue = t->value, red = t->red;
    lt_token token = FUNCTIONAL(match_tree)(t);
    if (key < tkey) {
        bool balances = !red && FUNCTIONAL(is_red)(l);
        l = FUNCTIONAL(ins)(w, l, key, value);
        return balances ? FUNCTIONAL(balance)(w, token, l, tkey, tvalue, r, true) : FUNCTIONAL(node)(w, token, red, l, tkey, tvalue, r);
    }
    if (key > tkey) {
        bool balances = !red && FUNCTIONAL(is_red)(r);
        r = FUNCTIONAL(ins)(w, r, key, value);
        return balances ? FUNCTIONAL(balance)(w, token, r, tkey, tvalue, l, false) : FUNCTIONAL(node)(w, token, red, l, tkey, tvalue, r);
    }
    return FUNCTIONAL(node)(w, token, red, l, key, value, r);
}

static struct tree *FUNCTIONAL(insert)(struct bench_worker *w, struct tree *t, int64_t key, bool value)
{
    bool red = FUNCTIONAL(is_red)(t);
    t = FUNCTIONAL(ins)(w, t, key, value);
    if (!red) return t;
    struct tree *l = t->left, *r = t->right;
    int64_t tkey = t->key;
    bool tvalue = t->value;
    lt_token token = FUNCTIONAL(match_tree)(t);
    return FUNCTIONAL(node)(w, token, false, l, tkey, tvalue, r);
}

static uint64_t FUNCTIONAL(count_true)(const struct tree *t)
{
    return t ? FUNCTIONAL(count_true)(t->left) + t->value + FUNCTIONAL(count_true)(t->right) : 0;
}

static uint64_t FUNCTIONAL(rbtree)(struct bench_worker *w, unsigned n)
{
    struct tree *t = NULL;
    while (n--) {
        t = FUNCTIONAL(insert)(w, t, n, n % 10 == 0);
        lt_safepoint();
    }
    uint64_t result = FUNCTIONAL(count_true)(t);
    drop(t);
    return result;
}

/* Every fifth tree is kept. */
static uint64_t FUNCTIONAL(rbtree_ck)(struct bench_worker *w, unsigned n)
{
    struct tree *t = NULL;
    struct list *kept = NULL;
    while (n--) {
        t = FUNCTIONAL(insert)(w, t, n, n % 10 == 0);
        if (n % 5 == 0) {
            struct list *l = (struct list *)FUNCTIONAL(make)(w, &LT_NAME(functional_objects_type), NO_TOKEN);
            l->head.object = keep(t);
            l->next = kept;
            kept = l;
        }
        lt_safepoint();
    }
    uint64_t result = FUNCTIONAL(count_true)(t);
    drop(t);
    drop(kept);
    return result;
}

/* ---- cfold: constants are folded in a large expression ---- */

static struct expression *FUNCTIONAL(value)(struct bench_worker *w, lt_token token, int32_t value)
{
    return FUNCTIONAL(expr)(w, token, FUNCTIONAL_VALUE, value, NULL, NULL);
}

static struct expression *FUNCTIONAL(make_expression)(struct bench_worker *w, unsigned n, int32_t v)
{
    if (!n) return FUNCTIONAL(expr)(w, NO_TOKEN, v ? FUNCTIONAL_VALUE : FUNCTIONAL_VARIABLE, v ? v : 1, NULL, NULL);
    struct expression *l = FUNCTIONAL(make_expression)(w, n - 1, v + 1), *r = FUNCTIONAL(make_expression)(w, n - 1, v > 0 ? v - 1 : 0);
    return FUNCTIONAL(expr)(w, NO_TOKEN, FUNCTIONAL_ADD, 0, l, r);
}

/* (a + (b + …)) and e: e goes to the end of the row. */
static struct expression *FUNCTIONAL(append)(struct bench_worker *w, int32_t kind, struct expression *row, struct expression *e)
{
    struct expression *first = NULL, **end = &first;
    while (row->kind == kind) { /* tail recursion, but for a constructor */
        struct expression *l = row->left, *r = row->right;
        lt_token of_row = FUNCTIONAL(match_expression)(row);
        *end = FUNCTIONAL(expr)(w, of_row, kind, 0, l, NULL);
        end = &(*end)->right;
        row = r;
    }
    *end = FUNCTIONAL(expr)(w, NO_TOKEN, kind, 0, row, e);
    return first;
}

static struct expression *FUNCTIONAL(reassociate)(struct bench_worker *w, struct expression *e)
{
    int32_t kind = e->kind;
    if (kind != FUNCTIONAL_ADD && kind != FUNCTIONAL_MULTIPLY) return e;
    struct expression *l = e->left, *r = e->right;
    FUNCTIONAL(unused)(FUNCTIONAL(match_expression)(e));
    l = FUNCTIONAL(reassociate)(w, l);
    r = FUNCTIONAL(reassociate)(w, r);
    return FUNCTIONAL(append)(w, kind, l, r);
}

static int32_t FUNCTIONAL(apply)(int32_t kind, int32_t a, int32_t b)
{
    return (int32_t)(kind == FUNCTIONAL_ADD ? (uint32_t)a + (uint32_t)b : (uint32_t)a * (uint32_t)b);
}

static inline bool FUNCTIONAL(is_value)(const struct expression *e) { return e->kind == FUNCTIONAL_VALUE; }

static struct expression *FUNCTIONAL(fold)(struct bench_worker *w, struct expression *e)
{
    int32_t kind = e->kind;
    if (kind != FUNCTIONAL_ADD && kind != FUNCTIONAL_MULTIPLY) return e;
    struct expression *l = e->left, *r = e->right;
    lt_token token = FUNCTIONAL(match_expression)(e);
    l = FUNCTIONAL(fold)(w, l);
    r = FUNCTIONAL(fold)(w, r);
    if (!FUNCTIONAL(is_value)(l)) return FUNCTIONAL(expr)(w, token, kind, 0, l, r);
    int32_t a = l->value;
    if (FUNCTIONAL(is_value)(r)) {
        a = FUNCTIONAL(apply)(kind, a, r->value);
        FUNCTIONAL(unused)(FUNCTIONAL(match_expression)(l));
        FUNCTIONAL(unused)(FUNCTIONAL(match_expression)(r));
        return FUNCTIONAL(value)(w, token, a);
    }
    bool second = r->kind == kind && FUNCTIONAL(is_value)(r->right), first = r->kind == kind && FUNCTIONAL(is_value)(r->left);
    if (!first && !second) return FUNCTIONAL(expr)(w, token, kind, 0, l, r);
    struct expression *b = second ? r->right : r->left, *f = second ? r->left : r->right;
    a = FUNCTIONAL(apply)(kind, a, b->value);
    FUNCTIONAL(unused)(FUNCTIONAL(match_expression)(r));
    FUNCTIONAL(unused)(FUNCTIONAL(match_expression)(b));
    lt_token of_l = FUNCTIONAL(match_expression)(l);
    return FUNCTIONAL(expr)(w, token, kind, 0, FUNCTIONAL(value)(w, of_l, a), f);
}

static int32_t FUNCTIONAL(evaluate)(const struct expression *e)
{
    if (FUNCTIONAL(is_value)(e)) return e->value;
    if (e->kind == FUNCTIONAL_VARIABLE) return 0;
    return FUNCTIONAL(apply)(e->kind, FUNCTIONAL(evaluate)(e->left), FUNCTIONAL(evaluate)(e->right));
}

static uint64_t FUNCTIONAL(cfold)(struct bench_worker *w, unsigned depth)
{
    struct expression *e = FUNCTIONAL(make_expression)(w, depth, 1);
    int32_t before = FUNCTIONAL(evaluate)(e);
    e = FUNCTIONAL(fold)(w, FUNCTIONAL(reassociate)(w, e));
    int32_t after = FUNCTIONAL(evaluate)(e);
    if (before != after) bench_fail("cfold: another value after folding");
    lt_release(e);
    return (uint64_t)after;
}

/* ---- deriv: x^x is derived again and again, each derivative simplified as it is made ---- */

static struct expression *FUNCTIONAL(add)(struct bench_worker *w, struct expression *f, struct expression *g);
static struct expression *FUNCTIONAL(multiply)(struct bench_worker *w, struct expression *f, struct expression *g);

static inline bool FUNCTIONAL(is)(const struct expression *e, int32_t value) { return FUNCTIONAL(is_value)(e) && e->value == value; }

static struct expression *FUNCTIONAL(operate)(struct bench_worker *w, int32_t kind, struct expression *f, struct expression *g)
{
    return kind == FUNCTIONAL_ADD ? FUNCTIONAL(add)(w, f, g) : FUNCTIONAL(multiply)(w, f, g);
}

/* What sums and products have in common: values go to the front and are joined, and rows lean to the right. */
static struct expression *FUNCTIONAL(join)(struct bench_worker *w, int32_t kind, struct expression *f, struct expression *g)
{
    if (FUNCTIONAL(is_value)(g)) return FUNCTIONAL(operate)(w, kind, g, f);
    if (g->kind == kind && FUNCTIONAL(is_value)(g->left)) {
        struct expression *n = g->left, *rest = g->right;
        lt_token of_g = FUNCTIONAL(match_expression)(g);
        FUNCTIONAL(unused)(of_g);
        if (!FUNCTIONAL(is_value)(f)) return FUNCTIONAL(operate)(w, kind, n, FUNCTIONAL(operate)(w, kind, f, rest));
        int32_t value = FUNCTIONAL(apply)(kind, f->value, n->value);
        FUNCTIONAL(unused)(FUNCTIONAL(match_expression)(n));
        lt_token of_f = FUNCTIONAL(match_expression)(f);
        return FUNCTIONAL(operate)(w, kind, FUNCTIONAL(value)(w, of_f, value), rest);
    }
    if (f->kind == kind) {
        struct expression *a = f->left, *b = f->right;
        FUNCTIONAL(unused)(FUNCTIONAL(match_expression)(f));
        return FUNCTIONAL(operate)(w, kind, a, FUNCTIONAL(operate)(w, kind, b, g));
    }
    return FUNCTIONAL(expr)(w, NO_TOKEN, kind, 0, f, g);
}

static struct expression *FUNCTIONAL(two_values)(struct bench_worker *w, int32_t value, struct expression *f, struct expression *g)
{
    FUNCTIONAL(unused)(FUNCTIONAL(match_expression)(g));
    lt_token token = FUNCTIONAL(match_expression)(f);
    return FUNCTIONAL(value)(w, token, value);
}

static struct expression *FUNCTIONAL(add)(struct bench_worker *w, struct expression *f, struct expression *g)
{
    if (FUNCTIONAL(is_value)(f) && FUNCTIONAL(is_value)(g))
        return FUNCTIONAL(two_values)(w, FUNCTIONAL(apply)(FUNCTIONAL_ADD, f->value, g->value), f, g);
    if (FUNCTIONAL(is)(f, 0)) return lt_release(f), g;
    if (FUNCTIONAL(is)(g, 0)) return lt_release(g), f;
    return FUNCTIONAL(join)(w, FUNCTIONAL_ADD, f, g);
}

static struct expression *FUNCTIONAL(multiply)(struct bench_worker *w, struct expression *f, struct expression *g)
{
    if (FUNCTIONAL(is_value)(f) && FUNCTIONAL(is_value)(g))
        return FUNCTIONAL(two_values)(w, FUNCTIONAL(apply)(FUNCTIONAL_MULTIPLY, f->value, g->value), f, g);
    if (FUNCTIONAL(is)(f, 0) || FUNCTIONAL(is)(g, 1)) return lt_release(g), f;
    if (FUNCTIONAL(is)(g, 0) || FUNCTIONAL(is)(f, 1)) return lt_release(f), g;
    return FUNCTIONAL(join)(w, FUNCTIONAL_MULTIPLY, f, g);
}

static struct expression *FUNCTIONAL(power)(struct bench_worker *w, struct expression *f, struct expression *g)
{
    if (FUNCTIONAL(is)(g, 0)) {
        lt_release(f);
        lt_token token = FUNCTIONAL(match_expression)(g);
        return FUNCTIONAL(value)(w, token, 1);
    }
    if (FUNCTIONAL(is)(g, 1)) return lt_release(g), f;
    if (FUNCTIONAL(is)(f, 0)) return lt_release(g), f;
    return FUNCTIONAL(expr)(w, NO_TOKEN, FUNCTIONAL_POWER, 0, f, g);
}

static struct expression *FUNCTIONAL(logarithm)(struct bench_worker *w, struct expression *f)
{
    if (FUNCTIONAL(is)(f, 1)) {
        lt_token token = FUNCTIONAL(match_expression)(f);
        return FUNCTIONAL(value)(w, token, 0);
    }
    return FUNCTIONAL(expr)(w, NO_TOKEN, FUNCTIONAL_LOGARITHM, 0, f, NULL);
}

static struct expression *FUNCTIONAL(share)(struct expression *e) { return (struct expression *)keep(e); }

static struct expression *FUNCTIONAL(derive)(struct bench_worker *w, struct expression *e)
{
    struct expression *f = e->left, *g = e->right, *df, *dg, *minus, *one, *other;
    int32_t kind = e->kind;
    lt_token token = FUNCTIONAL(match_expression)(e);
    switch (kind) {
    case FUNCTIONAL_VALUE: return FUNCTIONAL(value)(w, token, 0);
    case FUNCTIONAL_VARIABLE: return FUNCTIONAL(value)(w, token, 1);
    case FUNCTIONAL_ADD:
        FUNCTIONAL(unused)(token);
        df = FUNCTIONAL(derive)(w, f);
        return FUNCTIONAL(add)(w, df, FUNCTIONAL(derive)(w, g));
    case FUNCTIONAL_MULTIPLY:
        FUNCTIONAL(unused)(token);
        one = FUNCTIONAL(multiply)(w, FUNCTIONAL(share)(f), FUNCTIONAL(derive)(w, FUNCTIONAL(share)(g)));
        other = FUNCTIONAL(multiply)(w, g, FUNCTIONAL(derive)(w, f));
        return FUNCTIONAL(add)(w, one, other);
    case FUNCTIONAL_POWER:
        minus = FUNCTIONAL(value)(w, token, -1);
        df = FUNCTIONAL(derive)(w, FUNCTIONAL(share)(f));
        dg = FUNCTIONAL(derive)(w, FUNCTIONAL(share)(g));
        one = FUNCTIONAL(multiply)(w, FUNCTIONAL(multiply)(w, FUNCTIONAL(share)(g), df),
                                   FUNCTIONAL(power)(w, FUNCTIONAL(share)(f), minus));
        other = FUNCTIONAL(multiply)(w, FUNCTIONAL(logarithm)(w, FUNCTIONAL(share)(f)), dg);
        return FUNCTIONAL(multiply)(w, FUNCTIONAL(power)(w, f, g), FUNCTIONAL(add)(w, one, other));
    default: /* FUNCTIONAL_LOGARITHM */
        minus = FUNCTIONAL(value)(w, token, -1);
        df = FUNCTIONAL(derive)(w, FUNCTIONAL(share)(f));
        return FUNCTIONAL(multiply)(w, df, FUNCTIONAL(power)(w, f, minus));
    }
}

static uint64_t FUNCTIONAL(leaves)(const struct expression *e)
{
    if (!e) return 0;
    return e->left ? FUNCTIONAL(leaves)(e->left) + FUNCTIONAL(leaves)(e->right) : 1;
}

static uint64_t FUNCTIONAL(deriv)(struct bench_worker *w, unsigned times)
{
    struct expression *x = FUNCTIONAL(expr)(w, NO_TOKEN, FUNCTIONAL_VARIABLE, 'x', NULL, NULL);
    struct expression *f = FUNCTIONAL(power)(w, FUNCTIONAL(share)(x), x);
    uint64_t result = 0;
    while (times--) {
        f = FUNCTIONAL(derive)(w, f);
        result += FUNCTIONAL(leaves)(f);
        lt_safepoint();
    }
    lt_release(f);
    return result;
}

/* ---- nqueens: all solutions, as lists of lists that share their ends ---- */

static bool FUNCTIONAL(is_safe)(int64_t queen, const struct list *others)
{
    for (int64_t diagonal = 1; others; others = others->next, diagonal++) {
        int64_t q = others->head.number;
        if (queen == q || queen == q + diagonal || queen == q - diagonal) return false;
    }
    return true;
}

static struct list *FUNCTIONAL(append_safe)(struct bench_worker *w, int64_t n, struct list *solution, struct list *all)
{
    for (int64_t queen = n; queen > 0; queen--) {
        if (!FUNCTIONAL(is_safe)(queen, solution)) continue;
        struct list *longer = (struct list *)FUNCTIONAL(make)(w, &LT_NAME(functional_numbers_type), NO_TOKEN);
        longer->head.number = queen;
        longer->next = (struct list *)keep(solution);
        struct list *cell = (struct list *)FUNCTIONAL(make)(w, &LT_NAME(functional_objects_type), NO_TOKEN);
        cell->head.object = longer;
        cell->next = all;
        all = cell;
    }
    drop(solution);
    return all;
}

static uint64_t FUNCTIONAL(nqueens)(struct bench_worker *w, unsigned n)
{
    struct list *all = (struct list *)FUNCTIONAL(make)(w, &LT_NAME(functional_objects_type), NO_TOKEN);
    all->head.object = NULL;
    all->next = NULL;
    for (unsigned row = 0; row < n; row++) {
        struct list *longer = NULL;
        while (all) {
            struct list *solution = (struct list *)all->head.object, *rest = all->next;
            FUNCTIONAL(unused)(FUNCTIONAL(match_objects)(all));
            longer = FUNCTIONAL(append_safe)(w, n, solution, longer);
            all = rest;
            lt_safepoint();
        }
        all = longer;
    }
    uint64_t solutions = 0;
    for (const struct list *l = all; l; l = l->next) solutions++;
    drop(all);
    return solutions;
}

static uint64_t FUNCTIONAL(run)(struct bench_worker *w, const struct bench_variant *v)
{
    switch (functional_program(v)) {
    case FUNCTIONAL_RBTREE: return FUNCTIONAL(rbtree)(w, v->size);
    case FUNCTIONAL_RBTREE_CK: return FUNCTIONAL(rbtree_ck)(w, v->size);
    case FUNCTIONAL_CFOLD: return FUNCTIONAL(cfold)(w, v->size);
    case FUNCTIONAL_DERIV: return FUNCTIONAL(deriv)(w, v->size);
    default: return FUNCTIONAL(nqueens)(w, v->size);
    }
}

#undef tree
#undef expression
#undef list
#undef keep
#undef drop
#undef NO_TOKEN
