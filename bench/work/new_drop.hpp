/* new_drop.hpp: as new_drop.h: an object is made and its only reference ends. */
#ifndef BENCH_NEW_DROP_HPP
#define BENCH_NEW_DROP_HPP

#include "work/common.hpp"

namespace bench {

template <class P> struct new_drop_text {
    static void begin(bench_worker *) {}

    static void one(uint64_t value)
    {
        typename P::ref r = P::make(value);
        bench_seen(&*r);
    }

    static void work(bench_worker *w)
    {
        do {
            for (unsigned i = 0; i < BENCH_SHORT_BATCH; i++) {
                one(i);
                bench_barrier();
            }
            w->operations += BENCH_SHORT_BATCH;
        } while (!bench_stopped(w));
    }

    static constexpr bench_entry entry()
    {
        bench_entry e = entry_of<P>(bench_new_drop);
        e.begin = begin, e.work = work, e.end = begin;
        return e;
    }
};

} // namespace bench

#endif
