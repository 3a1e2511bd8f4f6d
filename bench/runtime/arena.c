/* arena.c: memory that is never given back. */
#include "arena.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { BLOCK = 1 << 16, BUCKETS = 1024 };

static struct block { struct block *next; } *blocks;
static size_t left;
static char *next;
static struct name { struct name *next; size_t bytes; char text[]; } *names[BUCKETS];

void *arena(size_t bytes)
{
    bytes = (bytes + 15) & ~(size_t)15;
    if (bytes > left) {
        left = bytes > BLOCK ? bytes : BLOCK;
        struct block *block = calloc(1, 16 + left);
        if (!block) {
            fputs("pocket: out of memory for the program's text\n", stderr);
            exit(1);
        }
        block->next = blocks;
        blocks = block;
        next = (char *)block + 16;
    }
    void *memory = next;
    next += bytes;
    left -= bytes;
    return memory;
}

const char *intern(const char *text, size_t bytes)
{
    uint32_t hash = 2166136261u;
    for (size_t i = 0; i < bytes; i++) hash = (hash ^ (unsigned char)text[i]) * 16777619u;
    struct name **bucket = &names[hash % BUCKETS], *n;
    for (n = *bucket; n; n = n->next)
        if (n->bytes == bytes && !memcmp(n->text, text, bytes)) return n->text;
    n = arena(sizeof *n + bytes + 1);
    memcpy(n->text, text, bytes);
    n->bytes = bytes;
    n->next = *bucket;
    return (*bucket = n)->text;
}

const char *name_of(const char *text) { return intern(text, strlen(text)); }

void *grown(void *array, size_t count, size_t size)
{
    if (count & (count - 1)) return array; /* full only at the powers of two */
    void *more = arena((count ? 2 * count : 1) * size);
    if (count) memcpy(more, array, count * size);
    return more;
}
