#define LIFETIME_STRATEGY global_lock
#include "oracle.h"
#include "program.h"

void oracle_run(const struct program *program, struct outcome *outcome) { program_run(program, outcome); }
