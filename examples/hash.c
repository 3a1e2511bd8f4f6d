/* hash.c: a hash table with chains. Readers take no lock; a writer locks the table's object, and only the bucket's
 * slot changes.
 *
 *     cc hash.c $(pkg-config --cflags --libs lifetime-deferred) -pthread && ./a.out */
#include <lifetime/lifetime.h>
#include <pthread.h>
#include <stdio.h>

enum { BUCKETS = 256, KEYS = 1000, THREADS = 4 };

/* An entry does not change once it is in the table: to change a value is to put a new entry in front, without the old
 * one. */
struct entry { lt_object header; long key, value; struct entry *next; };
struct table { lt_object header; lt_slot buckets[BUCKETS]; };

static void trace_entry(void *o, lt_visitor *visitor) { lt_visit_ref(visitor, &((struct entry *)o)->next); }
static void trace_table(void *o, lt_visitor *visitor)
{
    for (int i = 0; i < BUCKETS; i++) lt_visit_slot(visitor, &((struct table *)o)->buckets[i]);
}
static const lt_type entry_type = {.name = "entry", .size = sizeof(struct entry), .trace = trace_entry};
static const lt_type table_type = {.name = "table", .size = sizeof(struct table), .trace = trace_table};

static lt_slot *bucket(struct table *t, long key) { return &t->buckets[(unsigned long)key * 2654435761u % BUCKETS]; }

static bool get(struct table *t, long key, long *value)
{
    lt_borrow chain = lt_slot_borrow(bucket(t, key)); /* the first entry, and through it all the others */
    struct entry *e = lt_deref(chain);
    while (e && e->key != key) e = e->next;
    if (e) *value = e->value;
    lt_unborrow(chain);
    return e != NULL;
}

/* The chain without the key; the entries before it are copied. `complete` turns false if memory ends. */
static struct entry *without(struct entry *e, long key, bool *complete)
{
    if (!e) return NULL;
    if (e->key == key) {
        if (e->next) lt_retain(e->next);
        return e->next;
    }
    struct entry *copy = lt_new(&entry_type);
    if (!copy) return *complete = false, NULL;
    copy->key = e->key;
    copy->value = e->value;
    copy->next = NULL; /* every edge is set before the next creation */
    copy->next = without(e->next, key, complete);
    return copy;
}

static bool put(struct table *t, long key, long value)
{
    struct entry *e = lt_new(&entry_type);
    bool complete = true;
    if (!e) return false;
    e->key = key;
    e->value = value;
    e->next = NULL;
    lt_lock(t); /* ends every borrow, and needs an owned reference: the caller has one */
    lt_borrow chain = lt_slot_borrow(bucket(t, key));
    e->next = without(lt_deref(chain), key, &complete);
    lt_unborrow(chain);
    if (complete) lt_slot_store(bucket(t, key), e);
    lt_unlock(t);
    if (!complete) lt_release(e);
    return complete;
}

static struct table *table; /* main's reference, which outlives the threads */

static void *work(void *argument)
{
    long first = *(int *)argument, value;
    for (long key = first; key < KEYS; key += THREADS) {
        lt_enter();
        put(table, key, key);
        put(table, key, key * key);
        long other = KEYS - key;
        if (get(table, other, &value) && value != other && value != other * other) printf("WRONG\n");
        lt_leave();
    }
    return NULL;
}

int main(void)
{
    pthread_t threads[THREADS];
    int first[THREADS], threaded = lt_strategy_traits()->threads;
    long value;
    lt_enter();
    table = lt_new(&table_type);
    if (!table) return 1;
    for (int i = 0; i < BUCKETS; i++) lt_slot_init(&table->buckets[i], NULL);
    lt_leave();
    for (int t = 0; t < THREADS; t++) {
        first[t] = t;
        if (!threaded) work(&first[t]);
        else if (pthread_create(&threads[t], NULL, work, &first[t])) return 1;
    }
    for (int t = 0; t < THREADS && threaded; t++) pthread_join(threads[t], NULL);
    lt_enter();
    long wrong = 0;
    for (long key = 0; key < KEYS; key++) wrong += !get(table, key, &value) || value != key * key;
    lt_release(table);
    lt_leave();
    printf("%s: %s\n", lt_strategy_name(), wrong ? "WRONG" : "every key has its last value");
    return wrong != 0;
}
