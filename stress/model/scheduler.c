/* scheduler.c: one thread runs at a time, and at every access to memory that threads contend for it is decided which.
 *
 * The threads are real and pass a baton, a futex. This file is compiled without ThreadSanitizer and uses no function that it
 * intercepts, so it sees no order but what the code under test makes: two accesses that only the baton keeps apart are a
 * race to it, in whichever order they came. Everything here is read and written by the holder of the baton only.
 *
 * Where a decision is needed. An access to an address that no two threads use, or that none writes, commutes with all that
 * others do: nothing is decided there. Which addresses are contended is learned from the executions; what was explored
 * before the last was learned is explored again (explore.c).
 *
 * Store buffers (TSO, as x86 has them). A store that is not seq_cst goes to the thread's buffer, first in, first out; its
 * own loads look there first. That the oldest store leaves is a step like any other: the buffer is an actor as the threads
 * are. Read-modify-writes, fences, mutexes, yields and the thread's end drain the thread's buffer; membarrier drains all. A
 * store is performed by a fiber of ThreadSanitizer's that has taken over its thread's clock as it was at the store: whoever
 * reads it acquires what came before the store and not what the thread did since. */
#include "model.h"

#include <linux/futex.h>
#include <pthread.h>
#include <sanitizer/tsan_interface.h>
#include <sanitizer/tsan_interface_atomic.h>
#include <stdarg.h>
#include <stdio.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "hooks.h"
#pragma clang section data = "" bss = "" /* the scheduler's own state stays as it is */

enum { NOBODY = 255, BUFFER = 64, TRACE_MOST = 1 << 16, STEPS_MOST = 200000, TABLE = 1 << 14 };

/* ---- What there is ---- */

struct pending { uintptr_t address; uint64_t value; uint8_t size; int order; bool contended; char clock; };

static struct thread {
    uint32_t baton; /* the futex */
    void (*job)(void);
    enum { IDLE, READY, BLOCKED } state;
    bool yielded;            /* waits until another thread has taken a step */
    const void *waits_for;   /* BLOCKED: the mutex or futex. Or a condition variable, with the time running */
    bool signalled;
    struct pending stores[BUFFER]; /* a ring */
    unsigned oldest, pending;
    void *fiber;
    char flushed_clock;
    bool flushed;            /* since it ran last */
} threads[MODEL_THREADS];

static unsigned count, current;
static bool buffering, concurrent, learned, raced;
static uint32_t step;
static char start_clock, end_clock; /* what ThreadSanitizer may see of the order between phases */

static struct model_turn trace[TRACE_MOST];
static size_t traced;
static const struct model_turn *replay;
static size_t replay_left;

void (*model_on_finding)(enum model_finding, const char *message);

/* ThreadSanitizer calls this when it has printed a report, with locks held: so only remember it. */
void __tsan_on_report(void *report);
void __tsan_on_report(void *report)
{
    (void)report;
    raced = true;
}

_Noreturn void model_found(enum model_finding finding, const char *format, ...)
{
    char message[512];
    va_list arguments;
    va_start(arguments, format);
    (void)vsnprintf(message, sizeof message, format, arguments);
    va_end(arguments);
    model_on_finding(finding, message);
    __builtin_unreachable();
}

const struct model_turn *model_trace(size_t *length) { return *length = traced, trace; }
uint32_t model_steps(void) { return step; }
bool model_learned(void) { return learned; }

void model_replay(const struct model_turn *turns, size_t length)
{
    replay = turns;
    replay_left = length;
}

/* ---- Which addresses are contended ---- */

static struct { uintptr_t key; uint8_t users; bool written; } table[TABLE];

static unsigned slot_of(uintptr_t key)
{
    unsigned i = (unsigned)(key * 0x9e3779b97f4a7c15ull >> 50) % TABLE;
    for (unsigned tried = 0; table[i].key && table[i].key != key; i = (i + 1) % TABLE)
        if (++tried == TABLE) model_found(MODEL_DIVERGED, "the program uses too many addresses for the model");
    return i;
}

static bool contended(unsigned i) { return table[i].written && (table[i].users & (table[i].users - 1)); }

/* The current thread uses it: is it contended, as far as is known? */
static bool note(const void *address, bool written)
{
    uintptr_t key = (uintptr_t)address >> 3;
    unsigned i = slot_of(key);
    bool before = contended(i);
    table[i].key = key;
    table[i].users |= (uint8_t)(1u << current);
    table[i].written |= written;
    learned |= contended(i) != before;
    return contended(i);
}

/* ---- The baton ---- */

static void give(unsigned to)
{
    current = to;
    __atomic_store_n(&threads[to].baton, 1, __ATOMIC_RELEASE);
    syscall(SYS_futex, &threads[to].baton, FUTEX_WAKE_PRIVATE, 1, 0, 0, 0);
}

