/* A queue that all threads put to and get from: a head that overtakes a tail, nodes that die behind both. Everyone must see
 * what each thread put in the order in which it put it, and in the end each thing must have come out, once. */
#include "support/structures/queue.h"

#include <stdlib.h>

#include "life.h"
#include "scenario.h"

enum { SERIAL_BITS = 40, LONG = 4096 };

struct shared {
    struct queue queue;
    uint64_t put, got; /* atomic: how many */
    uint64_t *serials; /* by worker: how many it put; its own */
    uint64_t *passed;  /* by worker: how many of its things came out; atomic */
};

static void put(struct worker *w, struct shared *s)
{
    uint64_t serial = ++s->serials[w->index];
    if (queue_put(&s->queue, being_new((uint64_t)w->index << SERIAL_BITS | serial))) fail("no memory for a node");
    __atomic_add_fetch(&s->put, 1, __ATOMIC_RELAXED);
}

/* `last[i]` is the last of worker i's things that this worker got. */
static bool get(struct shared *s, uint64_t *last)
{
    struct being *b = (struct being *)queue_get(&s->queue);
    if (!b) return false;
    being_use(b);
    uint64_t from = b->value >> SERIAL_BITS, serial = b->value & ((1ull << SERIAL_BITS) - 1);
    if (serial <= last[from])
        fail("out of order: worker %u's thing %llu came after its thing %llu", (unsigned)from, (unsigned long long)serial,
             (unsigned long long)last[from]);
    last[from] = serial;
    __atomic_add_fetch(&s->passed[from], 1, __ATOMIC_RELAXED);
    __atomic_add_fetch(&s->got, 1, __ATOMIC_RELAXED);
    lt_release(b);
    return true;
}

static bool is_long(struct shared *s)
{
    return __atomic_load_n(&s->put, __ATOMIC_RELAXED) > __atomic_load_n(&s->got, __ATOMIC_RELAXED) + LONG;
}

static uint64_t *numbers(struct run *run)
{
    uint64_t *n = (uint64_t *)calloc(run->threads, sizeof *n);
    if (!n) fail("no memory for numbers");
    return n;
}

static void body(struct worker *w)
{
    struct shared *s = (struct shared *)w->shared;
    uint64_t *last = numbers(w->run);
    while (goes_on(w)) {
        lt_enter();
        if (one_in(w, 2) && !is_long(s)) put(w, s);
        else (void)get(s, last);
        lt_leave();
    }
    free(last);
}

static void begin(struct worker *w)
{
    struct shared *s = (struct shared *)w->shared;
    lt_enter();
    if (queue_init(&s->queue)) fail("no memory for a node");
    lt_leave();
}

static void empty(struct worker *w)
{
    struct shared *s = (struct shared *)w->shared;
    uint64_t *last = numbers(w->run);
    lt_enter();
    while (get(s, last)) {}
    queue_clear(&s->queue);
    lt_leave();
    free(last);
}

SCENARIO(queue, "a queue (Michael, Scott): everything comes out once, each thread's things in order", NEEDS_NOTHING)
{
    struct shared s = {.serials = numbers(run), .passed = numbers(run)};
    run_workers(run, 1, begin, &s);
    run_workers(run, run->threads, body, &s);
    run_workers(run, 1, empty, &s);
    for (unsigned i = 0; i < run->threads; i++)
        if (s.passed[i] != s.serials[i])
            fail("worker %u put %llu things, of which %llu came out", i, (unsigned long long)s.serials[i],
                 (unsigned long long)s.passed[i]);
    free(s.serials);
    free(s.passed);
}
