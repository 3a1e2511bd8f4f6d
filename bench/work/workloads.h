/* workloads.h: every workload by name: workloads.c's list, and what the texts need of each other's .c files. */
#ifndef BENCH_WORKLOADS_H
#define BENCH_WORKLOADS_H

#include "../bench.h"

#define BENCH_FOREACH_WORKLOAD(X, with) \
    X(pair, with) X(shared_pair, with) X(increment, with) X(section, with) X(slot, with) X(churn, with) X(new_drop, with) \
    X(handoff, with) X(stack, with) X(queue, with) X(list, with) X(hash, with) X(cascade, with) X(stall, with) \
    X(oversubscribed, with)

#define BENCH_DECLARE_WORKLOAD(name, with) extern const struct bench_workload bench_##name;
BENCH_FOREACH_WORKLOAD(BENCH_DECLARE_WORKLOAD, )
#undef BENCH_DECLARE_WORKLOAD

/* Operations in a batch: between two safepoints, and between two looks at the stop flag. */
enum { BENCH_BATCH = 1024, BENCH_SHORT_BATCH = 128 };

/* The kinds that variants tell apart. */
enum { PAIR_ONE = 0, PAIR_MANY = 1, PAIR_SHUFFLED = 2 };
enum { INCREMENT_OWNER = 0, INCREMENT_FOREIGN = 1 };
enum { SECTION_ENTER_LEAVE = 0, SECTION_SAFEPOINT = 1 };
enum { SLOT_BORROW = 0, SLOT_OWNED = 1 };
enum { STALL_RUNNING = 0, STALL_STOPPED = 2 /* added */ };
enum { HANDOFF_RING = 0, HANDOFF_RUNNING = 1, HANDOFF_BLOCKED = 2, HANDOFF_EXITED = 3 };
enum { CASCADE_LIST = 0, CASCADE_TREE = 1, CASCADE_BOUNDED = 2 /* added */ };

/* Two references, set when it is made. */
struct cascade_node {
    lt_object header;
    struct cascade_node *left, *right;
};
enum { CASCADE_STEP = 1000 };

/* A slot that shares its cache lines with nothing. */
struct bench_slot {
    lt_slot slot;
    char room[128 - sizeof(lt_slot)];
};

#endif
