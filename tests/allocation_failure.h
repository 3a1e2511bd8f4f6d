/* allocation_failure.h: memory runs out at every place where the library takes some, one after the other. Rule 8.
 *
 * A script uses everything that may allocate. It runs in a process of its own with its i-th allocation failing, for every
 * i; and again with all allocations failing from the i-th on. Creation and registration say ENOMEM; nothing else may
 * notice, and at the end everything that was made has been finalized once. */
#include <sys/mman.h>

#include "../lib/alloc.h"

struct shortage {
    uint64_t first;       /* the allocation that fails */
    bool lasts;           /* and all after it */
    uint64_t allocations; /* made so far; atomic */
    bool over;            /* atomic */
};

static struct shortage *shortage; /* shared with the script's process */

static bool allocation_allowed(size_t bytes)
{
    (void)bytes;
    uint64_t i = __atomic_fetch_add(&shortage->allocations, 1, __ATOMIC_RELAXED);
    if (__atomic_load_n(&shortage->over, __ATOMIC_RELAXED)) return true;
    return shortage->lasts ? i < shortage->first : i != shortage->first;
}

static struct thing *thing_or_null(void)
{
    errno = 0;
    void *memory = lt_new(&thing_type);
    if (memory) return thing_born(memory);
    CHECK_EQ(errno, ENOMEM);
    return NULL;
}

static bool registered(void)
{
    for (unsigned attempts = 0; attempts < 2; attempts++) { /* the second succeeds after a passing shortage */
        int error = lt_thread_register();
        if (!error) return true;
        CHECK_EQ(error, ENOMEM);
    }
    return false;
}

enum { SCRIPT_THINGS = 12, SCRIPT_NODES = 4 };
struct script {
    lt_slot slots[SCRIPT_THINGS];
    lt_weak weak[SCRIPT_THINGS];
    struct thing *lent[SCRIPT_THINGS]; /* by main; the guest releases them */
    struct thing *gifts[SCRIPT_THINGS];
    struct memory nodes[2 * SCRIPT_NODES];
    uint64_t deferred;
    sem_t made, go;
};

static void release_all(struct thing **things)
{
    for (unsigned i = 0; i < SCRIPT_THINGS; i++) {
        if (things[i]) lt_release(things[i]);
        things[i] = NULL;
    }
}

static void defer_nodes(struct script *script)
{
    for (unsigned i = 0; i < SCRIPT_NODES; i++) {
        struct memory *m = &script->nodes[script->deferred++];
        m->canary = ALIVE;
        lt_defer(&m->node, memory_free);
    }
}

/* The first weak reference to a thing takes memory; no other. */
static void refer_to(lt_weak *weak, struct thing *t)
{
    int error = t ? lt_weak_store(weak, t) : 0;
    struct thing *found = t ? lt_weak_load(weak) : NULL;
    CHECK_EQ(error, t && !found ? ENOMEM : 0);
    if (!found) return;
    CHECK(found == t);
    lt_release(found);
    lt_weak again;
    CHECK_EQ(lt_weak_init(&again, t), 0);
    lt_weak_clear(&again);
}

static void clear_all(lt_weak *weak)
{
    for (unsigned i = 0; i < SCRIPT_THINGS; i++) lt_weak_clear(&weak[i]);
}

/* Another thread: releases what main made, makes things for main, leaves some in slots, and waits before it exits. */
static void *visits_the_script(void *argument)
{
    struct script *script = argument;
    if (registered()) {
        lt_enter();
        release_all(script->lent);
        for (unsigned i = 0; i < SCRIPT_THINGS; i++) {
            script->gifts[i] = thing_or_null();
            lt_slot_store(&script->slots[i], thing_or_null());
            lt_safepoint();
        }
        defer_nodes(script);
        lt_leave();
    }
    gate_open(&script->made);
    gate_pass(&script->go);
    return NULL;
}

