/* peers.h: who plays what: X(workload, peer), a list per library, which is left out where the library is not installed. */
#ifndef BENCH_PEERS_H
#define BENCH_PEERS_H

#include "../bench.h"

/* What is built with the compiler alone. */
#define BENCH_PEERS_OWN(X) \
    X(pair, fetch_add) X(shared_pair, fetch_add) X(increment, fetch_add) \
    X(pair, cas) X(shared_pair, cas) X(increment, cas) \
    X(shared_pair, inc_not_zero) X(shared_pair, inc_not_zero_told) X(shared_pair, rcuref) \
    X(lookup, fetch_add) X(lookup, cas) X(lookup, mutex) X(lookup, bucket_lock) X(lookup, seqlock) \
    X(slot, std_lock_pool) X(stacks, std_lock_pool) X(stacks, std_shared_ptr) \
    X(new_drop, malloc_free) X(churn, malloc_free) X(cascade, free_loop) \
    X(pair, std_shared_ptr) X(shared_pair, std_shared_ptr) X(weak, std_shared_ptr) X(new_drop, std_shared_ptr) X(slot, std_shared_ptr) \
    X(churn, std_shared_ptr) X(handoff, std_shared_ptr) X(stall, std_shared_ptr) X(oversubscribed, std_shared_ptr)

#define BENCH_PEERS_URCU(X) \
    X(stack, urcu_memb_call) X(queue, urcu_memb_call) X(hash, urcu_memb_call) \
    X(double_link, urcu_memb_call) X(double_link, urcu_memb_put) \
    X(section, urcu_memb) X(section, urcu_qsbr) X(section, urcu_bp) \
    X(lookup, urcu_memb_call) X(lookup, urcu_qsbr_call) X(lookup, urcu_bp_call) \
    X(slot, urcu_memb_call) X(churn, urcu_memb_call) X(stall, urcu_memb_call) X(oversubscribed, urcu_memb_call) \
    X(slot, urcu_memb_defer) X(churn, urcu_memb_defer) X(oversubscribed, urcu_memb_defer) \
    X(slot, urcu_qsbr_call) X(churn, urcu_qsbr_call) X(stall, urcu_qsbr_call) X(oversubscribed, urcu_qsbr_call) \
    X(slot, urcu_qsbr_defer) X(churn, urcu_qsbr_defer) X(oversubscribed, urcu_qsbr_defer) \
    X(slot, urcu_bp_call) X(churn, urcu_bp_call) X(stall, urcu_bp_call) X(oversubscribed, urcu_bp_call) \
    X(slot, urcu_bp_defer) X(churn, urcu_bp_defer) X(oversubscribed, urcu_bp_defer)

#define BENCH_PEERS_CK(X) \
    X(stack, ck_hp) X(queue, ck_hp) \
    X(section, ck_epoch) X(slot, ck_epoch) X(churn, ck_epoch) X(stall, ck_epoch) X(oversubscribed, ck_epoch) \
    X(lookup, ck_hp_hand) X(slot, ck_hp) X(churn, ck_hp) X(stall, ck_hp) X(oversubscribed, ck_hp)

#define BENCH_PEERS_BOOST(X) \
    X(pair, boost_intrusive_ptr) X(shared_pair, boost_intrusive_ptr) X(new_drop, boost_intrusive_ptr) \
    X(handoff, boost_intrusive_ptr) X(pair, boost_local_shared_ptr) X(new_drop, boost_local_shared_ptr) \
    X(pair, boost_shared_ptr) X(shared_pair, boost_shared_ptr) X(weak, boost_shared_ptr) X(new_drop, boost_shared_ptr) X(slot, boost_shared_ptr) \
    X(stacks, boost_shared_ptr) X(churn, boost_shared_ptr) X(handoff, boost_shared_ptr) X(stall, boost_shared_ptr) X(oversubscribed, boost_shared_ptr)

#define BENCH_PEERS_XENIUM_ONE(X, name) X(slot, name) X(churn, name) X(stall, name) \
    X(oversubscribed, name) X(set, name) X(queue, name)
#define BENCH_PEERS_XENIUM(X) \
    BENCH_PEERS_XENIUM_ONE(X, xenium_ebr) BENCH_PEERS_XENIUM_ONE(X, xenium_nebr) BENCH_PEERS_XENIUM_ONE(X, xenium_debra) \
    BENCH_PEERS_XENIUM_ONE(X, xenium_qsbr) BENCH_PEERS_XENIUM_ONE(X, xenium_hp) BENCH_PEERS_XENIUM_ONE(X, xenium_lfrc) \
    X(list, xenium_ebr) X(list, xenium_debra) X(list, xenium_qsbr) X(list, xenium_hp) \
    X(hash, xenium_ebr) X(hash, xenium_debra) X(hash, xenium_qsbr) X(hash, xenium_hp)

#define BENCH_PEERS_CDS(X) \
    X(stack, cds_hp) X(queue, cds_hp) X(list, cds_hp) X(hash, cds_hp) \
    X(stack, cds_dhp) X(queue, cds_dhp) X(list, cds_dhp) X(hash, cds_dhp) \
    X(slot, cds_hp) X(churn, cds_hp) X(stall, cds_hp) X(oversubscribed, cds_hp) \
    X(slot, cds_dhp) X(churn, cds_dhp) X(stall, cds_dhp) X(oversubscribed, cds_dhp) \
    X(slot, cds_rcu) X(churn, cds_rcu) X(oversubscribed, cds_rcu)

#define BENCH_PEERS(X) \
    BENCH_PEERS_OWN(X) BENCH_PEERS_URCU(X) BENCH_PEERS_CK(X) BENCH_PEERS_BOOST(X) BENCH_PEERS_XENIUM(X) BENCH_PEERS_CDS(X)

#ifdef __cplusplus
extern "C" {
#endif
#define BENCH_DECLARE_PEER(workload, peer) extern const struct bench_entry bench_##workload##_##peer;
BENCH_PEERS(BENCH_DECLARE_PEER)
#undef BENCH_DECLARE_PEER
#ifdef __cplusplus
}
#endif

#endif
