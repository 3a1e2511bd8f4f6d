#include "harness.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

static pthread_t test_thread;
static unsigned failures; /* of other threads; atomic */
uint8_t fates[FATES];
static bool forked;

static void fail(const char *report)
{
    if (!forked && pthread_equal(pthread_self(), test_thread)) cr_assert_fail("%s", report);
    fprintf(stderr, "%s\n", report);
    if (forked) _exit(1);
    __atomic_add_fetch(&failures, 1, __ATOMIC_RELAXED);
}

void check_failed(const char *file, int line, const char *function, const char *condition)
{
    char report[512];
    snprintf(report, sizeof report, "%s:%d: %s: %s", file, line, function, condition);
    fail(report);
}

static void fail_numbers(const char *file, int line, const char *function, const char *condition, uint64_t a, uint64_t b)
{
    char report[512];
    snprintf(report, sizeof report, "%s:%d: %s: %s: %llu against %llu", file, line, function, condition,
             (unsigned long long)a, (unsigned long long)b);
    fail(report);
}

void check_equal(const char *file, int line, const char *function, const char *condition, uint64_t a, uint64_t b)
{
    if (a != b) fail_numbers(file, line, function, condition, a, b);
}

void check_at_most(const char *file, int line, const char *function, const char *condition, uint64_t a, uint64_t b)
{
    if (a > b) fail_numbers(file, line, function, condition, a, b);
}

bool in_short;

void test_begins(void)
{
    test_thread = pthread_self();
    in_short = SANITIZED || getenv("LT_TEST_SHORT");
}

void test_ends(void)
{
    unsigned failed = __atomic_load_n(&failures, __ATOMIC_RELAXED);
    cr_assert(failed == 0, "%u checks failed in other threads, see above", failed);
}

void skip(const char *reason) { cr_skip_test("%s", reason); }

/* Asked by LeakSanitizer, when the process exits. */
static int leaks_meant;
void leaks_are_meant(void) { leaks_meant = 1; }
int __lsan_is_turned_off(void);
int __lsan_is_turned_off(void) { return leaks_meant; }

unsigned crowd(void)
{
    long processors = sysconf(_SC_NPROCESSORS_ONLN);
    unsigned threads = processors > 0 ? 2 * (unsigned)processors : 0;
    return threads < 4 ? 4 : threads > CROWD_MOST ? CROWD_MOST : threads;
}

struct member {
    pthread_t thread;
    unsigned index;
    void (*body)(unsigned, void *);
    void *shared;
    pthread_barrier_t *starting_line;
};

static void *member_runs(void *argument)
{
    struct member *m = argument;
    pthread_barrier_wait(m->starting_line);
    m->body(m->index, m->shared);
    return NULL;
}

void run_crowd(unsigned n, void (*body)(unsigned, void *), void *shared)
{
    struct member members[64];
    pthread_barrier_t starting_line;
    CHECK(n <= sizeof members / sizeof *members);
    CHECK(pthread_barrier_init(&starting_line, NULL, n) == 0);
    for (unsigned i = 0; i < n; i++) {
        members[i] = (struct member){.index = i, .body = body, .shared = shared, .starting_line = &starting_line};
        members[i].thread = start(member_runs, &members[i]);
    }
    for (unsigned i = 0; i < n; i++) finish(members[i].thread);
    pthread_barrier_destroy(&starting_line);
}

static pthread_t start_with(const pthread_attr_t *attributes, void *(*body)(void *), void *argument)
{
    pthread_t thread;
    int error = pthread_create(&thread, attributes, body, argument);
    if (error) {
        errno = error;
        perror("pthread_create");
        abort();
    }
    return thread;
}

pthread_t start(void *(*body)(void *), void *argument) { return start_with(NULL, body, argument); }

pthread_t start_on_small_stack(void *(*body)(void *), void *argument)
{
    pthread_attr_t attributes;
    pthread_attr_init(&attributes);
    CHECK(pthread_attr_setstacksize(&attributes, (size_t)PTHREAD_STACK_MIN + 64 * 1024) == 0);
    pthread_t thread = start_with(&attributes, body, argument);
    pthread_attr_destroy(&attributes);
    return thread;
}

void finish(pthread_t thread)
{
    if (pthread_join(thread, NULL) != 0) abort();
}

static int status_of_a_fork(void (*body)(void *), void *shared)
{
    pid_t child = fork();
    if (child == 0) {
        forked = true;
        alarm(PATIENCE / 4); /* or it hangs */
        body(shared);
        _exit(0);
    }
    int status = -1;
    while (child > 0 && waitpid(child, &status, 0) < 0 && errno == EINTR) {}
    return status;
}

bool succeeds_in_a_fork(void (*body)(void *), void *shared) { return status_of_a_fork(body, shared) == 0; }

bool aborts_in_a_fork(void (*body)(void *), void *shared)
{
    int status = status_of_a_fork(body, shared);
    return WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT;
}

void gate_init(sem_t *gate) { CHECK(sem_init(gate, 0, 0) == 0); }
void gate_open(sem_t *gate) { CHECK(sem_post(gate) == 0); }
void gate_pass(sem_t *gate)
{
    while (sem_wait(gate) != 0) CHECK(errno == EINTR);
}

uint64_t random_next(uint64_t *state)
{
    uint64_t x = *state ? *state : 0x9e3779b97f4a7c15;
    x ^= x >> 12;
    x ^= x << 25;
    x ^= x >> 27;
    *state = x;
    return x * 0x2545f4914f6cdd1d;
}
