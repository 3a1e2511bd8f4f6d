/* std_lock_pool.cpp: std::shared_ptr in slots that are shared pointers too, reached by the free functions std::atomic_load and
 * the like, which libstdc++ makes atomic by a lock from a pool of 16. */
#include <memory>

#include "work/slot.hpp"
#include "work/stacks.hpp"

namespace {

struct object {
    uint64_t value;
    explicit object(uint64_t v) : value(v) {}
};

struct peer {
    static constexpr const char *name = "std_lock_pool";
    static constexpr bool owned = true;
    using thread = bench::nothing;
    using section = bench::nothing;
    static void barrier() {}

    using ref = std::shared_ptr<object>;
    using slot = ref;
    static ref load(slot &s) { return std::atomic_load_explicit(&s, std::memory_order_acquire); }
    static void store(slot &s, uint64_t value)
    {
        std::atomic_store_explicit(&s, std::make_shared<object>(value), std::memory_order_release);
    }
    static void clear(slot &s) { std::atomic_store_explicit(&s, ref(), std::memory_order_release); }

    template <class T> using pointer = std::shared_ptr<T>;
    template <class T> using atomic_pointer = std::shared_ptr<T>;
    template <class T> static pointer<T> make_node() { return std::make_shared<T>(); }
    template <class T> static pointer<T> load_of(atomic_pointer<T> &a) { return std::atomic_load(&a); }
    template <class T> static bool cas(atomic_pointer<T> &a, pointer<T> &expected, pointer<T> desired)
    {
        return std::atomic_compare_exchange_strong(&a, &expected, std::move(desired));
    }
};

} // namespace

const bench_entry bench_slot_std_lock_pool = bench::slot_text<peer>::entry();
const bench_entry bench_stacks_std_lock_pool = bench::stacks_text<peer>::entry();
