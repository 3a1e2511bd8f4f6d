#include "report.h"

#include <gnu/libc-version.h>
#include <lifetime/lifetime.h>
#include <string.h>
#include <unistd.h>

#include "allocator.h"
#include "capacity.h"
#include "entries.h"
#include "statistics.h"
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

/* ---- The machine --------------------------------------------------------------------------------------------------- */

static void member(FILE *file, const char *name, const char *value)
{
    fprintf(file, ",\n  \"%s\": ", name);
    bench_json_string(file, value);
}

void bench_report_machine(FILE *file)
{
    unsigned threads[64], count = bench_default_threads(threads);
    fprintf(file, "{\n  \"cores\": %u,\n  \"processors\": %u,\n  \"threads\": [", bench_cores(), bench_processors());
    for (unsigned i = 0; i < count; i++) fprintf(file, "%s%u", i ? ", " : "", threads[i]);
    fprintf(file, "],\n  \"spin_steps_per_second\": %.4g", bench_spin_best());
    member(file, "compiler", __VERSION__);
    member(file, "flags", BENCH_FLAGS);
    member(file, "libc", gnu_get_libc_version());
    member(file, "allocator", bench_allocator());
    member(file, "memory_policy", bench_memory_policy());
    member(file, "lifetime", lt_version());
    member(file, "lifetime_build", lt_describe());
    fputs(",\n  \"absent_peers\": [", file);
    for (const struct bench_absence *a = bench_absent; a->name; a++)
        fprintf(file, "%s\"%s: %s\"", a == bench_absent ? "" : ", ", a->name, a->why);
    fputs("]\n}", file);
}

void bench_report_json(FILE *file, const char *figure, const struct bench_row *rows, size_t count)
{
    if (!file) return;
    fputs("{\"machine\": ", file);
    bench_report_machine(file);
    fputs(",\n\"rows\": [", file);
    const char *before = "\n  {";
    for (size_t i = 0; i < count; i++) {
        if (!rows[i].cell) continue;
        fputs(before, file);
        bench_json_row(file, figure, &rows[i]);
        before = "},\n  {";
    }
    fputs(*before == '}' ? "}\n]}\n" : "]}\n", file);
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

bool bench_report_failure(const struct bench_row *row)
{
    const struct bench_planned *cell = row->cell;
    if (!*row->result.error && !row->result.alive) return true;
    fprintf(stderr, "%slt-bench: %s/%s %s x%u: %s\n", isatty(STDERR_FILENO) ? "\r\033[K" : "", cell->entry->workload->name,
            cell->variant->name, cell->entry->contestant, cell->threads, row->flags);
    return false;
}

/* ---- The table ------------------------------------------------------------------------------------------------------ */

static void print_ns(const struct bench_plan *plan, size_t i, const struct bench_row *rows, unsigned trials, double *ns)
{
    unsigned good = 0;
    for (unsigned t = 0; t < trials; t++) {
        double value = bench_row_ns(&rows[t * plan->count + i]);
        if (value > 0) ns[good++] = value;
    }
    if (!good) return;
    bench_sort(ns, good);
    printf("%9.2f ns  [%.2f .. %.2f]", bench_median(ns, good), ns[0], ns[good - 1]);
}

static bool measured(const struct bench_plan *plan, size_t i, const struct bench_row *rows, unsigned trials)
{
    for (unsigned t = 0; t < trials; t++)
        if (rows[t * plan->count + i].cell) return true;
    return false;
}

/* What the other kinds of run are made for: the worst of all trials. */
static void print_worst(const struct bench_plan *plan, size_t i, const struct bench_row *rows, unsigned trials)
{
    double per_object = 0;
    struct bench_pauses slowest = {0};
    struct bench_look worst = {0};
    bool told = false;
    enum bench_what what = BENCH_THROUGHPUT;
    for (unsigned t = 0; t < trials; t++) {
        const struct bench_row *row = &rows[t * plan->count + i];
        const struct bench_look peak = bench_memory_peak(&row->result.memory);
        if (!row->cell) continue;
        what = row->what;
        told |= row->result.memory.told;
        per_object = row->result.memory.resident_per_object;
        if (row->result.latency.most > slowest.most) slowest = row->result.latency;
        if (peak.resident > worst.resident) worst.resident = peak.resident;
        if (peak.pending_bytes > worst.pending_bytes) worst.pending = peak.pending, worst.pending_bytes = peak.pending_bytes;
    }
    if (what == BENCH_LATENCY)
        printf("  p99 %.2f, p99.9 %.2f, max %.2f us", 1e-3 * slowest.p99, 1e-3 * slowest.p999, 1e-3 * slowest.most);
    if (what == BENCH_MEMORY) printf("  resident +%.2f MB", 1e-6 * (double)worst.resident);
    if (told) printf(", pending %.2f MB in %llu", 1e-6 * (double)worst.pending_bytes, (unsigned long long)worst.pending);
    if (per_object > 0) printf(", %.1f bytes per object", per_object);
}

static void print_flags(const struct bench_plan *plan, size_t i, const struct bench_row *rows, unsigned trials)
{
    unsigned flagged = 0;
    const char *flags = "";
    for (unsigned t = 0; t < trials; t++) {
        const struct bench_row *row = &rows[t * plan->count + i];
        if (*row->flags) flags = row->flags, flagged++;
    }
    if (flagged) printf("  %u of %u trials: %s", flagged, trials, flags);
}

void bench_report_medians(const struct bench_plan *plan, const struct bench_row *rows, unsigned trials)
{
    double *ns = (double *)bench_memory(trials, sizeof *ns);
    const struct bench_variant *printed = NULL;
    for (size_t i = 0; i < plan->count; i++) {
        const struct bench_planned *cell = &plan->cells[i];
        if (!measured(plan, i, rows, trials)) continue;
        if (cell->variant != printed) printf("%s/%s\n", cell->entry->workload->name, cell->variant->name);
        printed = cell->variant;
        printf("  %-22s %4u threads  ", cell->entry->contestant, cell->threads);
        print_ns(plan, i, rows, trials, ns);
        print_worst(plan, i, rows, trials);
        print_flags(plan, i, rows, trials);
        puts("");
    }
    free(ns);
}
