/* explore.c: the choice of a schedule. Compiled without ThreadSanitizer, like the scheduler that asks.
 *
 * random       At each decision something else than the first option is taken with a probability that is itself chosen for
 *              each execution: from almost always to almost never.
 * pct          Probabilistic concurrency testing (Burckhardt et al., ASPLOS 2010): actors have random priorities, the highest
 *              goes on; at a few random decisions the one that is running falls behind all others.
 * exhaustive   Depth first through all decisions, by running again from the beginning with another choice at the last
 *              one that has one left. The cost of an execution, its preemptions and the stores let out early, is bounded. */
#include <stdlib.h>

#include "model.h"

enum { DEPTH = 1 << 15, CHANGES = 3, START = 1 << 20 };

static const struct model_options *options;
static uint64_t generator, executions;

static uint64_t next_random(void)
{
    uint64_t z = generator += 0x9e3779b97f4a7c15ull; /* splitmix64 */
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9ull;
    z = (z ^ z >> 27) * 0x94d049bb133111ebull;
    return z ^ z >> 31;
}

static unsigned below(unsigned n) { return (unsigned)(next_random() >> 32) % n; }

/* ---- random ---- */

static unsigned rarity; /* one in so many */

static unsigned pick_random(unsigned count)
{
    return count > 1 && below(rarity) == 0 ? 1 + below(count - 1) : 0;
}

/* ---- pct ---- */

static unsigned priority[MODEL_ACTORS], lowest, decisions, longest = 64, change[CHANGES];

static void begin_pct(void)
{
    for (unsigned a = 0; a < MODEL_ACTORS; a++) {
        unsigned at = below(a + 1); /* a random order */
        priority[a] = priority[at];
        priority[at] = START + a;
    }
    lowest = START;
    if (decisions > longest) longest = decisions;
    decisions = 0;
    for (int i = 0; i < CHANGES; i++) change[i] = below(longest);
}

static unsigned highest(const struct model_option *option, unsigned count)
{
    unsigned best = 0;
    for (unsigned i = 1; i < count; i++)
        if (priority[option[i].actor] > priority[option[best].actor]) best = i;
    return best;
}

static unsigned pick_pct(const struct model_option *option, unsigned count)
{
    unsigned best = highest(option, count);
    for (int i = 0; i < CHANGES; i++) {
        if (change[i] != decisions) continue;
        priority[option[best].actor] = --lowest;
        best = highest(option, count);
    }
    decisions++;
    return best;
}

/* ---- exhaustive ---- */

static struct decision {
    uint32_t step;
    uint8_t count, taken, spent; /* spent: before it */
    struct model_option option[MODEL_ACTORS];
} path[DEPTH];
static unsigned length, depth; /* of the path; in it */

static unsigned spent_after(const struct decision *d) { return d->spent + d->option[d->taken].cost; }

static unsigned pick_next(const struct model_option *option, unsigned count, uint32_t step)
{
    if (depth == DEPTH) model_found(MODEL_ENDLESS, "too many decisions in one execution");
    struct decision *d = &path[depth++];
    if (depth <= length) {
        bool same = d->count == count && d->step == step;
        for (unsigned i = 0; same && i < count; i++) same = d->option[i].actor == option[i].actor;
        if (!same) model_found(MODEL_DIVERGED, "the same choices led to another state: step %u was %u", step, d->step);
        return d->taken;
    }
    length = depth;
    d->step = step;
    d->count = (uint8_t)count;
    d->taken = 0;
    d->spent = depth > 1 ? (uint8_t)spent_after(d - 1) : 0;
    for (unsigned i = 0; i < count; i++) d->option[i].actor = option[i].actor, d->option[i].cost = option[i].cost;
    return 0;
}

static bool next_path(void)
{
    for (; length; length--) {
        struct decision *d = &path[length - 1];
        while (++d->taken < d->count)
            if (spent_after(d) <= options->preemptions) return true;
    }
    return false;
}

/* ---- all ---- */

void explore_begin(const struct model_options *wanted)
{
    options = wanted;
    executions = 0;
    length = 0;
}

bool explore_next(bool learned)
{
    if (learned) length = 0; /* there are more decisions than we took: begin again */
    else if (options->mode == MODEL_EXHAUSTIVE && executions && !next_path()) return false;
    depth = 0;
    generator = options->seed * 0x2545f4914f6cdd1dull + executions++;
    rarity = 1u << (1 + below(6));
    if (options->mode == MODEL_PCT) begin_pct();
    return true;
}

unsigned explore_pick(const struct model_option *option, unsigned count, uint32_t step)
{
    if (options->mode == MODEL_EXHAUSTIVE) return pick_next(option, count, step);
    return options->mode == MODEL_PCT ? pick_pct(option, count) : pick_random(count);
}

void explore_yielded(unsigned thread)
{
    if (options && options->mode == MODEL_PCT) priority[thread] = --lowest;
}
