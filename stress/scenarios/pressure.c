/* One thread sits in its section; the others replace what slots hold, until far more waits than the bound of lt_on_pressure. As
 * long as it sits, nothing that was let go of can be reclaimed: so in each round somebody is told, and once. Where memory does
 * not wait, nobody ever is. */
#include <pthread.h>

#include "life.h"
#include "scenario.h"

enum { MOST = 64, EACH = 4096, BOUND = 64 << 10 };

struct shared {
    lt_slot slot[MOST];
    pthread_barrier_t begins, sits, done, over;
    uint64_t told;
    bool more; /* written by the first worker between `over` and `begins` */
};

static void wait(pthread_barrier_t *barrier) { (void)pthread_barrier_wait(barrier); }

static void note(void *context, uint64_t pending)
{
    struct shared *shared = (struct shared *)context;
    EXPECT(pending > BOUND || !lt_strategy_traits()->grace); /* what waits for nobody may be gone again */
    __atomic_add_fetch(&shared->told, 1, __ATOMIC_RELAXED);
    lt_release(being_new(0)); /* inside a section */
}

static void sit(struct shared *shared)
{
    lt_enter();
    wait(&shared->sits);
    wait(&shared->done);
    lt_leave();
}

static void replace(struct worker *w, struct shared *shared)
{
    wait(&shared->sits);
    for (unsigned i = 0; i < EACH; i++) {
        lt_enter();
        lt_slot_store(&shared->slot[w->index % MOST], being_new(draw(w)));
        lt_leave();
    }
    lt_poll(); /* if it is pressed by now, it is told by now */
    wait(&shared->done);
}

static void body(struct worker *w)
{
    struct shared *shared = (struct shared *)w->shared;
    const lt_traits *traits = lt_strategy_traits();
    const bool in_batches = !traits->grace && !traits->immediate; /* that wait for nobody; more than the bound, of all threads together */
    const uint64_t each_time = traits->grace;
    for (uint64_t round = 1;; round++) {
        if (w->index == 0) shared->more = run_goes_on(w->run);
        wait(&shared->begins);
        if (!shared->more) break;
        if (w->index == 0) sit(shared);
        else replace(w, shared);
        wait(&shared->over);
        if (w->index == 0) {
            EXPECT(__atomic_load_n(&shared->told, __ATOMIC_RELAXED) == round * each_time || in_batches);
            lt_barrier(); /* it is armed again */
            lt_synchronize();
        }
        w->operations += EACH;
    }
}

SCENARIO(pressure, "more waits for one sitting thread than the bound: it is told once each time", NEEDS_THREADS | NEEDS_RECLAIM)
{
    static struct shared shared;
    if (lt_strategy_traits()->exclusive) return; /* nobody can do anything while one sits */
    pthread_barrier_t *const barriers[] = {&shared.begins, &shared.sits, &shared.done, &shared.over};
    unsigned threads = run->threads < 2 ? 2 : run->threads;
    for (unsigned i = 0; i < 4; i++)
        if (pthread_barrier_init(barriers[i], NULL, threads)) fail("no barrier");
    lt_on_pressure(BOUND, note, &shared);
    run_workers(run, threads, body, &shared);
    lt_on_pressure(0, NULL, NULL);
    for (unsigned i = 0; i < 4; i++) pthread_barrier_destroy(barriers[i]);
    empty_slots(shared.slot, MOST);
}
