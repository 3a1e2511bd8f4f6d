/* urcu_qsbr_call.c: userspace RCU, flavour qsbr; memory reclaimed with call_rcu. */
#define _LGPL_SOURCE
#include <urcu/urcu-qsbr.h>

#define BENCH_PEER urcu_qsbr_call
#define URCU(name) urcu_qsbr_##name
#define URCU_QSBR
#include "urcu.h"
