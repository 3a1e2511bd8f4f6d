/* alloc.h: the allocation seam. Every byte that the library takes comes through here, so that the allocator is one build
 * option and running out of memory is one hook. Inline, because creation is mostly this. */
#ifndef LT_LIB_ALLOC_H
#define LT_LIB_ALLOC_H

#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>

#if LT_CHECKS || LT_POINTS
/* The checked build and that for stress ask before each allocation; false makes it fail. NULL, the default: none fails. */
extern bool (*lt_allocation_hook)(size_t bytes);
static inline bool lt_alloc_refused(size_t bytes) { return lt_allocation_hook && !lt_allocation_hook(bytes); }
#else
static inline bool lt_alloc_refused(size_t bytes) { return (void)bytes, false; }
#endif

__attribute__((visibility("hidden"))) void *lt_alloc_lines(size_t bytes); /* aligned to 128 and zeroed; given back by free() */

/* Four functions and a name, per allocator: take and give memory, knowing its size or not. A test build may have its own, with
 * a fifth for lt_alloc_lines. */

#ifdef LT_ALLOCATOR
#include LT_ALLOCATOR

#elif LT_ALLOC_JEMALLOC
#include <jemalloc/jemalloc.h>
#define LT_ALLOC_NAME "jemalloc"
#pragma GCC visibility push(hidden)
extern void *(*lt_jemalloc_take)(size_t); /* alloc.c */
extern void (*lt_jemalloc_give)(void *);
#pragma GCC visibility pop
static inline void *lt_take(size_t bytes) { return lt_jemalloc_take(bytes); }
static inline void lt_dealloc(void *memory, size_t bytes)
{
    (void)bytes; /* sdallocx is the slower one: alloc.c */
    lt_jemalloc_give(memory);
}
static inline void lt_dealloc_unsized(void *memory) { lt_jemalloc_give(memory); }
static inline size_t lt_alloc_size(void *memory) { return sallocx(memory, 0); }

#elif LT_ALLOC_MIMALLOC
#include <mimalloc.h>
#define LT_ALLOC_NAME "mimalloc"
static inline void *lt_take(size_t bytes) { return mi_malloc(bytes); }
static inline void lt_dealloc(void *memory, size_t bytes) { mi_free_size(memory, bytes); }
static inline void lt_dealloc_unsized(void *memory) { mi_free(memory); }
static inline size_t lt_alloc_size(void *memory) { return mi_usable_size(memory); }

#else
#include <malloc.h>
#define LT_ALLOC_NAME "system"
static inline void *lt_take(size_t bytes) { return malloc(bytes); }
static inline void lt_dealloc(void *memory, size_t bytes)
{
    (void)bytes;
    free(memory);
}
static inline void lt_dealloc_unsized(void *memory) { free(memory); }
static inline size_t lt_alloc_size(void *memory) { return malloc_usable_size(memory); }
#endif

#ifndef LT_ALLOCATOR
static inline void *lt_take_lines(size_t line, size_t bytes) { return aligned_alloc(line, bytes); }
#endif

/* Aligned to 16; NULL with errno = ENOMEM when memory is exhausted. */
static inline void *lt_alloc(size_t bytes)
{
    void *memory = lt_alloc_refused(bytes) ? NULL : lt_take(bytes);
    if (__builtin_expect(!memory, 0)) errno = ENOMEM;
    return memory;
}

#endif
