/* litmus.c: the tests of the model itself. Each is so small that all its outcomes are known: the model must find these, in
 * both memories, and no other. */
#include <lib/sync.h>

#include "model/things.h"
#include "programs.h"

static lt_atomic64 x, y, seen[2];
static uint64_t plain;
static pthread_mutex_t one = PTHREAD_MUTEX_INITIALIZER, two = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t cond = PTHREAD_COND_INITIALIZER;

static void outcome_of_both(void) { model_outcome((unsigned)(seen[0].raw * 2 + seen[1].raw)); }
static void outcome_of_look(void) { model_outcome((unsigned)seen[1].raw); }
static void outcome_of_x(void) { model_outcome((unsigned)x.raw); }

/* Store buffering: both read 0 only if a store can be late. */
static void sb_0(void) { lt_store64(&x, 1, LT_RELEASE), seen[0].raw = lt_load64(&y, LT_ACQUIRE); }
static void sb_1(void) { lt_store64(&y, 1, LT_RELEASE), seen[1].raw = lt_load64(&x, LT_ACQUIRE); }

/* No fence but one on the other side for both. */
static void sb_light_0(void)
{
    lt_store64(&x, 1, LT_RELEASE);
    lt_light_barrier();
    seen[0].raw = lt_load64(&y, LT_ACQUIRE);
}
static void sb_heavy_1(void)
{
    lt_store64(&y, 1, LT_RELEASE);
    (void)lt_membarrier();
    seen[1].raw = lt_load64(&x, LT_ACQUIRE);
}
static void sb_fenced_0(void)
{
    lt_store64(&x, 1, LT_RELAXED);
    lt_full_fence();
    seen[0].raw = lt_load64(&y, LT_ACQUIRE);
}
static void sb_fenced_1(void)
{
    lt_store64(&y, 1, LT_RELAXED);
    lt_full_fence();
    seen[1].raw = lt_load64(&x, LT_ACQUIRE);
}
static void sb_swap_0(void) { (void)lt_swap64(&x, 1, LT_RELAXED), seen[0].raw = lt_load64(&y, LT_ACQUIRE); }
static void sb_seq_cst_1(void) { lt_store64(&y, 1, LT_SEQ_CST), seen[1].raw = lt_load64(&x, LT_SEQ_CST); }

/* Two stores leave in their order. */
static void two_stores(void) { lt_store64(&x, 1, LT_RELAXED), lt_store64(&y, 1, LT_RELAXED); }
static void two_loads(void)
{
    seen[0].raw = lt_load64(&y, LT_ACQUIRE);
    seen[1].raw = lt_load64(&x, LT_ACQUIRE);
}

/* A thread's own store is never late to itself. */
static void own_store(void)
{
    lt_store64(&x, 1, LT_RELAXED);
    REQUIRE(lt_load64(&x, LT_RELAXED) == 1);
    lt_store64(&x, 0, LT_RELAXED);
    REQUIRE(lt_load64(&x, LT_RELAXED) == 0);
}
static void any_load(void) { (void)lt_load64(&x, LT_RELAXED); }

/* Message passing. */
static void send(void) { plain = 42, lt_store64(&x, 1, LT_RELEASE); }
static void send_relaxed(void) { plain = 42, lt_store64(&x, 1, LT_RELAXED); }
static void send_early(void) { lt_store64(&x, 1, LT_RELEASE), plain = 42; }
static void receive(void)
{
    if (lt_load64(&x, LT_ACQUIRE)) REQUIRE(plain == 42);
}
static void receive_relaxed(void)
{
    if (lt_load64(&x, LT_RELAXED)) REQUIRE(plain == 42);
}
static void receive_any(void)
{
    if (lt_load64(&x, LT_ACQUIRE)) REQUIRE(plain <= 42);
}

/* Lost update: two additions, as one step each and as two. */
static void add(void) { lt_add64(&x, 1, LT_RELAXED); }
static void load_and_store(void) { lt_store64(&x, lt_load64(&x, LT_RELAXED) + 1, LT_RELAXED); }
static void cas_once(void)
{
    uint64_t old = 0;
    if (lt_cas64(&x, &old, old + 1, LT_RELAXED, LT_RELAXED)) lt_add64(&y, 1, LT_RELAXED);
}
static void one_won(void) { REQUIRE(y.raw == 1); }

/* A value that was there between. */
static void store_twice(void) { lt_store64(&x, 1, LT_RELEASE), lt_store64(&x, 2, LT_RELEASE); }
static void look(void) { seen[1].raw = lt_load64(&x, LT_ACQUIRE); }

