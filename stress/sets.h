/* sets.h: what the scenarios do with a structure that maps keys to objects. The items are beings.
 *
 * In the first half of the time three threads play small games: six operations each on two keys of a set, and every game's
 * history must have an explanation (history.h). In the second half all threads work on one larger set, and its keys count
 * what was added and removed: for each that makes 1 if it is there at the end, else 0. */
#ifndef STRESS_SETS_H
#define STRESS_SETS_H

#include <string.h>

#include "history.h"
#include "life.h"
#include "rendezvous.h"
#include "scenario.h"

struct set_calls {
    int (*insert)(void *set, uint64_t key, void *item);         /* 0, EEXIST */
    int (*remove)(void *set, uint64_t key, void **item);        /* 0, ENOENT */
    void *(*find)(void *set, uint64_t key);
};

enum { SET_KEYS = 48, SET_GAMES = 32 }; /* so many games between two meetings of the players */
struct sets {
    struct set_calls calls;
    void *large, *small[SET_GAMES];
    struct { int64_t added, removed; } count[SET_KEYS]; /* atomic */

    struct rendezvous players;
    struct history history[SET_GAMES];
    bool over; /* of the games: written between meetings */
};

/* ---- One operation ---- */

static bool set_add(const struct sets *s, void *set, uint64_t key)
{
    struct being *b = being_new(key);
    int error = s->calls.insert(set, key, b);
    if (!error) return true;
    if (error != EEXIST) fail("insertion says %d", error);
    lt_release(b);
    return false;
}

static bool set_delete(const struct sets *s, void *set, uint64_t key)
{
    void *item = NULL;
    int error = s->calls.remove(set, key, &item);
    if (error == ENOENT) return false;
    if (error || !item) fail("removal says %d, with item %p", error, item);
    struct being *b = (struct being *)item;
    being_use(b);
    EXPECT(b->value == key);
    lt_release(b);
    return true;
}

static bool set_look(struct worker *w, const struct sets *s, void *set, uint64_t key)
{
    struct being *b = (struct being *)s->calls.find(set, key);
    if (!b) return false;
    struct watch seen = watch(b);
    EXPECT(b->value == key);
    if (one_in(w, 8)) lt_safepoint();
    unwatch(seen);
    lt_release(b);
    return true;
}

/* ---- The large set ---- */

static void set_work(struct worker *w)
{
    struct sets *s = (struct sets *)w->shared;
    while (goes_on(w)) {
        uint64_t key = draw_below(w, SET_KEYS);
        unsigned what = draw_below(w, 4);
        lt_enter();
        if (what == 0) {
            if (set_add(s, s->large, key)) __atomic_add_fetch(&s->count[key].added, 1, __ATOMIC_RELAXED);
        } else if (what == 1) {
            if (set_delete(s, s->large, key)) __atomic_add_fetch(&s->count[key].removed, 1, __ATOMIC_RELAXED);
        } else {
            (void)set_look(w, s, s->large, key);
        }
        lt_leave();
    }
}

/* When all workers have ended. */
static void set_judge(struct worker *w)
{
    struct sets *s = (struct sets *)w->shared;
    lt_enter();
    for (uint64_t key = 0; key < SET_KEYS; key++) {
        int64_t more = s->count[key].added - s->count[key].removed;
        bool there = set_look(w, s, s->large, key);
        if (more != there)
            fail("key %u was added %lld times, removed %lld times, and is %s", (unsigned)key, (long long)s->count[key].added,
                 (long long)s->count[key].removed, there ? "there" : "not there");
    }
    lt_leave();
}

/* ---- The games ---- */

static void set_play(struct worker *w, const struct sets *s, void *set, struct history *history)
{
    for (unsigned i = 0; i < HISTORY_LENGTH; i++) {
        struct happening *h = &history->happening[w->index][i];
        h->what = draw_below(w, 3);
        h->key = draw_below(w, HISTORY_KEYS);
        lt_enter();
        h->begun = history_now(history);
        switch (h->what) {
        case SET_ADD: h->said = set_add(s, set, h->key); break;
        case SET_REMOVE: h->said = set_delete(s, set, h->key); break;
        case SET_FIND: h->said = set_look(w, s, set, h->key); break;
        }
        h->ended = history_now(history);
        lt_leave();
    }
}

/* And empties the set for the next game. */
static void set_judge_game(struct worker *w, const struct sets *s, void *set, const struct history *history)
{
    unsigned present = 0;
    lt_enter();
    for (uint64_t key = 0; key < HISTORY_KEYS; key++) {
        if (set_look(w, s, set, key)) present |= 1u << key;
        (void)set_delete(s, set, key);
    }
    lt_leave();
    if (history_is_explained(history, present)) return;
    history_print(history);
    fail("no set does this; at the end it had %s%s%s", present & 1 ? "0 " : "", present & 2 ? "1" : "", present ? "" : "none");
}

static void set_games(struct worker *w)
{
    struct sets *s = (struct sets *)w->shared;
    for (;;) {
        if (w->index == 0) s->over = !goes_on(w) || run_share(w->run) > 0.5;
        meet(&s->players);
        if (s->over) return;
        for (unsigned i = 0; i < SET_GAMES; i++) set_play(w, s, s->small[i], &s->history[i]);
        w->operations += SET_GAMES * HISTORY_LENGTH;
        meet(&s->players);
        for (unsigned i = 0; w->index == 0 && i < SET_GAMES; i++) set_judge_game(w, s, s->small[i], &s->history[i]);
    }
}

static void sets_run(struct run *run, struct sets *s)
{
    s->players.members = HISTORY_THREADS;
    if (lt_strategy_traits()->threads && lt_strategy_traits()->reclaims)
        run_workers(run, HISTORY_THREADS, set_games, s);
    run_workers(run, run->threads, set_work, s);
    run_workers(run, 1, set_judge, s);
}

#endif
