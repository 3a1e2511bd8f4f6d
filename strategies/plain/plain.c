/* plain.c: one thread, so there is nothing to prove. */
#define LT_THIS plain
#define LT_DEAD_TAG LT_COUNT_DEAD
#include "lib/strategy.h"

void lt_plain_die_raw(lt_object *o) { lt_kill_leaf(self(), o); }

lt_domain lt_plain_domain = {
    LT_DOMAIN,
    .record_size = sizeof(struct lt_record),
    .max_records = 1,
    .traits = {.reclaims = true, .immediate = true, .owed_borrow = true, .counted_borrow = true, .unique = true, .reuse = true},
    .hooks = {.count = whole_count, .edge = edge, .claim = claim,
              .drop = drop, .drop_slot = drop_slot, .ripen = lt_object_ripe, .links = LT_WHOLE_LINKS},
};
