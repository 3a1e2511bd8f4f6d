/* domain.h: what strategies share, seen from a strategy's .c file.
 *
 * A domain is one strategy's world: its threads' records, its epoch, its settings and its hooks. A record is one
 * thread's part of it. Records are never freed and are handed to later threads, so that a pointer to one, and the index it
 * stands for, may be followed at any time.
 *
 * Who may touch what of a record:
 *   hot        section: its thread; attention: anyone (lib/grace.c)
 *   counters   its thread, read by anyone
 *   the rest   its thread, inside a section or under the domain's lock; or, while `seized`, whoever holds the lock
 */
#ifndef LT_LIB_DOMAIN_H
#define LT_LIB_DOMAIN_H

#include <errno.h>
#include <lifetime/lifetime.h>
#include <lifetime/strategy/stamp.h>

#include "chain.h"
#include "magazine.h"
#include "probe.h"
#include "shadow.h"
#include "sync.h"

#pragma GCC visibility push(hidden) /* for the strategies, not for clients: no part of the library's interface */

struct lt_record;
struct lt_domain;

/* The steps of fork(2), for hooks.fork. */
enum lt_fork {
    LT_FORK_BEFORE, /* nothing is locked */
    LT_FORK_LOCK,   /* take your own locks */
    LT_FORK_UNLOCK, /* in the parent: give them back */
    LT_FORK_AFTER,  /* in the parent: nothing is locked any more */
    LT_FORK_CHILD   /* in the child: give your locks back, and put right what vanished threads left: lib/fork.c */
};

/* What a strategy does at the points where the shared machinery needs it. NULL: nothing. */
struct lt_hooks {
    void (*attach)(struct lt_record *);  /* the calling thread owns this record from now on; locked */
    void (*detach)(struct lt_record *);  /* it does not any more; locked, after hand_over */
    int (*prepare)(struct lt_record *);  /* a new record's private memory: 0 or errno */
    void (*quiesce)(struct lt_record *); /* its thread lets go of all borrows: flush before the epoch is announced */
    void (*service)(struct lt_record *); /* by its thread: others asked for attention */
    void (*assist)(struct lt_record *helper, struct lt_record *); /* locked: do what waits for a seized or gone thread */
    void (*relieve)(struct lt_record *); /* by its thread, which waits for a lock in a finalizer: what a thread without memory waits for */
    bool (*exhausted)(struct lt_record *); /* a cascade has nothing left: is there more after all? */
    bool (*waiting)(const struct lt_record *); /* is there anything that `assist` would do? */
    void (*hand_over)(struct lt_record *); /* locked: give its private lists to the domain */
    void (*take_over)(struct lt_record *); /* locked: the domain's lists become this thread's */
    bool (*is_idle)(const struct lt_record *); /* nothing waits in its private lists */
    void (*collect)(struct lt_record *); /* by its thread, inside a section: look through what waits for an epoch */
    void (*poll)(struct lt_record *);    /* the same, in lt_poll and lt_barrier: do all that can be done at once */
    void (*dispose)(struct lt_record *, lt_object *); /* finalized: NULL frees the memory at once */
    void (*ripen)(struct lt_record *, lt_object *);   /* a retired object's grace period is over. lt_object_ripe frees it */
    /* References that lt_let_go took, or dead objects: every borrow by way of them is over; `epoch` is when they were let go
     * of. At most LT_SETTLED; runs no client code. Or there is no memory for one to wait in, and it ends now, or is retired. */
    void (*settle)(struct lt_record *, lt_object *const *, uint32_t n, uint64_t epoch);
    void (*let_go_now)(struct lt_record *, lt_object *);
    unsigned delay; /* so many epochs more than LT_GRACE does what is retired wait: 0 or 1 */
    void (*drop_slot)(struct lt_record *, lt_slot *); /* cascade: the slot of a dead object ends its reference */
    void (*drop)(struct lt_record *, lt_object *);    /* cascade: a dead object's plain reference ends */
    void (*fork)(struct lt_domain *, enum lt_fork); /* by the forking thread; locked but for BEFORE and AFTER */
    /* For the cycle collector, which has stopped all other threads: */
    uint64_t (*count)(const struct lt_record *, const lt_object *); /* all references there are to it; 0: it dies already */
    lt_object *(*edge)(lt_slot *, uint64_t *weight); /* what a slot holds, and how many references it owns, if not one */
    void (*claim)(lt_object *); /* a reference more; and from now on no thread has a part of its count to itself */
    struct lt_links links;               /* where a dead object keeps its list link */
};
#define LT_COUNT_HELD (1ull << 56) /* hooks.count: as good as more references than there are edges */

