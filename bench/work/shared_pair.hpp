/* shared_pair.hpp: as shared_pair.h: a copy of a reference to the one object that all threads share, and its end. */
#ifndef BENCH_SHARED_PAIR_HPP
#define BENCH_SHARED_PAIR_HPP

#include "work/pair.hpp"

namespace bench {

template <class P> struct shared_pair_text {
    using ref = typename P::ref;

    static void open(bench_cell *cell) { cell->shared = new ref(P::make(0)); }
    static void close(bench_cell *cell) { delete static_cast<ref *>(cell->shared); }
    static void begin(bench_worker *w) { w->own = new ref(*static_cast<ref *>(w->cell->shared)); }
    static void end(bench_worker *w) { delete static_cast<ref *>(w->own); }

    static bool plays(const bench_variant *v) { return v->size == 1 && v->kind == 0; }

    static void work(bench_worker *w)
    {
        const ref &own = *static_cast<ref *>(w->own);
        do {
            for (unsigned i = 0; i < BENCH_BATCH; i++) {
                pair_text<P>::one_pair(own);
                bench_barrier();
            }
            w->operations += BENCH_BATCH;
        } while (!bench_stopped(w));
    }

    static constexpr bench_entry entry()
    {
        bench_entry e = entry_of<P>(bench_shared_pair);
        e.plays = plays, e.open = open, e.begin = begin, e.work = work, e.end = end, e.close = close;
        return e;
    }
};

} // namespace bench

#endif
