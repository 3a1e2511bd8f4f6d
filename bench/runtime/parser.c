/* parser.c: from tokens to a tree, by recursive descent; one function per rule of Python's grammar. */
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "arena.h"
#include "tree.h"

enum { NESTING = 200 };

struct parser { const struct token *at; int nesting; };

static struct node *expression(struct parser *);
static struct node *or_test(struct parser *);
static struct node *test_list(struct parser *);
static struct node *primary(struct parser *);
static struct list_of block(struct parser *);

static void deeper(struct parser *p)
{
    if (++p->nesting > NESTING) syntax_error(p->at->line, "too many nested expressions or blocks");
}

static struct node *make(enum node_kind kind, int line)
{
    struct node *n = arena(sizeof *n);
    n->kind = kind;
    n->line = line;
    return n;
}

static void append(struct list_of *list, struct node *n)
{
    list->items = grown(list->items, list->count, sizeof *list->items);
    list->items[list->count++] = n;
}

static bool is(const struct parser *p, const char *text)
{
    return (p->at->kind == OPERATOR || p->at->kind == NAME) && !strcmp(p->at->text, text);
}

static bool take(struct parser *p, const char *text)
{
    bool yes = is(p, text);
    p->at += yes;
    return yes;
}

static _Noreturn void wrong(const struct parser *p)
{
    static const char *const words[] = {"yield", "async", "await", "match", "lambda", "nonlocal"};
    for (size_t i = 0; i < 4; i++)
        if (is(p, words[i])) unsupported(p->at->line, words[i]);
    if (is(p, "@") || is(p, ":=") || is(p, "*") || is(p, "**") || is(p, "...")) {
        char construct[20];
        snprintf(construct, sizeof construct, "'%s' here", p->at->text);
        unsupported(p->at->line, construct);
    }
    if (p->at->kind == INDENT) syntax_error(p->at->line, "unexpected indent");
    syntax_error(p->at->line, "invalid syntax");
}

static void expect(struct parser *p, const char *text)
{
    if (take(p, text)) return;
    if (p->at->kind == NEWLINE || p->at->kind == END) syntax_error(p->at->line, "expected '%s'", text);
    wrong(p);
}

static bool keyword(const char *name)
{
    static const char *const all[] = {
        "False", "None", "True", "and", "as", "assert", "async", "await", "break", "class", "continue", "def", "del",
            "elif",
        "else", "except", "finally", "for", "from", "global", "if", "import", "in", "is", "lambda", "nonlocal", "not",
            "or",
        "pass", "raise", "return", "try", "while", "with", "yield",
    };
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        if (!strcmp(name, all[i])) return true;
    return false;
}

static const char *identifier(struct parser *p)
{
    if (p->at->kind != NAME || keyword(p->at->text)) wrong(p);
    return p->at++->text;
}

static struct node *text_node(const char *text, size_t bytes, int line)
{
    struct node *n = make(E_STR, line);
    n->name = text;
    n->bytes = bytes;
    return n;
}

/* ---- f-strings ---- */

static struct node *fstring(const char *s, size_t bytes, int line, bool specification);

/* Behind an opening brace: the end of the expression, at '!', ':' or '}' outside brackets and quotes. */
static const char *field_end(const char *s, const char *end)
{
    for (int depth = 0; s < end; s++) {
        if (*s == '\'' || *s == '"') {
            const char *close = memchr(s + 1, *s, (size_t)(end - s - 1));
            if (!close) return end;
            s = close;
        } else if (strchr("([{", *s)) {
            depth++;
        } else if (depth == 0 && (*s == '}' || *s == ':' || (*s == '!' && s[1] != '='))) {
            return s;
        } else if (strchr(")]}", *s)) {
            depth--;
        }
    }
    return end;
}

