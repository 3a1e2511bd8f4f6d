/* fork() beside threads that are anywhere in the library. The parent goes on as if nothing had been; what the child does is in
 * child.h. */
#include "child.h"

static void have_a_child(struct worker *w)
{
    struct stance stance = take_a_stance(w);
    pid_t child = fork_here(&stance);
    leave_it(&stance);
    if (child == 0) live_in_the_child(w, false);
    await_child(child, false);
}

static void body(struct worker *w)
{
    while (goes_on(w)) {
        if (w->operations % 1024 == 1 && w->index < 2) have_a_child(w);
        step(w);
    }
}

static void empty(struct worker *w)
{
    (void)w;
    empty_slots(slots, SLOTS);
}

SCENARIO(fork_child, "fork beside threads that use the library; the child uses it too", NEEDS_NOTHING)
{
    run_workers(run, run->threads, body, NULL);
    run_workers(run, 1, empty, NULL);
}
