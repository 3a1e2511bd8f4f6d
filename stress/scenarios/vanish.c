/* Threads vanish in a fork, each of them stopped at a named point, between two steps of a protocol: every point that was
 * ever passed has its turn. What they left half done must keep nothing of the child's from dying, and must not end what is
 * still referenced; nor may a lock be taken for ever. A thread that is stopped under a lock that fork waits for goes on
 * after a while. */
#include <sched.h>
#include <time.h>

#include "child.h"

enum { POINTS = 256, VICTIMS = 2, REACH_US = 50000, STOP_US = 100000 };

enum { RUNNING, STOPPED, WENT_ON };

struct victim {
    const char *point; /* where it stops; NULL: in a finalizer */
    unsigned passes;   /* at which pass of it */
    uint32_t state;    /* atomic */
};

struct shared {
    struct victim victim[VICTIMS];
    unsigned victims; /* so many of them shall be stopped */
    uint32_t over, turn; /* atomic */
    struct being *common;
};

static void (*delay)(const char *);
static _Thread_local struct victim *self;
static const uint32_t *all_over;
static const char *points[POINTS]; /* atomic */
static unsigned known;             /* atomic */

static void learn(const char *point)
{
    unsigned n = __atomic_load_n(&known, __ATOMIC_RELAXED);
    for (unsigned i = 0; i < n && i < POINTS; i++)
        if (__atomic_load_n(&points[i], __ATOMIC_RELAXED) == point) return;
    n = __atomic_fetch_add(&known, 1, __ATOMIC_RELAXED);
    if (n < POINTS) __atomic_store_n(&points[n], point, __ATOMIC_RELAXED);
}

static void sleep_us(long us) { nanosleep(&(struct timespec){.tv_nsec = 1000 * us}, NULL); }

static void stop(struct victim *v)
{
    uint32_t stopped = STOPPED;
    __atomic_store_n(&v->state, STOPPED, __ATOMIC_RELAXED);
    for (unsigned us = 0; us < STOP_US && !__atomic_load_n(all_over, __ATOMIC_RELAXED); us += 100) sleep_us(100);
    (void)__atomic_compare_exchange_n(&v->state, &stopped, WENT_ON, false, __ATOMIC_RELAXED, __ATOMIC_RELAXED);
}

static void at_point(const char *point)
{
    if (self) learn(point);
    if (self && self->point && !strcmp(self->point, point) && --self->passes == 0) stop(self);
    else if (delay) delay(point);
}

/* ---- Both parts: the first worker forks, the others are stopped ---- */

static uint32_t state_of(const struct victim *v) { return __atomic_load_n(&v->state, __ATOMIC_RELAXED); }

static bool all_stopped(const struct shared *s)
{
    for (unsigned i = 0; i < s->victims; i++)
        if (state_of(&s->victim[i]) != STOPPED) return false;
    return true;
}

static void await_stop(const struct shared *s)
{
    for (unsigned us = 0; us < REACH_US && !all_stopped(s); us += 100) sleep_us(100);
}

static bool is_over(const struct shared *s) { return __atomic_load_n(&s->over, __ATOMIC_RELAXED); }

/* Calm: all others are stopped when it is over, and so were stopped before. */
static pid_t fork_beside_victims(struct shared *s, struct stance *stance, bool *calm)
{
    await_stop(s);
    pid_t child = fork_here(stance);
    *calm = all_stopped(s);
    if (child) __atomic_store_n(&s->over, 1, __ATOMIC_RELAXED);
    return child;
}

/* ---- Anywhere ---- */

static void body(struct worker *w)
{
    struct shared *s = (struct shared *)w->shared;
    if (w->index) {
        self = &s->victim[w->index - 1];
        while (!is_over(s)) {
            step(w);
            if (one_in(w, 16)) lt_poll();
        }
        self = NULL;
        return;
    }
    for (unsigned i = draw_below(w, 8); i > 0; i--) step(w);
    struct stance stance = take_a_stance(w);
    bool calm;
    pid_t child = fork_beside_victims(s, &stance, &calm);
    leave_it(&stance);
    if (child == 0) live_in_the_child(w, calm);
    await_child(child, calm);
}

/* Each point in its turn; or two at random. */
static void choose(struct run *run, struct shared *s, uint64_t round)
{
    struct worker w = {.run = run, .random = (run->seed + 1) * 0x9e3779b97f4a7c15ull + round};
    unsigned n = known < POINTS ? known : POINTS, victims = round % 4 == 3 ? VICTIMS : 1;
    (void)draw(&w);
    *s = (struct shared){.victims = victims};
    for (unsigned i = 0; i < victims; i++) {
        unsigned next = victims > 1 ? draw_below(&w, POINTS) : (unsigned)(round / 4 * 3 + round % 4);
        s->victim[i].point = n ? points[next % n] : "";
        s->victim[i].passes = one_in(&w, 2) ? 1 : 1 + draw_below(&w, 4);
    }
}

/* ---- An owner gives up the last of its half of a count, while the object is queued for it ---- */

static void await_turn(struct shared *s, uint32_t n)
{
    while (__atomic_load_n(&s->turn, __ATOMIC_ACQUIRE) < n) sched_yield();
}
static void end_turn(struct shared *s) { __atomic_add_fetch(&s->turn, 1, __ATOMIC_RELEASE); }

static void owner_gives_up(struct shared *s)
{
    lt_enter();
    struct being *b = being_new(0);
    lt_retain(b);
    lt_slot_store(&slots[0], b);
    s->common = b;
    end_turn(s);
    await_turn(s, 2); /* inside, so that it is not merged */
    lt_slot_store(&slots[0], NULL);
    self = &s->victim[0];
    lt_release((struct being *)lt_slot_take(&slots[1]));
    self = NULL;
    lt_leave();
    while (!is_over(s)) sched_yield();
}