/* Mutexes: the order of two, and what one orders. */
static void one_two(void) { lt_mutex_lock(&one), lt_mutex_lock(&two), lt_mutex_unlock(&two), lt_mutex_unlock(&one); }
static void two_one(void) { lt_mutex_lock(&two), lt_mutex_lock(&one), lt_mutex_unlock(&one), lt_mutex_unlock(&two); }
static void two_if_free(void)
{
    lt_mutex_lock(&two);
    if (lt_mutex_try_lock(&one)) lt_mutex_unlock(&one);
    lt_mutex_unlock(&two);
}
static void count_locked(void) { lt_mutex_lock(&one), plain++, lt_mutex_unlock(&one); }
static void count_unlocked(void) { plain++; }
static void two_counted(void) { REQUIRE(plain == 2); }

/* Waiting. */
static void wait_for_x(void)
{
    while (!lt_load64(&x, LT_ACQUIRE)) lt_yield();
}
static void wait_for_y(void)
{
    while (!lt_load64(&y, LT_ACQUIRE)) lt_yield();
}
static void set_x_wait_for_y(void) { lt_store64(&x, 1, LT_RELEASE), wait_for_y(); }
static void set_y_wait_for_x(void) { lt_store64(&y, 1, LT_RELEASE), wait_for_x(); }
static void wait_for_signal(void)
{
    struct timespec soon = {0, 0};
    lt_mutex_lock(&one);
    uint64_t times_over = 0;
    while (!plain) times_over |= lt_cond_wait_until(&cond, &one, &soon) == ETIMEDOUT;
    seen[0].raw = times_over;
    lt_mutex_unlock(&one);
}
static void signal_it(void) { lt_mutex_lock(&one), plain = 1, lt_cond_signal(&cond), lt_mutex_unlock(&one); }

enum { O00 = 1, O01 = 2, O10 = 4, O11 = 8 };
#define BOTH(mask, buffered) .after = {outcome_of_both}, .outcomes = {mask, buffered}

const struct model_program litmus_programs[] = {
    {"litmus/store-buffering", NULL, 2, .body = {sb_0, sb_1}, BOTH(O01 | O10 | O11, O00 | O01 | O10 | O11)},
    {"litmus/store-buffering-fenced", NULL, 2, .body = {sb_fenced_0, sb_fenced_1}, BOTH(O01 | O10 | O11, O01 | O10 | O11)},
    {"litmus/store-buffering-half-fenced", NULL, 2, .body = {sb_fenced_0, sb_1}, BOTH(O01 | O10 | O11, O00 | O01 | O10 | O11)},
    {"litmus/store-buffering-membarrier", NULL, 2, .body = {sb_light_0, sb_heavy_1}, BOTH(O01 | O10 | O11, O01 | O10 | O11)},
    {"litmus/store-buffering-locked", NULL, 2, .body = {sb_swap_0, sb_seq_cst_1}, BOTH(O01 | O10 | O11, O01 | O10 | O11)},
    {"litmus/stores-in-order", NULL, 2, .body = {two_stores, two_loads}, BOTH(O00 | O01 | O11, O00 | O01 | O11)},
    {"litmus/own-store", NULL, 2, .body = {own_store, any_load}},
    {"litmus/stale-load", NULL, 2, .body = {store_twice, look}, .after = {outcome_of_look}, .outcomes = {7, 7}},
    {"litmus/message", NULL, 2, .body = {send, receive}},
    {"litmus/message-relaxed-store", NULL, 2, .body = {send_relaxed, receive}, .expected = MODEL_RACE},
    {"litmus/message-relaxed-load", NULL, 2, .body = {send, receive_relaxed}, .expected = MODEL_RACE},
    {"litmus/message-after-the-store", NULL, 2, .body = {send_early, receive_any}, .expected = MODEL_RACE},
    {"litmus/additions", NULL, 3, .body = {add, add, add}, .after = {outcome_of_x}, .outcomes = {1u << 3, 1u << 3}},
    {"litmus/lost-update", NULL, 2, .body = {load_and_store, load_and_store}, .after = {outcome_of_x}, .outcomes = {6, 6}},
    {"litmus/one-cas-wins", NULL, 3, .body = {cas_once, cas_once, cas_once}, .after = {one_won}},
    {"litmus/deadlock", NULL, 2, .body = {one_two, two_one}, .expected = MODEL_DEADLOCK},
    {"litmus/no-deadlock", NULL, 3, .body = {one_two, one_two, two_if_free}},
    {"litmus/mutex", NULL, 2, .body = {count_locked, count_locked}, .after = {two_counted}},
    {"litmus/mutex-missing", NULL, 2, .body = {count_locked, count_unlocked}, .expected = MODEL_RACE},
    {"litmus/rendezvous", NULL, 2, .body = {set_x_wait_for_y, set_y_wait_for_x}},
    {"litmus/endless", NULL, 2, .body = {wait_for_x, wait_for_y}, .expected = MODEL_ENDLESS},
    {"litmus/signal", NULL, 2, .body = {wait_for_signal, signal_it}, BOTH(O00 | O10, O00 | O10)},
    {0},
};
