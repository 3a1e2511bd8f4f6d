/* tree.h: the syntax tree. */
#ifndef POCKET_TREE_H
#define POCKET_TREE_H

#include "source.h"

enum node_kind {
    /* expressions */
    E_NONE, E_TRUE, E_FALSE, E_INT, E_FLOAT, E_STR, E_NAME,
    E_FSTRING,   /* list: E_STR, E_FORMAT */
    E_FORMAT,    /* a: value, b: E_FSTRING specification or NULL, op: 'r', 's' or 0 */
    E_LIST, E_TUPLE,
    E_DICT,      /* list: key, value, key, value, … */
    E_LISTCOMP,  /* a: element, list: S_FOR clauses (a target, b iterable, list: conditions) */
    E_BINARY, E_COMPARE, E_AND, E_OR, /* a, b, op */
    E_CHAIN,     /* a < b < c …: a, list: E_COMPARE whose a is NULL */
    E_UNARY,     /* a, op */
    E_CALL,      /* a: callee, list: arguments; E_KEYWORD (name, a) last */
    E_KEYWORD, E_ATTRIBUTE, E_SUBSCRIPT, E_SLICE, E_CONDITIONAL, /* a if b else c */
    E_LAMBDA,    /* as S_DEF; body: one S_RETURN */
    /* statements */
    S_EXPRESSION, S_ASSIGN /* list: targets, b: value */, S_AUGMENT /* a op= b */, S_RETURN, S_IF /* a, body, other */,
    S_WHILE, S_FOR /* a in b: body, other */, S_BREAK, S_CONTINUE, S_PASS,
    S_DEF,       /* name, list: parameters (E_NAME, a: default), body */
    S_CLASS,     /* name, a: base, body */
    S_IMPORT /* name */, S_FROM /* name, list: names */, S_GLOBAL, S_NONLOCAL /* list: names */, S_RAISE, S_ASSERT,
        S_DELETE,
    S_TRY,       /* body, list: S_EXCEPT, other, final */
    S_EXCEPT,    /* a: class, name, body */
    S_WITH       /* a: context, body */
};

/* What E_BINARY, E_UNARY and S_AUGMENT do, and E_COMPARE, in the order of the opcodes (code.h). */
enum operation { O_ADD, O_SUB, O_MUL, O_DIV, O_FLOOR, O_MOD, O_POW, O_AND, O_OR, O_XOR, O_LEFT, O_RIGHT,
    O_ADD_TO }; /* +=, which extends a list in place */
enum comparison { C_LT, C_LE, C_EQ, C_NE, C_GT, C_GE, C_IN, C_NOT_IN, C_IS, C_IS_NOT };
enum unary { U_MINUS, U_PLUS, U_INVERT, U_NOT };

struct list_of { struct node **items; size_t count; };

struct node {
    enum node_kind kind;
    int line, op;
    struct node *a, *b, *c;
    struct list_of list, body, other, final;
    const char *name; /* interned; a string's content */
    size_t bytes;
    union { int64_t integer; double real; };
    struct scope *scope; /* of a function: scope.c */
};

struct list_of parse(const char *text);

#endif
