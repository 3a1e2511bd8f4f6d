/* epoch.c: counts that are exact at once, memory that waits: the proof is at the head of lib/stamped.h. Sections and epochs are
 * those of lib/grace.c, as they are. */
#define LT_THIS epoch
#include "lib/stamped.h"

lt_domain lt_epoch_domain = {
    LT_DOMAIN,
    .record_size = sizeof(struct lt_record),
    .traits = {.threads = true, .reclaims = true, .grace = true, .reuse = true},
    .hooks = {LT_STAMPED_HOOKS},
};
