/* A client's mistakes, each in a child of its own: the checked build must refuse it, by its call, and say what is wrong
 * with which object; or name what leaks, at exit. In between other threads change the accounts of many objects, so that
 * some are written under a fork, and addresses come back. */
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "life.h"
#include "scenario.h"

enum { SLOTS = 16, STEPS = 200, CHILD_SECONDS = 60, REFUSED = 3, WORDS = 512 };

static lt_slot slots[SLOTS];
static lt_slot kept;            /* b is in it, and nobody owns it besides */
static struct being *b;
static const char *expected[3]; /* words of the report */

static void release_too_often(void)
{
    lt_release(lt_slot_load(&kept));
    lt_release(b);
}

static void store_what_is_not_owned(void) { lt_slot_store(&slots[0], b); }
static void retain_what_a_slot_keeps(void) { lt_retain(b); }

static void retain_the_dead(void)
{
    lt_slot_store(&kept, NULL);
    lt_retain(b);
}

static void keep_a_borrow(void)
{
    (void)lt_slot_borrow(&kept);
    lt_leave();
}

static void unlock_what_is_not_locked(void) { lt_unlock(lt_slot_load(&kept)); }

static void release_outside(void)
{
    b = (struct being *)lt_slot_load(&kept);
    lt_leave();
    lt_release(b);
}

static const struct mistake {
    const char *call, *wrong;
    void (*make)(void);
} mistakes[] = {
    {"lt_release:", "", release_too_often},
    {"lt_slot_store:", "", store_what_is_not_owned},
    {"lt_retain:", "unprotected", retain_what_a_slot_keeps},
    {"lt_retain:", "is dead", retain_the_dead},
    {"lt_leave:", "lt_slot_borrow", keep_a_borrow},
    {"lt_unlock:", "lock", unlock_what_is_not_locked},
    {"lt_release:", "outside a section", release_outside},
};
enum { MISTAKES = sizeof mistakes / sizeof *mistakes };

static void look(const char *report)
{
    for (int i = 0; i < 3; i++)
        if (!strstr(report, expected[i])) fail("a report has no '%s': %s", expected[i], report);
    _exit(REFUSED);
}

static pid_t new_child(void)
{
    pid_t child = fork();
    EXPECT(child >= 0);
    if (child == 0) {
        (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
        alarm(CHILD_SECONDS);
    }
    return child;
}

static void see_refused(const struct mistake *m)
{
    int status;
    pid_t child = new_child();
    if (child == 0) {
        expected[0] = m->call;
        expected[1] = m->wrong;
        expected[2] = "of type being";
        lt_enter();
        b = being_new(0);
        lt_slot_store(&kept, b);
        lt_set_abort_hook(look);
        m->make();
        fail("in the checked build %s is not refused", m->call);
    }
    EXPECT(waitpid(child, &status, 0) == child && WIFEXITED(status));
    if (WEXITSTATUS(status) != REFUSED) fail("a mistake was not refused, as said above: %s", m->call);
}

static void see_leak_named(void)
{
    int ends[2], status;
    char words[WORDS];
    size_t n = 0;
    EXPECT(pipe(ends) == 0);
    pid_t child = new_child();
    if (child == 0) {
        lt_enter();
        b = being_new(0);
        lt_leave();
        (void)dup2(ends[1], STDERR_FILENO);
        exit(0);
    }
    close(ends[1]);
    for (ssize_t more; n < WORDS - 1 && (more = read(ends[0], words + n, WORDS - 1 - n)) > 0;) n += (size_t)more;
    words[n] = '\0';
    close(ends[0]);
    EXPECT(waitpid(child, &status, 0) == child);
    if (!strstr(words, "of type being")) fail("a leak at exit is not named: %s", words);
}

static void live(struct worker *w)
{
    for (unsigned i = 0; i < STEPS; i++) {
        lt_enter();
        lt_slot_store(&slots[draw_below(w, SLOTS)], being_new(i));
        lt_leave();
        w->operations++;
    }
}

SCENARIO(mistakes, "mistakes of a client, which the checked build refuses", NEEDS_CHECKS | NEEDS_RECLAIM)
{
    for (unsigned round = 0; run_goes_on(run); round++) {
        run_workers(run, run->threads, live, NULL);
        if (round % (MISTAKES + 1) < MISTAKES) see_refused(&mistakes[round % (MISTAKES + 1)]);
        else see_leak_named();
    }
    empty_slots(slots, SLOTS);
}
