/* ck_hp_hand.c: Concurrency Kit's hazard pointers for walking hand over hand: two per thread, set in turn, each when what the
 * other protects is still in use. Setting one ends what it protected before, so an unborrow has nothing to do. */
#include <ck_hp.h>
#include <stdlib.h>

#define BENCH_PEER ck_hp_hand
#define PEER_OWN_THREADS
#define PEER_OWN_BORROWS
#include "peer.h"

enum { HP_PENDING = 128 };

struct thread {
    ck_hp_record_t record;
    void *pointers[2];
};

static ck_hp_t hp;
static LT_TLS ck_hp_record_t *record;
static LT_TLS unsigned turn;

__attribute__((constructor)) static void initialize(void) { ck_hp_init(&hp, 2, HP_PENDING, free); }

static inline int LT_FN(thread_register)(void)
{
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
    turn ^= 1;
    do {
        o = (void *)lt_load64(&slot->word, LT_ACQUIRE);
        ck_hp_set_fence(record, turn, o);
    } while (LT_UNLIKELY((void *)lt_load64(&slot->word, LT_ACQUIRE) != o));
    return (lt_borrow){o};
}
static inline void LT_FN(unborrow)(lt_borrow borrow) { (void)borrow; }
static inline void LT_FN(retire)(void *o) { free(o); } /* at the end, when nobody reads any more */

#include "retired.h"

#include "../work/common.h"
#include "../work/lookup.h"
