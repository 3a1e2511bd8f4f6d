/* pair.hpp: as pair.h: a copy of a reference to an object of the thread's own, and its end. */
#ifndef BENCH_PAIR_HPP
#define BENCH_PAIR_HPP

#include <utility>
#include <vector>

#include "work/common.hpp"

namespace bench {

template <class P> struct pair_text {
    using ref = typename P::ref;

    static void begin(bench_worker *w)
    {
        const bench_variant *v = w->cell->variant;
        auto *objects = new std::vector<ref>;
        for (unsigned i = 0; i < v->size; i++) objects->push_back(P::make(i));
        if (v->kind == PAIR_SHUFFLED)
            for (size_t i = v->size; i > 1; i--)
                std::swap((*objects)[i - 1], (*objects)[(bench_random(&w->random) >> 32) * i >> 32]);
        w->own = objects;
    }

    static void end(bench_worker *w) { delete static_cast<std::vector<ref> *>(w->own); }

    static void one_pair(const ref &r)
    {
        ref copy(r);
        bench_seen(&copy);
    }

    static void work(bench_worker *w)
    {
        const ref *objects = static_cast<std::vector<ref> *>(w->own)->data();
        const size_t size = w->cell->variant->size, step = size > 1;
        do {
            const ref *batch = objects + w->cursor;
            for (unsigned i = 0; i < BENCH_BATCH; i++) {
                one_pair(batch[i * step]);
                bench_barrier();
            }
            w->cursor = (w->cursor + BENCH_BATCH * step) % size;
            w->operations += BENCH_BATCH;
        } while (!bench_stopped(w));
    }

    static constexpr bench_entry entry()
    {
        bench_entry e = entry_of<P>(bench_pair);
        e.begin = begin, e.work = work, e.end = end;
        return e;
    }
};

} // namespace bench

#endif
