/* boost_shared_ptr.cpp: boost::shared_ptr, made by make_shared; a slot is a boost::atomic_shared_ptr: a pointer and a spinlock. */
#include <boost/make_shared.hpp>
#include <boost/smart_ptr/atomic_shared_ptr.hpp>
#include <boost/smart_ptr/weak_ptr.hpp>

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
    static constexpr const char *name = "boost_shared_ptr";
    static constexpr bool owned = true;
    using thread = bench::nothing;
    using section = bench::nothing;
    static void barrier() {}

    using ref = boost::shared_ptr<object>;
    static ref make(uint64_t value) { return boost::make_shared<object>(value); }
    using weak = boost::weak_ptr<object>;

    using slot = boost::atomic_shared_ptr<object>;
    static ref load(slot &s) { return s.load(); }
    static void store(slot &s, uint64_t value) { s.store(make(value)); }
    static void clear(slot &s) { s.store(ref()); }
    template <class T> using pointer = boost::shared_ptr<T>;
    template <class T> using atomic_pointer = boost::atomic_shared_ptr<T>;
    template <class T> static pointer<T> make_node() { return boost::make_shared<T>(); }
    template <class A> static auto load_of(A &a) { return a.load(); }
    template <class A, class S> static bool cas(A &a, S &expected, S desired)
    {
        return a.compare_exchange_strong(expected, std::move(desired));
    }
};

} // namespace

const bench_entry bench_pair_boost_shared_ptr = bench::pair_text<peer>::entry();
const bench_entry bench_shared_pair_boost_shared_ptr = bench::shared_pair_text<peer>::entry();
const bench_entry bench_weak_boost_shared_ptr = bench::weak_text<peer>::entry();
const bench_entry bench_new_drop_boost_shared_ptr = bench::new_drop_text<peer>::entry();
const bench_entry bench_handoff_boost_shared_ptr = bench::handoff_text<peer>::entry();
const bench_entry bench_slot_boost_shared_ptr = bench::slot_text<peer>::entry();
const bench_entry bench_stall_boost_shared_ptr = bench::slot_text<peer>::stall();
const bench_entry bench_oversubscribed_boost_shared_ptr = bench::slot_text<peer>::oversubscribed();
const bench_entry bench_churn_boost_shared_ptr = bench::churn_text<peer>::entry();
const bench_entry bench_stacks_boost_shared_ptr = bench::stacks_text<peer>::entry();
