/* double_link.h: a queue with links both ways, which all threads use: Jung, Kim, Parkinson, Kang, PLDI 2024, the
 * figure of long runs.
 *
 * One operation: a random number below 100,000, as a string from malloc, is put; one comes out; a safepoint, where
 * they end a critical section and begin the next. A string is freed with its node. A peer has its own queue, with the
 * calls of double_link_queue.h. */
#ifndef BENCH_PEER
#include "double_link_queue.h"
#endif

static void LT_NAME(double_link_open)(struct bench_cell *cell)
{
    struct double_link *queue = (struct double_link *)bench_memory(1, sizeof *queue);
    LT_NAME(bench_register)();
    lt_enter();
    if (double_link_init(queue)) bench_fail("double_link_init: out of memory");
    lt_leave();
    cell->shared = queue;
}

static void LT_NAME(double_link_close)(struct bench_cell *cell)
{
    lt_enter();
    double_link_clear((struct double_link *)cell->shared);
    lt_leave();
    free(cell->shared);
}

static inline char *LT_NAME(double_link_string)(uint64_t number)
{
    size_t length = 1;
    for (uint64_t rest = number; rest > 9; rest /= 10) length++;
    char *string = (char *)malloc(length + 1);
    if (!string) bench_fail("malloc: out of memory");
    string[length] = 0;
    for (uint64_t rest = number; length; rest /= 10) string[--length] = (char)('0' + rest % 10);
    return string;
}

static void LT_NAME(double_link_work)(struct bench_worker *w)
{
    struct double_link *queue = (struct double_link *)w->cell->shared;
    lt_enter();
    do {
        char *string = LT_NAME(double_link_string)((bench_random(&w->random) >> 32) * 100000 >> 32);
        if (double_link_put(queue, string)) bench_fail("double_link_put: out of memory");
        bench_barrier();
        char letter = double_link_get(queue); /* every thread leaves one for itself: there is one */
        if (!letter) bench_fail("double_link_get: empty");
        w->sum += (uint64_t)letter;
        lt_safepoint();
        bench_did(w, 1);
    } while (!bench_stopped(w));
    lt_leave();
}

const struct bench_entry LT_NAME(bench_double_link) = {
    .workload = &bench_double_link, .contestant = LT_QUOTE(LIFETIME_STRATEGY), .traits = lt_strategy_traits,
    .open = LT_NAME(double_link_open), .begin = LT_NAME(structure_begin), .work = LT_NAME(double_link_work),
    .end = LT_NAME(structure_end), .close = LT_NAME(double_link_close), .alive = LT_NAME(bench_alive),
    .stats = lt_stats_read,
};
