/* entries.c: see entries.h. A new workload is a word in work/workloads.h, a new peer a line or two here. */
#include "entries.h"

#include <lifetime/strategies.h>

#define EACH_PEER(X) \
    X(pair, fetch_add) X(pair, cas) X(shared_pair, fetch_add) X(shared_pair, cas) X(increment, fetch_add) \
    X(increment, cas) X(new_drop, malloc_free)
#define EACH_URCU(X) X(section, urcu_memb) X(section, urcu_qsbr)

#define DECLARE(workload, contestant) extern const struct bench_entry bench_##workload##_##contestant;
#define DECLARE_STRATEGY(strategy) BENCH_FOREACH_WORKLOAD(DECLARE, strategy)
LT_FOREACH_STRATEGY(DECLARE_STRATEGY)
EACH_PEER(DECLARE)
#if BENCH_URCU
EACH_URCU(DECLARE)
#endif

#define ADDRESS(workload, contestant) &bench_##workload##_##contestant,
#define ADDRESS_STRATEGY(strategy) BENCH_FOREACH_WORKLOAD(ADDRESS, strategy)
const struct bench_entry *const bench_entries[] = {
    LT_FOREACH_STRATEGY(ADDRESS_STRATEGY)
    EACH_PEER(ADDRESS)
#if BENCH_URCU
    EACH_URCU(ADDRESS)
#endif
    NULL,
};

#define WORKLOAD(name, with) &bench_##name,
const struct bench_workload *const bench_workloads[] = {BENCH_FOREACH_WORKLOAD(WORKLOAD, ) NULL};

#define ABSENT(workload, contestant) {#contestant, #workload, "built without liburcu (Debian: liburcu-dev)"},
const struct bench_absence bench_absent[] = {
#if !BENCH_URCU
    EACH_URCU(ABSENT)
#endif
    {0},
};
