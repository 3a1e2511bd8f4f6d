/* magazine.c: the end of a magazine. */
#include "magazine.h"

#include "alloc.h"

void lt_magazine_empty(struct lt_magazine *m)
{
    if (LT_FAULT("lib/magazine-lost", "the blocks in a magazine stay there when its thread exits")) return;
    for (size_t i = 0; i < LT_MAGAZINE_SIZES; i++) {
        for (void *block; (block = lt_magazine_pop(&m->size[i]));) {
            lt_magazine_add(&m->size[i].drawn, (uint64_t)-1);
            lt_dealloc(block, i * LT_MAGAZINE_GRAIN);
        }
    }
}

void lt_magazine_forget(struct lt_magazine *m)
{
    for (size_t i = 0; i < LT_MAGAZINE_SIZES; i++) {
        lt_magazine_add(&m->size[i].drawn, 0 - lt_magazine_blocks(&m->size[i]));
        m->size[i].top = NULL;
    }
}
