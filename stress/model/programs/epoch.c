/* epoch.c: the programs of epochs.h, on sections that are seized with an asymmetric fence. */
#define LIFETIME_STRATEGY epoch
#include "epochs.h"

const struct model_program epoch_programs[] = {COMMON_PROGRAMS, EPOCH_PROGRAMS, {0}};
