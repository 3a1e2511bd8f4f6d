/* hooks.h: what the code under test calls instead of just going on. The other side is scheduler.c and memory.c, which are
 * compiled without ThreadSanitizer: it must not see how the threads take turns. */
#ifndef MODEL_HOOKS_H
#define MODEL_HOOKS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Everything that has a static lifetime in the code under test is in these two sections, so that world.c can put it back. */
#pragma clang section data = "model_data" bss = "model_bss"

/* Before an atomic access: another thread may go first. */
bool model_load(const void *address, unsigned size, uint64_t *value); /* true: from the own store buffer, not memory */
bool model_store(void *address, unsigned size, uint64_t value, int order); /* true: it will be done later */
void model_change(const void *address); /* an atomic read-modify-write */

void model_pause(void); /* no access: others may go first */
void model_full_fence(void);
void model_membarrier(void);
void model_yield(void);

void model_mutex_lock(const void *mutex); /* returns when the real lock is free */
bool model_mutex_try_lock(const void *mutex);
void model_mutex_unlock(const void *mutex);
bool model_cond_wait(const void *cond); /* false: the time is over */
void model_cond_signal(const void *cond);
void model_futex_wait(const uint32_t *word, uint32_t expected);
void model_futex_wake(const void *word);
uint64_t model_time(void); /* in nanoseconds; it goes on with the steps */

/* Memory whose addresses are the same in every execution. */
void *model_take(size_t bytes, size_t alignment);
size_t model_size(const void *memory);
void model_begin_give(void *memory); /* it will be overwritten, */
void model_end_give(void *memory);   /* and was */

#endif
