/* More readers than a scan tells apart stop inside, one after the other, each with two objects that are replaced then. They go
 * on in the same order or another, and until one does, what it has must last; what nobody has any more dies meanwhile. Under
 * strategies where a section delays no memory. */
#include <semaphore.h>

#include "life.h"
#include "scenario.h"

enum { READERS = 150, WORKERS = READERS + 1 };

struct shared {
    lt_slot slot[READERS];
    sem_t may_come[READERS], may_go[READERS], done;
};

static void wait(sem_t *s)
{
    while (sem_wait(s) != 0) continue; /* a signal */
}

static void read(struct worker *w, struct shared *shared)
{
    unsigned i = w->index - 1;
    wait(&shared->may_come[i]);
    lt_enter();
    lt_borrow first = lt_slot_borrow(&shared->slot[i]), second = lt_slot_borrow(&shared->slot[(i + 1) % READERS]);
    struct watch seen[] = {watch(lt_deref(first)), watch(lt_deref(second))};
    sem_post(&shared->done);
    wait(&shared->may_go[i]);
    unwatch(seen[0]);
    unwatch(seen[1]);
    lt_unborrow(second);
    lt_unborrow(first);
    lt_leave();
    sem_post(&shared->done);
}

static void replace(struct worker *w, lt_slot *slot)
{
    lt_enter();
    struct being *b = being_new(draw(w));
    if (one_in(w, 2)) b->ref = being_new(0); /* it follows in a cascade */
    lt_slot_store(slot, b);
    lt_leave();
}

static void body(struct worker *w)
{
    struct shared *shared = w->shared;
    if (w->index > 0) {
        read(w, shared);
        return;
    }
    unsigned first = draw_below(w, READERS), step = one_in(w, 2) ? 1 : 7; /* 7 and READERS have no common divisor */
    for (unsigned i = 0; i < READERS; i++) {
        sem_post(&shared->may_come[i]);
        wait(&shared->done);
        replace(w, &shared->slot[i]);
        lt_poll();
    }
    for (unsigned i = 0; i < READERS; i++) {
        sem_post(&shared->may_go[(first + i * step) % READERS]);
        wait(&shared->done);
        lt_poll();
        (void)goes_on(w); /* counts */
    }
}

SCENARIO(crowd, "150 readers stop one after the other, and what each has lasts until it goes on", NEEDS_THREADS | NEEDS_RECLAIM | NEEDS_BOUND)
{
    static struct shared shared;
    struct worker filler = {.run = run, .random = run->seed};
    while (run_goes_on(run)) {
        sem_init(&shared.done, 0, 0);
        for (unsigned i = 0; i < READERS; i++) {
            sem_init(&shared.may_come[i], 0, 0);
            sem_init(&shared.may_go[i], 0, 0);
            replace(&filler, &shared.slot[i]);
        }
        run_workers(run, WORKERS, body, &shared);
    }
    empty_slots(shared.slot, READERS);
}
