/* oracle.h: what global_lock makes of a program is what every strategy must make of it. */
#ifndef TESTS_ORACLE_H
#define TESTS_ORACLE_H

struct program;
struct outcome;
void oracle_run(const struct program *, struct outcome *);

#endif
