/* report.h: what lt-bench prints. */
#ifndef BENCH_REPORT_H
#define BENCH_REPORT_H

#include "plan.h"
#include "record.h"

void bench_report_list(void);
void bench_report_machine(FILE *); /* JSON */

/* The machine and all rows that were measured. A NULL file: nothing is written. */
void bench_report_json(FILE *, const char *figure, const struct bench_row *rows, size_t count);

/* A line on stderr that says how far the measuring is; rewritten in place on a terminal, else a new one every tenth. */
void bench_report_progress(size_t done, size_t all, double elapsed, const struct bench_planned *next);

/* A line on stderr if the cell failed or leaked. True: it did neither. */
bool bench_report_failure(const struct bench_row *);

/* Medians over the trials, with the least and the most, and the worst of pauses and memory; rows[trial * plan->count + i] is
 * of plan->cells[i]. */
void bench_report_medians(const struct bench_plan *, const struct bench_row *rows, unsigned trials);

#endif