struct lt_pressure {
    uint64_t bound;
    lt_pressure_fn fn;
    void *context;
    bool armed;
    lt_atomic32 pressed; /* the bound was passed, and nobody has been told: read without the lock as a hint */
};

struct lt_domain {
    const char *name;
    unsigned id;             /* LT_ID_*, the upper half of an object's mark */
    size_t record_size;
    uint32_t max_records;    /* 0: no limit */
    bool fenced;             /* its sections are entered by lt_section_online: grace periods need no barrier, and pass by who is outside */
    lt_traits traits;
    struct lt_hooks hooks;
    lt_thread **(*self_address)(void); /* the strategy's thread-local record */
    void (*enter)(void), (*leave)(void), (*safepoint)(void);

    lt_atomic64 settings[LT_SETTINGS];
    lt_atomic64 epoch;       /* written under the lock */
    lt_atomic64 orphaned;    /* objects and nodes in the orphan lists: read without the lock to skip them when empty */
    lt_atomic64 advances, seizures;
    lt_atomic64 summons;     /* barriers begun; written under the lock */

    pthread_mutex_t lock;    /* records, epochs, seizing, orphans. Never held while client code runs */
    uint64_t epoch_began;    /* CLOCK_MONOTONIC, nanoseconds */
    struct { uint64_t live, live_bytes, pending_bytes; } peak;
    struct lt_pressure pressure;
    lt_atomic64 excess;      /* bytes that wait beyond LT_PENDING_LIMIT, as they were last added up: read without the lock as a hint */
    lt_atomic64 held_back, held_back_ns;
    pthread_key_t at_exit;
    bool started;
    unsigned patience;       /* attempts to advance that found only threads outside sections behind */
    struct lt_record *records, *spare;
    uint32_t records_made, records_live;
    struct lt_limbo *orphans; /* retired objects and nodes of threads that left, in lib/limbo.c */
    struct lt_chain orphan_dead;
    struct lt_record *gatherer; /* the thread in lt_barrier that everything is handed over for */
    pthread_mutex_t barrier;    /* one at a time; taken before the lock, outside sections */
    struct lt_domain *next;     /* of all domains: lib/fork.c */

    struct lt_track_chunk *chunks; /* the register of tracked objects, lib/track.h; locked, as the next */
    uintptr_t *places;          /* of it: free, and of no thread */
    lt_atomic64 tracked;        /* places that are in use, or free and a thread's own */
    lt_atomic64 limit;          /* of those: more make a collection due. 0: not set yet */
    lt_atomic32 due;
    lt_atomic32 stopping;       /* who passes a safepoint, or comes in, waits for: */
    pthread_mutex_t world;      /* held while all threads are brought to a stop; taken after the barrier, before the lock */
    struct lt_record *collector; /* has the barrier for a collection */
    lt_atomic64 collections, collected, pause, longest_pause;
};

enum { LT_SETTLED = 32 };

enum lt_counter { LT_CREATED, LT_CREATED_BYTES, LT_FREED, LT_FREED_BYTES, LT_RETIRED, LT_RETIRED_BYTES,
                  LT_RECLAIMED, LT_RECLAIMED_BYTES, LT_SLOW,
                  LT_REMAINS, /* finalized, retired by lt_retire_memory and not reclaimed: of all records together, as the next */
                  LT_WEAK,    /* entries of the weak table */
                  LT_COUNTERS };


struct lt_record {
    lt_thread hot;
    struct lt_domain *domain;
    lt_atomic64 counters[LT_COUNTERS]; /* survive the thread; lt_domain_stats adds them up */

    uint32_t index;                    /* of the record, from 1 */
    uint8_t mark;                      /* what the strategy puts into an object's mark */
    uint32_t thread;                   /* the kernel's number of its thread */
    bool live, seized;                 /* written under the lock */
    bool lost;                         /* its thread vanished in a fork, inside a section: prepare it anew */
    uint64_t summoned;                 /* the last barrier this record handed over for; under the lock */
    struct lt_record *next, *next_spare;

    lt_object *heir;                   /* dead, to be finalized next; in no list, so that a list that dies writes no links */
    struct lt_chain dead;              /* dead, to be finalized */
    struct lt_limbo *limbo;            /* dead or deferred, to wait */
    lt_atomic32 lock_wait;             /* lib/lock.c: futex, of the one wait that its thread is in */
    bool cascading, reclaiming;        /* guards against recursion through client code */
    bool metered;                      /* in a call of several steps, which share one LT_CASCADE_BOUND: */
    uint64_t allowance;                /* what is left of it */
    bool barring;                      /* has the domain's barrier, on its way through safepoints: no place for the callback */
    uint64_t observed;                 /* of its retired bytes, when it added up those of all: lib/stats.c */
    bool owes_pause, pausing;          /* lib/pause.c: it is to be held back at a safepoint; it is */
    uintptr_t *places, *newest;        /* lib/track.h: free ones; that of the last tracked object that it made */
    unsigned places_free;
    struct lt_magazine magazine;       /* its thread's alone, even when seized */
#if LT_CHECKS
    struct lt_watcher watcher;
#endif
};

