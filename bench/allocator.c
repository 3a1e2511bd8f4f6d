#include "allocator.h"

#include <stddef.h>

int mallctl(const char *, void *, size_t *, void *, size_t) __attribute__((weak));
int mi_version(void) __attribute__((weak));

const char *bench_allocator(void) { return mallctl ? "jemalloc" : mi_version ? "mimalloc" : "system"; }

bool bench_allocated(uint64_t *bytes)
{
    uint64_t epoch = 1; /* any: writing it takes the statistics anew */
    size_t allocated, size = sizeof allocated;
    if (!mallctl || mallctl("epoch", NULL, NULL, &epoch, sizeof epoch)) return false;
    if (mallctl("stats.allocated", &allocated, &size, NULL, 0)) return false; /* built without statistics */
    *bytes = allocated;
    return true;
}
