/* compiler.c: code for statements and functions. */
#include <stdio.h>
#include <string.h>

#include "arena.h"
#include "compiler.h"
#include "objects.h"

/* What a jump out of a block passes on its way. */
struct guard {
    struct guard *outer;
    enum { G_LOOP, G_FINALLY, G_WITH, G_EXCEPT } kind;
    struct list_of final; /* G_FINALLY */
    int context;          /* G_WITH: the register */
    size_t *breaks, *continues, break_count, continue_count; /* G_LOOP */
    size_t from;          /* G_FINALLY, G_WITH, G_EXCEPT: where the protection began */
    int reg;              /* the exception's, of the same three */
    int caught;           /* c->caught outside */
};

struct class_plan *class_plans;
static size_t class_plan_count;

/* ---- Variables that certainly have a value ---- */

static bool *bound_copy(struct compiler *c)
{
    bool *copy = arena(c->scope->count + 1);
    memcpy(copy, c->bound, c->scope->count);
    return copy;
}

static void bound_both(struct compiler *c, const bool *other)
{
    for (size_t i = 0; i < c->scope->count; i++) c->bound[i] &= other[i];
}

static void bound_reset(struct compiler *c, const bool *to) { memcpy(c->bound, to, c->scope->count); }

/* ---- Protected ranges ---- */

static void protect(struct compiler *c, const struct guard *g)
{
    struct code *code = c->code;
    if (g->from == here(c)) return;
    code->handlers = grown(code->handlers, code->handler_count, sizeof *code->handlers);
    code->handlers[code->handler_count++] = (struct handler){(unsigned)g->from, (unsigned)here(c), 0, g->reg};
}

/* The register is the guard's alone until the handler's place is known: it names the ranges. */
static void handle(struct compiler *c, const struct guard *g) /* from here on */
{
    for (size_t i = 0; i < c->code->handler_count; i++)
        if (c->code->handlers[i].at == 0 && c->code->handlers[i].reg == g->reg) {
            c->code->handlers[i].at = (unsigned)here(c);
        }
}

static void call_method(struct compiler *c, int object, const char *name)
{
    int list[2] = {constant_name(c, name), constant(c, None)};
    emit(c, OP_METHOD, temp(c), object, 0);
    registers(c, list, 2);
    c->temps--;
}

static void clean(struct compiler *c, const struct guard *g)
{
    if (g->kind == G_FINALLY) statements(c, g->final);
    if (g->kind == G_WITH) call_method(c, g->context, "__exit__");
}

/* The way out, up to `end` (excluded): each guard's work, done outside its own protection. */
static void leave_guards(struct compiler *c, struct guard *end)
{
    struct guard *innermost = c->guards;
    int caught = c->caught;
    for (struct guard *g = innermost; g != end; g = g->outer) {
        if (g->kind == G_LOOP) continue;
        protect(c, g);
        c->guards = g->outer;
        c->caught = g->caught;
        clean(c, g);
    }
    for (struct guard *g = innermost; g != end; g = g->outer) g->from = here(c) + 1; /* behind the jump that follows */
    c->guards = innermost;
    c->caught = caught;
}

/* ---- Loops ---- */

static struct guard *loop_of(struct compiler *c, const char *what)
{
    for (struct guard *g = c->guards; g; g = g->outer)
        if (g->kind == G_LOOP) return g;
    syntax_error(c->line, "'%s' outside loop", what);
}

static void way_out(struct compiler *c, size_t **list, size_t *count, struct guard *loop)
{
    leave_guards(c, loop);
    *list = grown(*list, *count, sizeof **list);
    (*list)[(*count)++] = jump(c, OP_JUMP, 0, 0);
}

static void patch_all(struct compiler *c, const size_t *list, size_t count)
{
    for (size_t i = 0; i < count; i++) patch(c, list[i]);
}

static void while_loop(struct compiler *c, struct node *n)
{
    struct guard loop = {.outer = c->guards, .kind = G_LOOP};
    bool *before = bound_copy(c);
    size_t skip = jump_unless(c, n->a), body = here(c);
    c->guards = &loop;
    statements(c, n->body);
    c->guards = loop.outer;
    patch_all(c, loop.continues, loop.continue_count);
    bound_reset(c, before);
    c->line = n->line;
    emit(c, OP_SAFEPOINT, 0, 0, 0);
    patch_to(c, jump_if(c, n->a), body);
    patch(c, skip);
    statements(c, n->other);
    bound_reset(c, before);
    patch_all(c, loop.breaks, loop.break_count);
}

