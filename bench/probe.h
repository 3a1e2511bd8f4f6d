/* probe.h: the capacity probe for measurements that others make, of whole programs. */
#ifndef BENCH_PROBE_H
#define BENCH_PROBE_H

#include <stdio.h>

/* Answers each line of `in`, a number of threads, with a line in `out`: what so many threads, but at most one on a core,
 * get of the processors just now, in undisturbed ones (capacity.h). Ends with the input. Returns an exit status. */
int bench_probe_answer(FILE *in, FILE *out);

#endif
