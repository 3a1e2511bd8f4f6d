/* testing.h: what a test build compiles into the code: named points between the steps of a protocol, and named faults. In
 * any other build nothing is left of either.
 *
 *   lt_point("biased: local is 0")     -Dstress=true: the stress programs stop a thread here for a while, so that windows of
 *                                      nanoseconds stand open for microseconds
 *   if (!LT_FAULT("biased/lost-merge", "the queued object is forgotten")) merge(…)
 *   lt_sub32(&…, 1, LT_WEAKEN("biased/drop-relaxed", LT_RELEASE))
 *                                      -Dfaults=true: `lt-stress --fault NAME` plants this one. It must then be caught.
 *
 * A fault's name is its home (a strategy, or `lib`) and what is wrong, in a few words. One name may be planted in several
 * places. An order that depends on a variable needs clang: gcc would take seq_cst. */
#ifndef LIFETIME_TESTING_H
#define LIFETIME_TESTING_H

#if LT_POINTS
#ifdef __cplusplus
extern "C" {
#endif
extern void (*lt_at_point)(const char *name); /* set before the first thread starts; NULL: nothing happens at points */
#ifdef __cplusplus
}
#endif
static inline void lt_point(const char *name)
{
    if (lt_at_point) lt_at_point(name);
}
#else
static inline void lt_point(const char *name) { (void)name; }
#endif

#if LT_FAULTS
struct lt_fault {
    const char *name, *what;
    long planted;
};
#define LT_FAULT(name, what) (__extension__({ \
    static struct lt_fault lt_fault_here __attribute__((section("lt_faults"), used)) = {name, what, 0}; \
    lt_fault_here.planted ? 1u : 0u; \
}))
#define LT_WEAKEN(name, order) (LT_FAULT(name, #order " is weakened to relaxed") ? LT_RELAXED : (order))
#else
#define LT_FAULT(name, what) 0u
#define LT_WEAKEN(name, order) (order)
#endif

#endif
