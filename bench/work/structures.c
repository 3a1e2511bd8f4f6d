/* structures.c: the workloads stack, queue, list, set, hash and double_link, for one strategy, LIFETIME_STRATEGY: the
 * structures of stress/ have names that are the same for all, so this file is compiled once per strategy. */
#include <lifetime/lifetime.h>

#include "workloads.h"

#include "common.h"

#include "structures.h"

#include "map.h"

#include "double_link.h"
#include "hash.h"
#include "list.h"
#include "queue.h"
#include "set.h"
#include "stack.h"
