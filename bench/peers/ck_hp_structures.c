/* ck_hp_structures.c: Concurrency Kit's stack and queue for its hazard pointers, which ck_hp_free scans for when HP_PENDING
 * nodes wait. An object on the stack is its own node; the queue has nodes beside the objects. */
#include <ck_hp.h>
#include <ck_hp_fifo.h>
#include <ck_hp_stack.h>
#include <stdlib.h>

#define BENCH_PEER ck_hp
#define PEER_OWN_THREADS
#define PEER_ROOM (sizeof(ck_hp_hazard_t) + sizeof(ck_stack_entry_t))
#include "peer.h"

enum { HP_PENDING = 128, HP_POINTERS = 2 };

struct thread {
    ck_hp_record_t record;
    void *pointers[HP_POINTERS];
};

/* On the stack, from the object's end on. */
struct stack_room {
    ck_hp_hazard_t hazard;
    ck_stack_entry_t entry;
};

static ck_hp_t hp;
static LT_TLS ck_hp_record_t *record;

__attribute__((constructor)) static void initialize(void) { ck_hp_init(&hp, HP_POINTERS, HP_PENDING, free); }

static inline int LT_FN(thread_register)(void)
{
    record = ck_hp_recycle(&hp);
    if (record) return 0;
    struct thread *thread = (struct thread *)bench_memory(1, sizeof *thread); /* never given back, says CK */
    record = &thread->record;
    ck_hp_register(&hp, record, thread->pointers);
    return 0;
}
static inline void LT_FN(thread_unregister)(void)
{
    ck_hp_clear(record);
    ck_hp_unregister(record);
}

struct stack { ck_stack_t top; };

static int stack_push(struct stack *stack, void *item)
{
    ck_hp_stack_push_mpmc(&stack->top, &((struct stack_room *)((struct bench_object *)item + 1))->entry);
    return 0;
}

static void *stack_pop(struct stack *stack)
{
    ck_stack_entry_t *entry = ck_hp_stack_pop_mpmc(record, &stack->top);
    if (!entry) return NULL;
    return (struct bench_object *)((char *)entry - offsetof(struct stack_room, entry)) - 1;
}

static void stack_done(void *item)
{
    ck_hp_set(record, 0, NULL);
    ck_hp_free(record, &((struct stack_room *)((struct bench_object *)item + 1))->hazard, item, item);
}

static void stack_clear(struct stack *stack)
{
    void *item;
    while ((item = stack_pop(stack))) free(item);
}

struct queue { ck_hp_fifo_t fifo; };

static int queue_init(struct queue *queue)
{
    ck_hp_fifo_entry_t *stub = malloc(sizeof *stub);
    if (!stub) return ENOMEM;
    ck_hp_fifo_init(&queue->fifo, stub);
    return 0;
}

static int queue_put(struct queue *queue, void *item)
{
    ck_hp_fifo_entry_t *entry = malloc(sizeof *entry);
    if (!entry) return ENOMEM;
    ck_hp_fifo_enqueue_mpmc(record, &queue->fifo, entry, item);
    return 0;
}

static void *queue_get(struct queue *queue)
{
    void *item;
    ck_hp_fifo_entry_t *entry = ck_hp_fifo_dequeue_mpmc(record, &queue->fifo, &item);
    ck_hp_clear(record);
    if (!entry) return NULL;
    ck_hp_free(record, &entry->hazard, entry, entry);
    return item;
}

static void queue_done(void *item) { free(item); }

static void queue_clear(struct queue *queue)
{
    void *item;
    while ((item = queue_get(queue))) free(item);
    ck_hp_fifo_entry_t *stub;
    ck_hp_fifo_deinit(&queue->fifo, &stub);
    free(stub);
}

#include "../work/common.h"
#include "../work/structures.h"

#include "../work/queue.h"
#include "../work/stack.h"
