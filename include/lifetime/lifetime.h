/* lifetime.h: object lifetimes for multi-core runtimes. This header is the manual.
 *
 * Compile with -DLIFETIME_STRATEGY=global_lock|atomic|biased|deferred|epoch|qsbr|hazard|interval|plain|leak|dynamic
 * (default: biased); the names below then mean that strategy, its fast paths inlined. Client code is the same for all of
 * them.
 *
 * ---- Words ---------------------------------------------------------------------------------------------------------
 *
 * section     what a thread is inside of between lt_enter and lt_leave. Objects are touched nowhere else.
 * safepoint   a point inside a section where the thread lets go of all it borrowed, so that others can make progress.
 * owned       a reference that counts: the object lives until it is given back with lt_release or consumed by a slot.
 * borrow      a reference that lasts for a moment: until lt_unborrow, the next safepoint or the end of the section. Until
 *             then nothing ends it, not another thread's store and not the borrower's own store to the same slot.
 * slot        a strong edge that more than one thread may change. It owns one reference to what it holds.
 * weak reference   leads to an object as long as that lives, and does not keep it alive.
 * retire      to hand over memory that others may still be reading; it is reclaimed after a grace period.
 * reuse token   the memory of an object that has died, for the next one of its size.
 * grace period   a time in which every thread was outside a section or passed a safepoint, so that no borrow from
 *             before it is left. An epoch is the clock it is measured with; a thread is quiescent where it lets go.
 * biased      a count of which one thread, the owner, keeps its half without atomic instructions; to merge is to give
 *             the owner's half up into the shared one.
 * immortal    never dies; its count stays where it is.
 *
 * ---- The rules that let one client run on every strategy ------------------------------------------------------------
 *
 * 1. A strong edge that more than one thread can change is an lt_slot. Fields that are set before the object is published
 *    and not changed afterwards are plain owned pointers.
 * 2. A borrow lives inside one section and ends at a safepoint. Give it back with lt_unborrow before either; or, where
 *    borrowing is free, all at once with lt_unborrow_all.
 * 3. Only references from lt_hold, lt_retain, lt_slot_load, lt_slot_take, lt_slot_swap and creation outlive the section.
 * 4. `trace` visits every edge, allocates nothing, retains nothing. It may run on any thread and more than once.
 * 5. `finalize` runs exactly once, inside a section of some thread, when nobody else holds an owned or borrowed reference.
 *    It may release and retain other objects and use slots; it may not bring its object back, nor pass a safepoint. After it,
 *    the library traces the object once more and releases every edge that it visits. An object whose slots lie in memory of
 *    its own empties them first (lt_slot_store(slot, NULL)), sets its length to 0, then frees that memory.
 * 6. Only creation, registration and the first weak reference to an object report errors. What else is wrong, the checked
 *    build finds: see below. NULL is no object: only slots, weak references, lt_hold and lt_unborrow take it.
 * 7. Counts saturate to immortal instead of wrapping. Releasing the head of a list of ten million objects takes constant stack.
 * 8. Running out of memory while releasing or retiring loses nothing: it takes a slower way.
 * 9. Leave the section around anything that blocks.
 *
 * fork, signals, cancellation
 *    fork() may be called anywhere but in a signal handler, inside a section too. The child has the calling thread, with its
 *    section, borrows and references. The other threads are gone. What those outside a section had waiting passes to the
 *    child; what those inside one had been about to release, retire or finalize may leak there. As with every fork, what they
 *    had been changing in the client's own data stays half changed. Under `global_lock` fork waits for the lock.
 *    No call is async-signal-safe: a signal handler makes none, and returns. It may interrupt the library anywhere.
 *    A thread may be cancelled outside a section, which is an exit. The library's waits are no cancellation points; a
 *    section or a callback that contains one disables cancellation.
 *
 * Back-pressure (LT_PENDING_LIMIT)
 *    Under a strategy with lt_traits.grace a thread that stays inside its section holds up memory, and others go on
 *    retiring. With lt_configure(LT_PENDING_LIMIT, bytes), while more than so much waits, a thread that retires objects is
 *    held back at a safepoint, at the end of lt_enter or lt_leave, or in lt_poll or a call that waits: it leaves its
 *    section for the time, begins epochs and reclaims as soon as the others let it, and yields and sleeps in between. For
 *    at most 10 milliseconds at a time, less in proportion where less than twice the limit waits, and what it finds to
 *    reclaim comes on top of that; then it goes on, since who holds memory up may wait for it. So a section that lasts 10
 *    milliseconds makes little more wait than the limit; one that never ends, what each thread retires between two attempts
 *    at an epoch (256 objects; 32 with more than LT_PENDING_BYTES waiting; 256 under `deferred`) for every 10 milliseconds.
 *    Never held back: a thread in a finalizer or a callback of lt_defer, one that holds an object lock, one that passes no
 *    safepoint, and one that retires nothing. Where a thread is inside sections of several strategies at once, it stays
 *    inside those of the others. Nodes of lt_defer have no size and do not count. lt_stats has how often and for how long
 *    (held_back, held_back_ns). Off by default: only the program knows how much is too much, and which threads may be late.
 *    Where it is off it costs a load per attempt at an epoch.
 *
 * A program may use several strategies at once (foreach_strategy.h, dynamic.h), but an object belongs to the one that made
 * it. types.h has lt_type and its callbacks, the visitor, traits and settings.
 *
 * ---- The checked build (-Dchecks=true) ---------------------------------------------------------------------------------
 *
 * It keeps an account of each object: of the references that the client's calls make, pass on and give back. It aborts on
 *
 *   a release of more owned references than there are, at the call, on every strategy that reclaims: a second release of an
 *   object, dead or not; one of an object that only slots keep
 *   any use of a dead object; a finalizer that brings its own back; a write to its memory after it was freed
 *   a retain of a pointer that is not protected: nobody owns the object, and this thread has no counted borrow of it
 *   a store into a slot of a reference that nobody owns
 *   a borrow that is kept past its section, a safepoint, lt_poll or lt_lock; one that is used or given back after its end
 *   a call outside a section; a safepoint in a finalizer or under an object lock; a lock taken twice, or not there
 *   an object of another strategy; lt_dynamic_select after the first object; lt_init where an object lives
 *   a reuse token that is used twice, or for a type of another size; lt_try_reuse of a type with a finalizer
 *
 * with one line:
 *
 *   lifetime: lt_release: the object is dead: its last reference was given up before. Object 0x55... of type node, 40 bytes,
 *   strategy biased; made by lt_new at push (stack.c:12) in thread 1; last gained by lt_retain at peek (stack.c:30) in
 *   thread 2; last given up by lt_release at drop (stack.c:41) in thread 2. This call is at main (stack.c:77) in thread 1.
 *
 * Where no object is concerned, "Strategy biased." stands in its place; "last gained" is left out if it never was. Threads are
 * numbered as they register; a number may be used again. A place is a function, file and line, where the program has debug
 * information and the library was built with libdw; else the nearest dynamic symbol, the module and the offset, for
 * addr2line(1). Under `dynamic`, a call that is the last of its function seems to come from that function's caller.
 *
 * References have no names: if one thread releases once too often what another owns, the other's release is reported. Freed
 * objects of up to 4096 bytes are overwritten (0xdb) and kept until 256 others of the same thread were freed; then they are
 * looked at, and forgotten. Under AddressSanitizer and ThreadSanitizer their memory is freed at once.
 *
 * When the process exits, what still has references is printed to stderr, by type and by where it was made, and so are
 * reuse tokens; unless it is immortal, or LIFETIME_NO_LEAK_REPORT is in the environment.
 *
 * Client and library must agree: both are compiled with the checks, or both without. The linker or the dynamic loader refuses a
 * mix, and names lt_needs_a_library_with_checks or lt_needs_a_library_without_checks. README.md has the cost.
 *
 * ---- What the calls cost ---------------------------------------------------------------------------------------------
 *
 *             retain, release             borrow              store                      dies
 * plain       add, subtract               add                 two moves                  at the last release (one thread)
 * leak        nothing                     load                exchange                   never
 * global_lock add, subtract               add                 two moves                  at the last release
 * atomic      one atomic add each         one atomic add      add, exchange, subtract    at the last release
 * biased      owner: compare, add         as retain           exchange, and a release    at the last release, or when
 *             others: one atomic add                                                     the owner merges
 * deferred    an add in the thread's own  load                exchange, and a release    when its count stayed zero for
 *             cache; nothing shared                                                      four epochs untouched
 * epoch       one atomic add each         load                exchange, compare-and-swap finalized after a grace period
 * qsbr        as epoch; a section begins with one atomic exchange, and a grace period waits for nobody outside
 * hazard      one atomic add each         two loads, a store  exchange, compare-and-swap at a scan, unless someone borrows it;
 *                                                                                        so many wait at most
 * interval    one atomic add each         three loads         exchange, compare-and-swap at a scan, unless someone may read
 *                                                                                        what is as old; boundedly many wait
 *
 * README.md has the measured times; strategies/<name>/README.md the algorithm, the proof and when not to use it.
 */