static void await(unsigned me)
{
    while (!__atomic_load_n(&threads[me].baton, __ATOMIC_ACQUIRE))
        syscall(SYS_futex, &threads[me].baton, FUTEX_WAIT_PRIVATE, 0, 0, 0, 0);
    threads[me].baton = 0;
}

/* ---- Store buffers ---- */

static struct pending *pending(struct thread *t, unsigned i) { return &t->stores[(t->oldest + i) % BUFFER]; }

static void perform(const struct pending *p)
{
    __tsan_memory_order order = (__tsan_memory_order)p->order;
    if (p->size == 8) __tsan_atomic64_store((volatile __tsan_atomic64 *)p->address, (__tsan_atomic64)p->value, order);
    else if (p->size == 4) __tsan_atomic32_store((volatile __tsan_atomic32 *)p->address, (__tsan_atomic32)p->value, order);
    else __tsan_atomic8_store((volatile __tsan_atomic8 *)p->address, (__tsan_atomic8)p->value, order);
}

/* Performs the oldest n stores of a buffer, for whichever thread has the baton. */
static void flush(unsigned owner, unsigned n)
{
    struct thread *t = &threads[owner];
    if (!n) return;
    void *here = __tsan_get_current_fiber();
    __tsan_switch_to_fiber(t->fiber, __tsan_switch_to_fiber_no_sync);
    for (unsigned i = 0; i < n; i++) {
        struct pending *p = pending(t, i);
        __tsan_acquire(&p->clock);
        perform(p);
    }
    __tsan_release(&t->flushed_clock);
    __tsan_switch_to_fiber(here, __tsan_switch_to_fiber_no_sync);
    t->flushed = true;
    t->pending -= n;
    t->oldest = (t->oldest + n) % BUFFER;
}

static void own_again(void)
{
    struct thread *t = &threads[current];
    if (t->flushed) __tsan_acquire(&t->flushed_clock); /* the fiber's accesses are this thread's */
    t->flushed = false;
}

static void drain(void)
{
    flush(current, threads[current].pending);
    own_again();
}

/* So many stores leave when the buffer takes a step: up to the first that others can notice. */
static unsigned stores_in_step(struct thread *t)
{
    for (unsigned i = 0; i < t->pending; i++)
        if (pending(t, i)->contended) return i + 1;
    return 0;
}

/* ---- Decisions ---- */

enum why { POINT, YIELD, STOP };

static unsigned list_options(enum why why, struct model_option *options)
{
    unsigned n = 0;
    for (int yielded = 0; yielded < 2 && !n; yielded++) {
        if (why == POINT && !yielded) options[n++] = (struct model_option){(uint8_t)current, 0};
        for (unsigned i = 1; i <= count; i++) {
            unsigned t = (current + i) % count;
            if (threads[t].state != READY || threads[t].yielded != yielded || (why == POINT && t == current)) continue;
            options[n] = (struct model_option){(uint8_t)t, n > 0 && why != STOP};
            n++;
        }
    }
    if (!n) return 0;
    for (unsigned t = 0; t < count && !replay; t++)
        if (stores_in_step(&threads[t])) options[n++] = (struct model_option){(uint8_t)(MODEL_THREADS + t), 1};
    return n;
}

static void record(unsigned actor, unsigned stores)
{
    if (traced == TRACE_MOST) model_found(MODEL_ENDLESS, "too many turns in one execution");
    trace[traced].step = step;
    trace[traced].actor = (uint8_t)actor;
    trace[traced].stores = (uint8_t)stores;
    traced++;
}

/* The replayed actor, or the first of the options. */
static unsigned replayed(const struct model_option *options, unsigned n)
{
    if (!replay_left || replay->step != step) {
        if (replay_left && replay->step < step) model_found(MODEL_DIVERGED, "the schedule does not fit: step %u", replay->step);
        return options[0].actor;
    }
    unsigned actor = replay->actor;
    bool possible = actor >= MODEL_THREADS && threads[actor - MODEL_THREADS].pending >= replay->stores;
    for (unsigned i = 0; i < n; i++) possible |= options[i].actor == actor;
    if (!possible) model_found(MODEL_DIVERGED, "the schedule does not fit: actor %u cannot go on at step %u", actor, step);
    return actor;
}

/* Who goes on? Returns the thread. Stores leave their buffers on the way. */
static unsigned decide(enum why why)
{
    for (;;) {
        struct model_option options[MODEL_ACTORS];
        unsigned n = list_options(why, options), actor, stores = 0;
        if (!n) return NOBODY;
        actor = replay ? replayed(options, n) : options[explore_pick(options, n, step)].actor;
        if (actor >= MODEL_THREADS) stores = replay ? replay->stores : stores_in_step(&threads[actor - MODEL_THREADS]);
        if (replay && replay_left && replay->step == step) replay++, replay_left--;
        if (actor != options[0].actor) record(actor, stores);
        if (actor < MODEL_THREADS) return actor;
        flush(actor - MODEL_THREADS, stores);
    }
}