static void for_loop(struct compiler *c, struct node *n)
{
    struct guard loop = {.outer = c->guards, .kind = G_LOOP};
    int temps = c->temps, iterator = temp(c);
    emit(c, OP_ITERATE, iterator, operand(c, n->b), 0);
    c->temps = temps + 1;
    bool *before = bound_copy(c);
    struct variable *v = n->a->kind == E_NAME && c->scope->parent ? variable_of(c->scope, n->a->name) : NULL;
    bool direct = v && !v->global && !v->captured && !v->from_outside;
    int item = direct ? v->reg : temp(c);
    size_t first = jump(c, OP_JUMP, 0, 0), body = here(c);
    store(c, n->a, item);
    c->guards = &loop;
    statements(c, n->body);
    c->guards = loop.outer;
    patch_all(c, loop.continues, loop.continue_count);
    patch(c, first);
    c->line = n->line;
    patch_to(c, jump(c, OP_FOR, iterator, item), body);
    bound_reset(c, before);
    statements(c, n->other);
    bound_reset(c, before);
    patch_all(c, loop.breaks, loop.break_count);
    emit(c, OP_CLEAR, iterator, 0, 0);
    c->temps = temps;
}

static void if_statement(struct compiler *c, struct node *n)
{
    size_t otherwise = jump_unless(c, n->a), end = (size_t)-1;
    bool *before = bound_copy(c);
    statements(c, n->body);
    if (n->other.count) end = jump(c, OP_JUMP, 0, 0);
    patch(c, otherwise);
    bool *after = bound_copy(c);
    bound_reset(c, before);
    statements(c, n->other);
    bound_both(c, after);
    patch(c, end);
}

/* ---- Exceptions ---- */

/* The name of an exception ends with its clause. What a function captured keeps it. */
static void forget(struct compiler *c, const char *name)
{
    struct variable *v = c->scope->parent ? variable_of(c->scope, name) : NULL;
    if (v && (v->captured || v->from_outside)) return;
    int reg = v && !v->global ? v->reg : temp(c);
    emit(c, OP_CLEAR, reg, 0, 0);
    if (!v || v->global) emit(c, OP_SET_GLOBAL, reg, global_number(c, name), 0);
    for (size_t k = 0; v && k < c->scope->count; k++)
        if (c->scope->variables[k] == v) c->bound[k] = false;
}

static void except_clauses(struct compiler *c, struct node *n, int caught, const bool *before)
{
    size_t *ends = arena((n->list.count + 1) * sizeof *ends);
    bool *after = bound_copy(c);
    int outside = c->caught;
    c->caught = caught;
    for (size_t i = 0; i < n->list.count; i++) {
        struct node *clause = n->list.items[i];
        size_t next = (size_t)-1;
        bound_reset(c, before);
        c->line = clause->line;
        if (clause->a) {
            int matches = temp(c);
            emit(c, OP_MATCHES, matches, caught, operand(c, clause->a));
            next = jump(c, OP_JUMP_FALSE, matches, 0);
        }
        if (clause->name) {
            struct node target = {.kind = E_NAME, .line = clause->line, .name = clause->name};
            int copy = temp(c);
            emit(c, OP_MOVE, copy, caught, 0);
            store(c, &target, copy);
        }
        statements(c, clause->body);
        if (clause->name) forget(c, clause->name);
        emit(c, OP_CLEAR, caught, 0, 0);
        ends[i] = jump(c, OP_JUMP, 0, 0);
        bound_both(c, after);
        after = bound_copy(c);
        patch(c, next);
    }
    emit(c, OP_RERAISE, caught, 0, 0);
    for (size_t i = 0; i < n->list.count; i++) patch(c, ends[i]);
    bound_reset(c, after);
    c->caught = outside;
}

