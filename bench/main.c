/* lt-bench: measures the strategies of lifetime. README.md says how to read its numbers. */
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "capacity.h"
#include "cell.h"
#include "compare.h"
#include "options.h"
#include "output.h"
#include "plan.h"
#include "probe.h"
#include "record.h"
#include "report.h"
#include "topology.h"

static volatile sig_atomic_t interrupted;
static void interrupt(int signal) { interrupted = signal; }

static void lengthen(const struct bench_variant *variant, struct bench_times *times)
{
    if (variant->length) times->measure *= variant->length;
}

/* What never gives memory back is not given the time to use all of it up: about 100 MB a cell. */
static bool cap(const struct bench_planned *cell, struct bench_times *times)
{
    double most = 0.05 * 4 / (cell->threads < 4 ? 4 : cell->threads);
    bool grows = cell->variant->grows || (!cell->entry->traits()->reclaims && cell->variant->stores);
    if (!grows || times->measure <= most) return false;
    times->measure = most;
    return true;
}

static struct bench_row measure(const struct bench_planned *cell, const struct bench_options *o, unsigned trial,
                                struct bench_times times)
{
    lengthen(cell->variant, &times);
    bool capped = cap(cell, &times);
    struct bench_row row = {.cell = cell, .what = o->what, .trial = trial, .seed = o->seed + trial};
    do {
        row.tries++;
        row.result = bench_measure(cell->entry, cell->variant, cell->threads, row.seed, &times);
        bench_row_judge(&row, capped);
    } while (strstr(row.flags, "stolen") && row.tries < o->tries && !interrupted);
    return row;
}

/* Until all is measured or Ctrl-C is pressed; the cell that this ends is not kept. False: a cell failed or leaked. */
static bool measure_all(const struct bench_plan *plan, const struct bench_options *o, struct bench_row *rows, FILE *csv)
{
    struct bench_times times = {o->what, o->warm_up, o->seconds, o->probe, bench_spin_best()};
    const double start = bench_now();
    const size_t all = o->trials * plan->count;
    size_t done = 0;
    bool good = true;
    for (unsigned t = 0; t < o->trials && !interrupted; t++) {
        const unsigned trial = o->first_trial + t;
        for (size_t i = 0; i < plan->count && !interrupted; i++, done++) {
            const struct bench_planned *cell = bench_plan_at(plan, i, trial);
            bench_report_progress(done, all, bench_now() - start, cell);
            struct bench_row row = measure(cell, o, trial, times);
            if (interrupted && *row.result.error) break;
            if (row.result.spin_best > times.spin_best) times.spin_best = row.result.spin_best;
            rows[t * plan->count + (size_t)(cell - plan->cells)] = row;
            good &= bench_report_failure(&row);
            bench_csv_row(csv, o->figure, &row);
        }
        if (csv) fflush(csv);
    }
    bench_report_progress(done, all, bench_now() - start, NULL);
    return good;
}

/* Ends as a program does that Ctrl-C has ended, so that a script that called it stops as well. */
static int end_interrupted(void)
{
    fputs("lt-bench: interrupted\n", stderr);
    fflush(NULL);
    signal(SIGINT, SIG_DFL);
    raise(SIGINT);
    return 130;
}

int main(int argc, char **argv)
{
    bench_topology_load();
    struct bench_options o = bench_options_parse(argc, argv);
    if (o.list) return bench_report_list(), 0;
    if (o.machine) return bench_report_machine(stdout), puts(""), 0;
    if (o.capacity) return bench_probe_answer(stdin, stdout);

    struct bench_plan plan = bench_plan_make(o.threads, o.threads_count, bench_options_want, &o);
    if (!plan.count) {
        fputs("lt-bench: nothing to measure: none of these strategies plays any of these workloads\n", stderr);
        return 2;
    }
    struct bench_output csv, json;
    if (!bench_output_begin(&csv, o.csv) || !bench_output_begin(&json, o.json)) return 2;
    signal(SIGINT, interrupt);
    bench_csv_head(csv.file);
    struct bench_row *rows = (struct bench_row *)bench_memory(o.trials * plan.count, sizeof *rows);
    bool good = measure_all(&plan, &o, rows, csv.file);
    bench_report_json(json.file, o.figure, rows, o.trials * plan.count);
    bool written = bench_output_end(&csv, !interrupted);
    written &= bench_output_end(&json, !interrupted);
    if (!o.quiet) bench_report_medians(&plan, rows, o.trials);
    if (o.compare[1]) bench_compare(&plan, rows, o.trials, o.compare[0], o.compare[1]);
    free(rows);
    free(plan.cells);
    if (interrupted) return end_interrupted();
    if (!written) return 1;
    return good ? 0 : 3;
}
