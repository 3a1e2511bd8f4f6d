/* common.hpp: the texts again, for the peers whose references are C++ values: what ends one is a destructor, so they cannot
 * play the texts in C, where it is a call. work/<name>.hpp does what work/<name>.h does, step by step, and takes the same variants.
 *
 * A peer is a class; what its workloads need of it:
 *
 *   name                   of the contestant
 *   thread                 an object of it is alive as long as the thread may use the peer
 *   section                an object of it is alive in a section; safepoint() lets go of everything
 *   barrier()              all that was dropped before is freed
 *   ref, make(value)       a counted reference, and a new object
 *   weak                   a weak reference to an object: constructed from a ref, its lock() gives another
 *   slot, load(slot)       an owned reference or a guarded pointer to what the slot holds (`owned` says which)
 *   store(slot, value)     a new object into the slot; what it held is released or retired
 *   clear(slot)            nothing into the slot */
#ifndef BENCH_COMMON_HPP
#define BENCH_COMMON_HPP

#include <cstdint>

#include "peers/peers.h"
#include "work/workloads.h"

namespace bench {

/* For peers that need none of it. */
struct [[maybe_unused]] nothing {
    void safepoint() {}
};

inline const lt_traits *traits()
{
    static const lt_traits all = [] {
        lt_traits t{};
        t.threads = t.reclaims = true;
        return t;
    }();
    return &all;
}

/* An entry but for the functions of its text. */
template <class P> constexpr bench_entry entry_of(const bench_workload &workload)
{
    bench_entry e{};
    e.workload = &workload;
    e.contestant = P::name;
    e.traits = traits;
    return e;
}

} // namespace bench

#endif