static void try_except(struct compiler *c, struct node *n)
{
    int temps = c->temps, caught = temp(c);
    struct guard g = {.outer = c->guards, .kind = G_EXCEPT, .from = here(c), .reg = caught, .caught = c->caught};
    bool *before = bound_copy(c);
    c->guards = &g;
    statements(c, n->body);
    c->guards = g.outer;
    protect(c, &g);
    statements(c, n->other);
    size_t end = jump(c, OP_JUMP, 0, 0);
    handle(c, &g);
    except_clauses(c, n, caught, before);
    patch(c, end);
    c->temps = temps;
}

/* The body under a guard that has work to do on every way out. */
static void guarded(struct compiler *c, struct guard *g, void (*body)(struct compiler *, struct node *), struct node *n)
{
    int temps = c->temps, caught = temp(c);
    g->outer = c->guards;
    g->from = here(c);
    g->reg = caught;
    g->caught = c->caught;
    bool *before = bound_copy(c);
    c->guards = g;
    body(c, n);
    c->guards = g->outer;
    protect(c, g);
    clean(c, g);
    bool *after = bound_copy(c);
    size_t end = jump(c, OP_JUMP, 0, 0);
    handle(c, g);
    bound_reset(c, before);
    clean(c, g);
    emit(c, OP_RERAISE, caught, 0, 0);
    bound_reset(c, after);
    patch(c, end);
    c->temps = temps;
}

static void try_body(struct compiler *c, struct node *n)
{
    if (n->list.count) try_except(c, n);
    else statements(c, n->body);
}

static void with_body(struct compiler *c, struct node *n) { statements(c, n->body); }

static void try_statement(struct compiler *c, struct node *n)
{
    struct guard g = {.kind = G_FINALLY, .final = n->final};
    if (n->final.count) guarded(c, &g, try_body, n);
    else try_except(c, n);
}

static void with_statement(struct compiler *c, struct node *n)
{
    int temps = c->temps, context = temp(c);
    struct guard g = {.kind = G_WITH, .context = context};
    into(c, n->a, context);
    call_method(c, context, "__enter__");
    guarded(c, &g, with_body, n);
    emit(c, OP_CLEAR, context, 0, 0);
    c->temps = temps;
}

static void raise_statement(struct compiler *c, struct node *n)
{
    if (n->a) emit(c, OP_RAISE, operand(c, n->a), 0, 0);
    else if (c->caught != NOWHERE) emit(c, OP_RERAISE, c->caught, 0, 0);
    else unsupported(n->line, "'raise' alone outside an except clause");
}

/* ---- Assignments ---- */

static void assign(struct compiler *c, struct node *n)
{
    struct node *target = n->list.items[0];
    if (n->list.count == 1 && target->kind == E_NAME && c->scope->parent) {
        struct variable *v = variable_of(c->scope, target->name);
        if (!v->global && !v->captured && !v->from_outside) {
            into(c, n->b, v->reg);
            store(c, target, v->reg); /* which it is in already */
            return;
        }
    }
    if (n->list.count == 1 && target->kind == E_TUPLE && n->b->kind == E_TUPLE
        && target->list.count == n->b->list.count) {
        size_t count = target->list.count;
        int *list = arena((count + 1) * sizeof *list);
        for (size_t i = 0; i < count; i++) into(c, n->b->list.items[i], list[i] = temp(c));
        for (size_t i = 0; i < count; i++) store(c, target->list.items[i], list[i]);
        return;
    }
    int reg = operand(c, n->b);
    for (size_t i = 0; i < n->list.count; i++) {
        int copy = reg;
        if (is_temp(c, reg) && i + 1 < n->list.count) emit(c, OP_MOVE, copy = temp(c), reg, 0);
        store(c, n->list.items[i], copy);
    }
}

