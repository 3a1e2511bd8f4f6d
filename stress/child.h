/* child.h: what the child of a fork does in a scenario: it goes on with the section and the borrow that it forked in, uses
 * the objects of its ancestors, makes a family of its own, with new threads, and all of that family must die. */
#ifndef STRESS_CHILD_H
#define STRESS_CHILD_H

#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "life.h"
#include "scenario.h"

/* AddressSanitizer's allocator (gcc 12) and ThreadSanitizer's (clang 19) do not look after their locks in a fork: there a child
 * that hangs shows nothing, if a thread that vanished may have been in the allocator. */
#define MAY_HANG (STRESS_ASAN || LT_TSAN)

enum { SLOTS = 16, FAMILY = 200, HANGING_SECONDS = 4, CHILD_SECONDS = 60 };

static lt_slot slots[SLOTS];

static lt_slot *any(struct worker *w) { return &slots[draw_below(w, SLOTS)]; }

static void step(struct worker *w)
{
    lt_enter();
    struct being *b = being_new(draw(w));
    if (one_in(w, 2)) lt_slot_store(&b->left, lt_slot_load(any(w)));
    lt_slot_store(any(w), b);
    struct being *seen = (struct being *)lt_slot_load(any(w));
    lt_safepoint();
    if (seen) {
        being_use(seen);
        lt_release(seen);
    }
    lt_leave();
    if (one_in(w, 512)) lt_poll();
    if (one_in(w, 2048)) lt_synchronize();
    if (one_in(w, 8192)) lt_barrier();
}

/* ---- The child ---- */

static uint64_t family_dead; /* atomic */

static void counts_its_death(struct being *b)
{
    (void)b;
    __atomic_add_fetch(&family_dead, 1, __ATOMIC_RELAXED);
}

static void found_a_family(struct worker *w)
{
    for (unsigned i = 0; i < FAMILY; i++) {
        lt_enter();
        struct being *b = being_new(draw(w));
        b->last_words = counts_its_death;
        if (one_in(w, 2)) lt_slot_store(&b->left, lt_slot_load(any(w)));
        lt_slot_store(any(w), b);
        struct being *seen = (struct being *)lt_slot_load(any(w)); /* an ancestor, or a brother */
        lt_safepoint();
        if (seen) {
            being_use(seen);
            lt_release(seen);
        }
        lt_leave();
    }
}

/* Outside a section. Calm: no thread vanished in the allocator. */
_Noreturn static void live_in_the_child(struct worker *w, bool calm)
{
    if (MAY_HANG && !calm) alarm(HANGING_SECONDS);
    uint64_t founders = lt_strategy_traits()->threads ? 3 : 2;
    found_a_family(w);
    run_workers(w->run, 2, found_a_family, NULL); /* without threads: one, this one */
    empty_slots(slots, SLOTS);
    lt_synchronize();
    lt_barrier();
    uint64_t dead = __atomic_load_n(&family_dead, __ATOMIC_RELAXED);
    lt_thread_unregister();
    if (lt_strategy_traits()->reclaims && dead != founders * FAMILY)
        fail("in a child, of %llu objects made there %llu died", (unsigned long long)(founders * FAMILY),
             (unsigned long long)dead);
    _exit(0);
}

/* ---- The parent ---- */

/* How the calling thread stands when it forks: inside a section, with a borrow, or outside. */
struct stance {
    bool inside;
    lt_borrow borrow;
    struct watch seen;
};

static struct stance take_a_stance(struct worker *w)
{
    struct stance s = {.inside = one_in(w, 2)};
    if (!s.inside) return s;
    lt_enter();
    s.borrow = lt_slot_borrow(any(w));
    struct being *b = (struct being *)lt_deref(s.borrow);
    if (b) s.seen = watch(b);
    return s;
}

static void leave_it(struct stance *s)
{
    if (!s->inside) return;
    if (s->seen.being) unwatch(s->seen);
    lt_unborrow(s->borrow);
    lt_leave();
}

/* In both: the child's number, 0 in the child. */
static pid_t fork_here(struct stance *s)
{
    pid_t child = fork();
    if (child < 0) fail("fork: no child");
    if (child == 0) {
        (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
        alarm(CHILD_SECONDS);
        lives_forked(&s->seen);
    }
    return child;
}

static void await_child(pid_t child, bool calm)
{
    int status;
    if (waitpid(child, &status, 0) != child) fail("a child was lost");
    if (MAY_HANG && !calm && WIFSIGNALED(status) && WTERMSIG(status) == SIGALRM) return;
    if (WIFSIGNALED(status)) fail("a child was ended by %s", strsignal(WTERMSIG(status)));
    if (WEXITSTATUS(status)) fail("a child failed, as said above");
}

#endif