static struct node *field(const char **at, const char *end, int line)
{
    const char *begin = *at, *s = field_end(begin, end);
    struct node *n = make(E_FORMAT, line);
    if (s > begin && s[-1] == '=' && !strchr("=!<>", s[-2])) unsupported(line, "'=' in an f-string");
    struct parser inner = {.at = tokens_of(intern(begin, (size_t)(s - begin)), line, 1)};
    n->a = test_list(&inner);
    if (inner.at->kind != END) wrong(&inner);
    if (s < end && *s == '!') {
        n->op = s[1];
        s += 2;
        if (n->op != 'r' && n->op != 's') unsupported(line, "this conversion in an f-string");
    }
    if (s < end && *s == ':') {
        const char *specification = ++s;
        for (int depth = 0; s < end && (depth || *s != '}'); s++) depth += (*s == '{') - (*s == '}');
        n->b = fstring(specification, (size_t)(s - specification), line, true);
    }
    if (s >= end || *s != '}') syntax_error(line, "f-string: expecting '}'");
    *at = s + 1;
    return n;
}

static struct node *fstring(const char *s, size_t bytes, int line, bool specification)
{
    struct node *all = make(E_FSTRING, line);
    const char *end = s + bytes;
    char *literal = arena(bytes + 1);
    size_t n = 0;
    while (s <= end) {
        bool brace = s < end && (*s == '{' || *s == '}'), twice = brace && s + 1 < end && s[1] == *s && !specification;
        if (s == end || (brace && !twice)) {
            size_t length;
            if (n) {
                const char *text = unescape(intern(literal, n), n, line, &length);
                append(&all->list, text_node(text, length, line));
            }
            n = 0;
            if (s == end) break;
            if (*s++ == '}') syntax_error(line, "f-string: single '}' is not allowed");
            append(&all->list, field(&s, end, line));
        } else {
            literal[n++] = *s;
            s += 1 + twice;
        }
    }
    return all;
}

/* ---- Expressions ---- */

static struct node *strings(struct parser *p)
{
    int line = p->at->line;
    struct node *all = make(E_FSTRING, line);
    for (; p->at->kind == STRING || p->at->kind == FSTRING; p->at++) {
        if (p->at->kind == STRING) {
            append(&all->list, text_node(p->at->text, p->at->bytes, line));
            continue;
        }
        struct node *f = fstring(p->at->text, p->at->bytes, p->at->line, false);
        for (size_t i = 0; i < f->list.count; i++) append(&all->list, f->list.items[i]);
    }
    size_t bytes = 0;
    for (size_t i = 0; i < all->list.count; i++) {
        if (all->list.items[i]->kind != E_STR) return all;
        bytes += all->list.items[i]->bytes;
    }
    char *joined = arena(bytes + 1), *end = joined;
    for (size_t i = 0; i < all->list.count; i++) {
        memcpy(end, all->list.items[i]->name, all->list.items[i]->bytes);
        end += all->list.items[i]->bytes;
    }
    return text_node(joined, bytes, line);
}

static void check_target(const struct node *n)
{
    switch (n->kind) {
    case E_SUBSCRIPT:
        if (n->b->kind == E_SLICE) unsupported(n->line, "assignment to a slice");
        return;
    case E_NAME: case E_ATTRIBUTE: return;
    case E_TUPLE: case E_LIST:
        for (size_t i = 0; i < n->list.count; i++) check_target(n->list.items[i]);
        return;
    default: syntax_error(n->line, "cannot assign to this expression");
    }
}

/* Of a for, up to its "in". */
static struct node *targets(struct parser *p, int line)
{
    struct node *all = make(E_TUPLE, line);
    bool comma;
    do append(&all->list, primary(p));
    while ((comma = take(p, ",")) && !is(p, "in"));
    check_target(all);
    return all->list.count == 1 && !comma ? all->list.items[0] : all;
}

static struct node *comprehension(struct parser *p, struct node *element, int line)
{
    struct node *n = make(E_LISTCOMP, line);
    n->a = element;
    while (take(p, "for")) {
        struct node *clause = make(S_FOR, line);
        clause->a = targets(p, line);
        expect(p, "in");
        clause->b = or_test(p);
        while (take(p, "if")) append(&clause->list, or_test(p));
        append(&n->list, clause);
    }
    return n;
}

