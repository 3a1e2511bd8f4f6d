/* programs.h: random programs, on this strategy and on the oracle. LT_TEST_SEED=<n> in the environment runs one again. */
#include <stdio.h>

#include "oracle.h"
#include "program.h"

static struct program random_program(uint64_t seed, bool with_threads, bool cyclic)
{
    struct program p = {.cyclic = cyclic};
    random_next(&seed);
    p.threads = with_threads ? 2 + random_below(&seed, THREADS_MOST - 1) : 0;
    p.turn = 1 + random_below(&seed, 40);
    p.stay = random_below(&seed, 2);
    p.immortal = random_below(&seed, 8) == 0;
    p.length = 50 + random_below(&seed, with_threads ? 400 : 1000);
    for (unsigned i = 0; i < p.length; i++)
        p.steps[i] = (struct step){(uint8_t)random_below(&seed, OPERATIONS), (uint8_t)random_below(&seed, 256),
                                   (uint8_t)random_below(&seed, 256), (uint8_t)random_below(&seed, 256)};
    return p;
}

static bool complain(const char *what, unsigned node)
{
    fprintf(stderr, "%s (node %u)\n", what, node);
    return false;
}

/* Two opinions: the oracle's, and what follows from the graph alone. */
static bool ends_well(const struct outcome *ours, const struct outcome *oracles)
{
    if (ours->made != oracles->made) return complain("another number of nodes than the oracle", ours->made);
    if (ours->immortal != oracles->immortal) return complain("another immortal than the oracle's", ours->immortal);
    for (unsigned i = MADE_MOST; i < NODES_MOST; i++)
        if (ours->left[i] != oracles->left[i] || ours->right[i] != oracles->right[i])
            return complain("other edges of a fixed one than the oracle's", i + 1);
    for (unsigned i = 0; i < ours->made; i++) {
        if (ours->left[i] != oracles->left[i] || ours->right[i] != oracles->right[i] || ours->ref[i] != oracles->ref[i])
            return complain("other edges than the oracle's", i + 1);
        if (ours->reachable[i] != oracles->reachable[i]) return complain("not reachable as with the oracle", i + 1);
        if (!TRAIT(reclaims)) {
            if (ours->deaths_after[i]) return complain("reclaimed", i + 1);
            continue;
        }
        if (ours->deaths[i] != !ours->reachable[i]) return complain("dead, and reachable; or neither", i + 1);
        if (ours->deaths[i] != oracles->deaths[i]) return complain("another fate than the oracle's", i + 1);
        if (ours->deaths_after[i] != (i + 1 != ours->immortal)) return complain("not finalized exactly once, or immortal and finalized", i + 1);
    }
    return memcmp(ours->registers, oracles->registers, sizeof ours->registers) == 0 &&
           memcmp(ours->weak, oracles->weak, sizeof ours->weak) == 0 &&
           memcmp(ours->slots, oracles->slots, sizeof ours->slots) == 0;
}

static void compare_with_the_oracle(uint64_t seed, bool with_threads, bool cyclic)
{
    static struct outcome ours, oracles;
    struct program p = random_program(seed, with_threads, cyclic);
    program_run(&p, &ours);
    oracle_run(&p, &oracles);
    bool well = ends_well(&ours, &oracles), same = !strcmp(lt_strategy_name(), "global_lock");
    if (ours.immortal) other_survivors += 1 + same;
    survivors_entries += ours.entries + (same ? oracles.entries : 0);
    if (!well) fprintf(stderr, "the program of LT_TEST_SEED=%llu ended otherwise\n", (unsigned long long)seed);
    CHECK(well);
}

static void compare_many(unsigned n, bool with_threads, bool cyclic)
{
    const char *chosen = getenv("LT_TEST_SEED");
    if (chosen) compare_with_the_oracle(strtoull(chosen, NULL, 10), with_threads, cyclic);
    else
        for (uint64_t seed = 1; seed <= n; seed++) compare_with_the_oracle(seed, with_threads, cyclic);
}

CASE(random_programs_of_one_thread) { compare_many(scaled(1000) + 20, false, false); }

CASE(random_programs_of_threads)
{
    NEEDS(threads);
    compare_many(scaled(300) + 10, true, false);
}

CASE(random_cyclic_programs_of_one_thread) { compare_many(scaled(1000) + 20, false, true); }

CASE(random_cyclic_programs_of_threads)
{
    NEEDS(threads);
    compare_many(scaled(300) + 10, true, true);
}
