/* expressions.c: code for expressions. */
#include <string.h>

#include "arena.h"
#include "compiler.h"
#include "objects.h"

/* May it be computed over a borrow? No call, no safepoint, no jump inside; and no `+=`, which may lock a list. */
static bool simple(const struct node *n)
{
    switch (n->kind) {
    case E_NONE: case E_TRUE: case E_FALSE: case E_INT: case E_FLOAT: case E_STR: case E_NAME: return true;
    case E_ATTRIBUTE: return simple(n->a);
    case E_UNARY: return n->op != U_NOT && simple(n->a);
    case E_BINARY: return n->op != O_ADD_TO && simple(n->a) && simple(n->b);
    case E_COMPARE:
    case E_SUBSCRIPT: return n->b && n->b->kind != E_SLICE && simple(n->a) && simple(n->b);
    default: return false;
    }
}

/* Begins an expression whose operands may be borrows; the outermost one ends them all. */
static bool borrow_begin(struct compiler *c, const struct node *n)
{
    if (c->borrowed >= 0 || c->first_borrow == NOWHERE || !simple(n)) return false;
    c->borrowed = 0;
    return true;
}

static void borrow_end(struct compiler *c, bool begun)
{
    if (begun) c->borrowed = -1;
}

static bool can_borrow(const struct compiler *c) { return c->borrowed >= 0 && c->borrowed < BORROWS; }

/* ---- Names ---- */

static struct variable *local(struct compiler *c, const char *name)
{
    struct variable *v = c->scope->parent ? variable_of(c->scope, name) : NULL;
    return v && !v->global ? v : NULL;
}

static size_t index_of(const struct compiler *c, const struct variable *v)
{
    size_t i = 0;
    while (c->scope->variables[i] != v) i++;
    return i;
}

static bool in_cell(const struct variable *v) { return v->captured || v->from_outside; }

/* The register of a local variable that is no cell, or NOWHERE. */
static int plain_local(struct compiler *c, const char *name)
{
    struct variable *v = local(c, name);
    if (!v || in_cell(v)) return NOWHERE;
    if (!c->bound[index_of(c, v)]) emit(c, OP_BOUND, v->reg, 0, constant_name(c, name));
    return v->reg;
}

static value *builtin_of(struct compiler *c, const char *name)
{
    struct scope *module = c->scope;
    while (module->parent) module = module->parent;
    for (size_t i = 0; i < global_count; i++)
        if (!strcmp(global_names[i]->text, name)) return NULL;
    return variable_of(module, name) ? NULL : builtin_named(name);
}

static void name_into(struct compiler *c, struct node *n, int reg)
{
    struct variable *v = local(c, n->name);
    if (v && in_cell(v)) emit(c, OP_CELL, reg, v->reg, constant_name(c, n->name));
    else if (v) emit(c, OP_MOVE, reg, plain_local(c, n->name), 0);
    else {
        value *builtin = builtin_of(c, n->name);
        if (builtin) emit(c, OP_MOVE, reg, constant(c, builtin), 0);
        else emit(c, OP_GLOBAL, reg, global_number(c, n->name), constant_name(c, n->name));
    }
}

/* ---- Operands ---- */

