/* Objects without callbacks, of many sizes: their memory is what a thread keeps for its next ones. Each says over all of
 * its bytes who it is, as long as it lives, whoever makes, passes on and drops others; whole batches of them die at once,
 * and threads exit with what they keep. */
#include <string.h>

#include "life.h"
#include "scenario.h"

enum { SLOTS = 64, SIZES = 8, STEP = 40, BATCH = 300 };

struct leaf {
    lt_object header;
    uint64_t word[]; /* all the same */
};

#define LEAF(i) [i] = {.name = "leaf", .size = sizeof(struct leaf) + STEP * ((i) + 1)}
static const lt_type types[SIZES] = {LEAF(0), LEAF(1), LEAF(2), LEAF(3), LEAF(4), LEAF(5), LEAF(6), LEAF(7)};

static lt_slot slots[SLOTS];

/* The lowest bits of the word say which type it is. */
static unsigned words_of(const struct leaf *l) { return (unsigned)(l->word[0] % SIZES + 1) * STEP / sizeof l->word[0]; }

static struct leaf *leaf_new(struct worker *w)
{
    uint64_t word = draw(w);
    struct leaf *l = (struct leaf *)lt_new(&types[word % SIZES]);
    if (!l) fail("no memory for a leaf");
    l->word[0] = word;
    for (unsigned i = 1; i < words_of(l); i++) l->word[i] = word;
    return l;
}

static void leaf_use(const struct leaf *l)
{
    for (unsigned i = 1; i < words_of(l); i++)
        if (l->word[i] != l->word[0]) fail("a leaf's memory is another's as well: %llx and %llx", (unsigned long long)l->word[0],
                                           (unsigned long long)l->word[i]);
}

static void leaf_drop(struct leaf *l)
{
    leaf_use(l);
    lt_release(l);
}

static void make_and_drop(struct worker *w)
{
    struct leaf *batch[BATCH];
    unsigned n = 1 + draw_below(w, BATCH);
    lt_enter();
    for (unsigned i = 0; i < n; i++) batch[i] = leaf_new(w);
    for (unsigned i = 0; i < n; i++) leaf_drop(batch[i]);
    lt_leave();
}

static void pass_on(struct worker *w)
{
    lt_enter();
    struct leaf *l = (struct leaf *)lt_slot_swap(&slots[draw_below(w, SLOTS)], leaf_new(w));
    if (l) leaf_drop(l);
    lt_leave();
}

static void body(struct worker *w)
{
    while (goes_on(w)) {
        if (lt_strategy_traits()->threads && one_in(w, 64)) in_new_thread(w, make_and_drop);
        else if (one_in(w, 8)) make_and_drop(w);
        else pass_on(w);
    }
}

SCENARIO(sizes, "leaves of many sizes, each of whose bytes are its own", NEEDS_RECLAIM)
{
    run_workers(run, run->threads, body, NULL);
    empty_slots(slots, SLOTS);
}
