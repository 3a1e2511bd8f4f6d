/* container.h: an iterator: of one frame, or of one native function. */
#ifndef POCKET_CONTAINER_H
#define POCKET_CONTAINER_H

#include "objects.h"

struct iterator { value v; value *over; int64_t next, step, left; }; /* left: of a range */

#endif
