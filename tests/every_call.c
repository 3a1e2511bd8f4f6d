/* every_call.c: the whole header in C11, through foreach_strategy.h. */
#include <criterion/criterion.h>
#include <lifetime/types.h>

#include "harness.h"

struct pair {
    lt_object header;
    lt_slot slot;
    struct pair *ref;
    lt_weak weak;
};

#define LT_CLIENT "every_call.h"
#include <lifetime/foreach_strategy.h>

#define RUN(strategy) \
    Test(header_in_c11, strategy, .timeout = PATIENCE) { every_call_##strategy(); }
LT_FOREACH_STRATEGY(RUN)
