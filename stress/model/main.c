/* main.c: lt-model. Each program runs in a child process of its own, from the same state as any other. */
#include <argp.h>
#include <errno.h>
#include <lifetime/dynamic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "model.h"
#include "programs/programs.h"
#include "stress/faults.h"
#include "support/nearest.h"

const char *argp_program_version = "lt-model (lifetime " LT_MODEL_VERSION ")";

static const char doc[] =
    "Runs the strategies' own code on two or three threads under a scheduler that chooses every step, and judges each "
    "schedule by assertions and by ThreadSanitizer.\v"
    "Without --mode and --store-buffer each program is run several ways. The exit status is 0 if all is as it should be, 1 if "
    "something was found, 2 if the command is wrong.";

enum { EXECUTIONS = 256, STORE_BUFFER, REPLAY, FAULT, LIST_FAULTS };

static const struct argp_option known[] = {
    {"list", 'l', 0, 0, "List the programs", 0},
    {"program", 'p', "NAME", 0, "This program only", 0},
    {"strategy", 's', "NAME", 0, "Programs of this strategy only (`litmus`: the tests of the model itself)", 0},
    {"mode", 'm', "MODE", 0, "random, pct or exhaustive", 0},
    {"preemptions", 'b', "N", 0, "exhaustive: at most N preemptions and early stores in an execution (default: 2)", 0},
    {"store-buffer", STORE_BUFFER, 0, 0, "Stores stay in a buffer of their thread until the scheduler lets them out", 0},
    {"executions", EXECUTIONS, "N", 0, "At most N per program and way (default: 2000; 0: no limit)", 0},
    {"seconds", 'd', "S", 0, "At most S seconds per program and way", 0},
    {"seed", 'r', "N", 0, "Where random numbers begin (default: 1)", 0},
    {"replay", REPLAY, "TURNS", 0, "One execution of --program with these turns, as a failure prints them", 0},
    {"fault", FAULT, "NAME", 0, "Plant a fault, and end with the first finding (needs a build with -Dfaults=true)", 0},
    {"list-faults", LIST_FAULTS, 0, 0, "List the faults", 0},
    {0},
};

static struct {
    struct model_options options;
    const char *program, *strategy;
    bool list, list_faults, mode_given;
} asked = {.options = {.mode = MODEL_EXHAUSTIVE, .preemptions = 2, .executions = 2000, .seed = 1}};

static double number(struct argp_state *state, const char *text, const char *what, double most)
{
    char *end;
    errno = 0;
    double value = strtod(text, &end);
    if (errno || end == text || *end || !(value >= 0) || value > most)
        argp_failure(state, 2, 0, "%s: '%s' is not a number from 0 to %g", what, text, most);
    return value;
}

static void parse_mode(struct argp_state *state, const char *name)
{
    static const char *const names[] = {"random", "pct", "exhaustive"};
    asked.mode_given = true;
    for (unsigned i = 0; i < 3; i++)
        if (!strcmp(name, names[i])) {
            asked.options.mode = (enum model_mode)i;
            return;
        }
    argp_failure(state, 2, 0, "--mode: there is no '%s'; did you mean '%s'?", name, nearest_name(name, names, 3));
}

/* 12:1,20:b0*3 is: at step 12 thread 1 goes on; at step 20 three stores leave the buffer of thread 0. */
static void parse_replay(struct argp_state *state, const char *text)
{
    size_t most = 1, length = 0;
    for (const char *c = text; *c; c++) most += *c == ',';
    struct model_turn *turns = calloc(most, sizeof *turns);
    if (!turns) argp_failure(state, 2, ENOMEM, "--replay");
    asked.options.replay = turns;
    if (!strcmp(text, "none")) return;
    for (const char *rest = text; turns; length++) {
        unsigned step, actor, stores = 0;
        int used = 0;
        if (sscanf(rest, "%u:b%u*%u%n", &step, &actor, &stores, &used) == 3 && actor < MODEL_THREADS) actor += MODEL_THREADS;
        else if (sscanf(rest, "%u:%u%n", &step, &actor, &used) != 2 || actor >= MODEL_THREADS) used = 0;
        if (!used || (rest[used] && rest[used] != ','))
            argp_failure(state, 2, 0, "--replay: '%s' is not a list of STEP:THREAD and STEP:bTHREAD*STORES", text);
        turns[length] = (struct model_turn){step, (uint8_t)actor, (uint8_t)stores};
        rest += used;
        if (!*rest++) break;
    }
    asked.options.replay_length = length + 1;
}

static error_t parse(int key, char *argument, struct argp_state *state)
{
    struct model_options *o = &asked.options;
    switch (key) {
    case 'l': asked.list = true; return 0;
    case 'p': asked.program = argument; return 0;
    case 's': asked.strategy = argument; return 0;
    case 'm': parse_mode(state, argument); return 0;
    case 'b': o->preemptions = (unsigned)number(state, argument, "--preemptions", 100); return 0;
    case STORE_BUFFER: o->store_buffer = true; return 0;
    case EXECUTIONS: o->executions = (uint64_t)number(state, argument, "--executions", 1e15); return 0;
    case 'd': o->seconds = number(state, argument, "--seconds", 1e9); return 0;
    case 'r': o->seed = (uint64_t)number(state, argument, "--seed", 1e15); return 0;
    case REPLAY: parse_replay(state, argument); return 0;
    case FAULT: o->fault = argument; return 0;
    case LIST_FAULTS: asked.list_faults = true; return 0;
    case ARGP_KEY_ARG: argp_failure(state, 2, 0, "'%s' is no option; try --help", argument); return 0;
    default: return ARGP_ERR_UNKNOWN;
    }
}

