/* entries.h: everything that lt-bench can measure. */
#ifndef BENCH_ENTRIES_H
#define BENCH_ENTRIES_H

#include "work/workloads.h"

/* Both end with NULL. */
extern const struct bench_workload *const bench_workloads[];
extern const struct bench_entry *const bench_entries[];

/* A peer that this lt-bench was built without. The list ends with a NULL name. */
struct bench_absence { const char *name, *workload, *why; };
extern const struct bench_absence bench_absent[];

#endif
