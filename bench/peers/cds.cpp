/* cds.cpp: libcds: hazard pointers (HP), dynamic ones (DHP), and its buffered RCU, whose retire_ptr may wait for a grace period
 * and so is called outside the read-side lock; with a reader that does not go on it would wait for ever. */
#include <algorithm>
#include <atomic>
#include <thread>

#include <cds/gc/dhp.h>
#include <cds/gc/hp.h>
#include <cds/init.h>
#include <cds/urcu/general_buffered.h>

#include "work/churn.hpp"
#include "work/slot.hpp"

namespace {

struct object {
    uint64_t value;
    explicit object(uint64_t v) : value(v) {}
};
struct disposer {
    void operator()(object *o) const { delete o; }
};

using rcu = cds::urcu::gc<cds::urcu::general_buffered<>>;

/* HP with one hazard pointer per thread, for as many threads as there may be, and its default scan: the other one (classic)
 * crashes in 2.3.3 when a thread detaches while another still guards something. The others as they are by default. */
struct schemes {
    cds::gc::HP hp;
    cds::gc::DHP dhp;
    rcu urcu;
    static size_t threads() { return std::max<size_t>(100, 8 * std::thread::hardware_concurrency()); }
    schemes() : hp((cds::Initialize(), 1), threads()) {}
};

struct attached {
    attached()
    {
        static auto *const once = new schemes; // ends with the process, as the cell does
        (void)once;
        cds::threading::Manager::attachThread();
    }
    ~attached() { cds::threading::Manager::detachThread(); }
};

/* A slot under hazard pointers: GC is cds::gc::HP or cds::gc::DHP. */
template <class GC> struct hazard_pointers {
    static constexpr bool owned = false;
    using thread = attached;
    using section = bench::nothing;
    static void barrier() { GC::force_dispose(); }

    struct guarded {
        typename GC::Guard guard;
        object *o;
        explicit guarded(std::atomic<object *> &s) : guard(), o(guard.protect(s)) {}
        object *operator->() const { return o; }
    };

    using slot = std::atomic<object *>;
    static guarded load(slot &s) { return guarded(s); }
    static void replace(slot &s, object *o)
    {
        object *old = s.exchange(o, std::memory_order_acq_rel);
        if (old) GC::template retire<disposer>(old);
    }
    static void store(slot &s, uint64_t value) { replace(s, new object(value)); }
    static void clear(slot &s) { replace(s, nullptr); }
};

struct read_side {
    read_side() { rcu::access_lock(); }
    ~read_side() { rcu::access_unlock(); }
    void safepoint()
    {
        rcu::access_unlock();
        rcu::access_lock();
    }
};

struct buffered {
    static constexpr bool owned = false;
    using thread = attached;
    using section = read_side;
    static void barrier() { rcu::synchronize(); }

    using slot = std::atomic<object *>;
    static object *load(slot &s) { return s.load(std::memory_order_acquire); }
    static void replace(slot &s, object *o)
    {
        object *old = s.exchange(o, std::memory_order_acq_rel);
        if (!old) return;
        rcu::access_unlock();
        rcu::retire_ptr<disposer>(old);
        rcu::access_lock();
    }
    static void store(slot &s, uint64_t value) { replace(s, new object(value)); }
    static void clear(slot &s) { replace(s, nullptr); }
};

struct hp : hazard_pointers<cds::gc::HP> { static constexpr const char *name = "cds_hp"; };
struct dhp : hazard_pointers<cds::gc::DHP> { static constexpr const char *name = "cds_dhp"; };
struct rcu_buffered : buffered { static constexpr const char *name = "cds_rcu"; };

} // namespace

#define PLAYS(contestant, scheme) \
    const bench_entry bench_slot_##contestant = bench::slot_text<scheme>::entry(); \
    const bench_entry bench_oversubscribed_##contestant = bench::slot_text<scheme>::oversubscribed(); \
    const bench_entry bench_churn_##contestant = bench::churn_text<scheme>::entry();
PLAYS(cds_hp, hp) PLAYS(cds_dhp, dhp) PLAYS(cds_rcu, rcu_buffered)
const bench_entry bench_stall_cds_hp = bench::slot_text<hp>::stall();
const bench_entry bench_stall_cds_dhp = bench::slot_text<dhp>::stall();
