/* run.c: one program in a process of its own: executions until enough, or all, or one that is wrong. */
#include <inttypes.h>
#include <lifetime/dynamic.h>
#include <lifetime/lifetime.h>
#include <sanitizer/tsan_interface.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "things.h"
#pragma clang section data = "" bss = ""

enum { TURNS_PRINTED = 400 };

static const struct model_program *program;
static const struct model_options *options;
static uint64_t executions;
static unsigned outcomes;
static struct timespec began;

/* Everything is reported, again and again; what to do about it is decided here. */
const char *__tsan_default_options(void)
{
    return "halt_on_error=0:exitcode=0:suppress_equal_stacks=0:suppress_equal_addresses=0:handle_segv=0:handle_sigbus=0:"
           "handle_abort=0:handle_sigfpe=0:handle_sigill=0:detect_deadlocks=0:report_thread_leaks=0:atexit_sleep_ms=0";
}

void model_outcome(unsigned n) { outcomes |= 1u << n; }

/* ---- Reporting ---- */

static double seconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)(now.tv_sec - began.tv_sec) + (double)(now.tv_nsec - began.tv_nsec) / 1e9;
}

static const char *const modes[] = {"random", "pct", "exhaustive"};

static void print_way(void)
{
    if (options->replay) printf("replay");
    else if (options->mode == MODEL_EXHAUSTIVE) printf("exhaustive to %u", options->preemptions);
    else printf("%s, seed %" PRIu64, modes[options->mode], options->seed);
    if (options->store_buffer) printf(", store buffers");
}

_Noreturn static void end(bool good, const char *how)
{
    double took = seconds();
    printf("%-6s %-44s ", good ? "ok" : "FAILED", program->name);
    print_way();
    printf(": %" PRIu64 " executions, %.1f s, %.0f/s%s%s\n", executions, took, took > 0 ? (double)executions / took : 0.0,
           *how ? ", " : "", how);
    fflush(stdout);
    _exit(!good);
}

static void print_turns(void)
{
    size_t length;
    const struct model_turn *turn = model_trace(&length);
    printf(" --replay %s", length ? "" : "none");
    for (size_t i = 0; i < length; i++) {
        printf("%s%u:", i ? "," : "", turn[i].step);
        if (turn[i].actor < MODEL_THREADS) printf("%u", turn[i].actor);
        else printf("b%u*%u", turn[i].actor - MODEL_THREADS, turn[i].stores);
    }
}

/* The turns; or, if these are too many, the way that led to them. */
static void print_command(void)
{
    size_t turns;
    (void)model_trace(&turns);
    printf("  run it again: lt-model --program %s", program->name);
    if (options->fault) printf(" --fault %s", options->fault);
    if (options->store_buffer) printf(" --store-buffer");
    if (turns <= TURNS_PRINTED) print_turns();
    else if (options->mode == MODEL_EXHAUSTIVE) printf(" --preemptions %u", options->preemptions);
    else printf(" --mode %s --seed %" PRIu64, modes[options->mode], options->seed);
    if (turns > TURNS_PRINTED) printf(" --executions %" PRIu64, executions);
    puts("");
}

static void finding(enum model_finding what, const char *message)
{
    if (what == program->expected) end(true, "found as it should be");
    printf("\n%s: %s (execution %" PRIu64 ", step %u)\n", program->name, message, executions, model_steps());
    print_command();
    end(false, "");
}

static void on_abort(const char *message) { model_found(MODEL_ASSERTION, "%s", message); }
static void on_signal(int number) { model_found(MODEL_CRASH, "signal %d: %s", number, strsignal(number)); }

static void catch_signals(void)
{
    static const int numbers[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT};
    struct sigaction action = {.sa_handler = on_signal};
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) sigaction(numbers[i], &action, NULL);
}

/* ---- Jobs of this file's own ---- */

static void enroll(void) { (void)program->strategy->thread_register(); }
static void leave(void) { program->strategy->thread_unregister(); }
static void settle(void) { program->strategy->barrier(); }

static void require_nothing_left(void)
{
    lt_stats s;
    program->strategy->stats_read(&s);
    if (s.live || s.pending)
        model_found(MODEL_ASSERTION, "lost: %" PRIu64 " objects live and %" PRIu64 " pending at the end", s.live, s.pending);
    if (s.threads) model_found(MODEL_ASSERTION, "%" PRIu64 " threads are still registered at the end", s.threads);
}

static void each(void (*job)(void))
{
    for (unsigned t = 0; t < program->threads; t++) model_alone(t, job);
}

static void end_strategy(void)
{
    model_alone(0, settle); /* for the others, that are outside */
    life_require_all_over();
    each(leave);
    model_alone(0, require_nothing_left);
}

static void execute(void)
{
    world_restore();
    model_execution_begin();
    if (program->strategy) each(enroll);
    for (unsigned t = 0; t < program->threads; t++) model_alone(t, program->before[t]);
    model_together(program->threads, program->body);
    for (unsigned t = 0; t < program->threads; t++) model_alone(t, program->after[t]);
    if (program->strategy) end_strategy();
    model_check();
}

static bool enough(void)
{
    if (options->executions && executions >= options->executions) return true;
    return options->seconds > 0 && executions % 64 == 0 && seconds() >= options->seconds;
}

static void check_outcomes(bool exhausted)
{
    unsigned expected = program->outcomes[options->store_buffer];
    if (!expected || options->replay) return;
    if (outcomes & ~expected) model_found(MODEL_ASSERTION, "outcomes %#x: %#x are possible", outcomes, expected);
    if (exhausted && outcomes != expected) model_found(MODEL_ASSERTION, "outcomes %#x of %#x only", outcomes, expected);
}

_Noreturn void model_run(const struct model_program *p, const struct model_options *o)
{
    program = p;
    options = o;
    clock_gettime(CLOCK_MONOTONIC, &began);
    model_on_finding = finding;
    (void)lt_set_abort_hook(on_abort);
    catch_signals();
    if (p->expected == MODEL_RACE) __sanitizer_set_report_fd((void *)2147483647L); /* not to be seen */

    model_threads_start(p->threads, o->store_buffer);
    model_execution_begin();
    if (p->strategy) {
        each(enroll); /* makes the records */
        each(leave);
    }
    world_keep();
    explore_begin(o);
    bool learned = false, exhausted = false;
    while (!enough() && !(exhausted = !explore_next(learned))) {
        if (o->replay) model_replay(o->replay, o->replay_length);
        executions++;
        execute();
        learned = model_learned();
    }
    check_outcomes(exhausted);
    if (p->expected && !o->replay) end(false, "and what it should find is not found");
    end(true, exhausted ? "exhausted" : "");
}
