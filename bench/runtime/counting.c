/* counting.c: what counting.h counts. Beside the numbers it keeps two counts for each object, of the slots that hold it: one is
 * changed by every store, the other when an epoch ends, by what was written down. Then the two must be equal, or the program
 * ends with an error: so the log is believed for a reason. */
#define COUNTING_ITSELF
#include "counting.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct object {
    int64_t slots, coalesced; /* that hold it; as far as epochs have ended */
};

struct change {
    uint32_t before, now; /* objects: what the slot held when the epoch began, and holds */
};

/* From addresses to numbers above 0. Addresses come again: of an object that is dead, or a slot of it. */
struct map {
    struct { uintptr_t key; uint32_t value; } *entry;
    uint32_t size, used; /* size: a power of two */
};

static struct object *objects; /* the first stands for NULL */
static struct change *changes;
static uint32_t objects_made, objects_room, changed, changes_room;
static struct map of_object, of_slot;
static uint64_t naive, deferred, coalesced, epoch, made;
static const char *wanted;

static void *grown(void *memory, size_t bytes)
{
    memory = realloc(memory, bytes);
    if (!memory) {
        fputs("counting: out of memory\n", stderr);
        _Exit(1);
    }
    return memory;
}

static uint32_t *place(struct map *m, uintptr_t key);

static void enlarge(struct map *m)
{
    struct map before = *m;
    m->size = before.size ? 2 * before.size : 1024;
    m->used = 0;
    m->entry = grown(NULL, m->size * sizeof *m->entry);
    memset(m->entry, 0, m->size * sizeof *m->entry);
    for (uint32_t i = 0; i < before.size; i++)
        if (before.entry[i].key) *place(m, before.entry[i].key) = before.entry[i].value;
    free(before.entry);
}

static uint32_t *place(struct map *m, uintptr_t key)
{
    if (2 * m->used >= m->size) enlarge(m);
    uint32_t i = (uint32_t)((key >> 3) * 0x9e3779b97f4a7c15u >> 32) & (m->size - 1);
    while (m->entry[i].key && m->entry[i].key != key) i = (i + 1) & (m->size - 1);
    if (!m->entry[i].key) m->used++;
    m->entry[i].key = key;
    return &m->entry[i].value;
}

static uint32_t next_object(void)
{
    if (++objects_made >= objects_room) {
        objects_room = objects_room ? 2 * objects_room : 1024;
        objects = grown(objects, objects_room * sizeof *objects);
    }
    objects[objects_made] = (struct object){0};
    return objects_made;
}

static uint32_t number_of(const void *o)
{
    if (!o) return 0;
    uint32_t *number = place(&of_object, (uintptr_t)o);
    return *number ? *number : (*number = next_object());
}

static void check(uint32_t number)
{
    const struct object *o = &objects[number];
    if (!number || o->slots == o->coalesced) return;
    fprintf(stderr, "counting: object %u is in %lld slots, and its coalesced count is %lld\n", number, (long long)o->slots,
            (long long)o->coalesced);
    _Exit(1);
}

static void end_epoch(void)
{
    for (uint32_t i = 1; i <= changed; i++) {
        coalesced += (changes[i].before ? 1u : 0) + (changes[i].now ? 1u : 0);
        objects[changes[i].before].coalesced--;
        objects[changes[i].now].coalesced++;
    }
    for (uint32_t i = 1; i <= changed; i++) {
        check(changes[i].before);
        check(changes[i].now);
    }
    changed = 0;
    of_slot.used = 0;
    memset(of_slot.entry, 0, of_slot.size * sizeof *of_slot.entry);
}

static void say(void)
{
    if (changed) end_epoch();
    uint64_t number = strcmp(wanted, "naive") == 0 ? naive : strcmp(wanted, "deferred") == 0 ? deferred : coalesced;
    fprintf(stderr, "counting: %llu naive, %llu deferred, %llu coalesced; %s: %llu\n", (unsigned long long)naive,
            (unsigned long long)deferred, (unsigned long long)coalesced, wanted, (unsigned long long)number);
}

static void begin(void)
{
    const char *objects_text = getenv("COUNTING_EPOCH");
    wanted = getenv("COUNTING");
    if (!wanted) wanted = "naive";
    epoch = objects_text ? strtoull(objects_text, NULL, 10) : 100000;
    if (!epoch) epoch = 1;
    enlarge(&of_object);
    enlarge(&of_slot);
    (void)next_object(); /* makes room; the first is for NULL */
    objects[objects_made = 0] = (struct object){0};
    (void)atexit(say);
}

void counting_made(const void *o)
{
    if (!wanted) begin();
    if (made++ && made % epoch == 0) end_epoch();
    naive++;
    if (o) *place(&of_object, (uintptr_t)o) = next_object();
}

void counting_counted(unsigned times) { naive += times; }

void counting_changed(const lt_slot *slot, const void *before, const void *after)
{
    if (!before && !after) return;
    deferred += (before ? 1u : 0) + (after ? 1u : 0);
    uint32_t was = number_of(before), is = number_of(after);
    objects[was].slots--;
    objects[is].slots++;
    uint32_t *change = place(&of_slot, (uintptr_t)slot);
    if (!*change) {
        *change = ++changed;
        if (changed >= changes_room) {
            changes_room = changes_room ? 2 * changes_room : 1024;
            changes = grown(changes, changes_room * sizeof *changes);
        }
        changes[changed].before = was;
    }
    changes[*change].now = is;
}