static void augment(struct compiler *c, struct node *n)
{
    struct node *target = n->a;
    enum opcode op = (enum opcode)(OP_ADD + n->op);
    struct node result = {.kind = E_BINARY, .line = n->line, .op = n->op == O_ADD ? O_ADD_TO : n->op, .a = target,
        .b = n->b};
    struct node assignment = {.kind = S_ASSIGN, .line = n->line, .b = &result, .list = {&target, 1}};
    if (target->kind == E_NAME) {
        assign(c, &assignment);
    } else if (target->kind == E_ATTRIBUTE) {
        int object = operand(c, target->a), name = constant_name(c, target->name), old = temp(c);
        emit(c, OP_ATTRIBUTE, old, object, name);
        emit(c, op == OP_ADD ? OP_ADD_TO : op, old, old, operand(c, n->b));
        emit(c, OP_SET_ATTRIBUTE, old, object, name);
    } else if (target->kind == E_SUBSCRIPT) {
        int object = operand(c, target->a), key = operand(c, target->b), old = temp(c);
        emit(c, OP_ITEM, old, object, key);
        emit(c, op == OP_ADD ? OP_ADD_TO : op, old, old, operand(c, n->b));
        emit(c, OP_SET_ITEM, old, object, key);
    } else {
        syntax_error(n->line, "illegal expression for augmented assignment");
    }
}

static void delete(struct compiler *c, struct node *n)
{
    for (size_t i = 0; i < n->list.count; i++) {
        struct node *target = n->list.items[i];
        if (target->kind == E_NAME) {
            int reg = operand(c, target); /* which must have a value */
            struct variable *v = c->scope->parent ? variable_of(c->scope, target->name) : NULL;
            if (v && (v->captured || v->from_outside)) unsupported(n->line,
                "del of a variable that a function captures");
            if (!v || v->global) emit(c, OP_CLEAR, reg = temp(c), 0, 0), store(c, target, reg);
            else emit(c, OP_CLEAR, v->reg, 0, 0);
            for (size_t k = 0; v && k < c->scope->count; k++)
                if (c->scope->variables[k] == v) c->bound[k] = false;
        } else if (target->kind == E_SUBSCRIPT) {
            int a = operand(c, target->a);
            emit(c, OP_DELETE_ITEM, 0, a, operand(c, target->b));
        } else {
            unsupported(n->line, "del of an attribute");
        }
    }
}

/* ---- Classes, imports ---- */

static const char *joined(const char *a, const char *b)
{
    size_t bytes = strlen(a) + strlen(b) + 1;
    char *both = arena(bytes);
    snprintf(both, bytes, "%s%s", a, b);
    return both;
}

/* The names that the methods assign through their first parameter. */
static void find_target(struct class_plan *plan, const struct node *n, const char *self)
{
    if (n->kind == E_TUPLE || n->kind == E_LIST)
        for (size_t i = 0; i < n->list.count; i++) find_target(plan, n->list.items[i], self);
    if (n->kind != E_ATTRIBUTE || n->a->kind != E_NAME || n->a->name != self) return;
    struct string *field = symbol(n->name);
    for (unsigned i = 0; i < plan->field_count; i++)
        if (plan->fields[i] == field) return;
    plan->fields = grown(plan->fields, plan->field_count, sizeof(struct string *));
    plan->fields[plan->field_count++] = field;
}

static void find_fields(struct class_plan *plan, const struct list_of *body, const char *self)
{
    for (size_t i = 0; i < body->count; i++) {
        const struct node *n = body->items[i];
        if (n->kind == S_AUGMENT || n->kind == S_FOR) find_target(plan, n->a, self);
        for (size_t k = 0; n->kind == S_ASSIGN && k < n->list.count; k++) find_target(plan, n->list.items[k], self);
        if (n->kind == S_TRY) find_fields(plan, &n->list, self);
        find_fields(plan, &n->body, self);
        find_fields(plan, &n->other, self);
        find_fields(plan, &n->final, self);
    }
}

