#include "history.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum { PLACES = (HISTORY_LENGTH + 1) * (HISTORY_LENGTH + 1) * (HISTORY_LENGTH + 1) };
_Static_assert(HISTORY_THREADS == 3, "a place has three coordinates");

struct search {
    const struct history *history;
    unsigned goal;
    bool tried[PLACES][1 << HISTORY_KEYS];
};

/* What a set that has `present` says. */
static bool set_says(const struct happening *h, unsigned *present)
{
    unsigned bit = 1u << h->key;
    bool there = *present & bit;
    switch (h->what) {
    case SET_ADD: *present |= bit; return !there;
    case SET_REMOVE: *present &= ~bit; return there;
    default: return there;
    }
}

/* No other operation that is still to come was over before this one began. */
static bool may_be_next(const struct search *s, const unsigned *done, const struct happening *h)
{
    for (unsigned t = 0; t < HISTORY_THREADS; t++)
        if (done[t] < HISTORY_LENGTH && s->history->happening[t][done[t]].ended < h->begun) return false;
    return true;
}

/* Can the rest be explained, after the first done[t] operations of each thread t have led to `present`? */
static bool explain(struct search *s, unsigned *done, unsigned present)
{
    unsigned place = 0, left = 0;
    for (unsigned t = 0; t < HISTORY_THREADS; t++) {
        place = place * (HISTORY_LENGTH + 1) + done[t];
        left += HISTORY_LENGTH - done[t];
    }
    if (!left) return present == s->goal;
    if (s->tried[place][present]) return false;
    s->tried[place][present] = true;
    for (unsigned t = 0; t < HISTORY_THREADS; t++) {
        if (done[t] == HISTORY_LENGTH) continue;
        const struct happening *h = &s->history->happening[t][done[t]];
        unsigned then = present;
        if (!may_be_next(s, done, h) || set_says(h, &then) != h->said) continue;
        done[t]++;
        if (explain(s, done, then)) return true;
        done[t]--;
    }
    return false;
}

bool history_is_explained(const struct history *history, unsigned present)
{
    struct search s = {.history = history, .goal = present};
    return explain(&s, (unsigned[HISTORY_THREADS]){0}, 0);
}

void history_print(const struct history *history)
{
    static const char *const names[] = {"add", "remove", "find"};
    for (unsigned t = 0; t < HISTORY_THREADS; t++)
        for (unsigned i = 0; i < HISTORY_LENGTH; i++) {
            const struct happening *h = &history->happening[t][i];
            fprintf(stderr, "  thread %u, from %" PRIu64 " to %" PRIu64 ": %s(%u) said %s\n", t, h->begun, h->ended,
                    names[h->what], h->key, h->said ? "yes" : "no");
        }
}