void lt_register_or_abort(struct lt_domain *);
void lt_offline(struct lt_record *); /* locked: its thread is gone, and another may have it */

static inline struct lt_record *lt_record_of(lt_thread *thread) { return (struct lt_record *)thread; }

static inline uint64_t lt_setting_of(const struct lt_domain *d, enum lt_setting s)
{
    return lt_load64(&d->settings[s], LT_RELAXED); /* nothing is ordered by a setting */
}

static inline void lt_count(struct lt_record *r, enum lt_counter c, uint64_t n)
{
    /* Only the record's thread (or the lock's holder, while seized) writes; others read for statistics: relaxed moves. */
    lt_store64(&r->counters[c], lt_load64(&r->counters[c], LT_RELAXED) + n, LT_RELAXED);
}

/* ---- lib/grace.c: epochs. Each inside a section of the record's thread ---- */

bool lt_advance(struct lt_record *);  /* try to begin a new epoch; true if one began */
void lt_ask(struct lt_record *);      /* make that record's thread run `service` at its next safepoint */
void lt_assist(struct lt_record *self, struct lt_record *other, bool seize); /* if it can be worked for, do */
void lt_assist_all(struct lt_record *self);
uint64_t lt_summon(struct lt_record *self); /* all threads are to hand over what they have waiting, for this one */
bool lt_gather(struct lt_record *self, uint64_t summons); /* has every thread handed over since? Then take it; or ask again */
bool lt_outside(const struct lt_record *); /* of its section; at this moment */
bool lt_absent(const struct lt_record *); /* seized or exited: lt_assist will work for it without further ado */
bool lt_advance_now(struct lt_record *);    /* as lt_advance, without patience for threads outside sections */
void lt_grace_choose(void);                 /* once per process, by whoever needs it first */
const char *lt_grace_name(void);
bool lt_heavy_barrier(const struct lt_domain *); /* a full fence in every thread; false: not this time */
bool lt_fences_needed(void); /* there is no membarrier: a fast side has fences of its own. Of attached threads only */
void lt_online(struct lt_record *);         /* locked: it takes part in epochs from now on */
void lt_give_up(struct lt_record *);        /* locked: what it has waiting becomes the domain's */
void lt_seize_all(struct lt_domain *, struct lt_record *self); /* locked: every other thread that is outside */
void lt_grace_forked(struct lt_record *self); /* in the child; self may be NULL */

uint64_t lt_suspend(lt_thread *);           /* leaves the section, however deep; returns the depth */
void lt_resume(lt_thread *, uint64_t depth);

/* At a safepoint: is outside the section for about so long, and inside again when it may. */
void lt_nap(struct lt_record *, uint64_t nanoseconds);

/* Inside a section, at a safepoint. All other threads are outside, and seized, all counts are where hooks.count finds them,
 * and the lock is taken; or, after LT_COLLECT_PATIENCE, some thread has not come to a safepoint, and nothing has changed:
 * false. */
bool lt_stop_world(struct lt_record *self);
void lt_resume_world(struct lt_record *self);

enum { LT_GRACE = 3 }; /* epochs: the claim of lib/grace.c */

/* The newest epoch that r heard of. By its thread; or locked, while it is seized. */
static inline uint64_t lt_epoch_seen(const struct lt_record *r)
{
    uint64_t since = lt_load64(&r->hot.attention, LT_ACQUIRE) >> LT_ASK_EPOCH_SHIFT; /* pairs with the release add in advance() */
    return lt_thread_epoch(&r->hot) + since;
}

/* Is the stamp (strategy/stamp.h) so many epochs old? */
static inline bool lt_stamp_ripe(const struct lt_record *r, uint64_t stamp, uint64_t epochs)
{
    uint64_t age = lt_stamp_age(stamp, lt_epoch_seen(r));
    return age >= epochs - LT_FAULT("lib/stamp-early", "a stamp is ripe one epoch early") && !lt_stamp_is_ahead(age);
}

/* ---- lib/stats.c ---- */

void lt_observe(struct lt_record *, bool began); /* locked: an epoch began, or could not */
void lt_press(struct lt_record *);               /* at a safepoint: calls the callback, if it is to be called */

