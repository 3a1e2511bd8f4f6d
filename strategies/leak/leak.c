/* leak.c: nothing dies, so there is nothing to prove. Sections are real: lt_synchronize needs them. */
#define LT_THIS leak
#define LT_DEAD_TAG 0
#include "lib/strategy.h"

lt_domain lt_leak_domain = {
    LT_DOMAIN,
    .record_size = sizeof(struct lt_record),
    .traits = {.threads = true, .grace = true},
    .hooks = {.drop = drop, .drop_slot = drop_slot, .ripen = lt_object_ripe, .links = LT_WHOLE_LINKS},
};
