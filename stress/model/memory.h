/* memory.h: the allocator under the scheduler (LT_ALLOCATOR of lib/alloc.h). What is given back is overwritten by its
 * thread, so that ThreadSanitizer compares that with every other access. */
#ifndef MODEL_MEMORY_H
#define MODEL_MEMORY_H

#include <string.h>

#include "hooks.h"

#define LT_ALLOC_NAME "model"
static inline void *lt_take(size_t bytes) { return model_take(bytes, 16); }
static inline void *lt_take_lines(size_t line, size_t bytes) { return model_take(bytes, line); }
static inline void lt_dealloc_unsized(void *memory)
{
    model_begin_give(memory);
    memset(memory, 0xdb, model_size(memory));
    model_end_give(memory);
}
static inline void lt_dealloc(void *memory, size_t bytes)
{
    (void)bytes;
    lt_dealloc_unsized(memory);
}
static inline size_t lt_alloc_size(void *memory) { return model_size(memory); }

#endif
