/* entries.c: see entries.h. A new workload is a word in work/workloads.h, a new peer in peers/peers.h. */
#include "entries.h"

#include <lifetime/strategies.h>

#include "peers/peers.h"

#define DECLARE(workload, contestant) extern const struct bench_entry bench_##workload##_##contestant;
#define DECLARE_STRATEGY(strategy) BENCH_FOREACH_WORKLOAD(DECLARE, strategy)
LT_FOREACH_STRATEGY(DECLARE_STRATEGY)

#define ADDRESS(workload, contestant) &bench_##workload##_##contestant,
#define ADDRESS_STRATEGY(strategy) BENCH_FOREACH_WORKLOAD(ADDRESS, strategy)
const struct bench_entry *const bench_entries[] = {
    LT_FOREACH_STRATEGY(ADDRESS_STRATEGY)
    BENCH_PEERS_OWN(ADDRESS)
#if BENCH_URCU
    BENCH_PEERS_URCU(ADDRESS)
#endif
#if BENCH_CK
    BENCH_PEERS_CK(ADDRESS)
#endif
#if BENCH_BOOST
    BENCH_PEERS_BOOST(ADDRESS)
#endif
#if BENCH_XENIUM
    BENCH_PEERS_XENIUM(ADDRESS)
#endif
#if BENCH_CDS
    BENCH_PEERS_CDS(ADDRESS)
#endif
    NULL,
};

#define WORKLOAD(name, with) &bench_##name,
const struct bench_workload *const bench_workloads[] = {BENCH_FOREACH_WORKLOAD(WORKLOAD, ) NULL};

#define WITHOUT(workload, peer, what) {#peer, #workload, "built without " what},
#define WITHOUT_URCU(workload, peer) WITHOUT(workload, peer, "liburcu (Debian: liburcu-dev)")
#define WITHOUT_CK(workload, peer) WITHOUT(workload, peer, "Concurrency Kit (Debian: libck-dev)")
#define WITHOUT_BOOST(workload, peer) WITHOUT(workload, peer, "Boost (Debian: libboost-dev)")
#define WITHOUT_XENIUM(workload, peer) WITHOUT(workload, peer, "xenium (Debian: libxenium-dev)")
#define WITHOUT_CDS(workload, peer) WITHOUT(workload, peer, "libcds (Debian: libcds-dev)")
const struct bench_absence bench_absent[] = {
#if !BENCH_URCU
    BENCH_PEERS_URCU(WITHOUT_URCU)
#endif
#if !BENCH_CK
    BENCH_PEERS_CK(WITHOUT_CK)
#endif
#if !BENCH_BOOST
    BENCH_PEERS_BOOST(WITHOUT_BOOST)
#endif
#if !BENCH_XENIUM
    BENCH_PEERS_XENIUM(WITHOUT_XENIUM)
#endif
#if !BENCH_CDS
    BENCH_PEERS_CDS(WITHOUT_CDS)
#endif
    {0},
};
