/* strategies.c: the table of all strategies, from meson's list, and the choice among them at run time. */
#include <errno.h>
#include <lifetime/dynamic.h>
#include <lifetime/lifetime.h>
#include <string.h>

#include "lib/shadow.h"

_Static_assert(LT_STRATEGY_COUNT < 16, "an object's mark has four bits for its strategy");

#define LT_DECLARE(name) extern const lt_strategy lt_##name##_strategy;
LT_FOREACH_STRATEGY(LT_DECLARE)

#define LT_ENTRY(name) &lt_##name##_strategy,
const lt_strategy *const lt_strategies[] = {LT_FOREACH_STRATEGY(LT_ENTRY) NULL};

const lt_strategy *lt_dynamic_strategy = &lt_biased_strategy;

int lt_dynamic_select(const char *name)
{
    for (const lt_strategy *const *s = lt_strategies; *s; s++) {
        if (strcmp((*s)->name, name) != 0) continue;
        lt_chosen(name);
        lt_dynamic_strategy = *s;
        return 0;
    }
    return ENOENT;
}
