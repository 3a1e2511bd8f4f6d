/* types.h: the data that clients embed and pass around. lifetime.h is the manual; read that first. */
#ifndef LIFETIME_TYPES_H
#define LIFETIME_TYPES_H

#include <stddef.h>

#include "atomic.h"

#ifdef __cplusplus
#define LT_TLS __thread __attribute__((tls_model("initial-exec")))
#else
#define LT_TLS _Thread_local __attribute__((tls_model("initial-exec")))
#endif

/* The header of every object: 16 bytes, the first member of the client's struct. Its fields belong to the library.
 *
 *   count  the strategy's word; its states are drawn in strategies/<name>/README.md
 *   type   the lt_type's address: 48 bits, written once at creation
 *   lock   one byte: lt_lock (strategy/lock.h)
 *   mark   LT_MARK_*: how it was created, and in the upper half which strategy owns it */
#ifdef __clang__ /* which asks more than __extension__ for a struct without a name in C++ */
#pragma clang diagnostic push
#pragma clang diagnostic ignored "-Wnested-anon-types"
#endif
typedef struct lt_object {
    union {
        lt_atomic64 whole;
        struct { lt_atomic32 local, shared; } half; /* `biased` only */
    } count;
    union {
        const struct lt_type *fixed_type; /* LT_IMMORTAL_OBJECT: an address has zeros where lock and mark are */
        __extension__ struct {
            uint32_t type_low;
            uint16_t type_high;
            lt_atomic8 lock;
            lt_atomic8 mark;
        };
    };
} lt_object;
#ifdef __clang__
#pragma clang diagnostic pop
#endif

/* The header of an immortal object in static storage, in C and C++:
 *     static struct node none = {.header = LT_IMMORTAL_OBJECT(&node_type)};
 * It is an object of whatever strategy uses it; of one, in the life of a process. Nobody made it and nobody finalizes it,
 * so it is not in lt_stats; what it holds is held for ever. Everything else works as with an object that lt_immortalize was
 * called for. */
#define LT_IMMORTAL_OBJECT(type) {{{LT_FIXED_COUNT}}, {(type)}}

/* A count that every strategy takes for an immortal one: in the middle of what is immortal for 64 bits, and for the 48 bits
 * of those with a stamp; for `biased` merged and published, and high enough. */
#define LT_FIXED_COUNT 0x4000400500000000u

#define LT_MARK_STORAGE 1u /* lt_init: the memory is the client's */
#define LT_MARK_SIZED 2u   /* lt_new_sized: its size is the allocator's to know */
#define LT_MARK_TRACKED 3u /* both: the cycle collector knows it, and lib/track.h the rest */
#define LT_MARK_SHARED 4u  /* lt_share: many threads count it */
#define LT_MARK_WEAK 8u    /* a weak reference was made to it: lib/weak.c has an entry for it */
#define LT_MARK_STRATEGY_SHIFT 4 /* above it: the strategy's LT_ID_*; 0: LT_IMMORTAL_OBJECT */

/* What `trace` is given. The library fills it in; a trace callback hands each edge to lt_visit_slot or lt_visit_ref. */
typedef struct lt_visitor lt_visitor;

/* One per kind of object; constant, and alive as long as any object of the type. */
typedef struct lt_type {
    const char *name;                         /* for errors and reports */
    size_t size;                              /* of the whole struct, header included */
    uint32_t flags;                           /* LT_TYPE_* */
    void (*trace)(void *object, lt_visitor *); /* NULL: no edges. Visits every edge; allocates and retains nothing */
    void (*finalize)(void *object);           /* NULL: nothing to do. Runs once; edges are still whole; no resurrection */
    void (*free)(void *storage);              /* lt_init objects only: the storage may be reused. NULL: nothing */
} lt_type;

#define LT_TYPE_ACYCLIC 1u           /* no object of this type is part of a cycle: the cycle collector skips it */
#define LT_TYPE_FINALIZE_ON_OWNER 2u /* `biased`: while the owning thread exists, the finalizer runs on it alone,
                                        * except for what LT_CASCADE_BOUND left over. lt_barrier does not wait for it */

/* A strong edge that more than one thread may change. Opaque; initialised by lt_slot_init, or by zero for empty. */
typedef struct lt_slot { lt_atomic64 word; } lt_slot;

/* A borrowed reference: valid until lt_unborrow, the end of its section or a safepoint, whichever is first. */
typedef struct lt_borrow { void *object; } lt_borrow;

/* A reuse token (lt_release_reuse): the memory of a dead object, for the next one of its size. storage is NULL where there
 * is none. */
typedef struct lt_token { void *storage; } lt_token;

/* A weak reference, which any thread may load and store. Opaque; initialised by lt_weak_init, or by zero for empty. It must be
 * emptied (lt_weak_clear, or by the library where a trace callback visits it) before its memory goes. */
typedef struct lt_weak { lt_atomic64 word; } lt_weak;

/* Memory to be reclaimed after a grace period (lt_defer): embed one in whatever it is. */
typedef struct lt_node {
    struct lt_node *next;
    void (*fn)(struct lt_node *);
} lt_node;