int operand(struct compiler *c, struct node *n)
{
    switch (n->kind) {
    case E_NONE: return constant(c, None);
    case E_TRUE: return constant(c, True);
    case E_FALSE: return constant(c, False);
    case E_INT: return constant(c, must(new_int(c->vm, n->integer)));
    case E_FLOAT: return constant(c, must(new_float(c->vm, n->real)));
    case E_STR: return constant(c, must(new_string(c->vm, n->name, n->bytes)));
    case E_NAME: {
        int reg = plain_local(c, n->name);
        if (reg != NOWHERE) return reg;
        value *builtin = local(c, n->name) ? NULL : builtin_of(c, n->name);
        if (builtin) return constant(c, builtin);
        if (can_borrow(c) && !local(c, n->name)) {
            reg = c->first_borrow + c->borrowed++;
            emit(c, OP_BORROW_GLOBAL, reg, global_number(c, n->name), constant_name(c, n->name));
            return reg;
        }
        break;
    }
    case E_SUBSCRIPT:
    case E_ATTRIBUTE:
        if (can_borrow(c)) {
            int a = operand(c, n->a), b = n->kind == E_SUBSCRIPT ? operand(c, n->b) : constant_name(c, n->name);
            if (!can_borrow(c)) {
                int reg = temp(c);
                emit(c, n->kind == E_SUBSCRIPT ? OP_ITEM : OP_ATTRIBUTE, reg, a, b);
                return reg;
            }
            int reg = c->first_borrow + c->borrowed++;
            emit(c, n->kind == E_SUBSCRIPT ? OP_BORROW_ITEM : OP_BORROW_ATTRIBUTE, reg, a, b);
            return reg;
        }
        break;
    default: break;
    }
    int reg = temp(c);
    into(c, n, reg);
    return reg;
}

/* ---- Values that take jumps ---- */

static enum opcode jump_op(const struct node *n, enum opcode first) { return first + (enum opcode)n->op; }

static size_t jump_on(struct compiler *c, struct node *n, bool when)
{
    if (n->kind == E_UNARY && n->op == U_NOT) return jump_on(c, n->a, !when);
    if (n->kind == E_AND || n->kind == E_OR) {
        bool settles = n->kind == E_OR; /* the value of a that makes b superfluous */
        size_t early = jump_on(c, n->a, settles), at;
        if (settles != when) {
            at = jump_on(c, n->b, when);
            patch(c, early);
        } else {
            size_t past = jump_on(c, n->b, !when);
            patch(c, early);
            at = jump(c, OP_JUMP, 0, 0);
            patch(c, past);
        }
        return at;
    }
    c->line = n->line;
    int temps = c->temps;
    size_t at;
    bool begun = borrow_begin(c, n);
    if (n->kind == E_COMPARE && n->op <= C_GE) {
        int a = operand(c, n->a), b = operand(c, n->b);
        at = jump(c, jump_op(n, when ? OP_JUMP_LT : OP_UNLESS_LT), a, b);
    } else {
        at = jump(c, when ? OP_JUMP_TRUE : OP_JUMP_FALSE, operand(c, n), 0);
    }
    borrow_end(c, begun);
    c->temps = temps;
    return at;
}

size_t jump_unless(struct compiler *c, struct node *n) { return jump_on(c, n, false); }
size_t jump_if(struct compiler *c, struct node *n) { return jump_on(c, n, true); }

static void chain(struct compiler *c, struct node *n, int reg)
{
    size_t *ends = arena(n->list.count * sizeof *ends);
    int a = operand(c, n->a);
    for (size_t i = 0; i < n->list.count; i++) {
        int b = operand(c, n->list.items[i]->b);
        emit(c, jump_op(n->list.items[i], OP_LT), reg, a, b);
        if (i + 1 < n->list.count) ends[i] = jump(c, OP_JUMP_FALSE, reg, 0);
        a = b;
    }
    for (size_t i = 0; i + 1 < n->list.count; i++) patch(c, ends[i]);
}

static void choice(struct compiler *c, struct node *n, int reg)
{
    if (n->kind == E_CONDITIONAL) {
        size_t otherwise = jump_unless(c, n->b);
        into(c, n->a, reg);
        size_t end = jump(c, OP_JUMP, 0, 0);
        patch(c, otherwise);
        into(c, n->c, reg);
        patch(c, end);
    } else if (n->kind == E_CHAIN) {
        chain(c, n, reg);
    } else {
        into(c, n->a, reg);
        size_t end = jump(c, n->kind == E_AND ? OP_JUMP_FALSE : OP_JUMP_TRUE, reg, 0);
        into(c, n->b, reg);
        patch(c, end);
    }
}

