/* topology.h: the processors that this process may use, and in which order its threads are put on them
 * (bench_pin: bench.h). */
#ifndef BENCH_TOPOLOGY_H
#define BENCH_TOPOLOGY_H

void bench_topology_load(void);

unsigned bench_cores(void);      /* physical cores */
unsigned bench_processors(void); /* hardware threads: P of the thread counts */

/* Where memory comes from, in words; to several NUMA nodes the threads' shared memory is spread by bench_topology_load. */
const char *bench_memory_policy(void);

/* The thread counts {1, 2, 4, …, P, 1.5 P, 2 P} of this machine, ascending; `list` has room for 64. Returns how many. */
unsigned bench_default_threads(unsigned *list);

#endif
