/* urcu_memb_call.c: userspace RCU, flavour memb; memory reclaimed with call_rcu. */
#define _LGPL_SOURCE
#include <urcu/urcu-memb.h>

#define BENCH_PEER urcu_memb_call
#define URCU(name) urcu_memb_##name
#include "urcu.h"
