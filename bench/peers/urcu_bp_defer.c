/* urcu_bp_defer.c: userspace RCU, flavour bp; memory reclaimed with defer_rcu. */
#define _LGPL_SOURCE
#include <urcu/urcu-bp.h>

#define BENCH_PEER urcu_bp_defer
#define URCU(name) urcu_bp_##name
#define URCU_DEFER
#include "urcu.h"
