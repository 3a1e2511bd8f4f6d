/* stacks.hpp: as stacks.h, owned, for the peers that are shared pointers. Beyond common.hpp, of the peer:
 *
 *   template <class T> pointer              a shared pointer to a T
 *   template <class T> atomic_pointer       what several threads load and change: load_of(a), cas(a, expected, desired)
 *   template <class T> make_node(value)     a new T */
#ifndef BENCH_STACKS_HPP
#define BENCH_STACKS_HPP

#include <memory>
#include <utility>

#include "work/common.hpp"

namespace bench {

template <class P> struct stacks_text {
    struct node {
        typename P::template pointer<node> below;
        uint64_t value = 0;
        ~node() /* one after the other, not one inside the other */
        {
            while (below && below.use_count() == 1) {
                auto next = std::move(below->below);
                below = std::move(next);
            }
        }
    };
    using pointer = typename P::template pointer<node>;

    struct alignas(128) top {
        typename P::template atomic_pointer<node> pointer_to_it;
    };

    static bool plays(const bench_variant *v) { return v->kind == STACKS_OWNED; }
    static top *tops(bench_cell *cell) { return static_cast<top *>(cell->shared); }

    static void push(top &t, uint64_t value)
    {
        pointer n = P::template make_node<node>();
        n->value = value;
        n->below = P::load_of(t.pointer_to_it);
        while (!P::cas(t.pointer_to_it, n->below, n)) continue;
    }

    static bool pop(top &t, uint64_t *value)
    {
        pointer n = P::load_of(t.pointer_to_it);
        while (n && !P::cas(t.pointer_to_it, n, pointer(n->below))) continue;
        if (n) *value = n->value;
        return static_cast<bool>(n);
    }

    static bool find(top &t, uint64_t value)
    {
        pointer protects = P::load_of(t.pointer_to_it);
        const node *n = protects.get();
        while (n && n->value != value) n = n->below.get();
        return n != nullptr;
    }

    static void open(bench_cell *cell)
    {
        cell->shared = new top[STACKS];
        uint64_t random = cell->seed;
        for (unsigned i = 0; i < STACKS; i++)
            for (unsigned j = 0; j < cell->variant->size; j++)
                push(tops(cell)[i], (bench_random(&random) >> 32) * cell->variant->size >> 32);
    }
    static void close(bench_cell *cell) { delete[] tops(cell); }
    static void nothing(bench_worker *) {}

    static void work(bench_worker *w)
    {
        top *all = tops(w->cell);
        const uint64_t size = w->cell->variant->size;
        const uint32_t updates = static_cast<uint32_t>(w->cell->variant->stores * (UINT64_C(1) << 32) / 100);
        uint64_t random = w->random, sum = 0, value;
        do {
            for (unsigned i = 0; i < STACKS_BATCH; i++) {
                uint64_t r = bench_random(&random), s = bench_random(&random);
                top &one = all[(r >> 32) * STACKS >> 32], &other = all[(s >> 32) * STACKS >> 32];
                if (static_cast<uint32_t>(r) < updates) {
                    if (pop(one, &value)) push(other, value);
                } else {
                    sum += find(one, (s >> 32) * size >> 32);
                }
                bench_barrier();
            }
            w->operations += STACKS_BATCH;
        } while (!bench_stopped(w));
        w->random = random;
        w->sum += sum;
    }

    static constexpr bench_entry entry()
    {
        bench_entry e = entry_of<P>(bench_stacks);
        e.plays = plays, e.open = open, e.begin = nothing, e.work = work, e.end = nothing, e.close = close;
        return e;
    }
};

} // namespace bench

#endif
