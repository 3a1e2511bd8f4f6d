/* scope.h: where each name lives. */
#ifndef POCKET_SCOPE_H
#define POCKET_SCOPE_H

#include <stdbool.h>

#include "tree.h"

struct variable {
    const char *name;
    bool parameter, assigned, captured, from_outside, global;
    int reg;    /* of its value, or of its cell if captured or from_outside */
};

struct scope {
    struct scope *parent; /* the enclosing function; NULL in the module */
    struct variable **variables;
    size_t count;
};

/* Gives every function its scope. Comprehensions' variables get names of their own, in the tree. */
struct scope *scopes_of(struct list_of module);
struct variable *variable_of(struct scope *, const char *name);

#endif
