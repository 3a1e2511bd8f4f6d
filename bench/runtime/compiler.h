/* compiler.h: what the compiler's files share: one struct for the function being compiled. */
#ifndef POCKET_COMPILER_H
#define POCKET_COMPILER_H

#include "code.h"
#include "scope.h"

enum { NOWHERE = -30000, MOST_REGISTERS = 4000 };

struct compiler {
    struct compiler *outer;
    struct vm *vm;
    struct scope *scope;
    struct code *code;
    int line;
    const char *prefix;    /* of the qualified names of what is defined here */
    int temps, most_temps; /* in use; ever */
    int borrowed;          /* borrow registers in use; -1: none may be */
    int first_borrow;
    bool *bound;           /* per variable: certainly has a value here */
    int caught;            /* the register of the exception being handled, or NOWHERE */
    struct guard *guards;  /* what a jump out of here passes: loops, finally, with */
    value **constants;
};

/* emit.c */
size_t here(const struct compiler *);
size_t emit(struct compiler *, enum opcode, int a, int b, int c);
void registers(struct compiler *, const int *list, size_t count);
size_t jump(struct compiler *, enum opcode, int a, int b); /* to be patched */
void patch(struct compiler *, size_t jump);                /* to here */
void patch_to(struct compiler *, size_t jump, size_t target);
int temp(struct compiler *);
int constant(struct compiler *, value *); /* takes over the reference */
int constant_name(struct compiler *, const char *);
int global_number(struct compiler *, const char *name);
bool is_temp(const struct compiler *, int reg);

/* expressions.c */
void into(struct compiler *, struct node *, int reg);
int operand(struct compiler *, struct node *); /* the register that has the value already, or a temporary */
size_t jump_unless(struct compiler *, struct node *); /* the jump that is taken if it is false */
size_t jump_if(struct compiler *, struct node *);
void store(struct compiler *, struct node *target, int reg); /* gives it away if it is a temporary */
void function_into(struct compiler *, struct node *, int reg);

/* compiler.c */
struct code *function_code(struct compiler *outer, struct node *);
void statements(struct compiler *, struct list_of);
size_t add_code(struct code *);

#endif