uint64_t lt_excess(struct lt_domain *);          /* bytes that wait beyond LT_PENDING_LIMIT, now */

/* ---- lib/pause.c: back-pressure ---- */

void lt_owe_pause(struct lt_record *); /* by its thread, which retires: if too much waits, it is held back at its next safepoint */
void lt_take_pause(struct lt_record *); /* at a safepoint where client code may run: there it is */

/* ---- lib/settle.c ---- */

void lt_work(struct lt_record *); /* inside a section, at a safepoint: all that can be done now without waiting for anyone */

/* ---- lib/cascade.c: what follows from the final decrement ---- */

void lt_doom(struct lt_record *, lt_object *); /* o is dead: the next lt_cascade takes it. Needs no section, may be locked */
void lt_kill(struct lt_record *, lt_object *); /* the same, and at once: finalize, drop its edges, dispose; then theirs */
void lt_kill_leaf(struct lt_record *, lt_object *); /* the same, sooner where the type has no finalizer and no edges */
/* By lt_release_reuse: o dies here and now, but its memory stays. `drop` and `drop_slot` end its edges. False, and nothing has
 * happened: by a finalizer, which would be on the stack still when o's runs; or the call has finalized as many as it may. */
bool lt_unmake(struct lt_record *, lt_object *, void (*drop)(struct lt_record *, lt_object *), void (*drop_slot)(struct lt_record *, lt_slot *));
void lt_cascade(struct lt_record *);           /* goes on with what a bound left over */
void lt_cascade_all(struct lt_record *);
void lt_disinherit(struct lt_record *); /* by its thread, or locked: its heir lines up with the others */
static inline bool lt_has_dead(const struct lt_record *r) { return r->heir || r->dead.head; }
bool lt_meter(struct lt_record *); /* the steps from here to lt_unmeter are one call; false: they are part of one already */
void lt_unmeter(struct lt_record *);

/* ---- lib/limbo.c: what waits for a grace period ---- */

struct lt_limbo *lt_limbo_new(void);
void lt_object_ripe(struct lt_record *, lt_object *); /* for strategies that finalize before they retire */
void lt_free_leaves(struct lt_record *, lt_object *const *, uint32_t n);
void lt_retire(struct lt_record *, lt_object *); /* hooks.ripen(o) when every borrow of now is over */
void lt_retire_memory(struct lt_record *, lt_object *); /* frees the finalized o then, whatever hooks.ripen does */
void lt_defer_node(struct lt_record *, lt_node *);
void lt_ripen(struct lt_record *);               /* sorts out what has waited long enough */
void lt_reclaim(struct lt_record *, uint64_t most); /* of that, at most so many objects and nodes */
void lt_reclaim_some(struct lt_record *, uint64_t turns); /* as many as LT_RECLAIM_STEP says, for so many retirements */
void lt_orphan(struct lt_record *);              /* locked: its limbo and its dead become the domain's */
void lt_adopt(struct lt_record *);               /* takes over the domain's orphans, if that can be had at once */
void lt_take_over(struct lt_record *);           /* locked: takes over the domain's orphans */
bool lt_limbo_is_empty(const struct lt_record *);
void lt_limbo_forget(struct lt_record *);        /* whatever is in it stays where it is, for ever */

/* ---- lib/weak.c ---- */

/* By the thread that is about to finalize o, or to decide on it and others at once: from now on no weak reference leads to it.
 * Inside a section. The second time it does nothing. */
void lt_weak_sever(struct lt_record *, lt_object *);
void lt_weak_fork(enum lt_fork); /* holds the table still meanwhile */

/* ---- lib/collect.c ---- */

enum { LT_WORK_REACHED = 1 }; /* the work word of an object that no collection has looked at */
void lt_collect_owe(struct lt_record *, uint64_t places);
void lt_collect_due(struct lt_record *); /* at a safepoint: collects, if it is time */

/* ---- lib/lock.c ---- */

void lt_lock_forked(void); /* in the child of a fork */
void lt_rouse(struct lt_record *); /* if it waits for a lock in a finalizer, it runs hooks.relieve. May be missed: say it again */

/* ---- lib/fork.c ---- */

void lt_fork_covers(struct lt_domain *); /* before any thread uses it */
#if LT_CHECKS
void lt_shadow_fork(enum lt_fork);
#else
static inline void lt_shadow_fork(enum lt_fork step) { (void)step; }
#endif

/* ---- lib/abort.c ---- */

_Noreturn void lt_abort(const char *format, ...) __attribute__((format(printf, 1, 2)));

#pragma GCC visibility pop

#endif
