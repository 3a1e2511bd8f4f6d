/* structures.c: the workloads stack, queue, list, set and hash, for one strategy, LIFETIME_STRATEGY: the structures of stress/ have
 * names that are the same for all, so this file is compiled once per strategy. */
#include <lifetime/lifetime.h>

#include "workloads.h"

#include "common.h"

static void LT_NAME(structure_begin)(struct bench_worker *w)
{
    (void)w;
    LT_NAME(bench_register)();
}

static void LT_NAME(structure_end)(struct bench_worker *w)
{
    (void)w;
    lt_thread_unregister();
}

#include "map.h"

#include "hash.h"
#include "list.h"
#include "queue.h"
#include "set.h"
#include "stack.h"
