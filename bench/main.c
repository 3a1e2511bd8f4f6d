/* lt-bench: measures the strategies of lifetime. README.md says how to read its numbers. */
#include <stdio.h>

#include "capacity.h"
#include "cell.h"
#include "options.h"
#include "plan.h"
#include "record.h"
#include "report.h"
#include "topology.h"

/* What never gives memory back is not given the time to use all of it up: about 100 MB a cell. */
static bool cap(const struct bench_planned *cell, struct bench_times *times)
{
    double most = 0.05 * 4 / (cell->threads < 4 ? 4 : cell->threads);
    if (cell->entry->traits()->reclaims || !cell->variant->stores || times->measure <= most) return false;
    times->measure = most;
    return true;
}

static struct bench_row measure(const struct bench_planned *cell, const struct bench_options *o, unsigned trial,
                                struct bench_times times)
{
    bool capped = cap(cell, &times);
    struct bench_row row = {.cell = cell, .trial = trial, .seed = o->seed + trial};
    row.result = bench_measure(cell->entry, cell->variant, cell->threads, row.seed, &times);
    bench_row_judge(&row, capped);
    return row;
}

static bool measure_all(const struct bench_plan *plan, const struct bench_options *o, struct bench_row *rows,
                        struct bench_csv *csv)
{
    const struct bench_times times = {o->warm_up, o->seconds, o->probe, bench_spin_best()};
    const double start = bench_now();
    const size_t all = o->trials * plan->count;
    size_t done = 0;
    bool good = true;
    for (unsigned trial = 0; trial < o->trials; trial++) {
        for (size_t i = 0; i < plan->count; i++, done++) {
            const struct bench_planned *cell = bench_plan_at(plan, i, trial);
            bench_report_progress(done, all, bench_now() - start, cell);
            struct bench_row *row = &rows[trial * plan->count + (size_t)(cell - plan->cells)];
            *row = measure(cell, o, trial, times);
            good &= !*row->result.error && !row->result.alive;
            bench_csv_write(csv, row);
        }
        bench_csv_flush(csv);
    }
    bench_report_progress(all, all, bench_now() - start, NULL);
    return good;
}

int main(int argc, char **argv)
{
    bench_topology_load();
    struct bench_options o = bench_options_parse(argc, argv);
    if (o.list) return bench_report_list(), 0;
    if (o.machine) return bench_report_machine(), 0;

    struct bench_plan plan = bench_plan_make(o.threads, o.threads_count, bench_options_want, &o);
    if (!plan.count) {
        fputs("lt-bench: nothing to measure: none of these strategies plays any of these workloads\n", stderr);
        return 2;
    }
    struct bench_csv csv;
    if (!bench_csv_begin(&csv, o.csv, o.figure)) return 2;
    struct bench_row *rows = (struct bench_row *)bench_memory(o.trials * plan.count, sizeof *rows);
    bool good = measure_all(&plan, &o, rows, &csv);
    if (!bench_csv_finish(&csv)) return 1;
    if (!o.quiet) bench_report_medians(&plan, rows, o.trials);
    free(rows);
    free(plan.cells);
    if (!good) fputs("lt-bench: some cells failed or leaked; their rows are flagged\n", stderr);
    return good ? 0 : 3;
}
