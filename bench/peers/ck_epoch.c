/* ck_epoch.c: Concurrency Kit's epochs. A section is ck_epoch_begin and ck_epoch_end, a safepoint both, and between them a
 * ck_epoch_poll once EPOCH_PENDING objects wait: polling is what frees, and no thread of its own does it. The entry takes the
 * place of the object's header. */
#include <ck_epoch.h>
#include <stdlib.h>

#define BENCH_PEER ck_epoch
#define PEER_OWN_THREADS
#define PEER_OWN_SECTIONS
#include "peer.h"

enum { EPOCH_PENDING = 64 };

static ck_epoch_t epoch;
static LT_TLS ck_epoch_record_t *record;

__attribute__((constructor)) static void initialize(void) { ck_epoch_init(&epoch); }

static inline int LT_FN(thread_register)(void)
{
    record = ck_epoch_recycle(&epoch, NULL);
    if (record) return 0;
    record = (ck_epoch_record_t *)bench_memory(1, sizeof *record); /* records are never given back, says CK */
    ck_epoch_register(&epoch, record, NULL);
    return 0;
}
static inline void LT_FN(thread_unregister)(void) { ck_epoch_unregister(record); }

static inline void LT_FN(enter)(void) { ck_epoch_begin(record, NULL); }
static inline void LT_FN(leave)(void) { ck_epoch_end(record, NULL); }
static inline void LT_FN(safepoint)(void)
{
    ck_epoch_end(record, NULL);
    if (record->n_pending >= EPOCH_PENDING) ck_epoch_poll(record);
    ck_epoch_begin(record, NULL);
}

static void give_back(ck_epoch_entry_t *entry) { free(entry); }
static inline void LT_FN(retire)(void *o) { ck_epoch_call(record, (ck_epoch_entry_t *)o, give_back); }

#include "retired.h"

#include "../work/common.h"
#include "../work/section.h"
#include "../work/slot_loop.h"
#include "../work/slot.h"
#include "../work/churn.h"
#include "../work/oversubscribed.h"
#include "../work/stall.h"
