/* nearest.h: for messages about a name that does not exist. */
#ifndef BENCH_NEAREST_H
#define BENCH_NEAREST_H

#include <stddef.h>

/* The one of `names` that takes the fewest edits to become `name`; NULL if there is none. */
const char *bench_nearest(const char *name, const char *const *names, size_t count);

#endif