#ifndef LIFETIME_H
#define LIFETIME_H

#include <errno.h>

#include "section.h"
#include "types.h"

#define LT_VERSION_MAJOR 0
#define LT_VERSION_MINOR 1
#define LT_VERSION_PATCH 0
#define LT_VERSION "0.1.0"

#ifdef __cplusplus
extern "C" {
#endif

/* The library's version, LT_VERSION of the header it was built with. */
const char *lt_version(void);

/* How it was built and what it found on this machine, one line: "allocator=jemalloc grace=membarrier checks=off". `grace`
 * is fence where the kernel lacks membarrier(2) or LIFETIME_NO_MEMBARRIER is set in the environment. */
const char *lt_describe(void);

/* Called when a rule is broken in the checked build, or when lt_enter cannot register the thread: by the thread that made the
 * call, in the middle of it. The hook may look at the program, and end it; it may not call the library. If it returns, the
 * process aborts. `message` is one line, without a newline. NULL restores the default, which prints it to stderr. Returns
 * the hook before. */
typedef void (*lt_abort_hook)(const char *message);
lt_abort_hook lt_set_abort_hook(lt_abort_hook hook);

/* What the strategies' inlined parts call; not for clients. */
lt_object *lt_object_new(lt_thread *, const lt_type *);
lt_object *lt_object_new_sized(lt_thread *, const lt_type *, size_t bytes);
int lt_object_init(lt_thread *, lt_object *, const lt_type *);
void lt_object_undo(lt_thread *, lt_object *);
void lt_object_unused(lt_thread *, lt_object *);
int lt_domain_register(lt_domain *);
void lt_domain_unregister(lt_domain *);
void lt_domain_poll(lt_domain *);
int lt_domain_collect(lt_domain *);
void lt_domain_synchronize(lt_domain *);
void lt_domain_barrier(lt_domain *);
void lt_domain_defer(lt_domain *, lt_node *, void (*)(lt_node *));
void lt_domain_stats(lt_domain *, lt_stats *);
void lt_domain_on_pressure(lt_domain *, uint64_t bytes, lt_pressure_fn, void *context);
int lt_domain_configure(lt_domain *, enum lt_setting, uint64_t);
const lt_traits *lt_domain_traits(const lt_domain *);
const char *lt_domain_name(const lt_domain *);

#ifdef __cplusplus
}
#endif

