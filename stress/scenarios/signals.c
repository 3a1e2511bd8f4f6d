/* A storm of signals on threads that use the library: a signal comes between any two instructions, and ends system calls, with
 * SA_RESTART and without. Its handler uses nothing of the library; the library must go on as if nothing had been. */
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>

#include "life.h"
#include "scenario.h"

enum { SLOTS = 8 };

struct target {
    pthread_mutex_t lock;
    pthread_t thread;
    bool there;
};

struct shared {
    lt_slot slot[SLOTS];
    struct target *target; /* one for each worker */
    unsigned left;         /* atomic: workers that have not ended */
};

static uint64_t storms; /* atomic */

static void handle(int signal)
{
    (void)signal;
    __atomic_add_fetch(&storms, 1, __ATOMIC_RELAXED);
    for (unsigned i = 0; i < 200; i++) __atomic_signal_fence(__ATOMIC_SEQ_CST);
}

static void set_handler(int flags)
{
    struct sigaction action = {.sa_handler = handle, .sa_flags = flags};
    (void)sigemptyset(&action.sa_mask);
    if (sigaction(SIGUSR1, &action, NULL)) fail("no handler can be set");
}

static void send(struct target *t)
{
    pthread_mutex_lock(&t->lock);
    if (t->there) (void)pthread_kill(t->thread, SIGUSR1);
    pthread_mutex_unlock(&t->lock);
}

static void storm(struct worker *w, struct shared *s)
{
    for (unsigned i = 0; __atomic_load_n(&s->left, __ATOMIC_RELAXED); i++) {
        if (i % 64 == 0) set_handler(i % 128 ? SA_RESTART : 0);
        send(&s->target[draw_below(w, w->run->threads)]);
        if (one_in(w, 8)) nap(w, 40);
    }
}

static void be_target(struct target *t, bool there)
{
    pthread_mutex_lock(&t->lock);
    t->thread = pthread_self();
    t->there = there;
    pthread_mutex_unlock(&t->lock);
}

static void keep(struct worker *w, lt_slot *slot)
{
    lt_borrow borrow = lt_slot_borrow(slot);
    struct being *b = (struct being *)lt_deref(borrow);
    if (!b) return;
    struct watch seen = watch(b);
    struct being *held = (struct being *)lt_hold(borrow);
    if (one_in(w, 2)) lt_slot_store(slot, one_in(w, 4) ? NULL : being_new(draw(w)));
    unwatch(seen);
    lt_unborrow(borrow);
    lt_safepoint();
    if (!held) return;
    being_use(held);
    lt_release(held);
}

static void work(struct worker *w, struct shared *s)
{
    while (goes_on(w)) {
        unsigned what = draw_below(w, 2048);
        if (what == 0) {
            lt_barrier();
        } else if (what < 8) {
            lt_synchronize();
        } else if (what < 16) {
            lt_thread_unregister();
        } else if (what < 64) {
            lt_poll();
        } else {
            lt_slot *slot = &s->slot[draw_below(w, SLOTS)];
            lt_enter();
            if (what < 512) lt_slot_store(slot, being_new(what));
            else keep(w, slot);
            lt_leave();
        }
    }
}

static void body(struct worker *w)
{
    struct shared *s = (struct shared *)w->shared;
    if (w->index == w->run->threads) {
        storm(w, s);
        return;
    }
    be_target(&s->target[w->index], true);
    work(w, s);
    be_target(&s->target[w->index], false);
    __atomic_sub_fetch(&s->left, 1, __ATOMIC_RELAXED);
}

static void empty(struct worker *w)
{
    struct shared *s = (struct shared *)w->shared;
    empty_slots(s->slot, SLOTS);
}

SCENARIO(signals, "a storm of signals on all threads", NEEDS_THREADS)
{
    struct shared s = {.left = run->threads, .target = (struct target *)calloc(run->threads, sizeof *s.target)};
    if (!s.target) fail("no memory for targets");
    for (unsigned i = 0; i < run->threads; i++) pthread_mutex_init(&s.target[i].lock, NULL);
    set_handler(SA_RESTART);
    run_workers(run, run->threads + 1, body, &s);
    EXPECT(storms > 0 || run->operations < 10000);
    run_workers(run, 1, empty, &s);
    free(s.target);
}
