/* leaky.c STRATEGY: a program that leaks, run in a process of its own; what the checked build says of it at exit. */
#include <lifetime/dynamic.h>
#include <lifetime/lifetime.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

struct cell {
    lt_object header;
    lt_slot next;
};

static void trace(void *cell, lt_visitor *visitor) { lt_visit_slot(visitor, &((struct cell *)cell)->next); }
static const lt_type cell_type = {.name = "cell", .size = sizeof(struct cell), .trace = trace};
static const lt_type page_type = {.name = "page", .size = 4000};
static const lt_type ticket_type = {.name = "ticket", .size = 64};

int __lsan_is_turned_off(void);
int __lsan_is_turned_off(void) { return 1; }

static struct cell *cell_new(struct cell *next)
{
    struct cell *c = lt_new(&cell_type);
    if (!c) abort();
    lt_slot_init(&c->next, next);
    return c;
}

/* Two lists of two cells and a page are leaked, and where there are reuse tokens one of them; another list dies, and an
 * immortal cell need not. */
static void leak(void)
{
    lt_enter();
    for (int i = 0; i < 2; i++) {
        struct cell *last = cell_new(NULL);
        lt_retain(cell_new(last));
    }
    if (!lt_new(&page_type)) abort();
    void *ticket = lt_new(&ticket_type);
    if (!ticket) abort();
    (void)lt_release_reuse(ticket);
    lt_release(cell_new(cell_new(NULL)));
    lt_immortalize(cell_new(NULL));
    lt_leave();
    lt_barrier();
}

static const char *const expected[] = {
    " alive at exit, ", " bytes:\n  1 of type page, 4000 bytes, strategy ",
    "; kept by 1 owned references and 0 slots\n  4 of type cell, 96 bytes, strategy ",
    "; kept by 4 owned references and 2 slots\n",
#if LT_LIBDW
    "; made by lt_new at cell_new (", "; made by lt_new at leak (",
#endif
};

static const char *const expected_with_tokens[] = {
    "lifetime: 6 objects are alive at exit, 4160 bytes:\n", "  1 of type ticket, 64 bytes, strategy ",
    "; kept by 0 owned references and 0 slots; 1 dead, kept by reuse tokens\n",
};
static const char *const expected_without[] = {"lifetime: 5 objects are alive at exit, 4096 bytes:\n"};

static int wrong(const char *report, const char *why)
{
    fprintf(stderr, "wanted: %s\nthe report: %s", why, report);
    return 1;
}

static const char *first_missing(const char *report, const char *const *words, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (!strstr(report, words[i])) return words[i];
    return NULL;
}

int main(int arguments, char **argument)
{
    char report[4096];
    int channel[2], status;
    if (arguments != 2 || lt_dynamic_select(argument[1]) != 0 || pipe(channel) != 0) return 2;
    pid_t child = fork();
    if (child == 0) {
        dup2(channel[1], STDERR_FILENO);
        close(channel[0]);
        close(channel[1]);
        leak();
        exit(0);
    }
    close(channel[1]);
    size_t length = 0;
    for (ssize_t n; (n = read(channel[0], report + length, sizeof report - 1 - length)) > 0;) length += (size_t)n;
    report[length] = '\0';
    if (child < 0 || waitpid(child, &status, 0) != child || status != 0) return wrong(report, "a child that succeeds");
    if (!lt_dynamic_strategy->traits->reclaims || getenv("LIFETIME_NO_LEAK_REPORT"))
        return *report ? wrong(report, "nothing") : 0;
    bool tokens = lt_dynamic_strategy->traits->reuse;
    const char *missing = first_missing(report, expected, sizeof expected / sizeof *expected);
    if (!missing && tokens) missing = first_missing(report, expected_with_tokens, sizeof expected_with_tokens / sizeof *expected);
    if (!missing && !tokens) missing = first_missing(report, expected_without, 1);
    if (missing) return wrong(report, missing);
    return strstr(report, argument[1]) ? 0 : wrong(report, "the strategy");
}
