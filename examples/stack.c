/* stack.c: Treiber's stack. No counter in the pointer and no hazard pointers: what is borrowed cannot be freed and
 * used again (the ABA problem), whichever strategy it is.
 *
 *     cc stack.c $(pkg-config --cflags --libs lifetime-epoch) -pthread && ./a.out */
#include <lifetime/lifetime.h>
#include <pthread.h>
#include <stdio.h>

struct node { lt_object header; lt_slot next; long value; };

static void trace(void *o, lt_visitor *visitor) { lt_visit_slot(visitor, &((struct node *)o)->next); }
static const lt_type node_type = {.name = "node", .size = sizeof(struct node), .trace = trace};

static bool push(lt_slot *top, long value)
{
    struct node *n = lt_new(&node_type), *seen;
    if (!n) return false;
    n->value = value;
    lt_slot_init(&n->next, NULL);
    do lt_slot_store(&n->next, seen = lt_slot_load(top)); /* `next` takes the reference over */
    while (!lt_slot_cas(top, seen, n));                   /* as `top` does with n, if it succeeds */
    return true;
}

static bool pop(lt_slot *top, long *value)
{
    for (;;) {
        struct node *n = lt_slot_load(top); /* owned: it stays what it is while we look at its next */
        if (!n) return false;
        struct node *next = lt_slot_load(&n->next);
        if (lt_slot_cas(top, n, next)) { /* took next over, gave top's reference to n back */
            *value = n->value;
            lt_release(n);
            return true;
        }
        if (next) lt_release(next);
        lt_release(n);
    }
}

enum { THREADS = 4, EACH = 20000 };
static lt_slot top;
static long sums[THREADS];

static void *work(void *argument)
{
    long *sum = argument, value;
    for (int i = 1; i <= EACH; i++) {
        lt_enter(); /* a section per operation: whoever waits for us never waits long */
        if (push(&top, i) && pop(&top, &value)) *sum += value;
        lt_leave();
    }
    return NULL;
}

int main(void)
{
    pthread_t threads[THREADS];
    long all = 0;
    int count = lt_strategy_traits()->threads ? THREADS : 1;
    for (int t = 0; t < count && count > 1; t++)
        if (pthread_create(&threads[t], NULL, work, &sums[t])) return 1;
    if (count == 1) work(&sums[0]);
    for (int t = 0; t < count; t++) {
        if (count > 1) pthread_join(threads[t], NULL);
        all += sums[t];
    }
    bool right = all == (long)count * EACH * (EACH + 1) / 2; /* every value that was pushed was popped, once */
    printf("%s: %s\n", lt_strategy_name(), right ? "nothing lost, nothing doubled" : "WRONG");
    return !right;
}
