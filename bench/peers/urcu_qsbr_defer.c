/* urcu_qsbr_defer.c: userspace RCU, flavour qsbr; memory reclaimed with defer_rcu. */
#define _LGPL_SOURCE
#include <urcu/urcu-qsbr.h>

#define BENCH_PEER urcu_qsbr_defer
#define URCU(name) urcu_qsbr_##name
#define URCU_QSBR
#define URCU_DEFER
#include "urcu.h"
