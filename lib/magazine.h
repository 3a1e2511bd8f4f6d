/* magazine.h: the memory of freed objects that a thread keeps for its next objects of the same size.
 *
 * The allocator's own way costs most of a short object's life: two calls into another library, each of which looks for the
 * thread's cache and for the size class. A runtime makes objects of few sizes, and mostly where some have just died. So a
 * record has for each size up to MOST a stack of free blocks. It is bounded: what would make it more than KEPT_BYTES goes
 * to the allocator, and all of it when the thread exits. So a thread keeps 496 KiB per strategy at most, if it has had that
 * many objects of every size. What ripens with an epoch comes back in one go, some hundreds of objects: with a bound of 4
 * KiB half of 40-byte objects take the allocator's way.
 *
 * Per size, three sums of all times: objects made and freed by this thread, and blocks drawn from the allocator less those
 * given back. So  drawn + freed - made  blocks are here, and neither making nor freeing counts anything else.
 *
 * Only the record's thread touches its magazine, while it makes or frees an object, even when it is seized; other threads read
 * the sums for statistics. So nothing is ordered by them.
 *
 * There are no magazines over the system's allocator, which the sanitizers and valgrind watch; nor in the checked build, which
 * wants to know of every allocation; nor over a test's own allocator. */
#ifndef LT_LIB_MAGAZINE_H
#define LT_LIB_MAGAZINE_H

#include <lifetime/atomic.h>
#include <stddef.h>

#if (LT_ALLOC_JEMALLOC || LT_ALLOC_MIMALLOC) && !defined(LT_ALLOCATOR) && !LT_CHECKS
#define LT_MAGAZINES 1
#else
#define LT_MAGAZINES 0
#endif

enum { LT_MAGAZINE_MOST = 256, LT_MAGAZINE_GRAIN = 8, LT_MAGAZINE_KEPT_BYTES = 16384 };
enum { LT_MAGAZINE_SIZES = LT_MAGAZINES ? LT_MAGAZINE_MOST / LT_MAGAZINE_GRAIN + 1 : 1 };

struct lt_magazine_size {
    void *top; /* a block, whose first word is the address of the next */
    lt_atomic64 made, freed, drawn;
};

struct lt_magazine {
    struct lt_magazine_size size[LT_MAGAZINE_SIZES];
};

/* Of blocks of so many bytes; NULL if none are kept. */
static inline struct lt_magazine_size *lt_magazine_size(struct lt_magazine *m, size_t bytes)
{
    if (!LT_MAGAZINES) return NULL;
    /* Rotated, so that one comparison sees both: too large, and no multiple of the grain. */
    size_t index = bytes / LT_MAGAZINE_GRAIN | bytes * (SIZE_MAX / LT_MAGAZINE_GRAIN + 1);
    return index < LT_MAGAZINE_SIZES ? &m->size[index] : NULL;
}

static inline uint64_t lt_magazine_add(lt_atomic64 *sum, uint64_t n)
{
    uint64_t now = lt_load64(sum, LT_RELAXED) + n;
    lt_store64(sum, now, LT_RELAXED);
    return now;
}

static inline uint64_t lt_magazine_blocks(const struct lt_magazine_size *s)
{
    return lt_load64(&s->drawn, LT_RELAXED) + lt_load64(&s->freed, LT_RELAXED) - lt_load64(&s->made, LT_RELAXED);
}

static inline void *lt_magazine_pop(struct lt_magazine_size *s)
{
    void *block = s->top;
    bool stays = LT_FAULT("lib/magazine-taken-twice", "a block that is taken from a magazine is still there");
    if (LT_LIKELY(block != NULL) && !stays) s->top = *(void **)block;
    return block;
}

static inline void lt_magazine_push(struct lt_magazine_size *s, void *block)
{
    *(void **)block = s->top;
    s->top = block;
}

#pragma GCC visibility push(hidden)
void lt_magazine_empty(struct lt_magazine *);  /* magazine.c: everything is the allocator's again */
void lt_magazine_forget(struct lt_magazine *); /* its blocks stay where they are, for ever */
#pragma GCC visibility pop

#endif
