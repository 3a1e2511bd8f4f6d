/* cds_structures.cpp: libcds' containers under its hazard pointers (HP) and dynamic ones (DHP): Treiber's stack, Michael and
 * Scott's queue, Michael's list, and the hash map of such lists. HP has as many pointers per thread as the containers ask for. */
#include <algorithm>
#include <thread>

#include <cds/container/michael_kvlist_dhp.h>
#include <cds/container/michael_kvlist_hp.h>
#include <cds/container/michael_map.h>
#include <cds/container/msqueue.h>
#include <cds/container/treiber_stack.h>
#include <cds/gc/dhp.h>
#include <cds/gc/hp.h>
#include <cds/init.h>

#include "work/structures.hpp"

namespace {

struct schemes {
    cds::gc::HP hp;
    cds::gc::DHP dhp;
    static size_t threads() { return std::max<size_t>(100, 8 * std::thread::hardware_concurrency()); }
    schemes() : hp((cds::Initialize(), 0), threads()) {}
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

template <class GC> struct peer {
    using thread = attached;
    using section = bench::nothing;
    static void barrier() { GC::force_dispose(); }

    struct stack {
        cds::container::TreiberStack<GC, bench::object *> s;
        ~stack()
        {
            bench::object *o;
            while (s.pop(o)) delete o;
        }
        void put(uint64_t value) { s.push(new bench::object(value)); }
        uint64_t get()
        {
            bench::object *o = nullptr;
            return s.pop(o) ? bench::value_of_last(o) : 0;
        }
    };

    struct queue {
        cds::container::MSQueue<GC, bench::object *> q;
        ~queue()
        {
            bench::object *o;
            while (q.dequeue(o)) delete o;
        }
        void put(uint64_t value) { q.enqueue(new bench::object(value)); }
        uint64_t get()
        {
            bench::object *o = nullptr;
            return q.dequeue(o) ? bench::value_of_last(o) : 0;
        }
    };

    template <class M> struct map {
        M m;
        template <class... Args> explicit map(Args... args) : m(args...) {}
        void insert(uint64_t key) { m.insert(key, key); }
        void erase(uint64_t key) { m.erase(key); }
        uint64_t find(uint64_t key)
        {
            uint64_t value = 0;
            m.find(key, [&value](auto &entry) { value = entry.second; });
            return value;
        }
    };
    using kvlist = cds::container::MichaelKVList<GC, uint64_t, uint64_t>;
    using list = map<kvlist>;
    struct hash : map<cds::container::MichaelHashMap<GC, kvlist>> {
        hash() : map<cds::container::MichaelHashMap<GC, kvlist>>(size_t{bench::hash_buckets}, size_t{1}) {}
    };
};

struct hp : peer<cds::gc::HP> { static constexpr const char *name = "cds_hp"; };
struct dhp : peer<cds::gc::DHP> { static constexpr const char *name = "cds_dhp"; };

} // namespace

#define PLAYS(scheme) \
    const bench_entry bench_stack_cds_##scheme = bench::stack_entry<scheme>(); \
    const bench_entry bench_queue_cds_##scheme = bench::queue_entry<scheme>(); \
    const bench_entry bench_list_cds_##scheme = bench::list_entry<scheme>(); \
    const bench_entry bench_hash_cds_##scheme = bench::hash_entry<scheme>();
PLAYS(hp) PLAYS(dhp)
