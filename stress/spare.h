/* spare.h: things that are used again. Each thread has a stock of its own; what it has too much of, and what it leaves when it
 * exits, lies in a depot for those who have none: in batches, so that the threads are not ordered by it more often than once in
 * many objects. */
#ifndef STRESS_SPARE_H
#define STRESS_SPARE_H

#include <pthread.h>

struct spare { struct spare *next, *next_batch; }; /* in the thing itself, as long as it is spare */

struct depot {
    pthread_mutex_t lock;
    struct spare *batches;
};

/* A thread's own: a batch that grows and shrinks, and perhaps a full one. */
struct stock {
    struct spare *open, *full;
    unsigned count;
};

void spare_put(struct depot *, struct stock *, struct spare *);
struct spare *spare_take(struct depot *, struct stock *); /* NULL: there is none */
void spare_leave(struct depot *, struct stock *);         /* the thread exits */

#endif