static struct node *display(struct parser *p, int line)
{
    if (take(p, "(")) {
        if (take(p, ")")) return make(E_TUPLE, line);
        struct node *n = test_list(p);
        if (is(p, "for")) unsupported(line, "a generator expression");
        expect(p, ")");
        return n;
    }
    if (take(p, "[")) {
        struct node *n = make(E_LIST, line);
        while (!take(p, "]")) {
            append(&n->list, expression(p));
            if (n->list.count == 1 && is(p, "for")) {
                n = comprehension(p, n->list.items[0], line);
                expect(p, "]");
                return n;
            }
            if (!is(p, "]")) expect(p, ",");
        }
        return n;
    }
    expect(p, "{");
    struct node *n = make(E_DICT, line);
    while (!take(p, "}")) {
        append(&n->list, expression(p));
        if (is(p, ",") || is(p, "}")) unsupported(line, "a set");
        expect(p, ":");
        append(&n->list, expression(p));
        if (is(p, "for")) unsupported(line, "a dict comprehension");
        if (!is(p, "}")) expect(p, ",");
    }
    return n;
}

static struct node *atom(struct parser *p)
{
    const struct token *t = p->at;
    struct node *n;
    switch (t->kind) {
    case INTEGER:
        p->at++;
        n = make(E_INT, t->line);
        n->integer = t->integer;
        return n;
    case REAL:
        p->at++;
        n = make(E_FLOAT, t->line);
        n->real = t->real;
        return n;
    case STRING:
    case FSTRING: return strings(p);
    case NAME:
        if (take(p, "None")) return make(E_NONE, t->line);
        if (take(p, "True")) return make(E_TRUE, t->line);
        if (take(p, "False")) return make(E_FALSE, t->line);
        n = make(E_NAME, t->line);
        n->name = identifier(p);
        return n;
    case OPERATOR:
        if (is(p, "(") || is(p, "[") || is(p, "{")) return display(p, t->line);
        wrong(p);
    default: wrong(p);
    }
}

static void arguments(struct parser *p, struct node *call)
{
    bool named = false;
    while (!take(p, ")")) {
        if (is(p, "*") || is(p, "**")) unsupported(p->at->line, "'*' in a call");
        struct node *argument;
        if (p->at->kind == NAME && p->at[1].kind == OPERATOR && !strcmp(p->at[1].text, "=")) {
            argument = make(E_KEYWORD, p->at->line);
            argument->name = identifier(p);
            p->at++;
            argument->a = expression(p);
            named = true;
        } else {
            if (named) syntax_error(p->at->line, "positional argument follows keyword argument");
            argument = expression(p);
            if (is(p, "for")) { /* a generator's consumer that is given a list sees the same values */
                argument = comprehension(p, argument, argument->line);
            }
        }
        append(&call->list, argument);
        if (!is(p, ")")) expect(p, ",");
    }
}

static struct node *subscript(struct parser *p)
{
    int line = p->at->line;
    struct node *first = is(p, ":") ? NULL : test_list(p);
    if (!take(p, ":")) return first;
    struct node *n = make(E_SLICE, line);
    n->a = first;
    if (!is(p, "]") && !is(p, ":")) n->b = expression(p);
    if (is(p, ":")) unsupported(line, "a slice with a step");
    return n;
}

static struct node *primary(struct parser *p)
{
    struct node *n = atom(p);
    for (;;) {
        struct node *outer;
        int line = p->at->line;
        if (take(p, ".")) {
            outer = make(E_ATTRIBUTE, line);
            outer->name = identifier(p);
        } else if (take(p, "(")) {
            outer = make(E_CALL, line);
            arguments(p, outer);
        } else if (take(p, "[")) {
            outer = make(E_SUBSCRIPT, line);
            outer->b = subscript(p);
            expect(p, "]");
        } else {
            return n;
        }
        outer->a = n;
        n = outer;
    }
}

static struct node *binary(enum node_kind kind, int op, struct node *a, struct node *b, int line)
{
    struct node *n = make(kind, line);
    n->op = op;
    n->a = a;
    n->b = b;
    return n;
}

