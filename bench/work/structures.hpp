/* structures.hpp: as stack.h, queue.h and map.h (list.h, hash.h). A peer says, of those that it plays, also
 *
 *   stack, queue           put(value) makes an object with this value and hands it over; get() takes one, reads it and frees it
 *   list, hash             insert(key) makes an entry with this key and value, or fails; erase(key); find(key): its value, or 0 */
#ifndef BENCH_STRUCTURES_HPP
#define BENCH_STRUCTURES_HPP

#include <thread>

#include "work/common.hpp"

namespace bench {

/* What C is like is said by its text; it is filled and emptied by a thread that ends with it. */
template <class P, class C, class Text> struct structure_text {
    template <class Work> static void elsewhere(Work work)
    {
        std::thread([work] {
            typename P::thread thread;
            {
                typename P::section section;
                work();
            }
            P::barrier();
        }).join();
    }

    static C &shared(bench_cell *cell) { return *static_cast<C *>(cell->shared); }
    static void open(bench_cell *cell)
    {
        elsewhere([cell] {
            cell->shared = new C;
            Text::fill(shared(cell), cell);
        });
    }
    static void close(bench_cell *cell)
    {
        elsewhere([cell] { delete static_cast<C *>(cell->shared); });
    }
    static void begin(bench_worker *w) { w->own = new typename P::thread; }
    static void end(bench_worker *w) { delete static_cast<typename P::thread *>(w->own); }

    static void work(bench_worker *w)
    {
        typename P::section section;
        do {
            Text::batch(shared(w->cell), w);
            section.safepoint();
            bench_did(w, BENCH_SHORT_BATCH);
        } while (!bench_stopped(w));
    }

    static constexpr bench_entry entry(const bench_workload &workload)
    {
        bench_entry e = entry_of<P>(workload);
        e.open = open, e.begin = begin, e.work = work, e.end = end, e.close = close;
        return e;
    }
};

template <class P, class C> struct exchange_text : structure_text<P, C, exchange_text<P, C>> {
    static void fill(C &c, const bench_cell *cell)
    {
        const unsigned size = cell->variant->size ? cell->variant->size : cell->threads;
        for (unsigned i = 0; i < size; i++) c.put(i);
    }
    static void batch(C &c, bench_worker *w)
    {
        const bool get_first = w->cell->variant->kind == QUEUE_GET_FIRST;
        for (unsigned i = 0; i < BENCH_SHORT_BATCH; i++) {
            if (get_first) w->sum += c.get();
            c.put(i);
            if (!get_first) w->sum += c.get();
        }
    }
};

template <class P, class C> struct map_text : structure_text<P, C, map_text<P, C>> {
    static void fill(C &c, const bench_cell *cell)
    {
        for (uint64_t key = 2 * uint64_t{cell->variant->size}; key; key -= 2) c.insert(key - 2);
    }
    static void batch(C &c, bench_worker *w)
    {
        const uint64_t keys = 2 * uint64_t{w->cell->variant->size};
        const uint64_t stores = w->cell->variant->stores * (UINT64_C(1) << 32) / 100; /* all of them is more than 32 bits */
        for (unsigned i = 0; i < BENCH_SHORT_BATCH; i++) {
            uint64_t r = bench_random(&w->random), key = (r >> 32) * keys >> 32;
            if (static_cast<uint32_t>(r) < stores / 2) c.insert(key);
            else if (static_cast<uint32_t>(r) < stores) c.erase(key);
            else w->sum += c.find(key);
        }
    }
};

template <class P> constexpr bench_entry stack_entry() { return exchange_text<P, typename P::stack>::entry(bench_stack); }
template <class P> constexpr bench_entry queue_entry() { return exchange_text<P, typename P::queue>::entry(bench_queue); }
template <class P> constexpr bench_entry list_entry() { return map_text<P, typename P::list>::entry(bench_list); }
template <class P> constexpr bench_entry hash_entry() { return map_text<P, typename P::hash>::entry(bench_hash); }

/* For queues and stacks of pointers. */
struct object {
    uint64_t value;
    explicit object(uint64_t v) : value(v) {}
};
inline uint64_t value_of_last(object *o)
{
    uint64_t value = o->value;
    delete o;
    return value;
}

constexpr unsigned hash_buckets = 1 << 17; /* as hash.c */

} // namespace bench

#endif
