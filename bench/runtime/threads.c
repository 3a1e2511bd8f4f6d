/* threads.c: the module threading: Thread and Lock. Whatever blocks leaves the section. */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

#include "modules.h"
#include "vm.h"

/* ---- A thread's stacks ---- */

static const struct code nothing = {.name = "<nothing>"};

bool vm_begin(struct vm *vm)
{
    *vm = (struct vm){0};
    vm->frames = malloc((MOST_FRAMES + 1) * sizeof(struct frame));
    vm->stack = malloc(STACK_VALUES * sizeof(value *));
    if (!vm->frames || !vm->stack) {
        free(vm->frames);
        free(vm->stack);
        return false;
    }
    vm->limit = vm->stack + STACK_VALUES;
    vm->frame = vm->frames;
    *vm->frame = (struct frame){.code = &nothing, .base = vm->stack};
    return true;
}

void vm_end(struct vm *vm) /* inside a section */
{
    while (vm->spares) lt_release(vm->spare[--vm->spares]);
    free(vm->frames);
    free(vm->stack);
}

/* ---- Lock ---- */

struct lock { value v; atomic_int held, waiting; pthread_mutex_t mutex; pthread_cond_t free; };

static void finalize_lock(void *o)
{
    struct lock *l = o;
    pthread_mutex_destroy(&l->mutex);
    pthread_cond_destroy(&l->free);
}
static const lt_type lock_type = {
    .name = "lock", .size = sizeof(struct lock), .flags = LT_TYPE_ACYCLIC, .finalize = finalize_lock,
};

static value *new_lock(struct vm *vm, const struct call *c)
{
    if (!arguments(vm, c, "Lock", 0, 0)) return NULL;
    struct lock *l = new_value(vm, &lock_type, LOCK);
    if (!l) return NULL;
    atomic_init(&l->held, 0);
    atomic_init(&l->waiting, 0);
    pthread_mutex_init(&l->mutex, NULL);
    pthread_cond_init(&l->free, NULL);
    return &l->v;
}

static bool try_lock(struct lock *l)
{
    int free = 0;
    return atomic_compare_exchange_strong(&l->held, &free, 1);
}

static value *acquire(struct vm *vm, const struct call *c)
{
    struct lock *l = (struct lock *)c->args[0];
    if (!arguments(vm, c, "acquire", 1, 1)) return NULL; /* it waits, as long as it takes */
    if (try_lock(l)) return True;
    lt_leave();
    pthread_mutex_lock(&l->mutex);
    atomic_fetch_add(&l->waiting, 1); /* before we look again: either we see the lock free, or release() sees us */
    while (!try_lock(l)) pthread_cond_wait(&l->free, &l->mutex);
    atomic_fetch_sub(&l->waiting, 1);
    pthread_mutex_unlock(&l->mutex);
    lt_enter();
    return True;
}

static value *release(struct vm *vm, const struct call *c)
{
    struct lock *l = (struct lock *)c->args[0];
    if (!atomic_exchange(&l->held, 0)) return throw_error(vm, class_RuntimeError, "release unlocked lock");
    if (atomic_load(&l->waiting)) {
        pthread_mutex_lock(&l->mutex);
        pthread_cond_signal(&l->free);
        pthread_mutex_unlock(&l->mutex);
    }
    return None;
}

static value *locked(struct vm *vm, const struct call *c)
{
    (void)vm;
    return boolean(atomic_load(&((struct lock *)c->args[0])->held));
}

struct builtin lock_methods[] = {
    {.name = "acquire", .fn = acquire}, {.name = "release", .fn = release}, {.name = "__enter__", .fn = acquire},
    {.name = "__exit__", .fn = release}, {.name = "locked", .fn = locked}, {0},
};

/* ---- Thread ---- */

struct thread { value v; value *target, *args; unsigned number; enum { NEW, STARTED, DONE } state; };

enum { MOST_NESTED = 100 }; /* threads that start threads, where they run at once */

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER; /* of all threads' states */
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static unsigned running, numbers;

static void trace_thread(void *o, lt_visitor *visitor)
{
    struct thread *t = o;
    lt_visit_ref(visitor, &t->target);
    lt_visit_ref(visitor, &t->args);
}
static const lt_type thread_type = {.name = "Thread", .size = sizeof(struct thread), .trace = trace_thread};

