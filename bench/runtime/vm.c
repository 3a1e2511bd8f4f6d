/* vm.c: the interpreter's loop. */
#include "vm.h"

#include <string.h>

#include "class.h"
#include "container.h"
#include "tree.h"

#pragma GCC diagnostic ignored "-Wpedantic" /* labels as values */

/* Between expressions no register with a borrow is read again: here they end. Costs nothing in a release build. */
static inline void safepoint(void)
{
    lt_unborrow_all();
    lt_safepoint();
}

/* an owned reference, to be published: a temporary gives its own */
static inline value *take(const struct frame *f, int reg)
{
    value *v = f->base[reg];
    if (reg < (int)f->code->first_temp) return keep(v);
    f->base[reg] = NULL;
    return shared(v);
}

static void trace_function(void *o, lt_visitor *visitor)
{
    struct function *function = o;
    for (uint32_t i = 0; i < function->cells + function->defaults; i++) lt_visit_ref(visitor, &function->refs[i]);
}
static const lt_type function_type = {.name = "function", .size = sizeof(struct function), .trace = trace_function};

static value *new_function(struct vm *vm, struct frame *f, const struct code *code, const int16_t *regs, unsigned count)
{
    struct function *function = new_sized(vm, &function_type, FUNCTION, sizeof *function + count * sizeof(value *));
    if (!function) return NULL;
    function->code = code;
    function->cells = code->cells;
    function->defaults = count - code->cells;
    bool fixed = code->fixed; /* and what it refers to: else that would be immortal with it */
    for (unsigned i = 0; i < count; i++) {
        function->refs[i] = take(f, regs[i]);
        fixed = fixed && function->refs[i]->flags & FIXED;
    }
    return fixed ? fix(&function->v) : &function->v;
}

static value *display(struct vm *vm, struct frame *f, int op, const int16_t *regs, unsigned count)
{
    if (op == OP_NEW_TUPLE) {
        struct tuple *t = new_tuple(vm, count);
        for (unsigned i = 0; t && i < count; i++) t->items[i] = take(f, regs[i]);
        return t ? &t->v : NULL;
    }
    value *made = op == OP_NEW_LIST ? new_list(vm, count) : new_dict(vm);
    bool good = made != NULL;
    for (unsigned i = 0; good && i < count; i += op == OP_NEW_LIST ? 1 : 2)
        good = op == OP_NEW_LIST ? list_append(vm, (struct list *)made, take(f, regs[i]))
                                 : dict_set(vm, (struct dict *)made, f->base[regs[i]], take(f, regs[i + 1]));
    if (made && !good) drop(vm, made);
    return good ? made : NULL;
}

static value *joined(struct vm *vm, struct frame *f, const int16_t *regs, unsigned count)
{
    struct text t = {0};
    for (unsigned i = 0; i < count; i++) {
        const struct string *s = (const struct string *)f->base[regs[i]];
        text_add(&t, s->text, s->bytes);
    }
    return text_string(vm, &t);
}

static value *formatted_by(struct vm *vm, value *v, value *specification, value *conversion)
{
    const struct string *s = (const struct string *)specification;
    value *text = conversion == None ? keep(v) : string_of(vm, v, ((struct string *)conversion)->text[0] == 'r');
    value *out = !text ? NULL : specification == None ? string_of(vm, text, false)
        : formatted(vm, text, s->text, s->bytes);
    if (text) drop(vm, text);
    return out;
}

static value *made_class(struct vm *vm, struct frame *f, const struct class_plan *plan, const int16_t *regs)
{
    value *values[256], *base = f->base[regs[0]];
    if (base != None && base->kind != CLASS) return throw_error(vm, class_TypeError,
        "pocket has no base class but a class");
    if (base != None && ((struct class *)base)->exception && plan->attr_count) return throw_error(vm, class_TypeError,
        "pocket gives an exception's class no members");
    if (plan->attr_count > 256) return throw_error(vm, class_TypeError,
        "pocket has no class with more than 256 members");
    for (unsigned i = 0; i < plan->attr_count; i++) values[i] = take(f, regs[i + 1]);
    return new_class(vm, plan->name, base == None ? NULL : (struct class *)base, plan->fields, plan->field_count,
        plan->attrs, values,
        plan->attr_count);
}

