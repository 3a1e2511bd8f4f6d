/* testing.c: where the named points of a test build lead. */
#include <lifetime/testing.h>
#include <stddef.h>

#if LT_POINTS
void (*lt_at_point)(const char *name) = NULL;
#endif
