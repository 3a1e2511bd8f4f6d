/* std_shared_ptr.cpp: std::shared_ptr, made by make_shared; a slot is a std::atomic of one. */
#include <atomic>
#include <memory>

#include "work/churn.hpp"
#include "work/handoff.hpp"
#include "work/new_drop.hpp"
#include "work/pair.hpp"
#include "work/shared_pair.hpp"
#include "work/slot.hpp"
#include "work/stacks.hpp"
#include "work/weak.hpp"

namespace {

struct object {
    uint64_t value;
    explicit object(uint64_t v) : value(v) {}
};

struct peer {
    static constexpr const char *name = "std_shared_ptr";
    static constexpr bool owned = true;
    using thread = bench::nothing;
    using section = bench::nothing;
    static void barrier() {}

    using ref = std::shared_ptr<object>;
    static ref make(uint64_t value) { return std::make_shared<object>(value); }
    using weak = std::weak_ptr<object>;

    using slot = std::atomic<ref>;
    static ref load(slot &s) { return s.load(std::memory_order_acquire); }
    static void store(slot &s, uint64_t value) { s.store(make(value), std::memory_order_release); }
    static void clear(slot &s) { s.store(nullptr, std::memory_order_release); }
    template <class T> using pointer = std::shared_ptr<T>;
    template <class T> using atomic_pointer = std::atomic<std::shared_ptr<T>>;
    template <class T> static pointer<T> make_node() { return std::make_shared<T>(); }
    template <class A> static auto load_of(A &a) { return a.load(); }
    template <class A, class S> static bool cas(A &a, S &expected, S desired)
    {
        return a.compare_exchange_strong(expected, std::move(desired));
    }
};

} // namespace

const bench_entry bench_pair_std_shared_ptr = bench::pair_text<peer>::entry();
const bench_entry bench_shared_pair_std_shared_ptr = bench::shared_pair_text<peer>::entry();
const bench_entry bench_weak_std_shared_ptr = bench::weak_text<peer>::entry();
const bench_entry bench_new_drop_std_shared_ptr = bench::new_drop_text<peer>::entry();
const bench_entry bench_handoff_std_shared_ptr = bench::handoff_text<peer>::entry();
const bench_entry bench_slot_std_shared_ptr = bench::slot_text<peer>::entry();
const bench_entry bench_stall_std_shared_ptr = bench::slot_text<peer>::stall();
const bench_entry bench_oversubscribed_std_shared_ptr = bench::slot_text<peer>::oversubscribed();
const bench_entry bench_churn_std_shared_ptr = bench::churn_text<peer>::entry();
const bench_entry bench_stacks_std_shared_ptr = bench::stacks_text<peer>::entry();