static value *member(struct vm *vm, value *module, struct string *name)
{
    _Atomic uint64_t cache = 0;
    return attribute(vm, module, name, &cache);
}

static bool raise_value(struct vm *vm, value *v)
{
    if (v->kind == CLASS && ((struct class *)v)->exception) vm->thrown = new_exception(vm, (struct class *)v, NULL, 0);
    else if (v->kind == EXCEPTION) vm->thrown = keep(v);
    else throw_error(vm, class_TypeError, "exceptions must derive from BaseException");
    return false;
}

/* Is the exception of the class, or of one of the classes of a tuple? -1 after throw_error. */
static int matches(struct vm *vm, const struct exception *e, value *class)
{
    if (class->kind == CLASS && ((struct class *)class)->exception) return is_subclass(e->class, (struct class *)class);
    const struct tuple *t = (const struct tuple *)class;
    int found = class->kind == TUPLE ? 0 : -1;
    for (uint32_t i = 0; found == 0 && i < t->length; i++) found = matches(vm, e, t->items[i]);
    if (found < 0) throw_error(vm, class_TypeError,
        "catching classes that do not inherit from BaseException is not allowed");
    return found;
}

static void *unbound(struct vm *vm, const char *format, value *name)
{
    return throw_error(vm, class_NameError, format, ((struct string *)name)->text);
}

/* Gives back cycles, and what only waits for a grace period: arrays that lists have outgrown, and what they refer to.
 * Nothing is borrowed now, as the expression that failed is given up. */
static void settle(void)
{
    lt_collect();
    for (int epochs = 0; epochs < 8; epochs++) lt_poll();
}

/* Finds who handles the exception, dropping frames up to there; NULL: nobody that this run() was called for. */
static struct frame *unwind(struct vm *vm)
{
    for (;;) {
        struct frame *f = vm->frame;
        unsigned at = (unsigned)(f->ip - f->code->words) - 1;
        traceback_add(vm, f->code, f->code->lines[at]);
        for (size_t i = 0; i < f->code->handler_count; i++) {
            const struct handler *h = &f->code->handlers[i];
            if (at < h->from || at >= h->to) continue;
            set(vm, &f->base[h->reg], vm->thrown);
            if (is_memory_error(vm->thrown)) settle();
            vm->thrown = NULL;
            f->ip = f->code->words + h->at;
            return f;
        }
        bool entry = f->entry;
        pop(vm);
        if (entry) return NULL;
    }
}

/* Copies the arguments out of the registers, in front of them `self` if it is not NULL. */
static struct call gather(const struct frame *f, value *names, const int16_t *regs, unsigned count, value *self,
    value **args)
{
    unsigned n = 0;
    if (self) args[n++] = self;
    for (unsigned i = 0; i < count; i++) args[n++] = f->base[regs[i]];
    return (struct call){args, n, names == None ? NULL : (struct tuple *)names};
}

/* Calls what is no function with as many parameters as there are arguments. True: the result is in the register, or a
 * frame was pushed that will put it there. */
static __attribute__((noinline)) bool call_slowly(struct vm *vm, value *callee, const struct call *c, int reg)
{
    struct frame *f = vm->frame;
    if (callee->kind == FUNCTION) return push_call(vm, (struct function *)callee, c, reg) != NULL;
    /* without C's stack, so that __init__ may recurse */
    if (callee->kind == CLASS && !((struct class *)callee)->exception) {
        struct place *place = class_attribute((struct class *)callee, class_init);
        value *function = place ? place_load(place) : NULL;
        if (function) {
            value *args[MOST_ARGUMENTS + 1];
            args[0] = is_function(vm, function) ? new_instance(vm, (struct class *)callee) : NULL;
            memcpy(args + 1, c->args, c->count * sizeof *args);
            struct frame *pushed =
                args[0] ? push_call(vm, (struct function *)function, &(struct call){args, c->count + 1, c->names}, reg)
                    : NULL;
            if (pushed) pushed->instance = args[0];
            else if (args[0]) drop(vm, args[0]);
            drop(vm, function);
            return pushed != NULL;
        }
    }
    value *v = call_value(vm, callee, c);
    if (v) set(vm, &f->base[reg], v);
    return v != NULL;
}