static void play(void *argument)
{
    struct script *script = argument;
    lt_allocation_hook = allocation_allowed;
    gate_init(&script->made);
    gate_init(&script->go);
    if (!registered()) return;

    lt_enter();
    struct thing *chain = NULL;
    for (unsigned i = 0; i < SCRIPT_THINGS; i++) {
        struct thing *t = thing_or_null();
        if (t) lt_slot_init(&t->left, chain), chain = t;
        refer_to(&script->weak[i], t);
        script->lent[i] = thing_or_null();
        lt_slot_init(&script->slots[i], thing_or_null());
    }
    struct buffer *buffer = lt_new_sized(&buffer_type, 10000);
    if (buffer) things_made++, buffer->bytes = 0, lt_release(buffer);
    defer_nodes(script);
    lt_leave();

    pthread_t guest = start(visits_the_script, script);
    gate_pass(&script->made);
    lt_enter();
    release_all(script->gifts); /* whose owner is blocked */
    for (unsigned i = 0; i < SCRIPT_THINGS; i++) {
        lt_borrow borrow = lt_slot_borrow(&script->slots[i]);
        struct thing *held = lt_hold(borrow);
        lt_unborrow(borrow);
        lt_slot_store(&script->slots[i], NULL);
        lt_safepoint();
        if (held) lt_release(held);
    }
    lt_leave();
    lt_poll();
    gate_open(&script->go);
    finish(guest);

    lt_enter();
    if (chain) lt_release(chain);
    release_all(script->lent); /* those that the guest could not, for want of memory */
    lt_leave();
    for (unsigned i = 0; i < 8; i++) lt_poll();
    lt_barrier(); /* still without memory */
    if (TRAIT(reclaims)) CHECK_EQ(finalized(), made());
    lt_enter();
    clear_all(script->weak);
    lt_leave();
    __atomic_store_n(&shortage->over, true, __ATOMIC_RELAXED);

    settle();
    if (!TRAIT(reclaims)) return;
    CHECK_EQ(finalized(), made());
    CHECK_EQ(nodes(), script->deferred);
    lt_thread_unregister();
    CHECK_EQ(live_objects(), 0);
    CHECK_EQ(weak_entries(), 0);
}

static uint64_t play_with(uint64_t first, bool lasts)
{
    static struct script script;
    *shortage = (struct shortage){.first = first, .lasts = lasts};
    bool well = succeeds_in_a_fork(play, &script);
    if (!well) fprintf(stderr, "the script failed with allocation %llu%s failing\n", (unsigned long long)first,
                       lasts ? " and all after it" : "");
    CHECK(well);
    return shortage->allocations;
}

static void play_with_every_failure(bool lasts)
{
    NEEDS(threads);
    shortage = mmap(NULL, sizeof *shortage, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    CHECK(shortage != MAP_FAILED);
    uint64_t allocations = play_with(UINT64_MAX, lasts);
    CHECK(allocations > 4 * SCRIPT_THINGS); /* the hook is asked */
    for (uint64_t i = 0; i < allocations; i++) play_with(i, lasts);
}

CASE(one_allocation_fails) { play_with_every_failure(false); }
CASE(memory_stays_exhausted) { play_with_every_failure(true); }

static bool nothing_allowed(size_t bytes) { return (void)bytes, false; }

CASE(a_collection_takes_no_memory)
{
    by_hand();
    lt_enter();
    for (unsigned i = 0; i < 1000; i++) lt_release(ring_of(3));
    lt_leave();
    settle();
    lt_allocation_hook = nothing_allowed;
    collect();
    lt_allocation_hook = NULL;
    settle();
    CHECK_EQ(finalized(), TRAIT(reclaims) ? made() : 0);
}

/* The owner's finalizer waits for a lock, and whoever has that needs the owner, for want of memory. */
enum { NEEDLESS = 4 };
struct held_up {
    struct thing *lent[NEEDLESS];
    sem_t held;
};

static void *releases_without_memory_under_a_lock(void *argument)
{
    struct held_up *h = argument;
    lt_enter();
    lt_lock(locked_by_the_finalizer);
    gate_open(&h->held);
    while (!is_locked(locked_by_the_finalizer, LT_PARKED)) sched_yield();
    lt_allocation_hook = nothing_allowed;
    for (unsigned i = 0; i < NEEDLESS; i++) lt_release(h->lent[i]);
    lt_allocation_hook = NULL;
    lt_unlock(locked_by_the_finalizer);
    lt_leave();
    return NULL;
}

CASE(a_finalizer_that_waits_for_a_lock_holds_nobody_up)
{
    NEEDS(threads);
    NEEDS(counted_borrow); /* else it is not finalized while another thread stays in its section */
    NEEDS_NOT(exclusive);
    struct held_up h = {0};
    gate_init(&h.held);
    lt_enter();
    locked_by_the_finalizer = thing_new();
    for (unsigned i = 0; i < NEEDLESS; i++) h.lent[i] = thing_new();
    lt_leave();
    pthread_t other = start(releases_without_memory_under_a_lock, &h);
    gate_pass(&h.held);
    lt_enter();
    struct thing *t = thing_above(thing_new());
    t->last_words = visit;
    lt_release(t);
    lt_leave();
    finish(other);
    lt_enter();
    lt_release(locked_by_the_finalizer);
    lt_leave();
    settle();
    CHECK_EQ(finalized(), made());
}
