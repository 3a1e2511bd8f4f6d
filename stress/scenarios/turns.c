/* Sections end somewhere, and then others go in: a thread that stays inside and passes safepoints until everybody else has been
 * inside must see that happen; and where a waiting thread never asks for its turn (a switch interval without end), it is
 * woken all the same when the lock becomes free. What does not happen shows as a run that hangs. */
#include <sched.h>

#include "life.h"
#include "scenario.h"

enum { ROUNDS = 8, SHORT_US = 200 };

struct shared {
    uint32_t inside;  /* atomic: how many sections of others there were */
    bool staying;     /* atomic: the first worker stays inside */
};

static void short_section(struct worker *w, struct shared *shared)
{
    lt_enter();
    struct being *b = being_new(draw(w));
    if (one_in(w, 16)) sched_yield(); /* while others want to go in */
    lt_release(b);
    __atomic_add_fetch(&shared->inside, 1, __ATOMIC_RELAXED);
    lt_leave();
}

static void stay(struct shared *shared)
{
    uint32_t others = __atomic_load_n(&shared->inside, __ATOMIC_RELAXED);
    lt_enter();
    while (__atomic_load_n(&shared->inside, __ATOMIC_RELAXED) - others < ROUNDS) lt_safepoint();
    lt_leave();
}

/* The others go on until the first has seen them. */
static void turns(struct worker *w)
{
    struct shared *shared = (struct shared *)w->shared;
    if (w->index == 0) {
        while (goes_on(w)) stay(shared);
        __atomic_store_n(&shared->staying, false, __ATOMIC_RELEASE);
    } else {
        while (__atomic_load_n(&shared->staying, __ATOMIC_ACQUIRE)) short_section(w, shared);
    }
}

static void no_turns(struct worker *w)
{
    for (unsigned i = 0; i < 1000; i++) short_section(w, (struct shared *)w->shared);
}

SCENARIO(turns, "a thread that stays inside lets others in at safepoints; who waits is woken", NEEDS_THREADS)
{
    struct shared shared = {.staying = true};
    if (run->threads < 2) return;
    EXPECT(lt_configure(LT_SWITCH_INTERVAL, UINT64_MAX) == 0);
    run_workers(run, run->threads, no_turns, &shared);
    EXPECT(lt_configure(LT_SWITCH_INTERVAL, SHORT_US) == 0);
    run_workers(run, run->threads, turns, &shared);
}
