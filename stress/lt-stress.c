/* lt-stress: runs the scenarios, each on each strategy in a process of its own, and counts. README.md says how to read it. */
#include <argp.h>
#include <errno.h>
#include <inttypes.h>
#include <libgen.h>
#include <limits.h>
#include <lifetime/dynamic.h>
#include <lifetime/strategies.h>
#include <signal.h>
#include <spawn.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "faults.h"
#include "options.h"

enum { SKIPPED = 77, LIST_FAULTS = 512, UNTIL_FAILURE };

extern char **environ;

static const char *const scenarios[] = {SCENARIOS};
enum { SCENARIO_COUNT = sizeof scenarios / sizeof *scenarios };

struct stress {
    struct options options;
    const char *scenario; /* NULL: all */
    bool until_failure;
    unsigned passed, failed;
    char folder[PATH_MAX]; /* where the scenarios' programs are: beside this one */
};

static const struct argp_option known[] = {
    {"list", 'l', 0, 0, "List the scenarios, what they do, and with which strategies", 0},
    {"list-faults", LIST_FAULTS, 0, 0, "List the faults that are compiled in", 0},
    {"scenario", 'c', "NAME", 0, "Only this scenario", 0},
    {"until-failure", UNTIL_FAILURE, 0, 0, "Go on with the next seed, and the next, until something fails", 0},
    {0},
};

/* ---- One run ---- */

enum { MOST_ARGUMENTS = 24 };

struct command {
    char text[MOST_ARGUMENTS][64];
    char *argument[MOST_ARGUMENTS + 1];
    unsigned count;
};

__attribute__((format(printf, 2, 3))) static void add(struct command *c, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    (void)vsnprintf(c->text[c->count], sizeof c->text[0], format, arguments);
    va_end(arguments);
    c->argument[c->count] = c->text[c->count];
    c->argument[++c->count] = NULL;
}

static struct command *command_for(struct command *c, const char *program, const struct options *o, const char *strategy)
{
    c->count = 0;
    add(c, "%s", program);
    add(c, "--strategy=%s", strategy);
    add(c, "--threads=%u", o->threads);
    add(c, "--seconds=%g", o->seconds);
    add(c, "--seed=%" PRIu64, o->seed);
    add(c, "--delays=%u", o->delays);
    add(c, "--patience=%g", o->patience);
    if (o->fault) add(c, "--fault=%s", o->fault);
    return c;
}

static int run(const struct stress *s, const char *scenario, char **arguments)
{
    char path[PATH_MAX + 64];
    pid_t child;
    int status;
    (void)snprintf(path, sizeof path, "%s/stress-%s", s->folder, scenario);
    fflush(stdout);
    int error = posix_spawn(&child, path, NULL, NULL, arguments, environ);
    if (error) {
        fprintf(stderr, "lt-stress: %s cannot be started: %s\n", path, strerror(error));
        exit(2);
    }
    while (waitpid(child, &status, 0) < 0 && errno == EINTR) {}
    return status;
}

static void tell_failure(const struct command *c, int status)
{
    if (WIFSIGNALED(status) && WTERMSIG(status) == SIGALRM) fputs("FAILED: it hung", stdout);
    else if (WIFSIGNALED(status)) printf("FAILED: %s", strsignal(WTERMSIG(status)));
    else printf("FAILED: exit status %d", WEXITSTATUS(status));
    fputs("; again:", stdout);
    for (unsigned i = 0; i < c->count; i++) printf(" %s", c->argument[i]);
    putchar('\n');
}

static void play(struct stress *s, const char *scenario, const char *strategy)
{
    struct command c;
    char program[64];
    (void)snprintf(program, sizeof program, "stress-%s", scenario);
    int status = run(s, scenario, command_for(&c, program, &s->options, strategy)->argument);
    if (WIFEXITED(status) && WEXITSTATUS(status) == SKIPPED) return;
    if (WIFEXITED(status) && WEXITSTATUS(status) == 0) {
        s->passed++;
    } else {
        s->failed++;
        tell_failure(&c, status);
    }
}

static void play_all(struct stress *s)
{
    for (unsigned i = 0; i < SCENARIO_COUNT; i++) {
        if (s->scenario && strcmp(s->scenario, scenarios[i])) continue;
        for (unsigned j = 0; j < LT_STRATEGY_COUNT; j++) {
            const char *strategy = lt_strategies[j]->name;
            if (s->options.strategy && strcmp(s->options.strategy, strategy)) continue;
            play(s, scenarios[i], strategy);
            if (s->failed && s->until_failure) return;
        }
    }
}

/* ---- The command line ---- */

static void find_folder(struct stress *s)
{
    char self[PATH_MAX];
    ssize_t length = readlink("/proc/self/exe", self, sizeof self - 1);
    if (length < 0) {
        perror("lt-stress: /proc/self/exe");
        exit(2);
    }
    self[length] = '\0';
    strcpy(s->folder, dirname(self));
}

/* Nothing was played: the scenario does not play on that strategy. Its own line of --list says on which it does. */
static void tell_nothing_played(const struct stress *s)
{
    fprintf(stderr, "lt-stress: %s does not play on %s, but on those in brackets:\n", s->scenario, s->options.strategy);
    (void)run(s, s->scenario, (char *[]){"stress", "--list", NULL});
}

static void list(const struct stress *s)
{
    for (unsigned i = 0; i < SCENARIO_COUNT; i++) (void)run(s, scenarios[i], (char *[]){"stress", "--list", NULL});
}

static void list_faults(void)
{
    size_t count;
    const char *const *names = faults_names(&count);
    for (size_t i = 0; i < count; i++) printf("%-36s %s\n", names[i], faults_what(names[i]));
    if (!count) puts("none: configure a build with -Dfaults=true");
}

static const char *scenario_named(const char *name)
{
    for (unsigned i = 0; i < SCENARIO_COUNT; i++)
        if (!strcmp(scenarios[i], name)) return scenarios[i];
    options_unknown("--scenario", name, scenarios, SCENARIO_COUNT);
}

static error_t parse(int key, char *argument, struct argp_state *state)
{
    struct stress *s = state->input;
    switch (key) {
    case ARGP_KEY_INIT: state->child_inputs[0] = &s->options; return 0;
    case 'l': list(s); exit(0);
    case LIST_FAULTS: list_faults(); exit(0);
    case 'c': s->scenario = scenario_named(argument); return 0;
    case UNTIL_FAILURE: s->until_failure = true; return 0;
    default: return ARGP_ERR_UNKNOWN;
    }
}

int main(int argc, char **argv)
{
    static const struct argp_child children[] = {{&options_argp, 0, NULL, 0}, {0}};
    const struct argp argp = {
        .options = known, .parser = parse, .children = children,
        .doc = "Runs the stress scenarios on the strategies and checks what they see. Exit status 0; 1 if a run failed; 2 for bad "
               "usage."};
    struct stress s = {.options = options_default()};
    find_folder(&s);
    argp_err_exit_status = 2;
    if (argp_parse(&argp, argc, argv, 0, NULL, &s)) return 2;
    do {
        play_all(&s);
        s.options.seed++;
    } while (s.until_failure && !s.failed && s.passed);
    if (!s.passed && !s.failed) {
        tell_nothing_played(&s);
        return 2;
    }
    printf("%u passed, %u failed\n", s.passed, s.failed);
    return s.failed ? 1 : 0;
}
