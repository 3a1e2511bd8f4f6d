/* alloc.c: what of the allocation seam need not be inline. */
#include "alloc.h"

#include <string.h>

#if LT_CHECKS || LT_POINTS
bool (*lt_allocation_hook)(size_t bytes);
#endif

#if LT_ALLOC_JEMALLOC
#include <dlfcn.h>
/* mallocx and sdallocx have no fast paths in jemalloc 5; its malloc and free have, and the pair takes three fifths of the time.
 * But the names malloc and free may belong to another allocator in this process (that depends on the order in which libraries
 * were loaded), so jemalloc is asked for its own. */
static void *take_x(size_t bytes) { return mallocx(bytes, 0); }
static void give_x(void *memory) { dallocx(memory, 0); }
void *(*lt_jemalloc_take)(size_t) = take_x;
void (*lt_jemalloc_give)(void *) = give_x;

__attribute__((constructor)) static void choose(void)
{
    void *jemalloc = dlopen("libjemalloc.so.2", RTLD_LAZY | RTLD_NOLOAD);
    void *take = jemalloc ? dlsym(jemalloc, "malloc") : NULL, *give = jemalloc ? dlsym(jemalloc, "free") : NULL;
    if (!take || !give) return;
    memcpy(&lt_jemalloc_take, &take, sizeof take); /* ISO C has no conversion from void * to a function */
    memcpy(&lt_jemalloc_give, &give, sizeof give);
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
