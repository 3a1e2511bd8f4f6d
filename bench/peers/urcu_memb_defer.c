/* urcu_memb_defer.c: userspace RCU, flavour memb; memory reclaimed with defer_rcu. */
#define _LGPL_SOURCE
#include <urcu/urcu-memb.h>

#define BENCH_PEER urcu_memb_defer
#define URCU(name) urcu_memb_##name
#define URCU_DEFER
#include "urcu.h"
