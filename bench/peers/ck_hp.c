/* ck_hp.c: Concurrency Kit's hazard pointers, one per thread. A borrow sets it, with a fence, and looks again; ck_hp_free
 * scans when HP_PENDING objects wait. The hazard lies behind the object. */
#include <ck_hp.h>
#include <stdlib.h>

#define BENCH_PEER ck_hp
#define PEER_OWN_THREADS
#define PEER_OWN_BORROWS
#define PEER_ROOM sizeof(ck_hp_hazard_t)
#include "peer.h"

enum { HP_PENDING = 128 };

struct thread {
    ck_hp_record_t record;
    void *pointers[1];
};

static ck_hp_t hp;
static LT_TLS ck_hp_record_t *record;

__attribute__((constructor)) static void initialize(void) { ck_hp_init(&hp, 1, HP_PENDING, free); }

static inline int LT_FN(thread_register)(void)
{
    record = ck_hp_recycle(&hp);
    if (record) return 0;
    struct thread *thread = (struct thread *)bench_memory(1, sizeof *thread); /* never given back, says CK */
    record = &thread->record;
    ck_hp_register(&hp, record, thread->pointers);
    return 0;
}
static inline void LT_FN(thread_unregister)(void)
{
    ck_hp_clear(record);
    ck_hp_unregister(record);
}

static inline lt_borrow LT_FN(slot_borrow)(lt_slot *slot)
{
    void *o;
    do {
        o = (void *)lt_load64(&slot->word, LT_ACQUIRE);
        ck_hp_set_fence(record, 0, o);
    } while (LT_UNLIKELY((void *)lt_load64(&slot->word, LT_ACQUIRE) != o));
    return (lt_borrow){o};
}
static inline void LT_FN(unborrow)(lt_borrow borrow)
{
    (void)borrow;
    ck_pr_fence_release(); /* no instruction on x86: what was read was read before */
    ck_hp_set(record, 0, NULL);
}

static inline void LT_FN(retire)(void *o)
{
    ck_hp_free(record, (ck_hp_hazard_t *)((char *)o + sizeof(struct bench_object)), o, o);
}

#include "retired.h"

#include "../work/common.h"
#include "../work/slot_loop.h"
#include "../work/slot.h"
#include "../work/churn.h"
#include "../work/oversubscribed.h"
#include "../work/stall.h"
