/* nearest.h: for messages about a name that does not exist. */
#ifndef SUPPORT_NEAREST_H
#define SUPPORT_NEAREST_H

#include <stddef.h>

/* The one of `names` that takes the fewest edits to become `name`; NULL if there is none. */
const char *nearest_name(const char *name, const char *const *names, size_t count);

#endif
