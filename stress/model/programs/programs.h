/* programs.h: the tables of programs. Each ends with one that has no name. */
#ifndef MODEL_PROGRAMS_H
#define MODEL_PROGRAMS_H

#include "model/model.h"

extern const struct model_program litmus_programs[], biased_programs[], deferred_programs[], epoch_programs[], qsbr_programs[],
    hazard_programs[], interval_programs[], atomic_programs[], global_lock_programs[];

extern const struct model_program *const model_tables[]; /* NULL after the last */

#endif