/* The object behind a borrow, or NULL if the slot was empty. Costs nothing on any strategy. */
static inline void *lt_deref(lt_borrow borrow) { return borrow.object; }

/* ---- Choosing ---------------------------------------------------------------------------------------------------- */

#ifndef LIFETIME_STRATEGY
#define LIFETIME_STRATEGY biased
#endif

/* LT_FN(retain) is lt_biased_retain, and so on. LIFETIME_STRATEGY is looked at where a name is used, which is how
 * <lifetime/foreach_strategy.h> compiles one client file once per strategy. */
#define LT_FN_2(strategy, name) lt_##strategy##_##name
#define LT_FN_1(strategy, name) LT_FN_2(strategy, name)
#define LT_FN(name) LT_FN_1(LIFETIME_STRATEGY, name)

/* A client's own name, once per strategy: LT_NAME(run) is run_biased. */
#define LT_NAME_2(name, strategy) name##_##strategy
#define LT_NAME_1(name, strategy) LT_NAME_2(name, strategy)
#define LT_NAME(name) LT_NAME_1(name, LIFETIME_STRATEGY)

/* ---- Threads ----------------------------------------------------------------------------------------------------- */

/* int lt_thread_register(void)
 * Makes the calling thread known to the strategy. 0; ENOMEM; EAGAIN when the strategy has no thread id left. Optional: the
 * first lt_enter registers, and aborts with a message where this would have returned an error. */
