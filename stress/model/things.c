/* things.c: the lives of the things. Compiled without ThreadSanitizer: what is written here orders nothing. */
#include "things.h"

enum { LIVES = 64 };

/* Among the statics that every execution begins with anew: see hooks.h. */
static struct life { bool finalizer; unsigned guards, finalized; } lives[LIVES];
static uint32_t born;

uint32_t life_begin(bool finalizer)
{
    if (born == LIVES) model_found(MODEL_CRASH, "the program makes too many things");
    lives[born].finalizer = finalizer;
    return born++;
}

bool life_is_over(uint32_t id) { return lives[id].finalized; }

void life_use(uint32_t id)
{
    if (id >= born) model_found(MODEL_ASSERTION, "a thing is used that is none: number %u", id);
    if (lives[id].finalized) model_found(MODEL_ASSERTION, "thing %u is used after its finalizer", id);
}

void life_guard(uint32_t id) { lives[id].guards++; }
void life_unguard(uint32_t id) { lives[id].guards--; }

void life_end(uint32_t id)
{
    life_use(id);
    if (lives[id].guards) model_found(MODEL_ASSERTION, "thing %u is finalized while it is referenced", id);
    lives[id].finalized++;
}

void life_require_all_over(void)
{
    for (uint32_t id = 0; id < born; id++)
        if (lives[id].finalizer && !lives[id].finalized)
            model_found(MODEL_ASSERTION, "thing %u was lost: everything is over, and it was not finalized", id);
}
