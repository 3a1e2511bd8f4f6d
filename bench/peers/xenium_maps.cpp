/* xenium_maps.cpp: xenium's list of Harris and Michael, and its hash map of such lists, under its schemes. A region lasts as long as
 * a section. The list is a set, so that an entry is its key. */
#include <cassert> // which the list needs and does not include
#include <optional>

#include <xenium/harris_michael_hash_map.hpp>
#include <xenium/harris_michael_list_based_set.hpp>
#include <xenium/reclamation/generic_epoch_based.hpp>
#include <xenium/reclamation/hazard_pointer.hpp>
#include <xenium/reclamation/quiescent_state_based.hpp>

#include "work/structures.hpp"

namespace {

template <class R> struct [[maybe_unused]] region {
    std::optional<typename R::region_guard> guard{std::in_place};
    void safepoint() { guard.reset(), guard.emplace(); }
};

template <class R> struct peer {
    using thread = bench::nothing;
    using section = region<R>;
    static void barrier() {}
    using reclaimer = xenium::policy::reclaimer<R>;

    struct list {
        xenium::harris_michael_list_based_set<uint64_t, reclaimer> l;
        void insert(uint64_t key) { l.emplace(key); }
        void erase(uint64_t key) { l.erase(key); }
        uint64_t find(uint64_t key)
        {
            auto it = l.find(key);
            return it == l.end() ? 0 : *it;
        }
    };

    struct hash {
        xenium::harris_michael_hash_map<uint64_t, uint64_t, reclaimer, xenium::policy::buckets<bench::hash_buckets>> m;
        void insert(uint64_t key) { m.emplace(key, key); }
        void erase(uint64_t key) { m.erase(key); }
        uint64_t find(uint64_t key)
        {
            auto it = m.find(key);
            return it == m.end() ? 0 : it->second;
        }
    };
};

namespace scheme = xenium::reclamation;
struct ebr : peer<scheme::epoch_based<>> { static constexpr const char *name = "xenium_ebr"; };
struct debra : peer<scheme::debra<>> { static constexpr const char *name = "xenium_debra"; };
struct qsbr : peer<scheme::quiescent_state_based> { static constexpr const char *name = "xenium_qsbr"; };
struct hp : peer<scheme::hazard_pointer<>> { static constexpr const char *name = "xenium_hp"; };

} // namespace

#define PLAYS(scheme) \
    const bench_entry bench_list_xenium_##scheme = bench::list_entry<scheme>(); \
    const bench_entry bench_hash_xenium_##scheme = bench::hash_entry<scheme>();
PLAYS(ebr) PLAYS(debra) PLAYS(qsbr) PLAYS(hp)
