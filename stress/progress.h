/* progress.h: on a terminal, each second a line that says how far the run is. */
#ifndef STRESS_PROGRESS_H
#define STRESS_PROGRESS_H

#include "run.h"

/* What w has done since it last said so, `passed` seconds after the run's beginning. */
void progress(struct worker *w, double passed);

/* Takes the line away. */
void progress_end(void);

#endif