void model_check(void)
{
    if (raced) model_found(MODEL_RACE, "ThreadSanitizer reported a race");
    if (++step > STEPS_MOST) model_found(MODEL_ENDLESS, "no end after %u steps", step);
}

static void switch_to(unsigned next)
{
    unsigned me = current;
    threads[next].yielded = false;
    if (next != me) {
        give(next);
        await(me);
    }
    own_again();
}

static void step_taken(void)
{
    for (unsigned t = 0; t < count; t++) threads[t].yielded = false;
}

/* Before an access. */
static void point(bool is_contended)
{
    step_taken();
    if (is_contended || (replay_left && replay->step == step)) switch_to(decide(POINT));
}

static void stop(enum why why)
{
    model_check();
    if (why == YIELD) explore_yielded(current);
    unsigned next = decide(why);
    if (next == NOBODY) model_found(MODEL_DEADLOCK, "deadlock: no thread can go on");
    switch_to(next);
}

/* ---- Accesses ---- */

static bool overlaps(const struct pending *p, uintptr_t address, size_t size)
{
    return p->address < address + size && address < p->address + p->size;
}

/* At the moment of the access, after others may have gone first. */
static void require_memory(const void *address)
{
    if (world_was_given_back(address)) model_found(MODEL_ASSERTION, "memory is accessed that was given back");
}

static void begin_access(const void *address, bool write)
{
    model_check();
    if (concurrent) point(note(address, write));
    require_memory(address);
}

bool model_load(const void *address, unsigned size, uint64_t *value)
{
    begin_access(address, false);
    if (!concurrent) return false;
    struct thread *t = &threads[current];
    for (unsigned i = t->pending; i-- > 0;) {
        const struct pending *p = pending(t, i);
        if (!overlaps(p, (uintptr_t)address, size)) continue;
        if (p->address == (uintptr_t)address && p->size == size) return *value = p->value, true;
        drain(); /* a part of it, or more */
        return false;
    }
    return false;
}

bool model_store(void *address, unsigned size, uint64_t value, int order)
{
    model_check();
    require_memory(address);
    if (!concurrent) return false;
    bool is_contended = note(address, true);
    if (!buffering || order == __ATOMIC_SEQ_CST) {
        point(is_contended);
        drain();
        return false;
    }
    point(false);
    struct thread *t = &threads[current];
    if (t->pending == BUFFER) {
        flush(current, 1);
        own_again();
    }
    struct pending *p = pending(t, t->pending++);
    p->address = (uintptr_t)address;
    p->value = value;
    p->size = (uint8_t)size;
    p->order = order;
    p->contended = is_contended;
    __tsan_release(&p->clock);
    return true;
}

void model_change(const void *address)
{
    begin_access(address, true);
    if (concurrent) drain();
}

void model_pause(void)
{
    model_check();
    if (concurrent) point(true);
}

void model_full_fence(void)
{
    model_check();
    if (!concurrent) return;
    point(stores_in_step(&threads[current]) > 0);
    drain();
}

void model_membarrier(void)
{
    model_check();
    if (!concurrent) return;
    bool any = false;
    for (unsigned t = 0; t < count; t++) any |= stores_in_step(&threads[t]) > 0;
    point(any);
    for (unsigned t = 0; t < count; t++) flush(t, threads[t].pending);
    own_again();
}

void model_drain_if_within(const void *memory, size_t bytes)
{
    struct thread *t = &threads[current];
    for (unsigned i = 0; i < t->pending; i++)
        if (overlaps(pending(t, i), (uintptr_t)memory, bytes)) {
            drain();
            return;
        }
}

/* ---- Waiting ---- */

void model_yield(void)
{
    model_check();
    if (!concurrent) return;
    point(stores_in_step(&threads[current]) > 0);
    drain();
    threads[current].yielded = true;
    stop(YIELD);
}

enum { MUTEXES = 128 }; /* the weak table has 64, which a fork takes */
static struct { const void *mutex; unsigned holder; } mutexes[MUTEXES];

static unsigned *holder_of(const void *mutex)
{
    for (unsigned i = 0; i < MUTEXES; i++) {
        if (!mutexes[i].mutex) mutexes[i].mutex = mutex, mutexes[i].holder = NOBODY;
        if (mutexes[i].mutex == mutex) return &mutexes[i].holder;
    }
    model_found(MODEL_DIVERGED, "the program uses too many mutexes for the model");
}

static void wake(const void *what)
{
    for (unsigned t = 0; t < count; t++)
        if (threads[t].state == BLOCKED && threads[t].waits_for == what) threads[t].state = READY;
}