/* Numbers of the same kind in `x` and `y`; anything else goes to `otherwise`. */
#define WHOLE(x, y) ((x)->kind == INT && (y)->kind == INT)
#define REAL(x, y) ((x)->kind == FLOAT && (y)->kind == FLOAT)

value *run(struct vm *vm)
{
    static const void *const labels[] = {
#define X(name) &&op_##name,
        OPCODES(X)
#undef X
    };
    struct frame *f = vm->frame;
    union word *ip = f->ip;
    value **base = f->base;
    union word w;
    value *x, *y, *v;

#define A base[w.i.a]
#define B base[w.i.b]
#define C base[w.i.c]
#define NEXT do { w.i = ip->i; ip++; goto *labels[w.i.op]; } while (0)
#define OP(name) op_##name
#define REGISTERS(n) (ip += words_for(n), (ip - words_for(n))->r)
#define RESULT(owned) do { v = (owned); if (LT_UNLIKELY(!v)) goto error; set(vm, &A, v); NEXT; } while (0)
#define CHECK(good) do { if (LT_UNLIKELY(!(good))) goto error; NEXT; } while (0)

    NEXT;

    /* ---- Arithmetic ---- */
#define ARITHMETIC(name, builtin, operator) \
    OP(name): \
    x = B, y = C; \
    if (WHOLE(x, y)) { \
        int64_t r; \
        if (LT_LIKELY(!builtin(int_of(x), int_of(y), &r))) CHECK(set_int(vm, &A, r)); \
    } else if (REAL(x, y)) { \
        CHECK(set_float(vm, &A, float_of(x) operator float_of(y))); \
    } \
    goto slow_binary;

    ARITHMETIC(ADD, __builtin_add_overflow, +)
    ARITHMETIC(ADD_TO, __builtin_add_overflow, +)
    ARITHMETIC(SUB, __builtin_sub_overflow, -)
    ARITHMETIC(MUL, __builtin_mul_overflow, *)
OP(DIV):
    x = B, y = C;
    if (REAL(x, y) && float_of(y) != 0) CHECK(set_float(vm, &A, float_of(x) / float_of(y)));
    goto slow_binary;
OP(FLOOR):
    x = B, y = C;
    if (WHOLE(x, y) && int_of(x) >= 0 && int_of(y) > 0) CHECK(set_int(vm, &A, int_of(x) / int_of(y)));
    goto slow_binary;
OP(MOD):
    x = B, y = C;
    if (WHOLE(x, y) && int_of(x) >= 0 && int_of(y) > 0) CHECK(set_int(vm, &A, int_of(x) % int_of(y)));
    goto slow_binary;

#define BITWISE(name, expression) \
    OP(name): \
    x = B, y = C; \
    if (WHOLE(x, y)) CHECK(set_int(vm, &A, expression)); \
    goto slow_binary;

    BITWISE(AND, int_of(x) & int_of(y))
    BITWISE(OR, int_of(x) | int_of(y))
    BITWISE(XOR, int_of(x) ^ int_of(y))
OP(RIGHT):
    x = B, y = C;
    if (WHOLE(x, y) && (uint64_t)int_of(y) < 64) CHECK(set_int(vm, &A, int_of(x) >> int_of(y)));
    goto slow_binary;
OP(LEFT):
OP(POW):
slow_binary:
    if (w.i.op == OP_ADD_TO) lt_unborrow_all();
    RESULT(binary(vm, w.i.op - OP_ADD, B, C));
OP(NEGATIVE):
    if (B->kind == FLOAT) CHECK(set_float(vm, &A, -float_of(B)));
OP(POSITIVE):
OP(INVERT):
    RESULT(unary(vm, w.i.op - OP_NEGATIVE, B));
OP(NOT):
    RESULT(boolean(!truth(B)));

    /* ---- Comparison, jumps ---- */
#define COMPARISON(name, operator) \
    OP(name): \
    x = B, y = C; \
    if (WHOLE(x, y)) RESULT(boolean(int_of(x) operator int_of(y))); \
    if (REAL(x, y)) RESULT(boolean(float_of(x) operator float_of(y))); \
    goto slow_comparison;

    COMPARISON(LT, <)
    COMPARISON(LE, <=)
    COMPARISON(EQ, ==)
    COMPARISON(NE, !=)
    COMPARISON(GT, >)
    COMPARISON(GE, >=)
OP(IS):
    RESULT(boolean(B == C));
OP(IS_NOT):
    RESULT(boolean(B != C));
OP(IN):
OP(NOT_IN):
slow_comparison: {
    int holds = compare(vm, w.i.op - OP_LT, B, C);
    RESULT(holds < 0 ? NULL : boolean(holds));
}

#define GO(when) do { if (when) ip += w.i.c; NEXT; } while (0)
#define CONDITIONAL(name, operator) \
    OP(JUMP_##name): \
    x = A, y = B; \
    if (WHOLE(x, y)) GO(int_of(x) operator int_of(y)); \
    if (REAL(x, y)) GO(float_of(x) operator float_of(y)); \
    goto slow_jump; \
    OP(UNLESS_##name): \
    x = A, y = B; \
    if (WHOLE(x, y)) GO(!(int_of(x) operator int_of(y))); \
    if (REAL(x, y)) GO(!(float_of(x) operator float_of(y))); \
    goto slow_unless;

    CONDITIONAL(LT, <)
    CONDITIONAL(LE, <=)
    CONDITIONAL(EQ, ==)
    CONDITIONAL(NE, !=)
    CONDITIONAL(GT, >)
    CONDITIONAL(GE, >=)
slow_jump: {
    int holds = compare(vm, w.i.op - OP_JUMP_LT, A, B);
    if (holds < 0) goto error;
    GO(holds);
}
slow_unless: {
    int holds = compare(vm, w.i.op - OP_UNLESS_LT, A, B);
    if (holds < 0) goto error;
    GO(!holds);
}
OP(JUMP):
    GO(true);
OP(SAFEPOINT):
    safepoint();
    NEXT;
OP(JUMP_TRUE):
    GO(A == True || (A != False && truth(A)));
OP(JUMP_FALSE):
    GO(A == False || (A != True && !truth(A)));

    /* ---- Moves ---- */
OP(MOVE):
    set(vm, &A, keep(B));
    NEXT;
OP(STEAL):
    v = B;
    B = NULL;
    set(vm, &A, v);
    NEXT;
OP(CLEAR):
    v = A;
    A = NULL;
    if (v) drop(vm, v);
    NEXT;
OP(BOUND):
    if (LT_LIKELY(A != NULL)) NEXT;
    throw_error(vm, class_UnboundLocalError,
        "cannot access local variable '%s' where it is not associated with a value",
        ((struct string *)C)->text);
    goto error;
OP(GLOBAL):
    v = place_load(&globals[w.i.b]);
    if (LT_UNLIKELY(!v)) v = unbound(vm, "name '%s' is not defined", C);
    RESULT(v);
OP(BORROW_GLOBAL):
    A = atomic_load_explicit(&globals[w.i.b].fixed, memory_order_acquire); /* as in place_load */
    if (!A) A = lt_deref(lt_slot_borrow(&globals[w.i.b].slot));
    if (LT_UNLIKELY(!A)) A = unbound(vm, "name '%s' is not defined", C);
    CHECK(A);
OP(SET_GLOBAL):
    place_store(vm, &globals[w.i.b], A ? take(f, w.i.a) : NULL);
    NEXT;
OP(CELL):
    v = lt_slot_load(&((struct cell *)B)->content);
    if (LT_UNLIKELY(!v))
        v = unbound(vm, "cannot access free variable '%s' where it is not associated with a value in enclosing scope",
            C);
    RESULT(v);
OP(SET_CELL):
    lt_slot_store(&((struct cell *)B)->content, take(f, w.i.a));
    NEXT;
OP(NEW_CELL):
    RESULT(new_cell(vm, B ? keep(B) : NULL));

    /* ---- Iteration ---- */
OP(ITERATE):
    RESULT(new_iterator(vm, B));
OP(FOR): {
    struct iterator *i = (struct iterator *)A;
    safepoint();
    if (LT_LIKELY(i->over->kind == RANGE)) {
        if (i->left == 0) NEXT;
        if (!set_int(vm, &B, i->next)) goto error;
        if (--i->left) i->next += i->step;
        GO(true);
    }
    v = next_of(vm, &i->v);
    if (!v) CHECK(!vm->thrown);
    set(vm, &B, v);
    GO(true);
}

    /* ---- Subscripts, attributes ---- */
OP(ITEM):
    x = B, y = C;
    if (LT_LIKELY(x->kind == LIST && y->kind == INT)) {
        lt_slot *slot = list_slot((struct list *)x, int_of(y));
        v = slot ? lt_slot_load(slot) : NULL;
        if (LT_LIKELY(v != NULL)) RESULT(v);
    }
    RESULT(item(vm, x, y));
OP(BORROW_ITEM):
    x = B, y = C;
    if (LT_LIKELY(x->kind == LIST && y->kind == INT)) {
        lt_slot *slot = list_slot((struct list *)x, int_of(y));
        A = slot ? lt_deref(lt_slot_borrow(slot)) : NULL;
        if (LT_LIKELY(A != NULL)) NEXT;
    }
    v = A = item(vm, x, y);
    if (LT_UNLIKELY(!v)) goto error;
    set(vm, &base[w.i.a + BORROWS], v);
    NEXT;
OP(SET_ITEM):
    lt_unborrow_all(); /* it locks */
    x = B, y = C;
    if (LT_LIKELY(x->kind == LIST && y->kind == INT))
        CHECK(list_set(vm, (struct list *)x, int_of(y), take(f, w.i.a)));
    CHECK(set_item(vm, x, y, take(f, w.i.a)));
OP(DELETE_ITEM):
    lt_unborrow_all();
    CHECK(delete_item(vm, B, C));
OP(ATTRIBUTE): {
    _Atomic uint64_t *cache = &ip++->cache;
    lt_slot *slot = cached_field(B, cache);
    v = LT_LIKELY(slot != NULL) ? lt_slot_load(slot) : NULL;
    RESULT(LT_LIKELY(v != NULL) ? v : attribute(vm, B, (struct string *)C, cache));
}
OP(BORROW_ATTRIBUTE): {
    _Atomic uint64_t *cache = &ip++->cache;
    lt_slot *slot = cached_field(B, cache);
    A = LT_LIKELY(slot != NULL) ? lt_deref(lt_slot_borrow(slot)) : NULL;
    if (LT_LIKELY(A != NULL)) NEXT;
    v = A = attribute(vm, B, (struct string *)C, cache);
    if (LT_UNLIKELY(!v)) goto error;
    set(vm, &base[w.i.a + BORROWS], v);
    NEXT;
}
OP(SET_ATTRIBUTE): {
    _Atomic uint64_t *cache = &ip++->cache;
    lt_slot *slot = cached_field(B, cache);
    v = take(f, w.i.a);
    lt_unborrow_all(); /* a dict of attributes is locked */
    if (LT_UNLIKELY(!slot)) CHECK(attribute_set(vm, B, (struct string *)C, v, cache));
    lt_slot_store(slot, v);
    NEXT;
}

    /* ---- Calls ---- */
OP(CALL): {
    unsigned count = (uint16_t)w.i.c;
    const int16_t *regs = REGISTERS(count + 1);
    struct function *function = (struct function *)B;
    safepoint();
    f->ip = ip;
    if (LT_LIKELY(B->kind == FUNCTION && function->code->params == count && base[regs[0]] == None)) {
        if (!push(vm, function->code, w.i.a)) goto error;
        for (unsigned i = 0; i < count; i++) vm->frame->base[i] = base[regs[i + 1]];
        push_cells(vm->frame, function);
        vm->frame->function = keep(&function->v);
    } else {
        value *args[MOST_ARGUMENTS + 1];
        struct call c = gather(f, base[regs[0]], regs + 1, count, NULL, args);
        if (!call_slowly(vm, B, &c, w.i.a)) goto error;
    }
    goto resume;
}
OP(METHOD): {
    _Atomic uint64_t *cache = &ip++->cache;
    unsigned count = (uint16_t)w.i.c;
    const int16_t *regs = REGISTERS(count + 2);
    value *object = B, *callee;
    safepoint();
    f->ip = ip;
    struct found found = find_attribute(vm, object, (struct string *)base[regs[0]], cache);
    callee = found_value(found);
    if (LT_UNLIKELY(!callee)) {
        no_attribute(vm, object, (struct string *)base[regs[0]]);
        goto error;
    }
    bool self = found.of_class && (callee->kind == FUNCTION || callee->kind == NATIVE), good;
    struct function *function = (struct function *)callee;
    if (callee->kind == FUNCTION && function->code->params == count + self && base[regs[1]] == None) {
        good = push(vm, function->code, w.i.a) != NULL;
        if (good) {
            if (self) vm->frame->base[0] = object;
            for (unsigned i = 0; i < count; i++) vm->frame->base[i + self] = base[regs[i + 2]];
            push_cells(vm->frame, function);
            vm->frame->function = callee;
            goto resume;
        }
    } else {
        value *args[MOST_ARGUMENTS + 1];
        struct call c = gather(f, base[regs[1]], regs + 2, count, self ? object : NULL, args);
        good = call_slowly(vm, callee, &c, w.i.a);
    }
    drop(vm, callee);
    if (!good) goto error;
    goto resume;
}
OP(RETURN): {
    lt_unborrow_all();
    v = A;
    if (w.i.a >= (int)f->code->first_owned) A = NULL; /* the frame's own reference */
    else keep(v);
    bool entry = f->entry;
    int reg = f->reg;
    if (f->instance) {
        if (v != None) {
            drop(vm, v);
            throw_error(vm, class_TypeError, "__init__() should return None, not '%s'", type_name(v));
            f->ip = ip;
            goto error;
        }
        v = f->instance;
        f->instance = NULL;
    }
    pop(vm);
    if (entry) return v;
    set(vm, &vm->frame->base[reg], v);
    goto resume;
}

    /* ---- New objects ---- */
OP(NEW_LIST):
OP(NEW_TUPLE):
OP(NEW_DICT): {
    const int16_t *regs = REGISTERS((uint16_t)w.i.c);
    lt_unborrow_all();
    RESULT(display(vm, f, w.i.op, regs, (uint16_t)w.i.c));
}
OP(JOIN): {
    const int16_t *regs = REGISTERS((uint16_t)w.i.c);
    RESULT(joined(vm, f, regs, (uint16_t)w.i.c));
}
OP(NEW_SLICE):
    RESULT(new_slice(vm, B, C));
OP(FORMAT): {
    const int16_t *regs = REGISTERS(1);
    RESULT(formatted_by(vm, B, C, base[regs[0]]));
}
OP(APPEND):
    lt_unborrow_all();
    CHECK(list_append(vm, (struct list *)A, take(f, w.i.b)));
OP(UNPACK): {
    const int16_t *regs = REGISTERS((uint16_t)w.i.c);
    value *places[MOST_ARGUMENTS] = {0};
    if (w.i.c > MOST_ARGUMENTS) throw_error(vm, class_ValueError, "pocket unpacks %d values at most", MOST_ARGUMENTS);
    if (vm->thrown || !unpack(vm, A, places, (uint16_t)w.i.c)) goto error;
    for (int i = 0; i < w.i.c; i++) set(vm, &base[regs[i]], places[i]);
    NEXT;
}
OP(NEW_FUNCTION): {
    const int16_t *regs = REGISTERS((uint16_t)w.i.c);
    RESULT(new_function(vm, f, codes[w.i.b], regs, (uint16_t)w.i.c));
}
OP(NEW_CLASS): {
    const int16_t *regs = REGISTERS((uint16_t)w.i.c);
    RESULT(made_class(vm, f, &class_plans[w.i.b], regs));
}
OP(IMPORT):
    RESULT(module_named(((struct string *)C)->text));
OP(MEMBER):
    RESULT(member(vm, B, (struct string *)C));

    /* ---- Exceptions ---- */
OP(RAISE):
    raise_value(vm, A);
    goto error;
OP(RERAISE):
    vm->thrown = A;
    A = NULL;
    goto error;
OP(MATCHES): {
    int found = matches(vm, (struct exception *)B, C);
    RESULT(found < 0 ? NULL : boolean(found));
}
OP(FAIL):
    if (w.i.c) vm->thrown = new_exception(vm, class_AssertionError, NULL, 0);
    else throw_value(vm, class_AssertionError, A);
    goto error;

error:
    lt_unborrow_all();
    if (vm->frame == f) f->ip = ip;
    if (!unwind(vm)) return NULL;
resume:
    f = vm->frame;
    ip = f->ip;
    base = f->base;
    NEXT;
}
