#include "report.h"

#include <gnu/libc-version.h>
#include <lifetime/lifetime.h>
#include <string.h>
#include <unistd.h>

#include "capacity.h"
#include "entries.h"
#include "topology.h"

void bench_report_list(void)
{
    for (const struct bench_workload *const *w = bench_workloads; *w; w++) {
        printf("%s: one operation is %s\n  variants   ", (*w)->name, (*w)->operation);
        for (const struct bench_variant *v = (*w)->variants; v->name; v++) printf(" %s", v->name);
        printf("\n  contestants");
        for (const struct bench_entry *const *e = bench_entries; *e; e++)
            if ((*e)->workload == *w) printf(" %s", (*e)->contestant);
        puts("");
        for (const struct bench_absence *a = bench_absent; a->name; a++)
            if (!strcmp(a->workload, (*w)->name)) printf("  skipped     %s: %s\n", a->name, a->why);
    }
}

/* ---- JSON: the few strings here have no character that needs more than this --------------------------------------- */

static void json_string(const char *key, const char *value, const char *end)
{
    printf("  \"%s\": \"", key);
    for (; *value; value++)
        if (*value == '"' || *value == '\\') printf("\\%c", *value);
        else if ((unsigned char)*value >= ' ') putchar(*value);
    printf("\"%s\n", end);
}

void bench_report_machine(void)
{
    unsigned threads[64], count = bench_default_threads(threads);
    puts("{");
    printf("  \"cores\": %u,\n  \"processors\": %u,\n  \"threads\": [", bench_cores(), bench_processors());
    for (unsigned i = 0; i < count; i++) printf("%s%u", i ? ", " : "", threads[i]);
    printf("],\n  \"spin_steps_per_second\": %.4g,\n", bench_spin_best());
    json_string("compiler", __VERSION__, ",");
    json_string("flags", BENCH_FLAGS, ",");
    json_string("libc", gnu_get_libc_version(), ",");
    json_string("allocator", bench_allocator(), ",");
    json_string("lifetime", lt_version(), ",");
    json_string("lifetime_build", lt_describe(), ",");
    printf("  \"absent_peers\": [");
    for (const struct bench_absence *a = bench_absent; a->name; a++)
        printf("%s\"%s: %s\"", a == bench_absent ? "" : ", ", a->name, a->why);
    puts("]\n}");
}

/* ---- Progress ------------------------------------------------------------------------------------------------------- */

void bench_report_progress(size_t done, size_t all, double elapsed, const struct bench_planned *next)
{
    static size_t tenths;
    bool terminal = isatty(STDERR_FILENO);
    if (!terminal && done * 10 / all == tenths && done) return;
    tenths = done * 10 / all;
    char line[160], left[40] = "";
    if (done) {
        unsigned seconds = (unsigned)(elapsed * (double)(all - done) / (double)done + 0.5);
        snprintf(left, sizeof left, ", %u:%02u left", seconds / 60, seconds % 60);
    }
    snprintf(line, sizeof line, "  %zu of %zu cells%s", done, all, left);
    if (!terminal) {
        fprintf(stderr, "%s\n", line);
        return;
    }
    fprintf(stderr, "\r\033[K%s", line);
    if (next)
        fprintf(stderr, "  %s/%s %s x%u", next->entry->workload->name, next->variant->name, next->entry->contestant,
                next->threads);
    else
        fputc('\n', stderr);
}

/* ---- The table ------------------------------------------------------------------------------------------------------ */

static int ascending(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static void print_median(const struct bench_plan *plan, size_t i, const struct bench_row *rows, unsigned trials, double *ns)
{
    const struct bench_planned *cell = &plan->cells[i];
    unsigned good = 0, flagged = 0;
    const char *flags = "";
    for (unsigned t = 0; t < trials; t++) {
        const struct bench_row *row = &rows[t * plan->count + i];
        if (*row->flags) flags = row->flags, flagged++;
        if (row->result.operations && !*row->result.error) ns[good++] = bench_ns(&row->result, cell->threads);
    }
    printf("  %-12s %4u threads  ", cell->entry->contestant, cell->threads);
    if (good) {
        qsort(ns, good, sizeof *ns, ascending);
        double median = good % 2 ? ns[good / 2] : (ns[good / 2 - 1] + ns[good / 2]) / 2;
        printf("%9.2f ns  [%.2f .. %.2f]", median, ns[0], ns[good - 1]);
    }
    if (flagged) printf("  %u of %u trials: %s", flagged, trials, flags);
    puts("");
}

void bench_report_medians(const struct bench_plan *plan, const struct bench_row *rows, unsigned trials)
{
    double *ns = (double *)bench_memory(trials, sizeof *ns);
    for (size_t i = 0; i < plan->count; i++) {
        const struct bench_planned *cell = &plan->cells[i];
        if (!i || cell[-1].variant != cell->variant) printf("%s/%s\n", cell->entry->workload->name, cell->variant->name);
        print_median(plan, i, rows, trials, ns);
    }
    free(ns);
}