static void class_statement(struct compiler *c, struct node *n)
{
    struct class_plan plan = {.name = n->name};
    int *list = arena((n->body.count + 2) * sizeof *list);
    const char *outside = c->prefix;
    c->prefix = joined(joined(outside, n->name), ".");
    list[0] = n->a ? operand(c, n->a) : constant(c, None);
    for (size_t i = 0; i < n->body.count; i++) {
        struct node *member = n->body.items[i];
        const char *name = NULL;
        if (member->kind == S_PASS || (member->kind == S_EXPRESSION && member->a->kind == E_STR)) continue;
        int reg = temp(c);
        if (member->kind == S_DEF) {
            name = member->name;
            if (name[0] == '_' && name[1] == '_' && strcmp(name, "__init__")) unsupported(member->line, name);
            function_into(c, member, reg);
            if (member->list.count) find_fields(&plan, &member->body, member->list.items[0]->name);
        } else if (member->kind == S_ASSIGN && member->list.count == 1 && member->list.items[0]->kind == E_NAME) {
            name = member->list.items[0]->name;
            into(c, member->b, reg);
        } else {
            unsupported(member->line, "this statement in a class body");
        }
        list[plan.attr_count + 1] = reg;
        plan.attrs = grown(plan.attrs, plan.attr_count, sizeof(struct string *));
        plan.attrs[plan.attr_count++] = symbol(name);
    }
    c->prefix = outside;
    class_plans = grown(class_plans, class_plan_count, sizeof *class_plans);
    class_plans[class_plan_count] = plan;
    int reg = temp(c);
    c->line = n->line;
    emit(c, OP_NEW_CLASS, reg, (int)class_plan_count++, (int)plan.attr_count + 1);
    registers(c, list, plan.attr_count + 1);
    struct node target = {.kind = E_NAME, .name = n->name};
    store(c, &target, reg);
}

static void import(struct compiler *c, struct node *n)
{
    if (!module_named(n->name)) {
        char text[200];
        snprintf(text, sizeof text, "the module '%s'", n->name);
        unsupported(n->line, text);
    }
    int module = temp(c);
    emit(c, OP_IMPORT, module, 0, constant_name(c, n->name));
    struct node target = {.kind = E_NAME, .name = n->name};
    if (n->kind == S_IMPORT) store(c, &target, module);
    for (size_t i = 0; i < n->list.count; i++) {
        int member = temp(c);
        emit(c, OP_MEMBER, member, module, constant_name(c, n->list.items[i]->name));
        store(c, n->list.items[i], member);
    }
}

/* ---- Statements ---- */

static void return_statement(struct compiler *c, struct node *n)
{
    if (!c->scope->parent) syntax_error(n->line, "'return' outside function");
    int reg = n->a ? operand(c, n->a) : constant(c, None);
    bool guarded_here = false;
    for (struct guard *g = c->guards; g; g = g->outer) guarded_here |= g->kind == G_FINALLY || g->kind == G_WITH;
    if (guarded_here && !is_temp(c, reg)) { /* what is cleaned up may change the variable */
        int copy = temp(c);
        emit(c, OP_MOVE, copy, reg, 0);
        reg = copy;
    }
    if (guarded_here) leave_guards(c, NULL);
    emit(c, OP_RETURN, reg, 0, 0);
}

static void assert_statement(struct compiler *c, struct node *n)
{
    size_t holds = jump_if(c, n->a);
    emit(c, OP_FAIL, n->b ? operand(c, n->b) : constant(c, None), 0, !n->b);
    patch(c, holds);
}

static void statement(struct compiler *c, struct node *n)
{
    int temps = c->temps;
    struct guard *loop;
    c->line = n->line;
    switch (n->kind) {
    case S_EXPRESSION:
        if (n->a->kind != E_STR) into(c, n->a, temp(c));
        break;
    case S_ASSIGN: assign(c, n); break;
    case S_AUGMENT: augment(c, n); break;
    case S_RETURN: return_statement(c, n); break;
    case S_IF: if_statement(c, n); break;
    case S_WHILE: while_loop(c, n); break;
    case S_FOR: for_loop(c, n); break;
    case S_BREAK:
        loop = loop_of(c, "break");
        way_out(c, &loop->breaks, &loop->break_count, loop);
        break;
    case S_CONTINUE:
        loop = loop_of(c, "continue");
        way_out(c, &loop->continues, &loop->continue_count, loop);
        break;
    case S_DEF: {
        struct node target = {.kind = E_NAME, .name = n->name};
        int reg = temp(c);
        function_into(c, n, reg);
        store(c, &target, reg);
        break;
    }
    case S_CLASS: class_statement(c, n); break;
    case S_IMPORT:
    case S_FROM: import(c, n); break;
    case S_RAISE: raise_statement(c, n); break;
    case S_ASSERT: assert_statement(c, n); break;
    case S_DELETE: delete(c, n); break;
    case S_TRY: try_statement(c, n); break;
    case S_WITH: with_statement(c, n); break;
    default: break; /* pass, global, nonlocal */
    }
    c->temps = temps;
}

