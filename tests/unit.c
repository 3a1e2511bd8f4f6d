/* unit.c: the contract of lifetime.h, for one strategy; see unit.h. */
#include "unit.h"

#include "objects.h"
#include "references.h"
#include "slots.h"
#include "borrows.h"
#include "sections.h"
#include "locks.h"
#include "immortal.h"
#include "saturation.h"
#include "cascade.h"
#include "barrier.h"
#include "defer.h"
#include "threads.h"
#include "exits.h"
#if !EMULATED /* qemu-user 7.2 itself aborts in a child that goes on with threads */
#include "forks.h"
#endif
#include "weak.h"
#include "cycles.h"
#include "relay.h"
#include "signals.h"
#include "races.h"
#include "exclusive.h"
#include "watching.h"
#include "traits.h"
#include "programs.h"
#include "corners.h"
#include "share.h"
#if LT_CHECKS
#include "checked.h"
#include "allocation_failure.h"
#endif