struct lt_visitor {
    void (*slot)(lt_visitor *, lt_slot *);
    void (*ref)(lt_visitor *, void *field);
    void (*weak)(lt_visitor *, lt_weak *); /* NULL: this visitor follows strong edges only */
};

/* For trace callbacks: `slot` is a slot of the traced object. */
static inline void lt_visit_slot(lt_visitor *visitor, lt_slot *slot) { visitor->slot(visitor, slot); }

/* For trace callbacks: `field` is the address of a plain owned pointer of the traced object (a field that is set before
 * publication and not changed after it). */
static inline void lt_visit_ref(lt_visitor *visitor, void *field) { visitor->ref(visitor, field); }

/* For trace callbacks: `weak` is a weak reference of the traced object. It is no edge; but the library clears it when the
 * object dies, as it releases the edges. */
static inline void lt_visit_weak(lt_visitor *visitor, lt_weak *weak)
{
    if (visitor->weak) visitor->weak(visitor, weak);
}

/* A thread's counters and clocks, as lt_stats_read adds them up over all threads, live and gone. */
typedef struct lt_stats {
    uint64_t created, created_bytes; /* objects ever made */
    uint64_t freed, freed_bytes;     /* objects whose memory is free again */
    uint64_t finalized;              /* objects whose finalizer has run; `biased` counts the last 15 of a thread late */
    uint64_t reused;                 /* objects made in the storage of a reuse token: among those created, and the one before among those freed */
    uint64_t kept_bytes;             /* of those, memory that threads keep for their next objects; little, and bounded */
    uint64_t live, live_bytes;       /* made and not freed */
    uint64_t pending, pending_bytes; /* retired: dead or unlinked, waiting for a grace period, a review or a merge. `deferred`
                                      * and `epoch`: references that slots let go of; any may be its object's last, so an object
                                      * counts once for each, and one that lives on counts too */
    uint64_t threads, threads_ever;  /* records in use, and records ever made */
    uint64_t advances, seizures;     /* epochs begun; threads outside a section that were worked for */
    uint64_t slow;                   /* strategy's own slow path: merges, flushed deltas, hand-overs */
    uint64_t weak;                   /* entries of the weak table: objects with a weak reference, and dead ones that still have */
    uint64_t epoch, oldest_section;  /* the global epoch, and the oldest that a thread inside a section announced */
    uint64_t oldest_thread;          /* the kernel's number (gettid) of a thread that announced that one; 0: none is behind */
    uint64_t oldest_since;           /* since when it is (CLOCK_MONOTONIC, nanoseconds): so long it has passed no safepoint */
    uint64_t peak_live, peak_live_bytes, peak_pending_bytes; /* the most that was seen as epochs began, or was read here */
    uint64_t collections, collected; /* cycle collections, and the objects that they found */
    uint64_t pause, longest_pause;   /* nanoseconds in which all threads were held up for it: the last time; at most */
    uint64_t held_back, held_back_ns; /* times that a thread was held back for LT_PENDING_LIMIT, and nanoseconds, of all together */
} lt_stats;

/* What a strategy can do: programs that run on every strategy ask here instead of comparing names. */
typedef struct lt_traits {
    bool threads;        /* more than one thread may use it */
    bool reclaims;       /* objects die at all */
    bool immediate;      /* the last release finalizes, before it returns */
    bool owed_borrow;    /* a borrow costs something that lt_unborrow, and nothing else, gives back */
    bool counted_borrow; /* that is a reference: lt_hold of it never fails */
    bool exclusive;      /* one thread at a time is inside a section */
    bool grace;          /* a section that never ends delays memory */
    bool unique;         /* lt_is_unique can answer true */
    bool reuse;          /* lt_release_reuse and lt_try_reuse can give a token */
} lt_traits;

/* For lt_on_pressure. */
typedef void (*lt_pressure_fn)(void *context, uint64_t pending_bytes);

/* Settings of a strategy, for lt_configure. Each takes effect at once and for all threads. */
enum lt_setting {
    LT_CASCADE_BOUND,   /* most objects finalized by one call; the rest waits for the next. 0, the default: no bound */
    LT_RECLAIM_STEP,    /* ripe objects freed per retired one, and one more per 1024 that are ripe. Default 2; 0: all at once when an epoch ends (batch) */
    LT_PENDING_BYTES,   /* a thread with more than this waiting asks for a new epoch at every retirement. Default 1 MiB */
    LT_SWITCH_INTERVAL, /* global_lock: microseconds before a waiting thread forces a hand-over. Default 5000 */
    LT_COLLECT_DEBT,    /* objects that may be part of a cycle: so many more than twice what the last collection left make the
                         * next one due, at a safepoint of a thread that makes them. Default 65536; 0: lt_collect alone collects */
    LT_COLLECT_PATIENCE, /* microseconds that a collection waits for all threads to stop. Default 100000 */
    LT_PENDING_LIMIT,   /* while more bytes than this wait (lt_stats.pending_bytes), threads that retire are held back: "Back-pressure"
                         * in lifetime.h. Default 0: no limit */
    LT_REVOKE_AT,       /* biased: so much has to be against a type before a thread publishes, or makes, its objects without an owner:
                         * 4 for one that comes back to be merged, less 1 for one that does not. Default 32; 0: never */
    LT_SETTINGS
};

#endif
