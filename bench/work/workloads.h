/* workloads.h: every workload by name: workloads.c's list, and what the texts need of each other's .c files. */
#ifndef BENCH_WORKLOADS_H
#define BENCH_WORKLOADS_H

#include "../bench.h"

#define BENCH_FOREACH_WORKLOAD(X, with) \
    X(pair, with) X(shared_pair, with) X(weak, with) X(increment, with) X(section, with) X(slot, with) X(churn, with) X(new_drop, with) \
    X(handoff, with) X(stack, with) X(queue, with) X(list, with) X(hash, with) X(cascade, with) X(stall, with) \
    X(oversubscribed, with) X(lookup, with) X(set, with) X(stacks, with) X(ladder, with) X(queued, with) X(gcbench, with) \
    X(mix, with) X(collect, with) X(functional, with) X(freeing, with) X(double_link, with)

#define BENCH_DECLARE_WORKLOAD(name, with) extern const struct bench_workload bench_##name;
BENCH_FOREACH_WORKLOAD(BENCH_DECLARE_WORKLOAD, )
#undef BENCH_DECLARE_WORKLOAD

/* Operations in a batch: between two safepoints, and between two looks at the stop flag. */
enum { BENCH_BATCH = 1024, BENCH_SHORT_BATCH = 128 };

/* The kinds that variants tell apart. */
enum { PAIR_ONE = 0, PAIR_MANY = 1, PAIR_SHUFFLED = 2 };
enum { SHARED_HINTED = 1, SHARED_SHORT = 2 /* added */ };
enum { INCREMENT_OWNER = 0, INCREMENT_FOREIGN = 1 };
enum { WEAK_OWN = 0, WEAK_SHARED = 1 };
enum { SECTION_ENTER_LEAVE = 0, SECTION_SAFEPOINT = 1 };
enum { SLOT_BORROW = 0, SLOT_OWNED = 1 };
enum { STALL_RUNNING = 0, STALL_STOPPED = 2, STALL_LATE = 4, STALL_LIMITED = 8 /* added */, STALL_LIMIT = 1 << 20 /* bytes */ };
enum { FREEING_AMORTISED = 0, FREEING_BATCH = 1, FREEING_STORES = 0, FREEING_LOADS = 2, FREEING_STEP = 2 /* types.h */ };
enum { HANDOFF_RING = 0, HANDOFF_RUNNING = 1, HANDOFF_BLOCKED = 2, HANDOFF_EXITED = 3 };
enum { QUEUE_PUT_FIRST = 0, QUEUE_GET_FIRST = 1 };
enum { SET_REGION = 0, SET_EACH = 1, SET_OPERATIONS = 100 };
enum { STACKS_BORROW = 0, STACKS_OWNED = 1, STACKS = 10, STACKS_BATCH = 32 };
enum { LADDER_PUBLISHED = 1, LADDER_IMMORTAL = 2 /* added */, LADDER_PAIRS = 8, LADDER_SHARED = 3, LADDER_WORK = 24 };
enum { QUEUED_IDLE = 0, QUEUED_WORK = 1, QUEUED_KEPT = 2, QUEUED_ROUNDS = 64 };
enum { GCBENCH_SINGLE = 0, GCBENCH_MULTI = 1 };
enum { LOOKUP_SECTION = 0, LOOKUP_SAFEPOINT = 1 };
#define LOOKUP_BUCKETS(bits) (2 * (bits)) /* added */
enum { COLLECT_CALL = 0, COLLECT_PAUSE = 1 };
enum { FUNCTIONAL_RBTREE, FUNCTIONAL_RBTREE_CK, FUNCTIONAL_CFOLD, FUNCTIONAL_DERIV, FUNCTIONAL_NQUEENS };
enum { FUNCTIONAL_FRESH, FUNCTIONAL_MOVED, FUNCTIONAL_REUSE, FUNCTIONAL_MODES };
enum { FUNCTIONAL_VALUE, FUNCTIONAL_VARIABLE, FUNCTIONAL_ADD, FUNCTIONAL_MULTIPLY, FUNCTIONAL_POWER, FUNCTIONAL_LOGARITHM };

static inline unsigned functional_program(const struct bench_variant *v) { return v->kind / FUNCTIONAL_MODES; }
static inline unsigned functional_mode(const struct bench_variant *v) { return v->kind % FUNCTIONAL_MODES; }
enum { CASCADE_LIST = 0, CASCADE_TREE = 1, CASCADE_BOUNDED = 2 /* added */ };

/* Two references, set when it is made. */
struct cascade_node {
    lt_object header;
    struct cascade_node *left, *right;
};
enum { CASCADE_STEP = 150 }; /* a node that is in no cache takes 0.1 to 0.25 us, and a pause is to be less than 50 */

/* Of a program: count operations per object; and in per cent: of them on objects that threads share, of them on the shared half
 * of a biased count, and of the objects those that are queued to their owner. */
struct mix_row {
    double operations, shared, counter, queued;
};
#ifdef __cplusplus
extern "C"
#else
extern
#endif
const struct mix_row mix_rows[];

/* A bucket of `lookup`. The lock is for peers that have one. */
struct lookup_bucket {
    lt_slot first;
    lt_atomic32 lock;
};

static inline unsigned lookup_bits(const struct bench_variant *v) { return v->kind / 2; }

static inline struct lookup_bucket *lookup_bucket(struct lookup_bucket *table, const struct bench_variant *v, uint64_t key)
{
    unsigned bits = lookup_bits(v);
    return &table[bits ? key * 0x9e3779b97f4a7c15u >> (64 - bits) : 0];
}

/* While the table is made a bucket is a plain pointer; then it becomes a slot. */
static inline void *lookup_first(struct lookup_bucket *bucket) { return (void *)lt_load64(&bucket->first.word, LT_RELAXED); }
static inline void lookup_set_first(struct lookup_bucket *bucket, void *e)
{
    lt_store64(&bucket->first.word, (uint64_t)e, LT_RELAXED);
}

/* A slot that shares its cache lines with nothing. */
struct bench_slot {
    lt_slot slot;
    char room[128 - sizeof(lt_slot)];
};

#endif