#define lt_thread_register LT_FN(thread_register)

/* void lt_thread_unregister(void)
 * Outside a section. What the thread still has to do (merges, unflushed counts, retired memory) passes to the others.
 * Called by itself when a thread exits. */
#define lt_thread_unregister LT_FN(thread_unregister)

/* ---- Sections ---------------------------------------------------------------------------------------------------- */

/* void lt_enter(void), void lt_leave(void)
 * Begin and end a section. They nest; only the outermost pair counts. About a nanosecond, no atomic instruction, except
 * under `global_lock`, where a section holds the lock and lt_enter waits for it, and under `qsbr`, one exchange. */
#define lt_enter LT_FN(enter)
#define lt_leave LT_FN(leave)

/* void lt_safepoint(void)
 * Inside a section, at any depth: ends every borrow of this thread and does what others wait for: hands the lock over,
 * merges, flushes, lets the epoch advance. A load and a branch when nothing is wanted. Put one in every long loop. */
#define lt_safepoint LT_FN(safepoint)

/* ---- Objects ------------------------------------------------------------------------------------------------------ */

/* void *lt_new(const lt_type *type), void *lt_new_sized(const lt_type *type, size_t bytes)
 * A new object with one owned reference, the caller's. Its memory after the header is not initialised: initialise every
 * edge before the next creation, release or safepoint. `bytes` is the whole size where it is not type->size. NULL with
 * errno = ENOMEM on exhausted memory. */
#define lt_new LT_FN(new)
#define lt_new_sized LT_FN(new_sized)

/* int lt_init(void *storage, const lt_type *type)
 * As lt_new, in the client's memory, aligned to 16 and type->size long. type->free(storage) is called when it may be used
 * again. 0 or ENOMEM. */
#define lt_init LT_FN(init)

/* lt_token lt_release_reuse(void *object)
 * As lt_release; and if that was the last reference and the object's memory could be free at once, it is handed back as a
 * reuse token: the finalizer has run, on this thread, and the edges are released. Else the token is empty: token.storage is
 * NULL.
 *   owner       The token is the caller's: memory, and no object any more. lt_new_reusing makes the next object of it, or
 *               lt_token_free gives it back; once, by any thread, in whatever section. Until then it counts in lt_stats as
 *               the object that it was. It may be kept as long as one likes, but is what no other thread can use meanwhile.
 *   never       For the caller's own storage (lt_init), lt_new_sized, types that the cycle collector knows (edges, without
 *               LT_TYPE_ACYCLIC), objects that have or had a weak reference, immortal ones. Nor for what has a finalizer or
 *               edges, by a finalizer, or by a call that has come to LT_CASCADE_BOUND: it follows, in constant stack.
 *   where       `plain`, `global_lock`, `atomic`: whenever the reference was the only one. `biased`: if this thread made
 *               the object, and no slot and no other thread ever held it; made without an owner (LT_REVOKE_AT), if it was
 *               in no slot ever, whenever the reference was the only one. `hazard`, `interval`: if it was in no slot and
 *               had no second reference, ever. `epoch`, `qsbr`: if the second was given up, or it was last taken out of a
 *               slot, a grace period ago, or never: so it dies where others wait. `deferred`, where nobody knows a count,
 *               and `leak`: never (lt_traits.reuse).
 *   cost        Where it is the last: a load and two comparisons, no atomic addition, and a call if there is a finalizer or
 *               trace. Else that, and lt_release.
 * (Drop-reuse in Perceus: Reinking, Xie, de Moura, Leijen, PLDI 2021, §2.4; Lean's reset: Ullrich, de Moura, IFL 2019.) */