static struct node *factor(struct parser *p)
{
    static const struct { const char *text; enum unary op; } all[] = {{"-", U_MINUS}, {"+", U_PLUS}, {"~", U_INVERT}};
    int line = p->at->line;
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        if (!take(p, all[i].text)) continue;
        deeper(p);
        struct node *n = binary(E_UNARY, (int)all[i].op, factor(p), NULL, line);
        p->nesting--;
        if (n->op == U_MINUS && n->a->kind == E_INT) n->a->integer = -n->a->integer, n = n->a;
        else if (n->op == U_MINUS && n->a->kind == E_FLOAT) n->a->real = -n->a->real, n = n->a;
        return n;
    }
    struct node *n = primary(p);
    if (take(p, "**")) {
        deeper(p);
        n = binary(E_BINARY, O_POW, n, factor(p), line);
        p->nesting--;
    }
    return n;
}

/* Operators of the same strength, from the left; the strongest last. */
static struct node *arithmetic(struct parser *p, int level)
{
    static const struct { const char *text; enum operation op; } levels[][6] = {
        {{"|", O_OR}}, {{"^", O_XOR}}, {{"&", O_AND}}, {{"<<", O_LEFT}, {">>", O_RIGHT}}, {{"+", O_ADD}, {"-", O_SUB}},
        {{"*", O_MUL}, {"/", O_DIV}, {"//", O_FLOOR}, {"%", O_MOD}},
    };
    if (level == sizeof levels / sizeof *levels) return factor(p);
    struct node *n = arithmetic(p, level + 1);
    for (int i = 0; i < 6 && levels[level][i].text;) {
        int line = p->at->line;
        if (take(p, levels[level][i].text)) {
            n = binary(E_BINARY, (int)levels[level][i].op, n, arithmetic(p, level + 1), line);
            i = 0;
        } else {
            i++;
        }
    }
    return n;
}

static int comparison_operator(struct parser *p)
{
    static const struct { const char *text; enum comparison op; } all[] = {
        {"<", C_LT}, {"<=", C_LE}, {"==", C_EQ}, {"!=", C_NE}, {">", C_GT}, {">=", C_GE}, {"in", C_IN},
    };
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        if (take(p, all[i].text)) return (int)all[i].op;
    if (take(p, "is")) return take(p, "not") ? C_IS_NOT : C_IS;
    if (is(p, "not") && p->at[1].kind == NAME && !strcmp(p->at[1].text, "in")) {
        p->at += 2;
        return C_NOT_IN;
    }
    return -1;
}

static struct node *comparison(struct parser *p)
{
    struct node *first = arithmetic(p, 0), *chain = NULL;
    for (;;) {
        int line = p->at->line, op = comparison_operator(p);
        if (op < 0) break;
        if (!chain) {
            chain = make(E_CHAIN, line);
            chain->a = first;
        }
        append(&chain->list, binary(E_COMPARE, op, NULL, arithmetic(p, 0), line));
    }
    if (!chain) return first;
    if (chain->list.count > 1) return chain;
    struct node *only = chain->list.items[0];
    only->a = first;
    return only;
}

static struct node *not_test(struct parser *p)
{
    int line = p->at->line;
    if (!take(p, "not")) return comparison(p);
    deeper(p);
    struct node *n = binary(E_UNARY, U_NOT, not_test(p), NULL, line);
    p->nesting--;
    return n;
}

static struct node *and_test(struct parser *p)
{
    struct node *n = not_test(p);
    for (int line = p->at->line; take(p, "and"); line = p->at->line) n = binary(E_AND, 0, n, not_test(p), line);
    return n;
}

static struct node *or_test(struct parser *p)
{
    struct node *n = and_test(p);
    for (int line = p->at->line; take(p, "or"); line = p->at->line) n = binary(E_OR, 0, n, and_test(p), line);
    return n;
}

static void parameters(struct parser *p, struct node *function, const char *end)
{
    bool defaults = false;
    while (!is(p, end)) {
        if (is(p, "*") || is(p, "**") || is(p, "/")) unsupported(p->at->line, "this kind of parameter");
        struct node *n = make(E_NAME, p->at->line);
        n->name = identifier(p);
        if (*end == ')' && take(p, ":")) expression(p); /* annotations mean nothing */
        if (take(p, "=")) n->a = expression(p);
        else if (defaults) syntax_error(n->line, "non-default argument follows default argument");
        defaults = n->a != NULL;
        append(&function->list, n);
        if (!is(p, end)) expect(p, ",");
    }
    expect(p, end);
}

