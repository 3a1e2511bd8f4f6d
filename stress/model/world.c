/* world.c: every execution begins with the same memory: the same contents at the same addresses. Compiled without
 * ThreadSanitizer, like the scheduler. */
#include <sanitizer/tsan_interface.h>

#include "hooks.h"
#include "model.h"
#pragma clang section data = "" bss = ""

/* ---- The statics of the code under test ---- */

extern char __start_model_data[], __stop_model_data[], __start_model_bss[], __stop_model_bss[];

enum { STATICS_MOST = 1 << 20, ARENA = 16 << 20, CLASSES = 64 };

static char kept_data[STATICS_MOST], kept_bss[STATICS_MOST];

/* memcpy is ThreadSanitizer's. */
static void copy(void *to, const void *from, size_t bytes)
{
    __asm__ volatile("rep movsb" : "+D"(to), "+S"(from), "+c"(bytes) : : "memory");
}
static void fill(void *to, unsigned char with, size_t bytes)
{
    __asm__ volatile("rep stosb" : "+D"(to), "+c"(bytes) : "a"(with) : "memory");
}

/* ---- The arena: a block has its head before it; what is given back is the next to be taken ---- */

struct head {
    uint32_t bytes, taken;
    struct head *next; /* free */
};

static _Alignas(128) char arena[ARENA];
static char kept_arena[ARENA];
static bool given[ARENA / 16], kept_given[ARENA / 16]; /* back, and not taken again */
static struct allocator {
    size_t used;
    uint64_t blocks;
    struct head *free[CLASSES]; /* of 16 times the index bytes */
} now, kept;

bool world_is_full;
uint64_t world_blocks(void) { return now.blocks; }

static struct head *head_of(const void *memory) { return (struct head *)((uintptr_t)memory - sizeof(struct head)); }

static struct head *new_block(size_t bytes, size_t alignment)
{
    size_t at = (now.used + sizeof(struct head) + alignment - 1) / alignment * alignment;
    if (at + bytes > ARENA) model_found(MODEL_CRASH, "the model's memory is exhausted");
    now.used = at + bytes;
    struct head *h = head_of(arena + at);
    h->bytes = (uint32_t)bytes;
    return h;
}

static bool *given_at(const void *memory) { return &given[((uintptr_t)memory - (uintptr_t)arena) / 16]; }

bool world_was_given_back(const void *address)
{
    return (uintptr_t)address - (uintptr_t)arena < now.used && *given_at(address);
}

void *model_take(size_t bytes, size_t alignment)
{
    if (world_is_full) return NULL;
    bytes = (bytes + 15) / 16 * 16;
    size_t class = bytes / 16;
    struct head *h = class < CLASSES && alignment == 16 ? now.free[class] : NULL;
    if (h) now.free[class] = h->next;
    else h = new_block(bytes, alignment);
    h->taken = 1;
    now.blocks++;
    __tsan_acquire(h); /* whoever had it before has given it back */
    fill(h + 1, 0xa5, bytes);
    fill(given_at(h + 1), false, bytes / 16);
    return h + 1;
}

size_t model_size(const void *memory) { return head_of(memory)->bytes; }

void model_begin_give(void *memory)
{
    struct head *h = head_of(memory);
    if ((char *)memory < arena || (char *)memory >= arena + now.used || h->taken != 1)
        model_found(MODEL_ASSERTION, "memory is freed twice, or never was memory");
    h->taken = 2;
    model_drain_if_within(memory, h->bytes);
}

void model_end_give(void *memory)
{
    struct head *h = head_of(memory);
    __tsan_release(h);
    h->taken = 0;
    fill(given_at(memory), true, h->bytes / 16);
    now.blocks--;
    if (h->bytes / 16 >= CLASSES) return;
    h->next = now.free[h->bytes / 16];
    now.free[h->bytes / 16] = h;
}

/* ---- Keeping and restoring ---- */

void world_keep(void)
{
    size_t data = (size_t)(__stop_model_data - __start_model_data), bss = (size_t)(__stop_model_bss - __start_model_bss);
    if (data > STATICS_MOST || bss > STATICS_MOST) model_found(MODEL_CRASH, "the code under test has too many statics");
    copy(kept_data, __start_model_data, data);
    copy(kept_bss, __start_model_bss, bss);
    copy(kept_arena, arena, now.used);
    copy(kept_given, given, now.used / 16);
    copy(&kept, &now, sizeof now);
}

void world_restore(void)
{
    copy(__start_model_data, kept_data, (size_t)(__stop_model_data - __start_model_data));
    copy(__start_model_bss, kept_bss, (size_t)(__stop_model_bss - __start_model_bss));
    copy(arena, kept_arena, kept.used);
    copy(given, kept_given, kept.used / 16);
    copy(&now, &kept, sizeof now);
    world_is_full = false;
}