#define lt_release_reuse LT_FN(release_reuse)

/* lt_token lt_try_reuse(void *object)
 * The same, for a client that takes the object apart by itself: a token under the same conditions, or an empty one, and
 * then nothing has happened. No finalizer runs, so the type has none. No edge is released: they are as they were, after the
 * header, and what they hold is now the caller's: plain pointers as they are, slots by lt_slot_take, weak references to be
 * cleared.
 *     lt_token token = lt_try_reuse(node);
 *     if (token.storage) left = node->left;               it is dead; its edge is ours
 *     else lt_retain(left = node->left), lt_release(node);
 * A load, two or three comparisons, no call. (Drop specialisation in Perceus, §2.3.) */
#define lt_try_reuse LT_FN(try_reuse)

/* void *lt_new_reusing(const lt_type *type, lt_token token)
 * As lt_new; in the token's memory, if it is not empty, and then no allocator is asked. The type has the size of the object
 * that it was, and no edges or LT_TYPE_ACYCLIC. After the header the memory is as it was left; so what is to stay need not
 * be written again. The token is used up in any case. Made from a token: about five stores. NULL with errno = ENOMEM: as
 * lt_new; with a token only in the checked build. (Reuse in Perceus, §2.4 and 2.5.) */
#define lt_new_reusing LT_FN(new_reusing)

/* void lt_token_free(lt_token token)
 * Gives a token back that is not used; nothing if it is empty. Inside a section. */
#define lt_token_free LT_FN(token_free)

/* void lt_immortalize(void *object), bool lt_is_immortal(const void *object)
 * The object will never die, whatever its count. Needs an owned reference, which may be kept, released or forgotten.
 * LT_IMMORTAL_OBJECT(type), in types.h, initialises the header of one in static storage. */
#define lt_immortalize LT_FN(immortalize)
#define lt_is_immortal LT_FN(is_immortal)

/* void lt_share(void *object)
 * A hint: many threads will count this object, be it with others in turn: a type, a module, a constant. Needs an owned
 * reference, which stays the caller's. Best right after creation; it may be given at any time, by any thread, and again.
 * `biased`: the owner gives up its half, and each thread takes references to the object 64 at a time and keeps those it
 * gives up, of 256 objects, so that counting it writes nothing that others read, and waits for nobody: a call and a look
 * into a table. The object dies when all references are given up and each thread that counted it has announced an epoch,
 * exited, or was found outside its section: soon where objects are made and die; by lt_poll and lt_barrier in any case.
 * Such an object is never unique. A thread that finds an object contended 16 times under one epoch gives the hint itself.
 * It does nothing to an LT_TYPE_FINALIZE_ON_OWNER object. Elsewhere: nothing, at no cost. `deferred` counts so in any case;
 * where the last release is to be the end, at the price of a line that travels, there is lt_immortalize. (CPython's
 * deferred and per-thread counts.) */
#define lt_share LT_FN(share)

/* ---- Owned references --------------------------------------------------------------------------------------------- */

/* void lt_retain(void *object), void lt_retain_n(void *object, uint32_t n)
 * One or n owned references more. The caller has one already, or a counted borrow's (lt_hold turns a borrow into one); or has or
 * borrows an object that has one in a plain field (rule 1). */
#define lt_retain LT_FN(retain)
#define lt_retain_n LT_FN(retain_n)

/* void lt_release(void *object), void lt_release_n(void *object, uint32_t n)
 * Give one or n owned references back. The last one ends the object's life: at once, or when the strategy can tell. */
#define lt_release LT_FN(release)
#define lt_release_n LT_FN(release_n)

/* bool lt_try_retain(void *object)
 * lt_hold for an object whose borrow is not at hand: an owned reference, or false if it died meanwhile. */
#define lt_try_retain LT_FN(try_retain)

