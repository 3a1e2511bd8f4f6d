/* container.h: an iterator: of one frame, or of one native function. */
#ifndef POCKET_CONTAINER_H
#define POCKET_CONTAINER_H

#include "objects.h"

struct iterator { value v; value *over; int64_t next, step, left; }; /* left: of a range; a dict's length */

/* An iterator in C's stack, which owns nothing, so `over` may be a borrow: `at`, or `over` if that is one; NULL after throw_error. */
struct iterator *iterate(struct vm *, struct iterator *at, value *over);

#endif
