/* criterion_cures.c: what of Criterion would make a sanitizer's verdict worthless, or its run long, cured from outside.
 *
 * 1. BoxFort, which runs every test in its own process, maps its arena at a fixed address taken from rand_r; a
 *    ThreadSanitizer process has mostly reserved it, and the runner crashes (Snaipe/Criterion#274). libcriterion calls
 *    rand_r through the PLT, so ours decides: addresses that every sanitizer leaves free.
 * 2. A test process reports that its test passed and exits afterwards. Criterion ignores how: the exit codes of
 *    ThreadSanitizer, LeakSanitizer and valgrind are lost, and a test in which a race was reported is green. At the end we
 *    turn every passed test whose process did not exit as expected into a failed one. must_fail.c shows that it works.
 * 3. Every test process brings up libgit2, for the differences of strings that no test here prints, and that reads all the
 *    certificates of the system: under a sanitizer half of a short test's time. Ours brings up nothing.
 */
#include <criterion/criterion.h>
#include <criterion/hooks.h>
#include <stdio.h>
#include <stdlib.h>

int rand_r(unsigned *seed) { return 0x366000 + (int)((*seed)++ & 0xfff); }

int git_libgit2_init(void);
int git_libgit2_init(void) { return 1; }
int git_libgit2_shutdown(void);
int git_libgit2_shutdown(void) { return 0; }

/* Creation says NULL where there is no memory; an allocation that is too large is no mistake of the program's. A child
 * of a fork may start threads. */
const char *__asan_default_options(void);
const char *__asan_default_options(void) { return "allocator_may_return_null=1"; }
/* A process waits for races at its exit only while it has other threads, and a test process has Criterion's: a second each,
 * for nothing, as the tests join theirs. */
const char *__tsan_default_options(void);
const char *__tsan_default_options(void)
{
    return "allocator_may_return_null=1:die_after_fork=0:halt_on_error=1:atexit_sleep_ms=0";
}

static bool exited_badly(const struct criterion_test_stats *test)
{
    return test->test_status == CR_STATUS_PASSED && test->exit_code != test->test->data->exit_code;
}

ReportHook(POST_ALL)(struct criterion_global_stats *all)
{
    for (struct criterion_suite_stats *suite = all->suites; suite; suite = suite->next)
        for (struct criterion_test_stats *test = suite->tests; test; test = test->next) {
            if (!exited_badly(test)) continue;
            fprintf(stderr, "[FAIL] %s::%s: passed, but its process exited with %d\n", suite->suite->name,
                    test->test->name, test->exit_code);
            test->test_status = CR_STATUS_FAILED;
            suite->tests_passed--, suite->tests_failed++;
            all->tests_passed--, all->tests_failed++;
        }
}
