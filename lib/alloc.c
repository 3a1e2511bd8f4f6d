/* alloc.c: one of three allocators behind alloc.h, chosen by the build option `allocator`. */
#include "alloc.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#if LT_CHECKS
bool (*lt_allocation_hook)(size_t bytes);
static bool refused(size_t bytes) { return lt_allocation_hook && !lt_allocation_hook(bytes); }
#else
static bool refused(size_t bytes)
{
    (void)bytes;
    return false;
}
#endif

#if LT_ALLOC_JEMALLOC
#include <jemalloc/jemalloc.h>
static void *take(size_t bytes) { return mallocx(bytes, 0); }
static void give(void *memory, size_t bytes) { sdallocx(memory, bytes, 0); }
static void give_unsized(void *memory) { dallocx(memory, 0); }
static size_t size_of(void *memory) { return sallocx(memory, 0); }
const char *lt_alloc_name(void) { return "jemalloc"; }

#elif LT_ALLOC_MIMALLOC
#include <mimalloc.h>
static void *take(size_t bytes) { return mi_malloc(bytes); }
static void give(void *memory, size_t bytes) { mi_free_size(memory, bytes); }
static void give_unsized(void *memory) { mi_free(memory); }
static size_t size_of(void *memory) { return mi_usable_size(memory); }
const char *lt_alloc_name(void) { return "mimalloc"; }

#else
#include <malloc.h>
static void *take(size_t bytes) { return malloc(bytes); }
static void give(void *memory, size_t bytes)
{
    (void)bytes;
    free(memory);
}
static void give_unsized(void *memory) { free(memory); }
static size_t size_of(void *memory) { return malloc_usable_size(memory); }
const char *lt_alloc_name(void) { return "system"; }
#endif

void *lt_alloc(size_t bytes)
{
    void *memory = refused(bytes) ? NULL : take(bytes);
    if (!memory) errno = ENOMEM;
    return memory;
}

void *lt_alloc_lines(size_t bytes)
{
    const size_t line = 128;
    bytes = (bytes + line - 1) / line * line;
    void *memory = refused(bytes) ? NULL : aligned_alloc(line, bytes);
    if (memory) memset(memory, 0, bytes);
    else errno = ENOMEM;
    return memory;
}

void lt_dealloc(void *memory, size_t bytes) { give(memory, bytes); }
void lt_dealloc_unsized(void *memory) { give_unsized(memory); }
size_t lt_alloc_size(void *memory) { return size_of(memory); }