static void comprehension(struct compiler *c, struct node *n, size_t clause, int list)
{
    if (clause == n->list.count) {
        emit(c, OP_APPEND, list, operand(c, n->a), 0);
        return;
    }
    struct node *f = n->list.items[clause];
    int iterator = temp(c);
    emit(c, OP_ITERATE, iterator, operand(c, f->b), 0);
    int item = temp(c), inside = c->temps;
    size_t first = jump(c, OP_JUMP, 0, 0), body = here(c);
    store(c, f->a, item);
    size_t *unless = arena((f->list.count + 1) * sizeof *unless);
    for (size_t i = 0; i < f->list.count; i++) unless[i] = jump_unless(c, f->list.items[i]);
    comprehension(c, n, clause + 1, list);
    c->temps = inside;
    for (size_t i = 0; i < f->list.count; i++) patch(c, unless[i]);
    patch(c, first);
    patch_to(c, jump(c, OP_FOR, iterator, item), body);
    emit(c, OP_CLEAR, iterator, 0, 0);
}

/* ---- Calls, functions, displays ---- */

static void call_into(struct compiler *c, struct node *n, int reg)
{
    size_t count = n->list.count, named = 0;
    int *list = arena((count + 2) * sizeof *list);
    if (count >= MOST_ARGUMENTS) unsupported(n->line, "a call with as many arguments as this");
    bool method = n->a->kind == E_ATTRIBUTE;
    int callee = operand(c, method ? n->a->a : n->a);
    for (size_t i = 0; i < count; i++) {
        struct node *argument = n->list.items[i];
        named += argument->kind == E_KEYWORD;
        list[i + 2] = operand(c, argument->kind == E_KEYWORD ? argument->a : argument);
    }
    struct tuple *names = named ? new_tuple(c->vm, (unsigned)named) : NULL;
    for (size_t i = 0; i < named; i++) names->items[i] = &symbol(n->list.items[count - named + i]->name)->v;
    list[0] = method ? constant_name(c, n->a->name) : 0;
    list[1] = constant(c, named ? &names->v : None);
    c->line = n->line;
    emit(c, method ? OP_METHOD : OP_CALL, reg, callee, (int)count);
    registers(c, method ? list : list + 1, count + 1 + method);
}

void function_into(struct compiler *c, struct node *n, int reg)
{
    struct code *code = function_code(c, n);
    int *list = arena((n->list.count + n->scope->count + 1) * sizeof *list);
    size_t count = 0;
    for (size_t i = 0; i < n->scope->count; i++)
        if (n->scope->variables[i]->from_outside) list[count++] = local(c, n->scope->variables[i]->name)->reg;
    for (size_t i = 0; i < n->list.count; i++)
        if (n->list.items[i]->a) list[count++] = operand(c, n->list.items[i]->a);
    code->fixed = !c->scope->parent;
    emit(c, OP_NEW_FUNCTION, reg, (int)add_code(code), (int)count);
    registers(c, list, count);
}

static void display(struct compiler *c, struct node *n, enum opcode op, int reg)
{
    int *list = arena((n->list.count + 1) * sizeof *list);
    for (size_t i = 0; i < n->list.count; i++) list[i] = operand(c, n->list.items[i]);
    if (n->list.count > MOST_REGISTERS) unsupported(n->line, "a display as long as this");
    emit(c, op, reg, 0, (int)n->list.count);
    registers(c, list, n->list.count);
}

static void format(struct compiler *c, struct node *n, int reg)
{
    int v = operand(c, n->a), specification = n->b ? operand(c, n->b) : constant(c, None);
    int conversion = n->op ? constant_name(c, n->op == 'r' ? "r" : "s") : constant(c, None);
    emit(c, OP_FORMAT, reg, v, specification);
    registers(c, &conversion, 1);
}

static int slice_bound(struct compiler *c, struct node *n) { return n ? operand(c, n) : constant(c, None); }