void model_mutex_lock(const void *mutex)
{
    model_change(mutex);
    unsigned *holder = holder_of(mutex);
    if (*holder != NOBODY && !concurrent) model_found(MODEL_DEADLOCK, "a mutex is still locked");
    while (*holder != NOBODY) {
        threads[current].state = BLOCKED;
        threads[current].waits_for = mutex;
        stop(STOP);
    }
    *holder = current;
}

bool model_mutex_try_lock(const void *mutex)
{
    model_change(mutex);
    unsigned *holder = holder_of(mutex);
    if (*holder != NOBODY) return false;
    *holder = current;
    return true;
}

void model_mutex_unlock(const void *mutex)
{
    model_change(mutex);
    *holder_of(mutex) = NOBODY;
    wake(mutex);
}

bool model_cond_wait(const void *cond)
{
    struct thread *t = &threads[current];
    if (!concurrent) model_found(MODEL_DEADLOCK, "waits for a condition that nobody can bring about");
    t->waits_for = cond;
    t->signalled = false;
    t->yielded = true; /* to wake without a signal means that the time is over */
    stop(YIELD);
    t->waits_for = NULL;
    return t->signalled;
}

void model_cond_signal(const void *cond)
{
    model_change(cond);
    for (unsigned t = 0; t < count; t++) {
        if (threads[t].waits_for != cond || threads[t].signalled) continue;
        threads[t].signalled = true;
        threads[t].yielded = false;
        return;
    }
}

void model_futex_wait(const uint32_t *word, uint32_t expected)
{
    model_change(word);
    if (*word != expected) return;
    threads[current].state = BLOCKED;
    threads[current].waits_for = word;
    stop(STOP);
}

void model_futex_wake(const void *word)
{
    model_change(word);
    wake(word);
}

uint64_t model_time(void) { return step * 100000ull; }

/* ---- Threads ---- */

void model_acquire_world(void) { __tsan_acquire(&end_clock); }
void model_release_world(void) { __tsan_release(&start_clock); }

static void run_job(unsigned me)
{
    __tsan_acquire(&start_clock);
    threads[me].job();
    if (concurrent) point(stores_in_step(&threads[me]) > 0);
    drain();
    __tsan_release(&end_clock);
    threads[me].state = IDLE;
}

/* The thread's job is done, in the concurrent phase. Returns the next; NOBODY: it was the last. */
static unsigned after_job(void)
{
    model_check();
    unsigned next = decide(STOP);
    if (next != NOBODY) return next;
    for (unsigned t = 0; t < count; t++)
        if (threads[t].state == BLOCKED) model_found(MODEL_DEADLOCK, "deadlock: thread %u waits for ever", t);
    return NOBODY;
}

static void *work(void *index)
{
    unsigned me = (unsigned)(uintptr_t)index;
    for (;;) {
        await(me);
        run_job(me);
        unsigned next = concurrent ? after_job() : 0;
        give(next == NOBODY ? 0 : next);
    }
}

void model_alone(unsigned thread, void (*job)(void))
{
    if (!job) return;
    threads[thread].job = job;
    model_release_world();
    if (thread) {
        give(thread);
        await(0);
    } else {
        run_job(0);
    }
    model_acquire_world();
}

void model_together(unsigned n, void (*const *jobs)(void))
{
    for (unsigned t = 0; t < n; t++) {
        threads[t].job = jobs[t];
        threads[t].state = READY;
    }
    model_release_world();
    concurrent = true;
    current = n - 1; /* so that thread 0 is the next */
    unsigned next = decide(STOP);
    if (next != 0) {
        give(next);
        await(0);
    }
    current = 0;
    run_job(0);
    next = after_job();
    if (next != NOBODY) {
        give(next);
        await(0);
    }
    concurrent = false;
    current = 0;
    model_acquire_world();
}

void model_execution_begin(void)
{
    traced = 0;
    step = 0;
    learned = raced = false;
    for (unsigned i = 0; i < MUTEXES; i++) mutexes[i].mutex = NULL;
    for (unsigned t = 0; t < count; t++) {
        threads[t].state = IDLE;
        threads[t].yielded = threads[t].signalled = false;
        threads[t].waits_for = NULL;
    }
}

void model_threads_start(unsigned n, bool store_buffer)
{
    count = n;
    buffering = store_buffer;
    for (unsigned t = 0; t < n; t++) {
        threads[t].fiber = __tsan_create_fiber(0);
        __tsan_set_fiber_name(threads[t].fiber, "store buffer");
    }
    for (uintptr_t t = 1; t < n; t++) {
        pthread_t thread;
        if (pthread_create(&thread, NULL, work, (void *)t)) model_found(MODEL_CRASH, "no thread could be made");
    }
}