/* ---- Names that exist ---- */

enum { NAMES = 512 };
static const char *names[NAMES];
static size_t named;

static void add_name(const char *name)
{
    if (named < NAMES) names[named++] = name;
}

_Noreturn static void unknown(const char *option, const char *name, const char *const *known_names, size_t count)
{
    const char *nearest = nearest_name(name, known_names, count);
    if (nearest) fprintf(stderr, "lt-model: %s: there is no '%s'; did you mean '%s'?\n", option, name, nearest);
    else fprintf(stderr, "lt-model: %s: there is no '%s', nor any other in this build\n", option, name);
    exit(2);
}

static const char *home_of(const struct model_program *p) { return p->strategy ? p->strategy->name : "litmus"; }

static bool wanted(const struct model_program *p)
{
    return (!asked.program || !strcmp(asked.program, p->name)) && (!asked.strategy || !strcmp(asked.strategy, home_of(p)));
}

static void check_names(void)
{
    bool found_program = !asked.program, found_strategy = !asked.strategy;
    for (const struct model_program *const *table = model_tables; *table; table++)
        for (const struct model_program *p = *table; p->name; p++) {
            found_program |= asked.program && !strcmp(asked.program, p->name);
            found_strategy |= asked.strategy && !strcmp(asked.strategy, home_of(p));
        }
    for (const struct model_program *const *table = model_tables; !found_program && *table; table++)
        for (const struct model_program *p = *table; p->name; p++) add_name(p->name);
    if (!found_program) unknown("--program", asked.program, names, named);
    for (const lt_strategy *const *s = lt_strategies; !found_strategy && *s; s++) add_name((*s)->name);
    if (!found_strategy) {
        add_name("litmus");
        unknown("--strategy", asked.strategy, names, named);
    }
    if (asked.options.fault && !faults_plant(asked.options.fault)) {
        size_t count;
        const char *const *faults = faults_names(&count);
        unknown("--fault", asked.options.fault, faults, count);
    }
    if (asked.options.replay && !asked.program) {
        fputs("lt-model: --replay needs --program\n", stderr);
        exit(2);
    }
}

/* ---- Running ---- */

static unsigned passed, failed;

static void run(const struct model_program *p, const struct model_options *o)
{
    fflush(NULL);
    pid_t child = fork();
    if (child == 0) model_run(p, o);
    int status = 0;
    if (child < 0 || waitpid(child, &status, 0) != child) {
        perror("lt-model: fork");
        exit(2);
    }
    bool good = WIFEXITED(status) && WEXITSTATUS(status) == 0;
    if (WIFSIGNALED(status)) printf("FAILED %s: ended by signal %d\n", p->name, WTERMSIG(status));
    if (good) passed++;
    else failed++;
}

static bool is_over(void) { return asked.options.fault && failed; }

/* What is run if no way was asked for. */
static void run_all_ways(const struct model_program *p)
{
    static const struct { enum model_mode mode; bool store_buffer; } ways[] = {
        {MODEL_EXHAUSTIVE, false}, {MODEL_EXHAUSTIVE, true}, {MODEL_PCT, true}, {MODEL_RANDOM, false},
    };
    struct model_options o = asked.options;
    for (size_t i = 0; i < sizeof ways / sizeof *ways && !is_over(); i++) {
        o.mode = ways[i].mode;
        o.store_buffer = ways[i].store_buffer;
        run(p, &o);
    }
}

static void print_faults(void)
{
    size_t count;
    const char *const *faults = faults_names(&count);
    for (size_t i = 0; i < count; i++) printf("%-40s %s\n", faults[i], faults_what(faults[i]));
}

/* ThreadSanitizer's options are the model's own (run.c): one of the environment's that ended the process at a report would end
 * it with status 0. They are read before main, so it begins once more. */
static void without_their_options(char **argv)
{
    if (!getenv("TSAN_OPTIONS")) return;
    unsetenv("TSAN_OPTIONS");
    execv("/proc/self/exe", argv);
    perror("lt-model: /proc/self/exe");
    exit(2);
}

int main(int argc, char **argv)
{
    without_their_options(argv);
    const struct argp argp = {.options = known, .parser = parse, .doc = doc};
    argp_err_exit_status = 2;
    if (argp_parse(&argp, argc, argv, 0, NULL, NULL)) return 2;
    check_names();
    if (asked.list_faults) {
        print_faults();
        return 0;
    }
    bool one_way = asked.mode_given || asked.options.store_buffer || asked.options.replay;
    if (asked.options.replay) asked.options.executions = 1;
    for (const struct model_program *const *table = model_tables; *table; table++)
        for (const struct model_program *p = *table; p->name; p++) {
            if (!wanted(p) || is_over()) continue;
            if (asked.list) puts(p->name);
            else if (one_way) run(p, &asked.options);
            else run_all_ways(p);
        }
    if (asked.list) return 0;
    printf("%u passed, %u failed\n", passed, failed);
    return failed > 0;
}