static struct node *expression(struct parser *p)
{
    int line = p->at->line;
    deeper(p);
    struct node *n;
    if (take(p, "lambda")) {
        n = make(E_LAMBDA, line);
        n->name = name_of("<lambda>");
        parameters(p, n, ":");
        append(&n->body, binary(S_RETURN, 0, expression(p), NULL, line));
    } else {
        n = or_test(p);
        if (take(p, "if")) {
            n = binary(E_CONDITIONAL, 0, n, or_test(p), line);
            expect(p, "else");
            n->c = expression(p);
        }
    }
    p->nesting--;
    return n;
}

static struct node *test_list(struct parser *p)
{
    struct node *first = expression(p);
    if (!is(p, ",")) return first;
    struct node *n = make(E_TUPLE, first->line);
    append(&n->list, first);
    while (take(p, ",")) {
        if (p->at->kind == NEWLINE || p->at->kind == END || is(p, ")") || is(p, "=") || is(p, "]")) break;
        append(&n->list, expression(p));
    }
    return n;
}

/* ---- Statements ---- */

static struct node *names(struct parser *p, enum node_kind kind)
{
    struct node *n = make(kind, p->at->line);
    do {
        struct node *one = make(E_NAME, p->at->line);
        one->name = identifier(p);
        append(&n->list, one);
    } while (take(p, ","));
    return n;
}

static struct node *import(struct parser *p, int line, bool from)
{
    struct node *n = make(from ? S_FROM : S_IMPORT, line);
    n->name = identifier(p);
    if (is(p, ".")) unsupported(line, "a package");
    if (from) {
        expect(p, "import");
        if (is(p, "*")) unsupported(line, "import *");
        n->list = names(p, S_FROM)->list;
    }
    if (is(p, "as") || is(p, ",")) unsupported(line, from ? "'as' in an import"
        : "'as' or a second module in an import");
    return n;
}

static struct node *assignment(struct parser *p, int line)
{
    static const struct { const char *text; enum operation op; } augmented[] = {
        {"+=", O_ADD}, {"-=", O_SUB}, {"*=", O_MUL}, {"/=", O_DIV}, {"//=", O_FLOOR}, {"%=", O_MOD}, {"**=", O_POW},
        {"&=", O_AND}, {"|=", O_OR}, {"^=", O_XOR}, {"<<=", O_LEFT}, {">>=", O_RIGHT},
    };
    struct node *first = test_list(p);
    for (size_t i = 0; i < sizeof augmented / sizeof *augmented; i++) {
        if (!take(p, augmented[i].text)) continue;
        check_target(first);
        return binary(S_AUGMENT, (int)augmented[i].op, first, test_list(p), line);
    }
    if (first->kind == E_NAME && take(p, ":")) { /* an annotation */
        expression(p);
        if (!is(p, "=")) return make(S_PASS, line);
    }
    if (!is(p, "=")) return binary(S_EXPRESSION, 0, first, NULL, line);
    struct node *n = make(S_ASSIGN, line);
    n->b = first;
    while (take(p, "=")) {
        check_target(n->b);
        append(&n->list, n->b);
        n->b = test_list(p);
    }
    return n;
}

static bool line_ends(const struct parser *p) { return p->at->kind == NEWLINE || is(p, ";"); }

static struct node *simple_statement(struct parser *p)
{
    int line = p->at->line;
    if (take(p, "pass")) return make(S_PASS, line);
    if (take(p, "break")) return make(S_BREAK, line);
    if (take(p, "continue")) return make(S_CONTINUE, line);
    if (take(p, "import")) return import(p, line, false);
    if (take(p, "from")) return import(p, line, true);
    if (take(p, "global")) return names(p, S_GLOBAL);
    if (take(p, "nonlocal")) return names(p, S_NONLOCAL);
    if (take(p, "return")) return binary(S_RETURN, 0, line_ends(p) ? NULL : test_list(p), NULL, line);
    if (take(p, "raise")) {
        struct node *n = binary(S_RAISE, 0, line_ends(p) ? NULL : expression(p), NULL, line);
        if (is(p, "from")) unsupported(line, "'from' in raise");
        return n;
    }
    if (take(p, "assert")) {
        struct node *n = binary(S_ASSERT, 0, expression(p), NULL, line);
        if (take(p, ",")) n->b = expression(p);
        return n;
    }
    if (take(p, "del")) {
        struct node *n = make(S_DELETE, line);
        do append(&n->list, primary(p));
        while (take(p, ","));
        return n;
    }
    return assignment(p, line);
}

