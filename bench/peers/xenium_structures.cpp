/* xenium_structures.cpp: xenium's own list-based set (Harris and Michael) and queue (Michael and Scott) under each of its schemes:
 * the successors of the structures that Pöter and Träff measured. What they play is said in work/set.h and work/queue.h. */
#include <cassert> // which the set needs and does not include
#include <optional>

#include <xenium/harris_michael_list_based_set.hpp>
#include <xenium/michael_scott_queue.hpp>
#include <xenium/reclamation/generic_epoch_based.hpp>
#include <xenium/reclamation/hazard_pointer.hpp>
#include <xenium/reclamation/lock_free_ref_count.hpp>
#include <xenium/reclamation/quiescent_state_based.hpp>

#include "work/common.hpp"

namespace {

void nothing(bench_worker *) {}

template <class R> struct [[maybe_unused]] region {
    typename R::region_guard guard;
};

template <class R, const char *const &name_> struct set_text {
    static constexpr const char *name = name_;
    using set = xenium::harris_michael_list_based_set<uint64_t, xenium::policy::reclaimer<R>>;

    static set *of(bench_cell *cell) { return static_cast<set *>(cell->shared); }

    static void open(bench_cell *cell)
    {
        cell->shared = new set;
        for (unsigned i = cell->variant->size; i--;) of(cell)->emplace(2 * i);
    }
    static void close(bench_cell *cell) { delete of(cell); }

    template <bool each> static void loop(bench_worker *w)
    {
        set *s = of(w->cell);
        const unsigned size = w->cell->variant->size;
        const uint64_t keys = size ? 2 * size : 1, modify = w->cell->variant->stores * (UINT64_C(1) << 32) / 100;
        uint64_t random = w->random, sum = 0;
        do {
            std::optional<region<R>> all;
            if (!each) all.emplace();
            for (unsigned i = 0; i < SET_OPERATIONS; i++) {
                uint64_t r = bench_random(&random), key = (r >> 32) * keys >> 32, chance = static_cast<uint32_t>(r);
                std::optional<region<R>> one;
                if (each) one.emplace();
                if (chance < modify / 2) s->emplace(key);
                else if (chance < modify) s->erase(key);
                else sum += s->contains(key);
            }
            w->operations += SET_OPERATIONS;
        } while (!bench_stopped(w));
        w->random = random;
        w->sum += sum;
    }
    static void work(bench_worker *w) { w->cell->variant->kind == SET_EACH ? loop<true>(w) : loop<false>(w); }

    static constexpr bench_entry entry()
    {
        bench_entry e = bench::entry_of<set_text>(bench_set);
        e.open = open, e.begin = nothing, e.work = work, e.end = nothing, e.close = close;
        return e;
    }
};

template <class R, const char *const &name_> struct queue_text {
    static constexpr const char *name = name_;
    using queue = xenium::michael_scott_queue<uint64_t, xenium::policy::reclaimer<R>>;

    static queue *of(bench_cell *cell) { return static_cast<queue *>(cell->shared); }

    static void open(bench_cell *cell)
    {
        cell->shared = new queue;
        const unsigned size = cell->variant->size ? cell->variant->size : cell->threads;
        for (unsigned i = 0; i < size; i++) of(cell)->push(i);
    }
    static void close(bench_cell *cell) { delete of(cell); }

    static uint64_t get(queue *q)
    {
        uint64_t value = 0;
        (void)q->try_pop(value);
        return value;
    }

    static void work(bench_worker *w)
    {
        queue *q = of(w->cell);
        const bool get_first = w->cell->variant->kind == QUEUE_GET_FIRST;
        do {
            [[maybe_unused]] region<R> section;
            for (unsigned i = 0; i < BENCH_SHORT_BATCH; i++) {
                if (get_first) w->sum += get(q);
                q->push(i);
                if (!get_first) w->sum += get(q);
            }
            w->operations += BENCH_SHORT_BATCH;
        } while (!bench_stopped(w));
    }

    static constexpr bench_entry entry()
    {
        bench_entry e = bench::entry_of<queue_text>(bench_queue);
        e.open = open, e.begin = nothing, e.work = work, e.end = nothing, e.close = close;
        return e;
    }
};

namespace scheme = xenium::reclamation;

} // namespace

#define PLAYS(short_name, ...) \
    static constexpr const char *name_of_##short_name = "xenium_" #short_name; \
    const bench_entry bench_set_xenium_##short_name = set_text<__VA_ARGS__, name_of_##short_name>::entry(); \
    const bench_entry bench_queue_xenium_##short_name = queue_text<__VA_ARGS__, name_of_##short_name>::entry();
PLAYS(ebr, scheme::epoch_based<>)
PLAYS(nebr, scheme::new_epoch_based<>)
PLAYS(debra, scheme::debra<>)
PLAYS(qsbr, scheme::quiescent_state_based)
PLAYS(hp, scheme::hazard_pointer<>)
PLAYS(lfrc, scheme::lock_free_ref_count<>)
