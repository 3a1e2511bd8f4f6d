/* handoff.hpp: as handoff.h: the only references to objects that another thread made end here. */
#ifndef BENCH_HANDOFF_HPP
#define BENCH_HANDOFF_HPP

#include "latency.h"
#include "work/common.hpp"
#include "work/owner.h"

namespace bench {

template <class P> struct handoff_text {
    using ref = typename P::ref;

    struct hand {
        bench_owner owner;
        size_t dropped;
        ref objects[HANDOFF_OBJECTS];
    };

    static hand *hands(bench_cell *cell) { return static_cast<hand *>(cell->shared); }

    static void open(bench_cell *cell) { cell->shared = new hand[cell->threads](); }
    static void close(bench_cell *cell) { delete[] hands(cell); }

    static void fill_hand(hand &h)
    {
        while (h.dropped) h.objects[--h.dropped] = P::make(1);
    }

    static void nothing() {}

    static void begin(bench_worker *w)
    {
        hand &h = hands(w->cell)[w->index];
        h.dropped = HANDOFF_OBJECTS;
        h.owner.worker = w;
        h.owner.make = [](bench_owner *o) { fill_hand(hands(o->worker->cell)[o->worker->index]); };
        h.owner.safepoints = [](bench_owner *o) {
            while (!bench_owner_over(o)) bench_barrier();
        };
        h.owner.register_thread = h.owner.unregister_thread = nothing;
    }

    static void fill(bench_worker *w)
    {
        hand *all = hands(w->cell);
        if (w->cell->variant->kind == HANDOFF_RING) return fill_hand(all[(w->index + 1) % w->cell->threads]);
        bench_owner_stop(&all[w->index].owner);
        bench_owner_start(&all[w->index].owner);
    }

    template <bool timed> static void loop(bench_worker *w)
    {
        hand &h = hands(w->cell)[w->index];
        size_t dropped = h.dropped;
        do {
            for (unsigned i = 0; i < BENCH_SHORT_BATCH; i++) {
                uint64_t start = timed ? bench_ticks() : 0;
                h.objects[dropped++] = ref();
                bench_barrier();
                if (timed) bench_took(w, start);
            }
            w->operations += BENCH_SHORT_BATCH;
        } while (!bench_stopped(w) && dropped < HANDOFF_OBJECTS);
        h.dropped = dropped;
    }

    static void work(bench_worker *w) { w->latencies ? loop<true>(w) : loop<false>(w); }

    static void end(bench_worker *w)
    {
        hand &h = hands(w->cell)[w->index];
        bench_owner_stop(&h.owner);
        while (h.dropped < HANDOFF_OBJECTS) h.objects[h.dropped++] = ref();
    }

    static constexpr bench_entry entry()
    {
        bench_entry e = entry_of<P>(bench_handoff);
        e.open = open, e.begin = begin, e.fill = fill, e.work = work, e.end = end, e.close = close;
        return e;
    }
};

} // namespace bench

#endif
