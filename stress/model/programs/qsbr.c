/* qsbr.c: the programs of epochs.h, on sections that are passed by; and a thread that comes in as epochs pass. */
#define LIFETIME_STRATEGY qsbr
#include "epochs.h"

/* In the same section in which it has come in: what it retires waits for as long as another thread that came in meanwhile. */
static void come_in_and_replace(void)
{
    lt_enter();
    lt_slot_store(&slot_a, thing_new());
    lt_leave();
    for (int i = 0; i < 3; i++) lt_poll();
}
static void poll_and_empty_b(void)
{
    for (int i = 0; i < 3; i++) lt_poll();
    empty_b();
}

const struct model_program qsbr_programs[] = {
    COMMON_PROGRAMS,
    EPOCH_PROGRAMS,
    {"qsbr/come-as-epochs-pass", STRATEGY, 3, .before = {fill_both}, .body = {come_in_and_replace, borrow_both, poll_and_empty_b},
     .after = {clear}},
    {"qsbr/passed-by", STRATEGY, 2, .before = {fill_a}, .body = {empty_a_and_poll, borrow_and_come_often}},
    {0},
};
