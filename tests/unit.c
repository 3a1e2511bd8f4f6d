/* unit.c: the contract of lifetime.h, for one strategy; see unit.h. */
#include "unit.h"

#include "objects.h"
#include "references.h"
#include "slots.h"
#include "borrows.h"
#include "sections.h"
#include "immortal.h"
#include "saturation.h"
#include "cascade.h"
#include "barrier.h"
#include "defer.h"
#include "threads.h"
#include "exits.h"
#include "races.h"
#include "exclusive.h"
#include "watching.h"
#include "traits.h"
#include "programs.h"
#if LT_CHECKS
#include "checked.h"
#include "allocation_failure.h"
#endif
