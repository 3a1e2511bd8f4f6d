/* arena.h: memory that is never given back: names, syntax trees, code. Running out of it ends the program. */
#ifndef POCKET_ARENA_H
#define POCKET_ARENA_H

#include <stddef.h>

void *arena(size_t bytes); /* zeroed */
const char *intern(const char *text, size_t bytes); /* equal texts have equal addresses */
const char *name_of(const char *text);

/* An array that grows: room for one more at the end. */
void *grown(void *array, size_t count, size_t size);

#endif
