/* code.h: what the compiler writes and the interpreter reads: a register machine.
 *
 * An instruction is one 64-bit word: an operation and three fields, registers unless said otherwise. Words of data
 * may follow: a cache, or registers, four to a word. A frame's registers, from its base:
 *
 *   -1, -2, …   the constants that the function uses, copied into every frame: an operand is an operand
 *   arguments   the caller's references
 *   cells       of enclosing functions; the function's references
 *   borrows     what slots gave for a moment: only where the strategy borrows for free, within one expression. They are
 *               ended together (lt_unborrow_all) by what comes next and ends borrows or ends with the frame;
 *               then as many owned registers, for what was made instead (a character of a string)
 *   locals      owned
 *   temporaries owned; what is in one is given away where it is stored, and else stays until it is overwritten
 */
#ifndef POCKET_CODE_H
#define POCKET_CODE_H

#include "value.h"

enum { BORROWS = 4, MOST_ARGUMENTS = 64 };

/* name(fields): off is relative to the next instruction and always in c. */
#define OPCODES(X) \
    X(ADD) X(SUB) X(MUL) X(DIV) X(FLOOR) X(MOD) X(POW) X(AND) X(OR) X(XOR) X(LEFT) X(RIGHT) X(ADD_TO) \
    /* a = b op c, as enum operation; and as enum comparison: */ \
    X(LT) X(LE) X(EQ) X(NE) X(GT) X(GE) X(IN) X(NOT_IN) X(IS) X(IS_NOT) \
    X(NEGATIVE) X(POSITIVE) X(INVERT) X(NOT) /* a = op b; as enum unary */ \
    X(MOVE)    /* a = b */ \
    X(STEAL)   /* a = b, b empty */ \
    X(CLEAR)   /* a empty */ \
    X(BOUND)   /* UnboundLocalError for name c if a is empty */ \
    X(JUMP) X(SAFEPOINT) /* off; nothing */ \
    X(JUMP_TRUE) X(JUMP_FALSE) /* a, off */ \
    X(JUMP_LT) X(JUMP_LE) X(JUMP_EQ) X(JUMP_NE) X(JUMP_GT) X(JUMP_GE)       /* a op b, off */ \
    X(UNLESS_LT) X(UNLESS_LE) X(UNLESS_EQ) X(UNLESS_NE) X(UNLESS_GT) X(UNLESS_GE) /* not a op b, off */ \
    X(ITERATE) /* a = iterator over b */ \
    X(FOR)     /* b = next of a, jump off; else go on. A safepoint */ \
    X(GLOBAL) X(BORROW_GLOBAL) /* a = global number b, name c */ \
    X(SET_GLOBAL) /* global number b = a; a empty: delete */ \
    X(CELL) X(SET_CELL) /* a = content of b, name c; content of b = a */ \
    X(NEW_CELL) /* a = cell with b, which may be empty */ \
    X(ITEM) X(BORROW_ITEM) /* a = b[c] */ \
    X(SET_ITEM) X(DELETE_ITEM) /* b[c] = a; del b[c] */ \
    X(ATTRIBUTE) X(BORROW_ATTRIBUTE) X(SET_ATTRIBUTE) /* a = b.c, b.c = a; cache */ \
    X(CALL)    /* a = b(c arguments); registers: names of keyword arguments, arguments */ \
    X(METHOD)  /* a = b.name(c arguments); cache; registers: name, names of keyword arguments, arguments */ \
    X(RETURN)  /* a */ \
    X(NEW_LIST) X(NEW_TUPLE) X(NEW_DICT) X(JOIN) /* a = of c registers, which follow; JOIN: strings to one */ \
    X(NEW_SLICE) /* a = b:c */ \
    X(FORMAT)  /* a = format(b, c), or by conversion: c is None or "r" or "s" as a register that follows */ \
    X(APPEND)  /* a.append(b) */ \
    X(UNPACK)  /* a into c registers, which follow */ \
    X(NEW_FUNCTION) /* a = function of code number b; c registers follow: cells, defaults */ \
    X(NEW_CLASS) /* a = class with plan number b; c registers follow: base or None, values */ \
    X(IMPORT) X(MEMBER) /* a = module named c; a = member c of module b */ \
    X(RAISE) X(RERAISE) /* a; RERAISE goes on with it */ \
    X(MATCHES) /* a = is exception b of class c */ \
    X(FAIL)    /* AssertionError with message a or, if c, without */

enum opcode {
#define X(name) OP_##name,
    OPCODES(X)
#undef X
    OPCODES_END
};

union word {
    struct { uint16_t op; int16_t a, b, c; } i;
    int16_t r[4];
    _Atomic uint64_t cache;
};

static inline unsigned words_for(unsigned registers) { return (registers + 3) / 4; }

struct handler { unsigned from, to, at; int reg; }; /* an exception between from and to goes to reg, and on at `at` */

struct code {
    const char *name, *qualified; /* as "area", and "Shape.area" */
    unsigned params, cells, first_owned, first_temp, registers, constants;
    struct string **param_names;
    value **constant; /* in the order of the frame: the last first */
    union word *words;
    int *lines;
    size_t count;
    struct handler *handlers; /* the inner before the outer */
    size_t handler_count;
    bool fixed; /* its function is a module's, and made once */
};

struct class_plan { const char *name; struct string **attrs, **fields; unsigned attr_count, field_count; };

extern struct code **codes;
extern struct class_plan *class_plans;
extern struct place *globals;
extern struct string **global_names;
extern size_t global_count;

struct code *compile(struct vm *, const char *text); /* the module's */

#endif
