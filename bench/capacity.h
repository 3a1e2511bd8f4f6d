/* capacity.h: how much processor there is. A spinning thread on an undisturbed core has capacity 1; what other programs,
 * or other virtual machines, take away is missing from the sum. */
#ifndef BENCH_CAPACITY_H
#define BENCH_CAPACITY_H

/* Spins for about that long: steps per second of the calling thread. */
double bench_spin(double seconds);

/* The rate that counts as capacity 1: the best of many spins of a lone thread. */
double bench_spin_best(void);

double bench_now(void);     /* seconds, of a clock that only goes forward */
double bench_cpu_now(void); /* seconds of processor time that the calling thread has used */

/* Seconds that the calling thread was ready to run while something else had its processor; always 0 where the kernel does
 * not tell. */
double bench_waited_now(void);

#endif
