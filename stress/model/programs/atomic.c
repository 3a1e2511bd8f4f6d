/* atomic.c: the split count: loads take from a slot's stock while the slot is given other things, or the same again. */
#define LIFETIME_STRATEGY atomic
#include "common.h"

/* The thing leaves the slot and comes back. */
static void fill_a_and_keep(void)
{
    fill_a();
    lt_enter();
    owned[0] = lt_slot_load(&slot_a);
    lt_leave();
}
static void away_and_back(void)
{
    lt_enter();
    lt_slot_store(&slot_a, thing_new());
    lt_slot_store(&slot_a, owned[0]);
    owned[0] = NULL;
    lt_leave();
}
static void swap_a(void)
{
    lt_enter();
    struct thing *old = lt_slot_swap(&slot_a, thing_new());
    if (old) {
        thing_use(old);
        lt_release(old);
    }
    lt_leave();
}
static void cas_a_to_null(void)
{
    lt_enter();
    struct thing *t = lt_slot_load(&slot_a);
    if (t) {
        (void)lt_slot_cas(&slot_a, t, NULL);
        thing_use(t);
        lt_release(t);
    }
    lt_leave();
}

/* Half of the stock but one is taken: the next load but one puts it back. */
static void take_half(void)
{
    const uint64_t most = LT_ATOMIC_RESTOCK / LT_ATOMIC_TAKEN - 1;
    fill_a();
    lt_enter();
    struct thing *t = lt_slot_load(&slot_a);
    slot_a.word.raw += (most - 1) * LT_ATOMIC_TAKEN;
    lt_release_n(t, (uint32_t)most);
    lt_leave();
}

static void not_used_up(void)
{
    REQUIRE(!(slot_a.word.raw & LT_ATOMIC_RESTOCK));
    clear();
}

/* The count is 1 again when the slot takes it over: what the other owner did comes before its death. */
static void store_0_and_empty_a(void)
{
    lt_enter();
    lt_slot_store(&slot_a, owned[0]);
    owned[0] = NULL;
    lt_slot_store(&slot_a, NULL);
    lt_leave();
}

const struct model_program atomic_programs[] = {
    COMMON_PROGRAMS,
    {"atomic/weak-then-stored", STRATEGY, 2, .before = {own_one_weakly}, .body = {store_0_and_empty_a, load_weak_a},
     .after = {all_clear}},
    {"atomic/away-and-back", STRATEGY, 2, .before = {fill_a_and_keep}, .body = {away_and_back, load_a}, .after = {clear}},
    {"atomic/aba", STRATEGY, 3, .before = {fill_a_and_keep}, .body = {away_and_back, replace_a, load_a}, .after = {clear}},
    {"atomic/swap-and-cas", STRATEGY, 3, .before = {fill_a}, .body = {swap_a, cas_a_to_null, load_a}, .after = {clear}},
    {"atomic/restock", STRATEGY, 3, .before = {take_half}, .body = {load_a, load_a, load_a}, .after = {not_used_up}},
    {"atomic/owned-then-stored", STRATEGY, 2, .before = {share_between_two}, .body = {store_0_and_empty_a, release_1}},
    {"atomic/restock-and-store", STRATEGY, 3, .before = {take_half}, .body = {load_a, load_a, store_a}, .after = {clear}},
    {0},
};
