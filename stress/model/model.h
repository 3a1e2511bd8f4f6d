/* model.h: a program, how its schedules are chosen, and what the parts of the model offer each other. */
#ifndef MODEL_MODEL_H
#define MODEL_MODEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { MODEL_THREADS = 3, MODEL_ACTORS = 2 * MODEL_THREADS }; /* the threads, and their store buffers */

enum model_finding { MODEL_NOTHING, MODEL_RACE, MODEL_ASSERTION, MODEL_DEADLOCK, MODEL_ENDLESS, MODEL_CRASH, MODEL_DIVERGED };

struct lt_strategy;

struct model_program {
    const char *name;                   /* home/what-happens */
    const struct lt_strategy *strategy; /* NULL: none is used */
    unsigned threads;
    void (*before[MODEL_THREADS])(void); /* one after another, by the thread that it stands for; NULL: nothing */
    void (*body[MODEL_THREADS])(void);   /* at the same time: the steps of these are scheduled */
    void (*after[MODEL_THREADS])(void);  /* one after another, as `before` */

    /* Programs that test the model itself. */
    enum model_finding expected;
    unsigned outcomes[2]; /* the outcomes, a bit for each, of all schedules: without store buffers, and with. 0: not looked at */
};

enum model_mode { MODEL_RANDOM, MODEL_PCT, MODEL_EXHAUSTIVE };

struct model_turn { uint32_t step; uint8_t actor, stores; }; /* at this step the actor goes on; a buffer, with so many stores */

struct model_options {
    enum model_mode mode;
    unsigned preemptions; /* exhaustive: the most in one execution */
    bool store_buffer;
    uint64_t seed;
    uint64_t executions;  /* at most; 0: no limit */
    double seconds;       /* at most; 0: no limit */
    const char *fault;    /* for the message */
    const struct model_turn *replay; /* one execution, with these turns */
    size_t replay_length;
};

/* ---- run.c ---- */

/* Runs it in this process, reports on standard output, and ends the process: status 0 if all is as it should be. */
_Noreturn void model_run(const struct model_program *, const struct model_options *);

void model_outcome(unsigned n); /* how this execution ended, for model_program.outcomes */

/* ---- scheduler.c ---- */

void model_threads_start(unsigned threads, bool store_buffer);
void model_execution_begin(void);
void model_alone(unsigned thread, void (*job)(void));    /* this thread's job, to its end */
void model_together(unsigned threads, void (*const *jobs)(void)); /* schedules the threads until all have ended */
bool model_learned(void); /* did this execution find that more addresses are contended? Then what was skipped counts */
uint32_t model_steps(void);
void model_check(void); /* ends if ThreadSanitizer has reported a race */
void model_drain_if_within(const void *memory, size_t bytes);
void model_acquire_world(void);
void model_release_world(void);

__attribute__((format(printf, 2, 3))) _Noreturn void model_found(enum model_finding, const char *format, ...);
extern void (*model_on_finding)(enum model_finding, const char *message); /* does not return */
const struct model_turn *model_trace(size_t *length);
void model_replay(const struct model_turn *, size_t length);

/* ---- explore.c: which of the options is taken. The first is what happens if nothing is done ---- */

struct model_option { uint8_t actor, cost; }; /* cost: 1 if taking it is a preemption or lets one store out */

void explore_begin(const struct model_options *);
bool explore_next(bool learned); /* the next execution; false: there is none */
unsigned explore_pick(const struct model_option *, unsigned count, uint32_t step);
void explore_yielded(unsigned thread);

/* ---- world.c ---- */

void world_keep(void); /* what is now is what every execution begins with */
void world_restore(void);
uint64_t world_blocks(void); /* taken and not given back */
bool world_was_given_back(const void *address); /* and not taken again */
extern bool world_is_full;   /* allocations fail */

#endif
