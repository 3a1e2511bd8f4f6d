/* litmus.h: litmus programs over the library's own calls, and tables of their outcomes, as jcstress has them.
 *
 * A program has two or three actors, each a few calls long, and fresh objects for every time it is played. The actors set out
 * together and play it in many cells, one after the other, so that they meet in some of them. What each found out, as small
 * numbers, is the outcome; the program says which are acceptable, and which of those are interesting: that they occur shows
 * that the test looks where it should. Any other outcome is forbidden. */
#ifndef STRESS_LITMUS_H
#define STRESS_LITMUS_H

#include <sched.h>
#include <stdio.h>
#include <stdlib.h>

#include "life.h"
#include "rendezvous.h"
#include "scenario.h"

enum { LITMUS_ACTORS = 3, LITMUS_CELLS = 32, LITMUS_OUTCOMES = 8 };

struct cell {
    lt_slot x, y;
    struct being *a, *b;           /* the program's own */
    unsigned note[LITMUS_ACTORS];  /* plain */
    int found[LITMUS_ACTORS];      /* what each actor found out; 0 at first */
};

enum litmus_class { ACCEPTABLE = 1, INTERESTING };

struct litmus {
    const char *name;
    unsigned seldom; /* one in so many rounds plays this, if drawn: for what takes long. 0: every one */
    bool barrier;    /* lt_barrier comes before the end */
    void (*arrange)(struct cell *);             /* inside a section */
    void (*act[LITMUS_ACTORS])(struct cell *);  /* outside; NULL: has nothing to do */
    void (*end)(struct cell *);                 /* inside, when all have acted; x and y are emptied after it */
    struct litmus_outcome {
        int found[LITMUS_ACTORS];
        enum litmus_class class;
        const char *what;
    } outcome[LITMUS_OUTCOMES];
};

struct litmus_table {
    const struct litmus *litmus;
    uint64_t count[LITMUS_OUTCOMES]; /* atomic */
};

/* As many threads as a program has actors. */
struct litmus_group {
    struct rendezvous actors;
    struct litmus_table *table; /* of this round, or NULL: it is over. Written between meetings */
    struct cell cell[LITMUS_CELLS];
};

struct litmus_run {
    struct litmus_table *tables;
    unsigned programs;
    struct litmus_group *groups;
};

static void litmus_print(FILE *file, const struct litmus_table *t)
{
    fprintf(file, "  %-18s", t->litmus->name);
    for (unsigned i = 0; i < LITMUS_OUTCOMES && t->litmus->outcome[i].class; i++) {
        const struct litmus_outcome *o = &t->litmus->outcome[i];
        fprintf(file, " %s: %llu%s", o->what, (unsigned long long)__atomic_load_n(&t->count[i], __ATOMIC_RELAXED),
                o->class == INTERESTING ? "*" : "");
    }
    fputc('\n', file);
}

static bool litmus_is(const struct litmus_outcome *o, const struct cell *c)
{
    for (unsigned i = 0; i < LITMUS_ACTORS; i++)
        if (o->found[i] != c->found[i]) return false;
    return true;
}

static void litmus_classify(struct litmus_table *t, const struct cell *c)
{
    for (unsigned i = 0; i < LITMUS_OUTCOMES && t->litmus->outcome[i].class; i++) {
        if (!litmus_is(&t->litmus->outcome[i], c)) continue;
        __atomic_add_fetch(&t->count[i], 1, __ATOMIC_RELAXED);
        return;
    }
    litmus_print(stderr, t);
    fail("litmus %s: forbidden outcome (%d, %d, %d)", t->litmus->name, c->found[0], c->found[1], c->found[2]);
}

/* ---- One round: by the first of the group ---- */

static struct litmus_table *litmus_choose(struct worker *w, const struct litmus_run *r)
{
    if (!goes_on(w)) return NULL;
    struct litmus_table *t;
    do t = &r->tables[draw_below(w, r->programs)];
    while (t->litmus->seldom && !one_in(w, t->litmus->seldom));
    return t;
}

static void litmus_arrange(struct litmus_group *g)
{
    lt_enter();
    for (unsigned i = 0; i < LITMUS_CELLS; i++) {
        g->cell[i] = (struct cell){0};
        g->table->litmus->arrange(&g->cell[i]);
    }
    lt_leave();
}

static void litmus_end(struct litmus_group *g)
{
    const struct litmus *l = g->table->litmus;
    if (l->barrier) lt_barrier();
    lt_enter();
    for (unsigned i = 0; i < LITMUS_CELLS; i++) {
        struct cell *c = &g->cell[i];
        if (l->end) l->end(c);
        lt_slot_store(&c->x, NULL);
        lt_slot_store(&c->y, NULL);
        litmus_classify(g->table, c);
    }
    lt_leave();
}

/* ---- All of them ---- */

static void litmus_body(struct worker *w)
{
    const struct litmus_run *r = (const struct litmus_run *)w->shared;
    struct litmus_group *g = &r->groups[w->index / LITMUS_ACTORS];
    unsigned actor = w->index % LITMUS_ACTORS;
    for (;;) {
        if (actor == 0 && (g->table = litmus_choose(w, r))) litmus_arrange(g);
        meet(&g->actors);
        if (!g->table) return;
        void (*act)(struct cell *) = g->table->litmus->act[actor];
        for (unsigned i = draw_below(w, 500); i; i--) __atomic_signal_fence(__ATOMIC_SEQ_CST); /* skew */
        for (unsigned i = 0; act && i < LITMUS_CELLS; i++) {
            act(&g->cell[i]);
            lt_point("litmus: between two cells");
        }
        if (act) w->operations += LITMUS_CELLS;
        meet(&g->actors);
        if (actor == 0) litmus_end(g);
    }
}

static void litmus_run(struct run *run, const struct litmus *programs, unsigned n)
{
    unsigned groups = run->threads < LITMUS_ACTORS ? 1 : run->threads / LITMUS_ACTORS;
    struct litmus_run r = {.programs = n};
    r.tables = (struct litmus_table *)calloc(n, sizeof *r.tables);
    r.groups = (struct litmus_group *)calloc(groups, sizeof *r.groups);
    if (!r.tables || !r.groups) fail("no memory for tables");
    for (unsigned i = 0; i < n; i++) r.tables[i].litmus = &programs[i];
    for (unsigned i = 0; i < groups; i++) r.groups[i].actors.members = LITMUS_ACTORS;
    run_workers(run, groups * LITMUS_ACTORS, litmus_body, &r);
    for (unsigned i = 0; i < n; i++) litmus_print(stdout, &r.tables[i]);
    free(r.groups);
    free(r.tables);
}

#endif
