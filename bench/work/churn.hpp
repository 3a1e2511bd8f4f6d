/* churn.hpp: as churn.h: objects are stored into the thread's own slot, one after the other. */
#ifndef BENCH_CHURN_HPP
#define BENCH_CHURN_HPP

#include "latency.h"
#include "work/common.hpp"

namespace bench {

template <class P> struct churn_text {
    struct alignas(128) own {
        typename P::thread thread;
        typename P::slot slot;
    };

    static void begin(bench_worker *w)
    {
        auto *o = new own;
        w->own = o;
        typename P::section section;
        P::store(o->slot, 0);
    }

    static void end(bench_worker *w)
    {
        own *o = static_cast<own *>(w->own);
        {
            typename P::section section;
            P::clear(o->slot);
        }
        P::barrier();
        delete o;
    }

    template <bool timed> static void loop(bench_worker *w)
    {
        typename P::slot &slot = static_cast<own *>(w->own)->slot;
        typename P::section section;
        do {
            for (unsigned i = 0; i < BENCH_SHORT_BATCH; i++) {
                uint64_t start = timed ? bench_ticks() : 0;
                P::store(slot, i);
                bench_barrier();
                if (timed) bench_took(w, start);
            }
            uint64_t start = timed ? bench_ticks() : 0;
            section.safepoint();
            if (timed) bench_took(w, start);
            w->operations += BENCH_SHORT_BATCH;
        } while (!bench_stopped(w));
    }

    static void work(bench_worker *w) { w->latencies ? loop<true>(w) : loop<false>(w); }

    static constexpr bench_entry entry()
    {
        bench_entry e = entry_of<P>(bench_churn);
        e.begin = begin, e.work = work, e.end = end;
        return e;
    }
};

} // namespace bench

#endif