static struct node *if_statement(struct parser *p, int line)
{
    struct node *first = NULL, *n = NULL;
    do {
        struct node *next = make(S_IF, line);
        if (n) append(&n->other, next);
        else first = next;
        n = next;
        n->a = expression(p);
        n->body = block(p);
        line = p->at->line;
    } while (take(p, "elif"));
    if (take(p, "else")) n->other = block(p);
    return first;
}

static struct node *try_statement(struct parser *p, int line)
{
    struct node *n = make(S_TRY, line);
    n->body = block(p);
    while (is(p, "except")) {
        struct node *handler = make(S_EXCEPT, p->at++->line);
        if (is(p, "*")) unsupported(handler->line, "except*");
        if (!is(p, ":")) handler->a = expression(p);
        if (take(p, "as")) handler->name = identifier(p);
        handler->body = block(p);
        append(&n->list, handler);
    }
    if (n->list.count && take(p, "else")) n->other = block(p);
    if (take(p, "finally")) n->final = block(p);
    else if (!n->list.count) syntax_error(line, "expected 'except' or 'finally' block");
    return n;
}

static struct node *for_statement(struct parser *p, int line)
{
    struct node *n = make(S_FOR, line);
    n->a = targets(p, line);
    expect(p, "in");
    n->b = test_list(p);
    n->body = block(p);
    if (take(p, "else")) n->other = block(p);
    return n;
}

static struct node *definition(struct parser *p, int line)
{
    struct node *n = make(S_DEF, line);
    n->name = identifier(p);
    expect(p, "(");
    parameters(p, n, ")");
    if (take(p, "->")) expression(p);
    n->body = block(p);
    return n;
}

static struct node *class_statement(struct parser *p, int line)
{
    struct node *n = make(S_CLASS, line);
    n->name = identifier(p);
    if (take(p, "(") && !take(p, ")")) {
        n->a = expression(p);
        if (is(p, ",")) unsupported(line, "a second base class");
        expect(p, ")");
    }
    n->body = block(p);
    return n;
}

static void statement(struct parser *p, struct list_of *out)
{
    int line = p->at->line;
    struct node *n = NULL;
    if (p->at->kind == NEWLINE && p->at++) return;
    if (p->at->kind == INDENT) wrong(p);
    if (take(p, "if")) n = if_statement(p, line);
    else if (take(p, "for")) n = for_statement(p, line);
    else if (take(p, "try")) n = try_statement(p, line);
    else if (take(p, "def")) n = definition(p, line);
    else if (take(p, "class")) n = class_statement(p, line);
    else if (take(p, "while")) {
        n = binary(S_WHILE, 0, expression(p), NULL, line);
        n->body = block(p);
        if (take(p, "else")) n->other = block(p);
    } else if (take(p, "with")) {
        n = binary(S_WITH, 0, expression(p), NULL, line);
        if (is(p, "as") || is(p, ",")) unsupported(line, "'as' or a second context in with");
        n->body = block(p);
    }
    if (n) {
        append(out, n);
        return;
    }
    do append(out, simple_statement(p));
    while (take(p, ";") && p->at->kind != NEWLINE);
    if (p->at->kind != NEWLINE) wrong(p);
    p->at++;
}

static struct list_of block(struct parser *p)
{
    struct list_of body = {0};
    deeper(p);
    expect(p, ":");
    if (p->at->kind != NEWLINE) {
        statement(p, &body);
    } else {
        p->at++;
        if (p->at->kind != INDENT) syntax_error(p->at->line, "expected an indented block");
        p->at++;
        while (p->at->kind != DEDENT && p->at->kind != END) statement(p, &body);
        p->at += p->at->kind == DEDENT;
    }
    p->nesting--;
    return body;
}

struct list_of parse(const char *text)
{
    struct parser p = {.at = tokens_of(text, 1, 0)};
    struct list_of body = {0};
    while (p.at->kind != END) statement(&p, &body);
    return body;
}
