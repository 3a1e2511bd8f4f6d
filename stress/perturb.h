/* perturb.h: delays at the named points of the protocols (testing.h). */
#ifndef STRESS_PERTURB_H
#define STRESS_PERTURB_H

#include <stdint.h>

/* From now on, `delays` of 1000 passes of a point delay their thread: mostly for as long as a few cache misses take, sometimes
 * for a time slice. Which ones follows from the seed. Before the first thread starts. */
void perturb(unsigned delays, uint64_t seed);

#endif
