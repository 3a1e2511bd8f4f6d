/* alloc.h: the allocation seam. Every byte that the library takes comes through here, so that the allocator is one build
 * option and running out of memory is one hook. */
#ifndef LT_LIB_ALLOC_H
#define LT_LIB_ALLOC_H

#include <stdbool.h>
#include <stddef.h>

void *lt_alloc(size_t bytes);                      /* aligned to 16; NULL when memory is exhausted */
void *lt_alloc_lines(size_t bytes);                /* aligned to 128 and zeroed; never given back */
void lt_dealloc(void *memory, size_t bytes);       /* bytes as allocated: sized free where there is one */
void lt_dealloc_unsized(void *memory);
size_t lt_alloc_size(void *memory);                /* at least what was asked for */
const char *lt_alloc_name(void);

#if LT_CHECKS
/* The checked build asks before each allocation; false makes it fail. NULL, the default: none fails. */
extern bool (*lt_allocation_hook)(size_t bytes);
#endif

#endif
