/* modules.h: how a module is made. */
#ifndef POCKET_MODULES_H
#define POCKET_MODULES_H

#include "objects.h"

value *module_of(struct vm *, const char *name, struct builtin *functions, struct member *others);
void modules_begin(struct vm *, int argc, char **argv);
void random_begin(struct vm *);
void threading_begin(struct vm *);

#endif
