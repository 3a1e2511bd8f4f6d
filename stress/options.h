/* options.h: the command line that lt-stress and the scenarios' own programs share. */
#ifndef STRESS_OPTIONS_H
#define STRESS_OPTIONS_H

#include <argp.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct options {
    const char *strategy;  /* NULL: all */
    unsigned threads;
    double seconds;
    double patience;       /* seconds that a run may take beyond its own */
    uint64_t seed;
    unsigned delays;
    const char *fault;     /* NULL: none */
};

struct options options_default(void);

/* The shared part, a child of a program's own argp; its input is a struct options. Ends the program with 2 and a message for a
 * number that is none, and for a strategy or a fault that does not exist. */
extern const struct argp options_argp;

/* Ends the program with 2: there is no such `name`; the nearest one is named. */
_Noreturn void options_unknown(const char *option, const char *name, const char *const *names, size_t count);

#endif
