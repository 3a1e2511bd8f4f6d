#include "programs.h"

const struct model_program *const model_tables[] = {
    litmus_programs, biased_programs, deferred_programs, epoch_programs, qsbr_programs, hazard_programs, interval_programs,
    atomic_programs, global_lock_programs, NULL,
};
