/* frame.h: what the strategies' headers are written with, between a #define of LT_STRATEGY and its #undef: LT_S(name), which is
 * lt_<strategy>_name; and the checks on the way. */
#ifndef LIFETIME_STRATEGY_FRAME_H
#define LIFETIME_STRATEGY_FRAME_H

#include "checks.h"

#define LT_PASTE_(strategy, name) lt_##strategy##_##name
#define LT_PASTE(strategy, name) LT_PASTE_(strategy, name)
#define LT_S(name) LT_PASTE(LT_STRATEGY, name)

#endif
