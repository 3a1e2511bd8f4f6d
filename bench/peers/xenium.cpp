/* xenium.cpp: the reclamation schemes of xenium, each as its examples use it: a guard_ptr acquires what a slot holds; to
 * replace it one guards it, swaps it by compare-and-swap and reclaims the guard. Regions, where a scheme has them, are our
 * sections. LFRC keeps freed objects in a list of its own for ever. */
#include <array>
#include <optional>

#include <xenium/reclamation/generic_epoch_based.hpp>
#include <xenium/reclamation/hazard_pointer.hpp>
#include <xenium/reclamation/lock_free_ref_count.hpp>
#include <xenium/reclamation/quiescent_state_based.hpp>

#include "work/churn.hpp"
#include "work/slot.hpp"

namespace {

template <class R> struct object : R::template enable_concurrent_ptr<object<R>> {
    uint64_t value;
    explicit object(uint64_t v) : value(v) {}
};

template <class R> struct [[maybe_unused]] region {
    std::optional<typename R::region_guard> guard{std::in_place};
    void safepoint() { guard.reset(), guard.emplace(); }
};

template <class R> struct peer {
    static constexpr bool owned = false;
    using thread = bench::nothing;
    using section = region<R>;
    static void barrier() {}

    using slot = typename R::template concurrent_ptr<object<R>>;
    using guard = typename slot::guard_ptr;
    using pointer = typename slot::marked_ptr;

    static guard load(slot &s)
    {
        guard g;
        g.acquire(s, std::memory_order_acquire);
        return g;
    }
    static void replace(slot &s, pointer p)
    {
        guard old;
        pointer expected;
        do {
            old.acquire(s, std::memory_order_relaxed);
            expected = old;
        } while (!s.compare_exchange_weak(expected, p, std::memory_order_acq_rel, std::memory_order_relaxed));
        if (old) old.reclaim();
    }
    static void store(slot &s, uint64_t value) { replace(s, pointer(new object<R>(value))); }
    static void clear(slot &s) { replace(s, pointer()); }
};

namespace scheme = xenium::reclamation;
struct ebr : peer<scheme::epoch_based<>> { static constexpr const char *name = "xenium_ebr"; };
struct nebr : peer<scheme::new_epoch_based<>> { static constexpr const char *name = "xenium_nebr"; };
struct debra : peer<scheme::debra<>> { static constexpr const char *name = "xenium_debra"; };
struct qsbr : peer<scheme::quiescent_state_based> { static constexpr const char *name = "xenium_qsbr"; };
struct hp : peer<scheme::hazard_pointer<>> { static constexpr const char *name = "xenium_hp"; };
struct lfrc : peer<scheme::lock_free_ref_count<>> { static constexpr const char *name = "xenium_lfrc"; };

} // namespace

#define PLAYS(scheme) \
    const bench_entry bench_slot_xenium_##scheme = bench::slot_text<scheme>::entry(); \
    const bench_entry bench_stall_xenium_##scheme = bench::slot_text<scheme>::stall(); \
    const bench_entry bench_oversubscribed_xenium_##scheme = bench::slot_text<scheme>::oversubscribed(); \
    const bench_entry bench_churn_xenium_##scheme = bench::churn_text<scheme>::entry();
PLAYS(ebr) PLAYS(nebr) PLAYS(debra) PLAYS(qsbr) PLAYS(hp) PLAYS(lfrc)
