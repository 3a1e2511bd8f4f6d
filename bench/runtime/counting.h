/* counting.h: the references of pocket-counted, counted three ways. It comes before everything else in each of its files, and
 * puts a layer between the interpreter and `plain`, which does the work:
 *
 *   naive      every reference counts, of the stack and in a slot, from its making to its end; so what is stored is counted for
 *              the slot, and counted down for the stack, where the library moves a reference and counts nothing
 *   deferred   what slots do alone (Deutsch and Bobrow, CACM 19(9), 1976): the stack's references are not counted
 *   coalesced  a slot's first change in an epoch is written down, with what it held; when the epoch ends that loses one
 *              reference, and what the slot holds then gains one (Levanoni and Petrank, OOPSLA 2001, section 3)
 *
 * An epoch is so many objects made. Plain edges, which are set when an object is made and stay, are counted by none of the three.
 * Environment: COUNTING (naive, deferred or coalesced) says which number is printed last, to stderr, when the program ends;
 * COUNTING_EPOCH how many objects make an epoch. */
#ifndef POCKET_COUNTING_H
#define POCKET_COUNTING_H

#include <lifetime/lifetime.h>

void counting_made(const void *object);
void counting_counted(unsigned times);
void counting_changed(const lt_slot *slot, const void *before, const void *after);

static inline void *counting_peek(lt_slot *slot)
{
    lt_borrow borrow = lt_slot_borrow(slot);
    void *o = lt_deref(borrow);
    lt_unborrow(borrow);
    return o;
}

static inline void *counting_new(const lt_type *type)
{
    void *o = lt_new(type);
    counting_made(o);
    return o;
}
static inline void *counting_new_sized(const lt_type *type, size_t bytes)
{
    void *o = lt_new_sized(type, bytes);
    counting_made(o);
    return o;
}
static inline int counting_init(void *storage, const lt_type *type)
{
    int error = lt_init(storage, type);
    if (!error) counting_made(storage);
    return error;
}

static inline void counting_retain(void *o)
{
    counting_counted(1);
    lt_retain(o);
}
static inline void counting_release(void *o)
{
    counting_counted(1);
    lt_release(o);
}
static inline bool counting_try_retain(void *o)
{
    counting_counted(1);
    return lt_try_retain(o);
}
static inline lt_borrow counting_slot_borrow(lt_slot *slot)
{
    lt_borrow borrow = lt_slot_borrow(slot);
    if (lt_deref(borrow)) counting_counted(1);
    return borrow;
}
static inline void counting_unborrow(lt_borrow borrow)
{
    if (lt_deref(borrow)) counting_counted(1);
    lt_unborrow(borrow);
}
static inline void *counting_slot_load(lt_slot *slot)
{
    void *o = lt_slot_load(slot);
    if (o) counting_counted(1);
    return o;
}

static inline void counting_slot_init(lt_slot *slot, void *o)
{
    lt_slot_init(slot, o);
    if (o) counting_counted(2);
    counting_changed(slot, NULL, o);
}
static inline void counting_slot_store(lt_slot *slot, void *o)
{
    void *before = counting_peek(slot);
    counting_counted((o ? 2u : 0) + (before ? 1u : 0));
    counting_changed(slot, before, o);
    lt_slot_store(slot, o);
}
static inline void *counting_slot_swap(lt_slot *slot, void *o)
{
    void *before = lt_slot_swap(slot, o);
    counting_counted((o ? 2u : 0) + (before ? 2u : 0));
    counting_changed(slot, before, o);
    return before;
}
static inline void *counting_slot_take(lt_slot *slot)
{
    void *before = lt_slot_take(slot);
    if (before) counting_counted(2);
    counting_changed(slot, before, NULL);
    return before;
}
static inline bool counting_slot_cas(lt_slot *slot, void *expected, void *desired)
{
    bool done = lt_slot_cas(slot, expected, desired);
    if (done) counting_counted((desired ? 2u : 0) + (expected ? 1u : 0));
    if (done) counting_changed(slot, expected, desired);
    return done;
}
/* Of a dead object the library takes what the slot holds. */
static inline void counting_visit_slot(lt_visitor *visitor, lt_slot *slot)
{
    void *before = counting_peek(slot);
    lt_visit_slot(visitor, slot);
    if (!before || counting_peek(slot)) return;
    counting_counted(1);
    counting_changed(slot, before, NULL);
}

#ifndef COUNTING_ITSELF
#undef lt_new
#define lt_new counting_new
#undef lt_new_sized
#define lt_new_sized counting_new_sized
#undef lt_init
#define lt_init counting_init
#undef lt_retain
#define lt_retain counting_retain
#undef lt_release
#define lt_release counting_release
#undef lt_try_retain
#define lt_try_retain counting_try_retain
#undef lt_slot_borrow
#define lt_slot_borrow counting_slot_borrow
#undef lt_unborrow
#define lt_unborrow counting_unborrow
#undef lt_slot_load
#define lt_slot_load counting_slot_load
#undef lt_slot_init
#define lt_slot_init counting_slot_init
#undef lt_slot_store
#define lt_slot_store counting_slot_store
#undef lt_slot_swap
#define lt_slot_swap counting_slot_swap
#undef lt_slot_take
#define lt_slot_take counting_slot_take
#undef lt_slot_cas
#define lt_slot_cas counting_slot_cas
#define lt_visit_slot counting_visit_slot
#endif
#endif
