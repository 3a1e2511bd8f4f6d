/* must_fail.c: red is possible. Each of these is run alone, and must fail: the first three always, the others where a tool
 * looks on that sees their mistake (meson.build and ../check say which). */
#include <criterion/criterion.h>
#include <lifetime/lifetime.h>
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

/* ThreadSanitizer. */
static unsigned counted_by_two;

static void *counts(void *unused)
{
    (void)unused;
    for (unsigned i = 0; i < 1000; i++) counted_by_two++;
    return NULL;
}

Test(must_fail, race)
{
    test_begins();
    pthread_t one = start(counts, NULL), other = start(counts, NULL);
    finish(one);
    finish(other);
}

/* Any that follows memory. */
struct victim {
    lt_object header;
    unsigned value;
};

static const lt_type victim_type = {.name = "victim", .size = sizeof(struct victim)};

Test(must_fail, read_after_death)
{
    enum { MANY = 1000 }; /* more than the checked build keeps */
    struct victim *victims[MANY];
    test_begins();
    lt_enter();
    for (unsigned i = 0; i < MANY; i++) {
        victims[i] = needed(lt_new(&victim_type));
        victims[i]->value = i;
    }
    for (unsigned i = 0; i < MANY; i++) lt_release(victims[i]);
    lt_leave();
    lt_barrier();
    (void)__atomic_load_n(&victims[0]->value, __ATOMIC_RELAXED); /* so that the compiler leaves it in */
}
