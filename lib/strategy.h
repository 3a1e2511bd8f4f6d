/* strategy.h: the frame of a strategy's .c file. Define LT_THIS to the strategy's name and include this first; it brings in
 * the strategy's header and defines the thread's record pointer, the ops table of dynamic.h, and
 *
 *   LT_DOMAIN             the initialisers that every domain has
 *   self()                the calling thread's record
 *   unmake                the end of an object whose storage is handed back (strategy/reuse.h), if that can be now
 *   drop, drop_slot       the cascade's hooks, as release and store of NULL
 *   LT_WHOLE_LINKS        list links in the count word of a dead object, which nobody else changes
 *   claim, edge           the cycle collector's hooks, as retain and as a look into a slot that is one pointer
 *   whole_count           its third, for the number line of strategy/count.h
 *
 * and has the domain covered by fork(2).
 */
#define LT_PLACE __builtin_return_address(0) /* strategy/checks.h */
#include <lifetime/dynamic.h>
#include <lifetime/lifetime.h>
#include <lifetime/strategy/count.h>

#include "object.h"

#define LT_THIS_HEADER_2(name) lifetime/strategy/name.h
#define LT_THIS_HEADER_1(name) LT_QUOTE(LT_THIS_HEADER_2(name))
#include LT_THIS_HEADER_1(LT_THIS)

#define LT_T(name) LT_FN_1(LT_THIS, name)

LT_TLS lt_thread *LT_T(self);

static lt_thread **self_address(void) { return &LT_T(self); }

static inline struct lt_record *self(void) { return lt_record_of(LT_T(self)); }

static void drop(struct lt_record *r, lt_object *o)
{
    (void)r;
    LT_T(release_raw)(o);
}

static void drop_slot(struct lt_record *r, lt_slot *slot)
{
    (void)r;
    LT_T(slot_store_raw)(slot, NULL);
}

/* What lt_release_reuse does before it hands the storage back. The edges end as if their owner had given them up one by one. */
bool LT_T(unmake)(lt_object *o) { return lt_unmake(self(), o, drop, drop_slot); }

/* Relaxed: lists change hands under the domain's lock. */
__attribute__((unused)) static void *whole_next(void *o)
{
    return (void *)(uintptr_t)(lt_load64(&((lt_object *)o)->count.whole, LT_RELAXED) & ~(0xffffull << 48));
}

__attribute__((unused)) static void whole_link(void *o, void *next)
{
    lt_store64(&((lt_object *)o)->count.whole, (uint64_t)(uintptr_t)next | LT_DEAD_TAG, LT_RELAXED);
}

__attribute__((unused)) static void claim(lt_object *o) { LT_T(retain_n_raw)(o, 1); }

/* Relaxed: all other threads are stopped. */
__attribute__((unused)) static lt_object *edge(lt_slot *slot, uint64_t *weight)
{
    (void)weight;
    return (lt_object *)(uintptr_t)lt_load64(&slot->word, LT_RELAXED);
}

__attribute__((unused)) static uint64_t whole_count(const struct lt_record *r, const lt_object *o)
{
    (void)r;
    uint64_t word = lt_load64(&o->count.whole, LT_RELAXED);
    if (!lt_count_lives(word)) return 0;
    return word < LT_COUNT_HELD ? word : LT_COUNT_HELD;
}

#define LT_WHOLE_LINKS {whole_next, whole_link}

#define LT_ID_1(name) LT_ID_##name
#define LT_ID_OF(name) LT_ID_1(name)
#define LT_DOMAIN \
    .name = LT_QUOTE(LT_THIS), .id = LT_ID_OF(LT_THIS), .self_address = self_address, .enter = LT_T(enter), \
    .leave = LT_T(leave), .safepoint = LT_T(safepoint), .lock = PTHREAD_MUTEX_INITIALIZER, \
    .barrier = PTHREAD_MUTEX_INITIALIZER, .world = PTHREAD_MUTEX_INITIALIZER, .epoch = {4}, \
    .settings = {[LT_RECLAIM_STEP] = {2}, [LT_PENDING_BYTES] = {1 << 20}, [LT_SWITCH_INTERVAL] = {5000}, [LT_REVOKE_AT] = {32}, \
                 [LT_COLLECT_DEBT] = {1 << 16}, [LT_COLLECT_PATIENCE] = {100000}}

__attribute__((constructor)) static void cover(void) { lt_fork_covers(&LT_T(domain)); }

extern const lt_strategy LT_T(strategy);
const lt_strategy LT_T(strategy) = {
    .name = LT_QUOTE(LT_THIS),
    .traits = &LT_T(domain).traits,
    .thread_register = LT_T(thread_register),
    .thread_unregister = LT_T(thread_unregister),
    .enter = LT_T(enter),
    .leave = LT_T(leave),
    .safepoint = LT_T(safepoint),
    .new_ = LT_T(new),
    .new_sized = LT_T(new_sized),
    .init = LT_T(init),
    .new_reusing = LT_T(new_reusing),
    .immortalize = LT_T(immortalize),
    .is_immortal = LT_T(is_immortal),
    .share = LT_T(share),
    .retain = LT_T(retain),
    .retain_n = LT_T(retain_n),
    .release = LT_T(release),
    .release_n = LT_T(release_n),
    .release_reuse = LT_T(release_reuse),
    .try_reuse = LT_T(try_reuse),
    .token_free = LT_T(token_free),
    .try_retain = LT_T(try_retain),
    .is_unique = LT_T(is_unique),
    .slot_borrow = LT_T(slot_borrow),
    .hold = LT_T(hold),
    .unborrow = LT_T(unborrow),
    .unborrow_all = LT_T(unborrow_all),
    .slot_init = LT_T(slot_init),
    .slot_load = LT_T(slot_load),
    .slot_store = LT_T(slot_store),
    .slot_swap = LT_T(slot_swap),
    .slot_take = LT_T(slot_take),
    .slot_cas = LT_T(slot_cas),
    .weak_init = LT_T(weak_init),
    .weak_store = LT_T(weak_store),
    .weak_load = LT_T(weak_load),
    .weak_clear = LT_T(weak_clear),
    .lock = LT_T(lock),
    .unlock = LT_T(unlock),
    .lock2 = LT_T(lock2),
    .unlock2 = LT_T(unlock2),
    .poll = LT_T(poll),
    .collect = LT_T(collect),
    .synchronize = LT_T(synchronize),
    .barrier = LT_T(barrier),
    .defer = LT_T(defer),
    .stats_read = LT_T(stats_read),
    .on_pressure = LT_T(on_pressure),
    .configure = LT_T(configure),
};
