/* weak.hpp: as weak.h: an owned reference from a weak one, P::weak, whose object lives. */
#ifndef BENCH_WEAK_HPP
#define BENCH_WEAK_HPP

#include "work/common.hpp"

namespace bench {

template <class P> struct weak_text {
    struct pair {
        typename P::ref object = P::make(0);
        typename P::weak weak{object};
    };

    static void open(bench_cell *cell) { cell->shared = new pair; }
    static void close(bench_cell *cell) { delete static_cast<pair *>(cell->shared); }
    static void begin(bench_worker *w) { w->own = w->cell->variant->kind == WEAK_OWN ? new pair : nullptr; }
    static void end(bench_worker *w) { delete static_cast<pair *>(w->own); }

    static void work(bench_worker *w)
    {
        const pair *mine = static_cast<pair *>(w->own ? w->own : w->cell->shared);
        do {
            for (unsigned i = 0; i < BENCH_BATCH; i++) {
                typename P::ref r = mine->weak.lock();
                bench_seen(&r);
                bench_barrier();
            }
            w->operations += BENCH_BATCH;
        } while (!bench_stopped(w));
    }

    static constexpr bench_entry entry()
    {
        bench_entry e = entry_of<P>(bench_weak);
        e.open = open, e.begin = begin, e.work = work, e.end = end, e.close = close;
        return e;
    }
};

} // namespace bench

#endif
