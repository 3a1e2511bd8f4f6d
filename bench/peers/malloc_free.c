/* malloc_free.c: the floor of lt_new and lt_release: malloc and free of the same size, by the allocator of the process. */
#define BENCH_PEER malloc_free
#include "peer.h"

static inline void LT_FN(release)(void *o) { free(o); }

#include "../work/common.h"
#include "../work/new_drop.h"