static value *new_thread(struct vm *vm, const struct call *c)
{
    value *target = argument_named(c, "target"), *args = argument_named(c, "args");
    if (!keywords(vm, c, "Thread", "target\0args\0")) return NULL;
    if (!target || positional(c)) return throw_error(vm, class_TypeError, "pocket makes a Thread of target= and args=");
    struct tuple *copy = args ? (struct tuple *)tuple_of(vm, args) : new_tuple(vm, 0);
    struct thread *t = copy ? new_value(vm, &thread_type, THREAD) : NULL;
    if (!t) {
        if (copy) drop(vm, &copy->v);
        return NULL;
    }
    t->target = keep(target);
    t->args = &copy->v;
    t->state = NEW;
    return &t->v;
}

static void run_thread(struct thread *t) /* inside a section */
{
    struct vm vm;
    char heading[60];
    if (vm_begin(&vm)) {
        vm.thread = &t->v;
        struct tuple *args = (struct tuple *)t->args;
        value *result = call(&vm, t->target, args->items, args->length);
        snprintf(heading, sizeof heading, "Exception in thread Thread-%u:\n", t->number);
        if (result) drop(&vm, result);
        else traceback_print(&vm, heading);
        vm_end(&vm);
    } else {
        fputs("pocket: no memory for a thread's stack\n", stderr);
    }
}

static void *body(void *argument)
{
    struct thread *t = argument;
    lt_enter();
    run_thread(t);
    lt_leave();
    pthread_mutex_lock(&mutex);
    t->state = DONE;
    pthread_mutex_unlock(&mutex);
    lt_enter();
    lt_release(t);
    lt_leave();
    lt_thread_unregister(); /* before join() or the end of the program sees the thread gone */
    pthread_mutex_lock(&mutex);
    running--;
    pthread_cond_broadcast(&changed);
    pthread_mutex_unlock(&mutex);
    return NULL;
}

static value *start(struct vm *vm, const struct call *c)
{
    struct thread *t = (struct thread *)c->args[0];
    if (!lt_strategy_traits()->threads && t->state == NEW) { /* then and there, to its end */
        if (running == MOST_NESTED) return throw_error(vm, class_RuntimeError, "can't start new thread");
        running++;
        t->number = ++numbers;
        t->state = STARTED;
        run_thread(t);
        t->state = DONE;
        running--;
        return None;
    }
    pthread_t id;
    pthread_attr_t attributes;
    pthread_mutex_lock(&mutex);
    bool first = t->state == NEW;
    if (first) {
        t->state = STARTED;
        t->number = ++numbers;
        running++;
    }
    pthread_mutex_unlock(&mutex);
    if (!first) return throw_error(vm, class_RuntimeError, "threads can only be started once");
    lt_retain(t); /* the new thread's */
    pthread_attr_init(&attributes);
    pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
    int error = pthread_create(&id, &attributes, body, t);
    pthread_attr_destroy(&attributes);
    if (!error) return None;
    pthread_mutex_lock(&mutex);
    t->state = NEW;
    running--;
    pthread_cond_broadcast(&changed); /* somebody may be joining it */
    pthread_mutex_unlock(&mutex);
    lt_release(t);
    return throw_error(vm, class_RuntimeError, "can't start new thread");
}

static value *join(struct vm *vm, const struct call *c)
{
    struct thread *t = (struct thread *)c->args[0];
    if (!arguments(vm, c, "join", 1, 1)) return NULL;
    if (vm->thread == &t->v || (!lt_strategy_traits()->threads && t->state == STARTED))
        return throw_error(vm, class_RuntimeError, "cannot join current thread");
    lt_leave();
    pthread_mutex_lock(&mutex);
    bool started = t->state != NEW;
    while (t->state == STARTED) pthread_cond_wait(&changed, &mutex);
    pthread_mutex_unlock(&mutex);
    lt_enter();
    return started ? None : throw_error(vm, class_RuntimeError, "cannot join thread before it is started");
}

static value *is_alive(struct vm *vm, const struct call *c)
{
    (void)vm;
    pthread_mutex_lock(&mutex);
    bool alive = ((struct thread *)c->args[0])->state == STARTED;
    pthread_mutex_unlock(&mutex);
    return boolean(alive);
}

struct builtin thread_methods[] = {
    {.name = "start", .fn = start}, {.name = "join", .fn = join}, {.name = "is_alive", .fn = is_alive}, {0},
};

void threads_end(void)
{
    pthread_mutex_lock(&mutex);
    while (running) pthread_cond_wait(&changed, &mutex);
    pthread_mutex_unlock(&mutex);
}

void threading_begin(struct vm *vm)
{
    static struct builtin functions[] = {{.name = "Thread", .fn = new_thread}, {.name = "Lock", .fn = new_lock}, {0}};
    module_of(vm, "threading", functions, NULL);
}