enum { HALF = 1 << 16, SWEEPS = 16 };

/* If the count is wrong by a multiple of an owner's half, it comes to nothing here. */
static void sweep_count(struct being *b)
{
    lt_enter();
    for (unsigned i = 0; i < SWEEPS; i++) {
        lt_retain_n(b, HALF);
        lt_release(b);
        being_use(b);
        lt_retain(b);
    }
    lt_release_n(b, SWEEPS * HALF);
    being_use(b);
    lt_release(b);
    lt_leave();
}

static void gives_up_body(struct worker *w)
{
    struct shared *s = (struct shared *)w->shared;
    if (w->index == 1) owner_gives_up(s);
    if (w->index) return;
    await_turn(s, 1);
    lt_enter();
    lt_release(s->common); /* the first that another thread takes off: queued */
    lt_leave();
    lt_enter();
    lt_slot_store(&slots[1], lt_slot_load(&slots[0]));
    struct being *mine = (struct being *)lt_slot_load(&slots[0]);
    lt_leave();
    end_turn(s);
    struct stance outside = {0};
    bool calm;
    pid_t child = fork_beside_victims(s, &outside, &calm);
    if (child == 0) {
        if (lt_strategy_traits()->reclaims) lt_barrier();
        sweep_count(mine);
        live_in_the_child(w, calm);
    }
    await_child(child, calm);
    lt_enter();
    lt_release(mine);
    lt_leave();
}

/* ---- A thread reclaims: it is stopped in a finalizer, or at a point that few others lead to ---- */

static const char *const rare[] = {"deferred: has the pool", "deferred: watches everything, has not said so",
                                   "lib: an account is written, not told of", "lib: in two lists"};
enum { RARE = sizeof rare / sizeof *rare };

static bool is_known(const char *point)
{
    for (unsigned i = 0; i < known && i < POINTS; i++)
        if (!strcmp(points[i], point)) return true;
    return false;
}

static void last_stop(struct being *b)
{
    (void)b;
    if (self && !self->point && state_of(self) == RUNNING) stop(self);
}

static void reclaim(struct worker *w, struct victim *v)
{
    self = v;
    lt_enter();
    struct being *b = being_new(draw(w));
    b->ref = being_new(draw(w));
    b->last_words = last_stop;
    lt_release(b);
    lt_safepoint();
    lt_leave();
    lt_poll();
    self = NULL;
}

static void reclaims_body(struct worker *w)
{
    struct shared *s = (struct shared *)w->shared;
    if (w->index) {
        while (!is_over(s)) reclaim(w, &s->victim[0]);
        return;
    }
    struct stance outside = {0};
    bool calm;
    pid_t child = fork_beside_victims(s, &outside, &calm);
    if (child == 0) live_in_the_child(w, calm);
    await_child(child, calm);
}

/* ---- A thread waits for its section, or for an object's lock ---- */

static void wait_for_both(struct shared *s)
{
    lt_enter();
    lt_leave();
    end_turn(s);
    await_turn(s, 2);
    __atomic_store_n(&s->victim[0].state, STOPPED, __ATOMIC_RELAXED);
    lt_enter();
    lt_lock(s->common);
    __atomic_store_n(&s->victim[0].state, WENT_ON, __ATOMIC_RELAXED);
    lt_unlock(s->common);
    lt_leave();
}

static void waits_body(struct worker *w)
{
    struct shared *s = (struct shared *)w->shared;
    if (w->index) {
        wait_for_both(s);
        return;
    }
    await_turn(s, 1);
    struct stance inside = {0};
    lt_enter();
    struct being *b = s->common = being_new(0);
    lt_lock(b);
    end_turn(s);
    sleep_us(2000);
    await_stop(s);
    bool calm;
    pid_t child = fork_beside_victims(s, &inside, &calm);
    lt_unlock(b);
    for (unsigned i = 0; i < 3 && child == 0; i++) {
        lt_lock(b);
        lt_unlock(b);
    }
    lt_leave();
    if (child == 0) live_in_the_child(w, calm);
    await_child(child, calm);
}

static void drop_common(struct worker *w)
{
    struct shared *s = (struct shared *)w->shared;
    lt_enter();
    lt_release(s->common);
    lt_leave();
}

SCENARIO(vanish, "threads vanish in a fork between two steps of a protocol", NEEDS_THREADS)
{
    static struct shared shared;
    delay = lt_at_point;
    all_over = &shared.over;
    lt_at_point = at_point;
    for (uint64_t round = 0, chosen = 0; run_goes_on(run); round++) {
        uint64_t kind = round % 10;
        shared = (struct shared){.victims = 1};
        lt_configure(LT_PENDING_LIMIT, round / 10 % 2 ? 4096 : 0); /* who retires is held back: outside, and in again */
        if (kind == 0) {
            shared.victim[0].point = "";
            run_workers(run, 2, waits_body, &shared);
            run_workers(run, 1, drop_common, &shared);
        } else if (kind == 1 && !lt_strategy_traits()->exclusive) {
            shared.victim[0] = (struct victim){.point = "biased: no owner, not merged", .passes = 1};
            run_workers(run, 2, gives_up_body, &shared);
        } else if (kind == 2) {
            run_workers(run, 2, reclaims_body, &shared);
        } else if (kind - 3 < RARE && is_known(rare[kind - 3])) {
            shared.victim[0] = (struct victim){.point = rare[kind - 3], .passes = 1};
            run_workers(run, 2, reclaims_body, &shared);
        } else {
            choose(run, &shared, chosen++);
            run_workers(run, 1 + shared.victims, body, &shared);
        }
        run->operations++;
    }
    lt_at_point = delay;
    empty_slots(slots, SLOTS);
}