/* bool lt_is_unique(const void *object)
 * The caller has an owned reference. True: it is the only reference of any kind, and stays so until the caller shares it,
 * so the object may be changed in place. False: unknown; always on a strategy without lt_traits.unique, for an object that has
 * or had a weak reference, and on `biased` for one that was in a slot. */
#define lt_is_unique LT_FN(is_unique)

/* ---- Borrowed references ------------------------------------------------------------------------------------------- */

/* lt_borrow lt_slot_borrow(lt_slot *slot)
 * The slot's object, until lt_unborrow, the next safepoint or the end of the section; lt_deref reads it, NULL if the slot is
 * empty. */
#define lt_slot_borrow LT_FN(slot_borrow)

/* void *lt_hold(lt_borrow borrow)
 * An owned reference to a borrowed object, or NULL if it is already dead. The borrow goes on. */
#define lt_hold LT_FN(hold)

/* void lt_unborrow(lt_borrow borrow)
 * Ends the borrow. Nothing where borrowing is free; else it gives back what the borrow cost, a count or a hazard; so write it
 * always. */
#define lt_unborrow LT_FN(unborrow)

/* void lt_unborrow_all(void)
 * Inside a section: ends every borrow of this thread at once, for a client that keeps no list of them, such as an interpreter
 * whose temporaries are borrows; before lt_safepoint, lt_lock and whatever else ends borrows. Only where borrowing is free
 * (lt_traits.owed_borrow is false); it costs nothing there. Elsewhere each borrow has cost a count, or a hazard, that only
 * lt_unborrow gives back, and this call ends none: the checked build aborts if there is one. (CPython 3.14's
 * LOAD_FAST_BORROW is such a client.) */
#define lt_unborrow_all LT_FN(unborrow_all)

/* ---- Slots --------------------------------------------------------------------------------------------------------- */

/* void lt_slot_init(lt_slot *slot, void *object)
 * The first value of a slot that no other thread can reach yet; takes over an owned reference. NULL: empty. */
#define lt_slot_init LT_FN(slot_init)

/* void *lt_slot_load(lt_slot *slot)
 * An owned reference to what the slot holds, or NULL. */
#define lt_slot_load LT_FN(slot_load)

/* void lt_slot_store(lt_slot *slot, void *object)
 * Takes over the caller's reference to the object (or NULL) and releases what the slot held. */
#define lt_slot_store LT_FN(slot_store)

/* void *lt_slot_swap(lt_slot *slot, void *object), void *lt_slot_take(lt_slot *slot)
 * As lt_slot_store, but the old object's reference passes to the caller; take leaves the slot empty. */
#define lt_slot_swap LT_FN(slot_swap)
#define lt_slot_take LT_FN(slot_take)

/* bool lt_slot_cas(lt_slot *slot, const void *expected, void *desired)
 * If the slot holds `expected` (borrowed or owned by the caller; or NULL), replaces it by `desired`, takes over the
 * caller's reference to that and releases the slot's to `expected`. Otherwise false, and nothing has changed hands. */
#define lt_slot_cas LT_FN(slot_cas)

/* ---- Weak references ----------------------------------------------------------------------------------------------- */

/* int lt_weak_init(lt_weak *weak, void *object)
 * The first value of a weak reference that no other thread can reach yet. The caller has an owned reference to the object, and
 * keeps it. NULL: empty, which cannot fail. 0; or ENOMEM, which leaves it uninitialised, only where the object had no weak
 * reference before: the first takes 32 bytes and its place in a table, until the object is dead and the last weak reference
 * to it is cleared. With one, lt_is_unique is false and the object's memory waits for a grace period after its finalizer,
 * on every strategy. */
#define lt_weak_init LT_FN(weak_init)

/* int lt_weak_store(lt_weak *weak, void *object)
 * As lt_weak_init, where other threads may load, store and clear at the same time. The weak reference to what was there ends.
 * ENOMEM: nothing has changed. */
#define lt_weak_store LT_FN(weak_store)