void statements(struct compiler *c, struct list_of list)
{
    for (size_t i = 0; i < list.count; i++) statement(c, list.items[i]);
}

/* ---- Functions ---- */

/* A register for every variable, in the order of the frame; the count of all. */
static int place_variables(struct compiler *c, const struct node *n)
{
    int reg = (int)n->list.count;
    struct scope *s = c->scope;
    for (size_t i = 0; i < s->count; i++)
        if (s->variables[i]->from_outside) s->variables[i]->reg = reg++;
    c->code->cells = (unsigned)reg - (unsigned)n->list.count;
    if (c->first_borrow != NOWHERE) {
        c->first_borrow = reg;
        reg += BORROWS;
    }
    c->code->first_owned = (unsigned)reg;
    if (c->first_borrow != NOWHERE) reg += BORROWS;
    for (size_t i = 0; i < s->count; i++) {
        struct variable *v = s->variables[i];
        if (v->from_outside || v->global || !s->parent) continue;
        if (v->parameter && !v->assigned && !v->captured) { /* stays where the caller's reference is */
            for (size_t k = 0; k < n->list.count; k++)
                if (n->list.items[k]->name == v->name) v->reg = (int)k;
        } else {
            v->reg = reg++;
        }
    }
    return reg;
}

/* Parameters that are assigned or captured move to a register, or a cell, of their own. */
static void prologue(struct compiler *c, const struct node *n)
{
    for (size_t i = 0; i < c->scope->count; i++) {
        struct variable *v = c->scope->variables[i];
        int argument = NOWHERE;
        for (size_t k = 0; v->parameter && k < n->list.count; k++)
            if (n->list.items[k]->name == v->name) argument = (int)k;
        if (v->captured) emit(c, OP_NEW_CELL, v->reg, argument == NOWHERE ? v->reg : argument, 0);
        else if (argument != NOWHERE && argument != v->reg) emit(c, OP_MOVE, v->reg, argument, 0);
        c->bound[i] = v->parameter;
    }
}

static struct code *finish(struct compiler *c)
{
    struct code *code = c->code;
    emit(c, OP_RETURN, constant(c, None), 0, 0);
    code->registers = code->first_temp + (unsigned)c->most_temps;
    code->constant = arena((code->constants + 1) * sizeof(value *));
    for (unsigned i = 0; i < code->constants; i++) code->constant[code->constants - 1 - i] = c->constants[i];
    return code;
}

static struct compiler begin(struct compiler *outer, struct vm *vm, struct scope *scope, const char *name)
{
    struct compiler c = {.outer = outer, .vm = vm, .scope = scope, .code = arena(sizeof *c.code), .borrowed = -1};
    c.code->name = c.code->qualified = name;
    c.prefix = "";
    c.caught = NOWHERE;
    /* a borrow that must be given back is no better than a load */
    c.first_borrow = lt_strategy_traits()->owed_borrow ? NOWHERE : 0;
    c.bound = arena(scope->count + 1);
    return c;
}

struct code *function_code(struct compiler *outer, struct node *n)
{
    struct compiler c = begin(outer, outer->vm, n->scope, n->name);
    c.code->qualified = joined(outer->prefix, n->name);
    c.prefix = joined(c.code->qualified, ".<locals>.");
    c.line = n->line;
    c.code->params = (unsigned)n->list.count;
    c.code->param_names = arena((n->list.count + 1) * sizeof(struct string *));
    for (size_t i = 0; i < n->list.count; i++) c.code->param_names[i] = symbol(n->list.items[i]->name);
    c.code->first_temp = (unsigned)place_variables(&c, n);
    prologue(&c, n);
    statements(&c, n->body);
    return finish(&c);
}

struct code *compile(struct vm *vm, const char *text)
{
    struct list_of module = parse(text);
    struct compiler c = begin(NULL, vm, scopes_of(module), "<module>");
    struct node none = {0};
    c.code->first_temp = (unsigned)place_variables(&c, &none);
    statements(&c, module);
    return finish(&c);
}
