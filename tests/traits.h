/* traits.h: what a strategy says of itself. That it is true, the other subjects show. */
#include <lifetime/dynamic.h>

#define QUOTE_1(word) #word
#define QUOTE(word) QUOTE_1(word)
#ifdef SELECTED
#define STRATEGY_NAME SELECTED
#else
#define STRATEGY_NAME QUOTE(LIFETIME_STRATEGY)
#endif

CASE(the_strategy_has_its_name) { CHECK(strcmp(lt_strategy_name(), STRATEGY_NAME) == 0); }

CASE(traits_are_coherent)
{
    const lt_traits *traits = lt_strategy_traits();
    CHECK(traits != NULL);
    CHECK(traits == lt_strategy_traits());
    CHECK(traits->reclaims || !traits->immediate);
    CHECK(traits->threads || !traits->exclusive);
    CHECK(traits->owed_borrow || !traits->counted_borrow);
    CHECK(!(traits->immediate && traits->grace));
}

CASE(the_strategy_is_in_the_table)
{
    unsigned found = 0;
    for (const lt_strategy *const *s = lt_strategies; *s; s++)
        if (strcmp((*s)->name, STRATEGY_NAME) == 0) {
            found++;
            CHECK(memcmp((*s)->traits, lt_strategy_traits(), sizeof(lt_traits)) == 0);
        }
    CHECK_EQ(found, 1);
}

CASE(fn_is_the_strategys_own_name)
{
    LT_FN(enter)();
    void *t = thing_born(needed(LT_FN(new)(&thing_type)));
    LT_FN(retain)(t);
    LT_FN(release_n)(t, 2);
    LT_FN(leave)();
}
