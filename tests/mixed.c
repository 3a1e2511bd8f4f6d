/* mixed.c: several strategies in one process and in one thread. */
#include <criterion/criterion.h>
#include <lifetime/dynamic.h>
#include <lifetime/types.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "harness.h"

#define VALUE 0x5afe5afe5afe5afeu

struct pair {
    lt_object header;
    uint64_t value;
    lt_slot slot;
};

/* One strategy's client. */
struct calls {
    void (*begin)(void);
    void (*work)(unsigned rounds);
    void (*end)(void);
    uint64_t (*settle)(void);
    void *(*new)(void);
    void (*retain)(void *);
};

static void count_death(void *object) { CHECK_EQ(((struct pair *)object)->value, VALUE); }

#define LT_CLIENT "mixed.h"
#include <lifetime/foreach_strategy.h>

#define CALLS(strategy) &mixed_calls_##strategy,
static const struct calls *const clients[] = {LT_FOREACH_STRATEGY(CALLS)};
enum { CLIENTS = sizeof clients / sizeof *clients };

static bool takes_threads(unsigned client) { return lt_strategies[client]->traits->threads; }

static void settle_all(void)
{
    leaks_are_meant(); /* `leak` is one of them */
    for (unsigned c = 0; c < CLIENTS; c++) CHECK_EQ(clients[c]->settle(), 0);
    test_ends();
}

Test(mixed, one_after_the_other, .timeout = PATIENCE)
{
    test_begins();
    for (unsigned round = 0; round < 10; round++)
        for (unsigned c = 0; c < CLIENTS; c++) {
            clients[c]->begin();
            clients[c]->work(100);
            clients[c]->end();
        }
    settle_all();
}

Test(mixed, sections_inside_sections, .timeout = PATIENCE)
{
    test_begins();
    for (unsigned round = 0; round < 10; round++) {
        for (unsigned c = 0; c < CLIENTS; c++) clients[c]->begin();
        for (unsigned c = 0; c < CLIENTS; c++) clients[c]->work(100);
        for (unsigned c = CLIENTS; c-- > 0;) clients[c]->end();
    }
    settle_all();
}

static void works_with_all(unsigned index, void *shared)
{
    (void)shared;
    for (unsigned round = 0; round < 20; round++)
        for (unsigned i = 0; i < CLIENTS; i++) {
            unsigned c = (i + index) % CLIENTS;
            if (!takes_threads(c)) continue;
            clients[c]->begin();
            clients[c]->work(20);
            clients[c]->end();
        }
}

Test(mixed, a_crowd, .timeout = PATIENCE)
{
    test_begins();
    run_crowd(crowd(), works_with_all, NULL);
    settle_all();
}

/* ---- an object belongs to the strategy that made it ---- */

#if LT_CHECKS

static const char *makers_name, *users_name;

static void check_message(const char *message)
{
    const char *words[] = {"lt_retain", "pair", makers_name, users_name};
    for (unsigned i = 0; i < 4; i++)
        if (!strstr(message, words[i])) {
            fprintf(stderr, "no \"%s\" in the message: %s\n", words[i], message);
            _exit(1);
        }
}

/* Retains the object of every other strategy but the last, each in a process of its own, which is to abort. */
static void uses_a_foreign_object(void *argument)
{
    const unsigned *pair = argument;
    makers_name = lt_strategies[pair[0]]->name;
    users_name = lt_strategies[pair[1]]->name;
    clients[pair[0]]->begin();
    clients[pair[1]]->begin();
    void *object = clients[pair[0]]->new();
    lt_set_abort_hook(check_message);
    clients[pair[1]]->retain(object);
}

Test(mixed, objects_of_another_strategy_are_refused, .timeout = PATIENCE)
{
    test_begins();
    for (unsigned maker = 0; maker < CLIENTS; maker++)
        for (unsigned user = 0; user < CLIENTS; user++) {
            unsigned pair[] = {maker, user};
            if (maker != user) CHECK(aborts_in_a_fork(uses_a_foreign_object, pair));
        }
}

#endif