void into(struct compiler *c, struct node *n, int reg)
{
    int temps = c->temps, a;
    c->line = n->line;
    bool begun = borrow_begin(c, n);
    switch (n->kind) {
    case E_NONE: case E_TRUE: case E_FALSE: case E_INT: case E_FLOAT: case E_STR:
        emit(c, OP_MOVE, reg, operand(c, n), 0);
        break;
    case E_NAME: name_into(c, n, reg); break;
    case E_BINARY:
        a = operand(c, n->a);
        emit(c, (enum opcode)(OP_ADD + n->op), reg, a, operand(c, n->b));
        c->code->lines[here(c) - 1] = n->line;
        break;
    case E_COMPARE:
        a = operand(c, n->a);
        emit(c, (enum opcode)(OP_LT + n->op), reg, a, operand(c, n->b));
        break;
    case E_UNARY: emit(c, (enum opcode)(OP_NEGATIVE + n->op), reg, operand(c, n->a), 0); break;
    case E_SUBSCRIPT:
        a = operand(c, n->a);
        emit(c, OP_ITEM, reg, a, operand(c, n->b));
        break;
    case E_SLICE:
        a = slice_bound(c, n->a);
        emit(c, OP_NEW_SLICE, reg, a, slice_bound(c, n->b));
        break;
    case E_ATTRIBUTE: emit(c, OP_ATTRIBUTE, reg, operand(c, n->a), constant_name(c, n->name)); break;
    case E_CALL: call_into(c, n, reg); break;
    case E_LAMBDA: function_into(c, n, reg); break;
    case E_LIST: display(c, n, OP_NEW_LIST, reg); break;
    case E_TUPLE: display(c, n, OP_NEW_TUPLE, reg); break;
    case E_DICT: display(c, n, OP_NEW_DICT, reg); break;
    case E_FSTRING: display(c, n, OP_JOIN, reg); break;
    case E_FORMAT: format(c, n, reg); break;
    case E_LISTCOMP: {
        int list = temp(c);
        emit(c, OP_NEW_LIST, list, 0, 0);
        comprehension(c, n, 0, list);
        emit(c, OP_STEAL, reg, list, 0);
        break;
    }
    default: /* jumps inside: what is in `reg` must stay until the end, in case it is a variable that they read */
        if (is_temp(c, reg)) {
            choice(c, n, reg);
        } else {
            a = temp(c);
            choice(c, n, a);
            emit(c, OP_STEAL, reg, a, 0);
        }
    }
    borrow_end(c, begun);
    c->temps = temps;
}

/* ---- Stores ---- */

static void bind(struct compiler *c, struct variable *v) { c->bound[index_of(c, v)] = true; }

static void store_name(struct compiler *c, const char *name, int reg)
{
    struct variable *v = local(c, name);
    if (!v) emit(c, OP_SET_GLOBAL, reg, global_number(c, name), 0);
    else if (in_cell(v)) emit(c, OP_SET_CELL, reg, v->reg, 0);
    else {
        if (reg != v->reg) emit(c, is_temp(c, reg) ? OP_STEAL : OP_MOVE, v->reg, reg, 0);
        bind(c, v);
    }
}

void store(struct compiler *c, struct node *target, int reg)
{
    int temps = c->temps;
    switch (target->kind) {
    case E_NAME: store_name(c, target->name, reg); break;
    case E_ATTRIBUTE: emit(c, OP_SET_ATTRIBUTE, reg, operand(c, target->a), constant_name(c, target->name)); break;
    case E_SUBSCRIPT: {
        int a = operand(c, target->a);
        emit(c, OP_SET_ITEM, reg, a, operand(c, target->b));
        break;
    }
    default: {
        size_t count = target->list.count;
        int *list = arena((count + 1) * sizeof *list);
        for (size_t i = 0; i < count; i++) list[i] = temp(c);
        emit(c, OP_UNPACK, reg, 0, (int)count);
        registers(c, list, count);
        for (size_t i = 0; i < count; i++) store(c, target->list.items[i], list[i]);
    }
    }
    c->temps = temps;
}
