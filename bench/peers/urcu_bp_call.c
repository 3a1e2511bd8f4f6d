/* urcu_bp_call.c: userspace RCU, flavour bp; memory reclaimed with call_rcu. */
#define _LGPL_SOURCE
#include <urcu/urcu-bp.h>

#define BENCH_PEER urcu_bp_call
#define URCU(name) urcu_bp_##name
#include "urcu.h"
