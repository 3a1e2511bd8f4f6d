#include "spare.h"

#include <stddef.h>

enum { BATCH = 1024 };

static void deposit(struct depot *d, struct spare *batch)
{
    if (!batch) return;
    pthread_mutex_lock(&d->lock);
    batch->next_batch = d->batches;
    d->batches = batch;
    pthread_mutex_unlock(&d->lock);
}

static struct spare *withdraw(struct depot *d)
{
    pthread_mutex_lock(&d->lock);
    struct spare *batch = d->batches;
    if (batch) d->batches = batch->next_batch;
    pthread_mutex_unlock(&d->lock);
    return batch;
}

void spare_put(struct depot *d, struct stock *s, struct spare *thing)
{
    if (s->count == BATCH) {
        deposit(d, s->full);
        s->full = s->open;
        s->open = NULL;
        s->count = 0;
    }
    thing->next = s->open;
    s->open = thing;
    s->count++;
}

struct spare *spare_take(struct depot *d, struct stock *s)
{
    if (!s->open) {
        s->open = s->full ? s->full : withdraw(d);
        s->full = NULL;
        s->count = BATCH; /* or fewer, where a thread left them */
    }
    struct spare *thing = s->open;
    if (!thing) {
        s->count = 0;
        return NULL;
    }
    s->open = thing->next;
    s->count--;
    return thing;
}

void spare_leave(struct depot *d, struct stock *s)
{
    deposit(d, s->open);
    deposit(d, s->full);
    *s = (struct stock){0};
}