/* void *lt_weak_load(lt_weak *weak)
 * An owned reference to the object; or NULL, if the weak reference is empty or the object is dead: for certain from the moment
 * its finalization starts, and for ever. What has no reference left but is not dead yet may come back by it. As a counted
 * load of a slot and two loads more; under `deferred` one compare-and-swap on the object; by the owner under `biased`
 * nothing atomic. */
#define lt_weak_load LT_FN(weak_load)

/* void lt_weak_clear(lt_weak *weak)
 * Makes it empty, which never fails. Every weak reference that holds something, be it dead, must be cleared before its
 * memory goes: in finalize, or by lt_visit_weak in trace. (Side tables with a count of their own: Swift's, and libobjc2's.) */
#define lt_weak_clear LT_FN(weak_clear)

/* ---- The object lock ---------------------------------------------------------------------------------------------- */

/* void lt_lock(void *object), void lt_unlock(void *object)
 * A mutex in the object's header, for what slots cannot do: a container's fields that change together. Needs an owned
 * reference. A thread that must wait leaves its section until it has the lock, so lt_lock ends every borrow, as a safepoint
 * does; but no finalizer and no callback runs in it. Not recursive. Between the two: no safepoint, no lt_poll, no end of
 * the section; calls that may wait for another lock are allowed. Nobody starves. One compare-and-swap each; nothing at all
 * under `global_lock` and `plain`, where being inside a section is the lock. (A parking lot: WebKit's, and CPython's
 * PyMutex.) */
#define lt_lock LT_FN(lock)
#define lt_unlock LT_FN(unlock)

/* void lt_lock2(void *one, void *two), void lt_unlock2(void *one, void *two)
 * Both locks, without a deadlock between threads that name them in another order. The two may be one object. */
#define lt_lock2 LT_FN(lock2)
#define lt_unlock2 LT_FN(unlock2)

/* ---- Settling ------------------------------------------------------------------------------------------------------ */

/* void lt_poll(void)
 * Does some of what is waiting: merges for threads outside sections, advances the epoch, reclaims. Inside a section it is a
 * safepoint. Creation advances the epoch from time to time, but is never a safepoint; call it where a thread has nothing
 * better to do. */
#define lt_poll LT_FN(poll)

/* int lt_collect(void)
 * Finds the objects that nothing but cycles of edges keeps alive, finalizes and frees them: trial deletion over `trace`, on the
 * counts themselves, with all threads stopped (Bacon and Rajan, ECOOP 2001, §3). A safepoint, inside a section as outside.
 * Runs by itself as well, at safepoints of threads that make objects: LT_COLLECT_DEBT.
 *   found       objects of lt_new and lt_new_sized, of types with `trace` and without LT_TYPE_ACYCLIC, to which nothing but
 *               edges of such objects leads. Not a cycle through any other object, as one in the client's storage. Not what
 *               a dead object leads to that is not finalized yet: lt_barrier before it settles that. Under `biased`, an
 *               LT_TYPE_FINALIZE_ON_OWNER object only by its own thread, as long as that exists; so a ring through such objects
 *               of two threads not before one of them has exited: their finalizers would have to run in two threads, all before
 *               the first edge ends.
 *   finalizers  run on the calling thread, each once, all before the first edge is released, so that each finds its edges
 *               whole; an object's before those of what it leads to, unless that leads back to it. LT_CASCADE_BOUND does
 *               not bound them. Weak references to any of it are NULL before the first runs. To bring any of it back is to
 *               break rule 5.
 *   pause       Other threads wait at safepoints and in lt_enter, for a time in proportion to the objects of such types
 *               that are alive (lt_stats.pause; bench/README.md). Finalizers run after it. No memory is taken, so none can
 *               run out.
 *   trace       must visit the same edges, each with its own reference, whenever a thread that uses the object is at a
 *               safepoint, outside its section, or waits for an object lock. It runs with all threads stopped, so it takes
 *               no lock.
 * 0; EAGAIN if a thread did not come to a safepoint within LT_COLLECT_PATIENCE: then nothing has happened; EDEADLK in a
 * finalizer. An object that can be found has 16 bytes more in front of it, and 8 in a register; its creation and its end
 * cost a few plain moves more. Nothing else costs anything. No difference between the strategies but what a count is; under
 * `leak` nothing happens. */
