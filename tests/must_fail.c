/* must_fail.c: red is possible. meson runs each of these alone and expects failure. */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <unistd.h>

#include "harness.h"

Test(must_fail, check)
{
    test_begins();
    CHECK(1 + 1 == 3);
}

static void *failing(void *unused)
{
    (void)unused;
    CHECK_EQ(1 + 1, 3);
    return NULL;
}

Test(must_fail, check_in_another_thread)
{
    test_begins();
    finish(start(failing, NULL));
    test_ends();
}

/* What a sanitizer does: the test is through, and the process exits with another code. */
static void report_at_exit(void) { _exit(66); }

Test(must_fail, report_after_the_test) { atexit(report_at_exit); }
