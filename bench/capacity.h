/* capacity.h: how much processor there is. A spinning thread that has its core all of the time has capacity 1; what other
 * programs, or other virtual machines, take away is missing from the sum.
 *
 * It is told by the thread's own time, from which a kernel leaves out what other threads had, and in a virtual machine what
 * other machines had, where the host says so (Linux: paravirtual time accounting). Where it does not, and of a core that a
 * sibling thread has a part of, only the speed tells. A speed that is less by a fifth or more than the best counts as what it
 * is; clocks that go up and down vary by less. */
#ifndef BENCH_CAPACITY_H
#define BENCH_CAPACITY_H

/* Steps per second: the best of many spins of a lone thread. */
double bench_spin_best(void);

/* Spins for about that long: the capacity of the calling thread, the median of three thirds. What takes a moment out of one of
 * them, as each tick of a clock does, says nothing about longer times. `*best` becomes the speed, where that is better. */
double bench_capacity(double seconds, double *best);

double bench_now(void);     /* seconds, of a clock that only goes forward */
double bench_cpu_now(void); /* seconds of processor time that the calling thread has used */

/* Seconds that the calling thread was ready to run while another thread had its processor; always 0 where the kernel does
 * not tell. */
double bench_queued_now(void);

/* How often the calling thread has gone to sleep. While it did not, what it did not use of a time was taken from it: by other
 * threads or, as a kernel in a virtual machine knows and leaves out of a thread's time, by other machines. */
long bench_sleeps_now(void);

#endif
