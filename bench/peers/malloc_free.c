/* malloc_free.c: the floor of lt_new and lt_release, and of what is retired: malloc and free of the same size, by the allocator
 * of the process. In `churn` the object before is freed at once, for nobody reads. */
#define BENCH_PEER malloc_free
#include "peer.h"

static inline void LT_FN(release)(void *o) { free(o); }

static inline void LT_FN(slot_init)(lt_slot *slot, void *o) { lt_store64(&slot->word, (uint64_t)o, LT_RELEASE); }
static inline void LT_FN(slot_store)(lt_slot *slot, void *o) { free((void *)lt_swap64(&slot->word, (uint64_t)o, LT_ACQ_REL)); }

#include "../work/common.h"
#include "../work/churn.h"
#include "../work/new_drop.h"
