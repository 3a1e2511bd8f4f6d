/* slot.hpp: as slot_loop.h, and with it slot.h, stall.h and oversubscribed.h. What P::load gives is the borrow or the owned
 * reference, and ends with the statement. */
#ifndef BENCH_SLOT_HPP
#define BENCH_SLOT_HPP

#include <atomic>
#include <chrono>
#include <memory>
#include <optional>
#include <thread>
#include <utility>

#include "work/common.hpp"

namespace bench {

template <class P> struct slot_text {
    using loaded = decltype(P::load(std::declval<typename P::slot &>()));

    struct alignas(128) padded {
        typename P::slot slot;
    };

    /* The main thread, which has stopped inside a section: stall.h. */
    struct stopped {
        typename P::thread thread;
        typename P::section section;
        loaded guard;
        explicit stopped(typename P::slot &slot) : thread(), section(), guard(P::load(slot)) {}
    };

    struct late {
        std::atomic<bool> over{false};
        std::thread reader;
        explicit late(typename P::slot &slot) : reader([this, &slot] { read_late(slot); }) {}
        ~late()
        {
            over.store(true, std::memory_order_relaxed); // the join orders what follows
            reader.join();
        }
        void read_late(typename P::slot &slot)
        {
            typename P::thread thread;
            while (!over.load(std::memory_order_relaxed)) {
                typename P::section section;
                loaded guard(P::load(slot));
                std::this_thread::sleep_for(std::chrono::milliseconds(10));
            }
        }
    };

    struct shared {
        std::unique_ptr<padded[]> slots;
        std::optional<stopped> reader;
        std::optional<late> late_reader;
    };

    static shared *shared_of(bench_cell *cell) { return static_cast<shared *>(cell->shared); }

    static bool plays(const bench_variant *v) { return P::owned == ((v->kind & SLOT_OWNED) != 0); }
    static bool plays_stall(const bench_variant *v) { return plays(v) && !(v->kind & STALL_LIMITED); }

    /* By a thread that ends with it: there are peers under which the idle main thread would hold up the others for good. */
    template <class Each> static void each_slot(bench_cell *cell, Each each)
    {
        std::thread([cell, each] {
            typename P::thread thread;
            {
                typename P::section section;
                for (unsigned i = 0; i < cell->variant->size; i++) each(shared_of(cell)->slots[i].slot, i);
            }
            P::barrier();
        }).join();
    }

    static void open(bench_cell *cell)
    {
        auto *s = new shared;
        cell->shared = s;
        s->slots.reset(new padded[cell->variant->size]);
        each_slot(cell, P::store);
    }

    static void open_stall(bench_cell *cell)
    {
        open(cell);
        if (cell->variant->kind & STALL_STOPPED) shared_of(cell)->reader.emplace(shared_of(cell)->slots[0].slot);
        if (cell->variant->kind & STALL_LATE) shared_of(cell)->late_reader.emplace(shared_of(cell)->slots[0].slot);
    }

    static void close(bench_cell *cell)
    {
        shared_of(cell)->reader.reset();
        shared_of(cell)->late_reader.reset();
        each_slot(cell, [](typename P::slot &slot, uint64_t) { P::clear(slot); });
        delete shared_of(cell);
    }

    static void begin(bench_worker *w) { w->own = new typename P::thread; }
    static void end(bench_worker *w) { delete static_cast<typename P::thread *>(w->own); }

    static uint64_t read(typename P::slot &slot)
    {
        loaded o = P::load(slot);
        return o->value;
    }

    static void work(bench_worker *w)
    {
        padded *slots = shared_of(w->cell)->slots.get();
        const uint64_t size = w->cell->variant->size;
        const uint32_t stores = static_cast<uint32_t>(w->cell->variant->stores * (UINT64_C(1) << 32) / 100);
        uint64_t random = w->random, sum = 0;
        typename P::section section;
        do {
            for (unsigned i = 0; i < BENCH_SHORT_BATCH; i++) {
                uint64_t r = bench_random(&random);
                typename P::slot &slot = slots[(r >> 32) * size >> 32].slot;
                if (static_cast<uint32_t>(r) < stores) P::store(slot, r);
                else sum += read(slot);
                bench_barrier();
            }
            section.safepoint();
            bench_did(w, BENCH_SHORT_BATCH);
        } while (!bench_stopped(w));
        w->random = random;
        w->sum += sum;
    }

    static constexpr bench_entry entry_in(const bench_workload &workload, void (*open_it)(bench_cell *))
    {
        bench_entry e = entry_of<P>(workload);
        e.plays = plays, e.open = open_it, e.begin = begin, e.work = work, e.end = end, e.close = close;
        return e;
    }
    static constexpr bench_entry entry() { return entry_in(bench_slot, open); }
    static constexpr bench_entry oversubscribed() { return entry_in(bench_oversubscribed, open); }
    static constexpr bench_entry stall()
    {
        bench_entry e = entry_in(bench_stall, open_stall);
        e.plays = plays_stall;
        return e;
    }
};

} // namespace bench

#endif
