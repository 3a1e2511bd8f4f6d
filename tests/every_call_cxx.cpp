// every_call_cxx.cpp: the whole header in C++17, and its use from a thread_local object's destructor.
#include <criterion/criterion.h>
#include <lifetime/types.h>

#include <cstdlib>
#include <thread>

#include "harness.h"

struct pair {
    lt_object header;
    lt_slot slot;
    pair *ref;
    lt_weak weak;
};

#define LT_CLIENT "every_call.h"
#include <lifetime/foreach_strategy.h>

#define RUN(strategy) \
    Test(header_in_cxx17, strategy, .timeout = PATIENCE) { every_call_##strategy(); }
LT_FOREACH_STRATEGY(RUN)

#define LT_CLIENT "thread_local.h"
#include <lifetime/foreach_strategy.h>

#define RUN_THREAD_LOCAL(strategy) \
    Test(thread_local_destructor, strategy, .timeout = PATIENCE) { thread_local_client_##strategy(); }
LT_FOREACH_STRATEGY(RUN_THREAD_LOCAL)
