/* vm.h: frames. */
#ifndef POCKET_VM_H
#define POCKET_VM_H

#include "code.h"
#include "objects.h"

enum { MOST_FRAMES = 1000, MOST_CALLS = 150, STACK_VALUES = 1 << 16 };

struct frame {
    const struct code *code;
    union word *ip;      /* where it goes on */
    value **base;
    value *function;     /* owned, or NULL */
    value *instance;     /* owned: what __init__ returns, or NULL */
    int reg;             /* of the caller, for the result */
    bool entry;          /* run() was called for it */
};

/* A new frame with its constants in place, or NULL after RecursionError. Arguments and cells are the caller's to
 * fill. */
struct frame *push(struct vm *, const struct code *, int reg);
void pop(struct vm *); /* drops what the frame owns */
struct frame *push_call(struct vm *, struct function *, const struct call *, int reg); /* any arguments */
bool is_function(struct vm *, const value *init); /* an __init__ */
value *call_value(struct vm *, value *callee, const struct call *); /* whatever it is, to its end */

static inline void push_cells(const struct frame *f, const struct function *function)
{
    for (uint32_t i = 0; i < function->cells; i++) f->base[f->code->params + i] = function->refs[i];
}

#endif
