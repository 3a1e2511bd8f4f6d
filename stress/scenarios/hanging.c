/* A queue with one node in it, through which everything passes: what leaves it holds what came after, so all hangs from what
 * died first, and that may be another thread's, which stays inside and does little else than pass safepoints. All the same little may live. The
 * nodes are weakly referenced: a reader may come by one while it dies with the node before. */
#include <pthread.h>
#include <sched.h>

#include "life.h"
#include "scenario.h"

/* Threads call each other to scan once in 2048 stores of each, and it may take four scans till something dies; twice that. */
enum { WEAKLY = 32, ROUND = 64, ROUNDS = 8, EACH = 2 * 4 * 2048 };

struct shared {
    pthread_mutex_t lock;
    lt_slot first; /* under it */
    lt_weak weak[WEAKLY];
    uint32_t safepoints; /* atomic: of the first worker */
};

static void pass(struct worker *w, struct shared *shared)
{
    struct being *b = being_new(draw(w));
    if (one_in(w, 2)) lt_weak_store(&shared->weak[draw_below(w, WEAKLY)], b);
    lt_borrow borrow = lt_slot_borrow(&shared->first);
    struct being *first = lt_deref(borrow);
    lt_slot_store(&first->left, b);
    struct being *next = lt_slot_load(&first->left);
    lt_unborrow(borrow);
    lt_slot_store(&shared->first, next);
}

static void pass_some(struct worker *w, struct shared *shared, unsigned n)
{
    pthread_mutex_lock(&shared->lock);
    lt_enter();
    for (unsigned i = 0; i < n; i++) pass(w, shared);
    lt_leave();
    pthread_mutex_unlock(&shared->lock);
}

static void look(struct worker *w, struct shared *shared)
{
    lt_enter();
    struct being *b = lt_weak_load(&shared->weak[draw_below(w, WEAKLY)]);
    if (b) {
        struct watch seen = watch(b);
        lt_safepoint();
        unwatch(seen);
        lt_release(b);
    }
    lt_leave();
}

/* What dies first is this thread's from now on. */
static void begin_anew(struct worker *w, struct shared *shared)
{
    pthread_mutex_lock(&shared->lock);
    lt_slot_store(&shared->first, being_new(draw(w)));
    pass(w, shared);
    pthread_mutex_unlock(&shared->lock);
}

static void do_little(struct worker *w, struct shared *shared)
{
    lt_enter();
    while (goes_on(w)) {
        begin_anew(w, shared);
        for (unsigned i = 0; i < 1000; i++) {
            lt_safepoint();
            __atomic_fetch_add(&shared->safepoints, 1, __ATOMIC_RELEASE);
            sched_yield();
        }
    }
    lt_leave();
}

static void body(struct worker *w)
{
    struct shared *shared = w->shared;
    if (w->index == 0) {
        do_little(w, shared);
        return;
    }
    while (goes_on(w)) {
        uint32_t before = __atomic_load_n(&shared->safepoints, __ATOMIC_ACQUIRE);
        for (unsigned i = 0; i < ROUNDS; i++) {
            pass_some(w, shared, ROUND);
            look(w, shared);
        }
        lt_stats stats;
        lt_stats_read(&stats);
        if (stats.live > EACH * (w->run->threads + 1ull))
            fail("%llu objects live, of which one can be reached", (unsigned long long)stats.live);
        while (__atomic_load_n(&shared->safepoints, __ATOMIC_ACQUIRE) - before < 2 && goes_on(w)) sched_yield();
    }
}

static void finish(struct worker *w)
{
    struct shared *shared = w->shared;
    empty_slots(&shared->first, 1);
    lt_enter();
    for (unsigned i = 0; i < WEAKLY; i++) lt_weak_clear(&shared->weak[i]);
    lt_leave();
}

static void begin(struct worker *w)
{
    struct shared *shared = w->shared;
    lt_enter();
    lt_slot_init(&shared->first, being_new(0));
    lt_leave();
}

SCENARIO(hanging, "what hangs from what died first does not pile up, whoever has that", NEEDS_THREADS | NEEDS_RECLAIM | NEEDS_BOUND)
{
    struct shared shared = {.lock = PTHREAD_MUTEX_INITIALIZER};
    run_workers(run, 1, begin, &shared);
    run_workers(run, run->threads, body, &shared);
    run_workers(run, 1, finish, &shared);
}
