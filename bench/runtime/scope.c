/* scope.c: where each name lives: first what each function assigns, then whom the others mean. */
#include "scope.h"

#include <stdio.h>
#include <string.h>

#include "arena.h"

/* How deep a tree may be: what walks it here, and the compiler after us, goes by recursion. */
enum { DEEPEST = 1000 };
static int depth;

static void deeper(const struct node *n)
{
    if (++depth > DEEPEST) syntax_error(n->line, "an expression or statement with too many parts");
}

struct rename { struct rename *outer; const char *from, *to; };

static void uses(struct scope *s, struct node *n, struct rename *renames);

struct variable *variable_of(struct scope *s, const char *name)
{
    for (size_t i = 0; i < s->count; i++)
        if (s->variables[i]->name == name) return s->variables[i];
    return NULL;
}

static struct variable *declare(struct scope *s, const char *name)
{
    struct variable *v = variable_of(s, name);
    if (v) return v;
    v = arena(sizeof *v);
    v->name = name;
    s->variables = grown(s->variables, s->count, sizeof *s->variables);
    return s->variables[s->count++] = v;
}

static void assigned(struct scope *s, const char *name) { declare(s, name)->assigned = true; }

static void targets(struct scope *s, const struct node *n)
{
    if (n->kind == E_NAME) assigned(s, n->name);
    if (n->kind == E_TUPLE || n->kind == E_LIST)
        for (size_t i = 0; i < n->list.count; i++) targets(s, n->list.items[i]);
}

static void each(struct scope *s, const struct list_of *list, void (*f)(struct scope *, struct node *))
{
    for (size_t i = 0; i < list->count; i++) f(s, list->items[i]);
}

/* What the statement assigns, in the function that it is in. */
static void assigns(struct scope *s, struct node *n)
{
    switch (n->kind) {
    case S_ASSIGN:
    case S_DELETE:
        for (size_t i = 0; i < n->list.count; i++) targets(s, n->list.items[i]);
        break;
    case S_AUGMENT:
    case S_FOR: targets(s, n->a); break;
    case S_DEF:
    case S_CLASS:
    case S_IMPORT: assigned(s, n->name); return;
    case S_FROM:
        for (size_t i = 0; i < n->list.count; i++) assigned(s, n->list.items[i]->name);
        return;
    case S_EXCEPT:
        if (n->name) assigned(s, n->name);
        break;
    case S_GLOBAL:
    case S_NONLOCAL:
        for (size_t i = 0; i < n->list.count; i++) {
            struct variable *v = declare(s, n->list.items[i]->name);
            if (v->parameter) syntax_error(n->line, "name '%s' is parameter and global or nonlocal", v->name);
            if (v->assigned)
                syntax_error(n->line, "name '%s' is assigned to before global or nonlocal declaration", v->name);
            if (!s->parent && n->kind == S_NONLOCAL)
                syntax_error(n->line, "nonlocal declaration not allowed at module level");
            if (n->kind == S_GLOBAL) v->global = true;
            else v->from_outside = true;
        }
        return;
    default: break;
    }
    deeper(n);
    each(s, &n->body, assigns);
    each(s, &n->other, assigns);
    each(s, &n->final, assigns);
    if (n->kind == S_TRY) each(s, &n->list, assigns);
    depth--;
}

/* The variable of an enclosing function, as one of this function; or NULL: it is global. */
static struct variable *outside(struct scope *s, const char *name)
{
    if (!s->parent || !s->parent->parent) return NULL;
    struct variable *v = variable_of(s->parent, name);
    if (v ? v->global : !(v = outside(s->parent, name))) return NULL;
    if (!v->from_outside) v->captured = true;
    struct variable *here = declare(s, name);
    here->from_outside = true;
    return here;
}

static void function(struct scope *parent, struct node *n, struct rename *renames)
{
    struct scope *s = n->scope = arena(sizeof *s);
    s->parent = parent;
    for (size_t i = 0; i < n->list.count; i++) {
        struct node *parameter = n->list.items[i];
        if (variable_of(s, parameter->name)) syntax_error(n->line, "duplicate argument '%s' in function definition",
            parameter->name);
        declare(s, parameter->name)->parameter = true;
        if (parameter->a) uses(parent, parameter->a, renames);
    }
    each(s, &n->body, assigns);
    for (size_t i = 0; i < s->count; i++)
        if (s->variables[i]->from_outside && !outside(s, s->variables[i]->name))
            syntax_error(n->line, "no binding for nonlocal '%s' found", s->variables[i]->name);
    for (size_t i = 0; i < n->body.count; i++) uses(s, n->body.items[i], n->kind == E_LAMBDA ? renames : NULL);
}

static void comprehension(struct scope *s, struct node *n, struct rename *renames)
{
    for (size_t i = 0; i < n->list.count; i++) {
        struct node *clause = n->list.items[i];
        uses(s, clause->b, renames);
        struct list_of one = {&clause->a, 1}, *all = clause->a->kind == E_NAME ? &one : &clause->a->list;
        for (size_t k = 0; k < all->count; k++) {
            if (all->items[k]->kind != E_NAME) unsupported(n->line, "this target in a comprehension");
            struct rename *rename = arena(sizeof *rename);
            size_t room = strlen(all->items[k]->name) + 16;
            char *text = arena(room);
            int length = snprintf(text, room, "%s:%d", all->items[k]->name, n->line);
            *rename = (struct rename){renames, all->items[k]->name, intern(text, (size_t)length)};
            renames = rename;
            all->items[k]->name = rename->to;
            assigned(s, rename->to);
        }
        for (size_t k = 0; k < clause->list.count; k++) uses(s, clause->list.items[k], renames);
    }
    uses(s, n->a, renames);
}

static void uses(struct scope *s, struct node *n, struct rename *renames)
{
    if (!n) return;
    switch (n->kind) {
    case S_DEF:
    case E_LAMBDA: function(s, n, renames); return;
    case E_LISTCOMP: comprehension(s, n, renames); return;
    case S_IMPORT:
    case S_FROM:
    case S_GLOBAL:
    case S_NONLOCAL: return;
    case E_NAME:
        for (struct rename *r = renames; r; r = r->outer)
            if (r->from == n->name) {
                n->name = r->to;
                break;
            }
        if (s->parent && !variable_of(s, n->name)) outside(s, n->name);
        return;
    default: break;
    }
    deeper(n);
    uses(s, n->a, renames);
    uses(s, n->b, renames);
    uses(s, n->c, renames);
    const struct list_of *lists[] = {&n->list, &n->body, &n->other, &n->final};
    for (size_t l = 0; l < 4; l++)
        for (size_t i = 0; i < lists[l]->count; i++) uses(s, lists[l]->items[i], renames);
    depth--;
}

struct scope *scopes_of(struct list_of module)
{
    struct scope *s = arena(sizeof *s);
    each(s, &module, assigns);
    for (size_t i = 0; i < module.count; i++) uses(s, module.items[i], NULL);
    return s;
}
