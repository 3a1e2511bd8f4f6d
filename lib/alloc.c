/* alloc.c: what of the allocation seam need not be inline. */
#include "alloc.h"

#include <string.h>

#if LT_CHECKS
bool (*lt_allocation_hook)(size_t bytes);
#endif

#if LT_ALLOC_JEMALLOC
#include <dlfcn.h>
/* mallocx has no fast path in jemalloc 5; its malloc has, and takes little more than half the time. But the name malloc may
 * belong to another allocator in this process (that depends on the order in which libraries were loaded), so jemalloc is
 * asked for its own. */
static void *take_x(size_t bytes) { return mallocx(bytes, 0); }
void *(*lt_jemalloc)(size_t) = take_x;

__attribute__((constructor)) static void choose(void)
{
    void *jemalloc = dlopen("libjemalloc.so.2", RTLD_LAZY | RTLD_NOLOAD);
    void *found = jemalloc ? dlsym(jemalloc, "malloc") : NULL;
    if (found) memcpy(&lt_jemalloc, &found, sizeof found); /* ISO C has no conversion from void * to a function */
}
#endif

void *lt_alloc_lines(size_t bytes)
{
    const size_t line = 128;
    bytes = (bytes + line - 1) / line * line;
    void *memory = lt_alloc_refused(bytes) ? NULL : lt_take_lines(line, bytes);
    if (memory) memset(memory, 0, bytes);
    else errno = ENOMEM;
    return memory;
}
