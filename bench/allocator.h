/* allocator.h: whose malloc this process has, and what that one counts. */
#ifndef BENCH_ALLOCATOR_H
#define BENCH_ALLOCATOR_H

#include <stdbool.h>
#include <stdint.h>

const char *bench_allocator(void);

/* Bytes that the process has from its allocator now, by that one's own count. False: it has none. */
bool bench_allocated(uint64_t *bytes);

#endif