#define lt_collect LT_FN(collect)

/* void lt_synchronize(void)
 * Outside a section: returns after a grace period. */
#define lt_synchronize LT_FN(synchronize)

/* void lt_barrier(void)
 * Outside a section: returns when all that was released before the call has been finalized and freed and all nodes deferred
 * before it have run; except for LT_TYPE_FINALIZE_ON_OWNER objects of an owner that does not run. Waits for every thread
 * that is inside a section to pass a safepoint or leave, and for other calls of it. The orderly end of a program: release
 * what is left, lt_barrier; and, if there may be cycles, lt_collect, lt_barrier. Then lt_stats.live is what is immortal,
 * and what was lost. */
#define lt_barrier LT_FN(barrier)

/* void lt_defer(lt_node *node, void (*fn)(lt_node *))
 * Inside a section: calls fn(node), inside some thread's section, after a grace period. For memory that is no lt_object. The
 * function is bound by what binds finalizers (rule 5). */
#define lt_defer LT_FN(defer)

/* ---- Watching ------------------------------------------------------------------------------------------------------ */

/* void lt_stats_read(lt_stats *stats)
 * The strategy's counters, summed over its threads; exact when they are quiet. */
#define lt_stats_read LT_FN(stats_read)

/* void lt_on_pressure(uint64_t bytes, lt_pressure_fn fn, void *context)
 * Calls fn(context, pending bytes) when more than so many bytes of objects wait to be reclaimed (lt_stats.pending_bytes,
 * which under `deferred` and `epoch` counts an object that comes and goes in slots more than once); then not
 * again before half of that or less was waiting. Noticed as epochs begin and, where a section holds them up, at least at every
 * 256th object that a thread retires, or 2048th under `deferred`, 1024th under `hazard` and
 * `interval`, by when less than a quarter of the bound more waits. Called by a thread that passes a safepoint soon after: at the end of
 * lt_enter, lt_leave, lt_safepoint, lt_poll or a call that waits; inside its section, with no borrow of its own, no lock of
 * the library held, and no object lock. It may call whatever may be called inside a section: empty caches, lt_poll, or only
 * note that the program should allocate less. lt_stats_read says there whose section holds memory up, and since when
 * (oldest_thread, oldest_since). Two threads may be in it at a time if it takes long. One per strategy: replaces the one
 * before, which may still be running; NULL: none. Never called where memory does not wait: `plain`, `leak`, and `atomic`
 * and `global_lock` but for weakly referenced objects. Threads' own shares are looked at, so it costs nothing between
 * safepoints. */
#define lt_on_pressure LT_FN(on_pressure)

/* int lt_configure(enum lt_setting setting, uint64_t value)
 * 0, or EINVAL for a setting that does not exist. */
#define lt_configure LT_FN(configure)

/* const lt_traits *lt_strategy_traits(void), const char *lt_strategy_name(void) */
#define lt_strategy_traits LT_FN(traits)
#define lt_strategy_name LT_FN(strategy_name)

/* ---- The chosen strategy's inlined parts ---------------------------------------------------------------------------- */

#include <lifetime/strategies.h> /* generated: the strategies that this library was built with */

#define LT_QUOTE_1(path) #path
#define LT_QUOTE(path) LT_QUOTE_1(path)
#define LT_HAS_2(strategy) LT_HAS_##strategy
#define LT_HAS_1(strategy) LT_HAS_2(strategy)
#if !LT_HAS_1(LIFETIME_STRATEGY)
#error "LIFETIME_STRATEGY names no strategy of this library: global_lock, atomic, biased, deferred, epoch, qsbr, hazard, interval, plain, leak, dynamic"
#endif

#define LT_STRATEGY_HEADER_2(name) strategy/name.h
#define LT_STRATEGY_HEADER_1(name) LT_QUOTE(LT_STRATEGY_HEADER_2(name))
#include LT_STRATEGY_HEADER_1(LIFETIME_STRATEGY)

#endif
