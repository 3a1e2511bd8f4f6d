#include "owner.h"

#include <errno.h>

#include "workloads.h"

static void wait_for(sem_t *sem)
{
    while (sem_wait(sem) && errno == EINTR) continue;
}

static void *run(void *argument)
{
    struct bench_owner *o = (struct bench_owner *)argument;
    const struct bench_cell *cell = o->worker->cell;
    bench_pin(cell->threads + o->worker->index);
    o->register_thread();
    o->make(o);
    sem_post(&o->made);
    if (cell->variant->kind == HANDOFF_RUNNING) o->safepoints(o);
    if (cell->variant->kind == HANDOFF_BLOCKED) wait_for(&o->go);
    o->unregister_thread();
    return NULL;
}

void bench_owner_start(struct bench_owner *o)
{
    lt_store32(&o->over, 0, LT_RELAXED);
    sem_init(&o->made, 0, 0);
    sem_init(&o->go, 0, 0);
    if (pthread_create(&o->thread, NULL, run, o)) bench_fail("cannot start so many threads");
    o->started = true;
    wait_for(&o->made);
    if (o->worker->cell->variant->kind == HANDOFF_EXITED) bench_owner_stop(o);
}

void bench_owner_stop(struct bench_owner *o)
{
    if (!o->started) return;
    lt_store32(&o->over, 1, LT_RELAXED);
    sem_post(&o->go);
    pthread_join(o->thread, NULL);
    sem_destroy(&o->made);
    sem_destroy(&o->go);
    o->started = false;
}
