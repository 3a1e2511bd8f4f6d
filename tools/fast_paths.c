/* fast_paths.c: each fast path as a function of its own, once per strategy, for tools/fast-paths to count. */
#include <lifetime/lifetime.h>

#define LT_CLIENT "fast_paths_client.h"
#include <lifetime/foreach_strategy.h>
