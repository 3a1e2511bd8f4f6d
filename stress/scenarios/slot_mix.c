/* All slot operations at once, on two slots that everybody wants and on many. After the exchange that unlinks an object and
 * before its reference is given back, another thread may load, compare and store the same object elsewhere; what a slot
 * owns must stay right to the last unit.
 *
 * Every second slot is audited: nobody stores to it, so that each reference that goes in or comes out passes through some
 * worker's hands. In the end, what went in less what came out is what is still there. */
#include "life.h"
#include "scenario.h"

enum { FEW = 2, MANY = 64, SLOTS = FEW + MANY };

struct shared {
    lt_slot slot[SLOTS];
    uint64_t balance, count; /* atomic: sum of the values in the audited slots, and how many there are */
};

struct books {
    struct shared *shared;
    uint64_t balance, count;
};

static bool audited(const struct books *books, const lt_slot *slot) { return (slot - books->shared->slot) % 2 == 0; }

static void book(struct books *books, const lt_slot *slot, const struct being *in, const struct being *out)
{
    if (!audited(books, slot)) return;
    if (in) books->balance += in->value, books->count++;
    if (out) books->balance -= out->value, books->count--;
}

static lt_slot *some_slot(struct worker *w, struct books *books)
{
    return &books->shared->slot[one_in(w, 2) ? draw_below(w, FEW) : FEW + draw_below(w, MANY)];
}

/* An owned reference, or NULL: of a new being, one out of a slot, or one more to what a slot holds. */
static struct being *some_being(struct worker *w, struct books *books)
{
    lt_slot *slot = some_slot(w, books);
    struct being *b;
    switch (draw_below(w, 5)) {
    case 0: return NULL;
    case 1:
        b = lt_slot_take(slot);
        book(books, slot, NULL, b);
        return b;
    case 2:
    case 3: return lt_slot_load(slot);
    default: return being_new(draw(w));
    }
}

static void let_go(struct being *b)
{
    if (!b) return;
    being_use(b);
    lt_release(b);
}

static void put(struct worker *w, struct books *books, lt_slot *slot)
{
    struct being *b = some_being(w, books);
    if (b) being_use(b);
    if (one_in(w, 2) && !audited(books, slot)) {
        lt_slot_store(slot, b);
    } else {
        struct watch seen = {0}; /* the slot's reference need not last: this is a second one */
        if (b) lt_retain(b), seen = watch(b);
        struct being *old = lt_slot_swap(slot, b);
        book(books, slot, b, old);
        let_go(old);
        if (b) unwatch(seen), lt_release(b);
    }
}

/* Success consumes `desired`, which this thread then may not have any more; failure leaves it where it was. */
static void compare_and_put(struct books *books, lt_slot *slot, struct being *expected, struct being *desired)
{
    struct watch e = {0}, d = {0};
    if (expected) e = watch(expected);
    if (desired) lt_retain(desired), d = watch(desired);
    bool done = lt_slot_cas(slot, expected, desired);
    if (done) book(books, slot, desired, expected);
    if (desired) {
        unwatch(d);
        lt_release(desired);
        if (!done) let_go(desired);
    }
    if (expected) unwatch(e);
}

static void compare(struct worker *w, struct books *books, lt_slot *slot)
{
    struct being *desired = some_being(w, books);
    if (one_in(w, 2)) {
        lt_borrow borrow = lt_slot_borrow(slot);
        compare_and_put(books, slot, lt_deref(borrow), desired);
        lt_unborrow(borrow);
    } else {
        struct being *expected = lt_slot_load(slot);
        compare_and_put(books, slot, expected, desired);
        let_go(expected);
    }
}

static void look(struct worker *w, lt_slot *slot)
{
    lt_borrow borrow = lt_slot_borrow(slot);
    struct being *b = lt_deref(borrow);
    if (!b) return;
    struct watch seen = watch(b);
    struct being *held = one_in(w, 4) ? lt_hold(borrow) : NULL;
    unwatch(seen);
    lt_unborrow(borrow);
    let_go(held);
}

static void body(struct worker *w)
{
    struct books books = {.shared = w->shared};
    while (goes_on(w)) {
        lt_enter();
        for (unsigned i = 1 + draw_below(w, 4); i > 0; i--) {
            lt_slot *slot = some_slot(w, &books);
            switch (draw_below(w, 4)) {
            case 0: put(w, &books, slot); break;
            case 1: compare(w, &books, slot); break;
            default: look(w, slot); break;
            }
        }
        lt_leave();
    }
    __atomic_add_fetch(&books.shared->balance, books.balance, __ATOMIC_RELAXED);
    __atomic_add_fetch(&books.shared->count, books.count, __ATOMIC_RELAXED);
}

static void audit(struct shared *shared)
{
    struct books books = {.shared = shared, .balance = shared->balance, .count = shared->count};
    lt_enter();
    for (unsigned i = 0; i < SLOTS; i++) {
        struct being *b = lt_slot_take(&shared->slot[i]);
        book(&books, &shared->slot[i], NULL, b);
        let_go(b);
    }
    lt_leave();
    if (books.balance || books.count)
        fail("the audited slots do not hold what was put in and not taken out: they have %lld too few", (long long)books.count);
}

SCENARIO(slot_mix, "load, store, swap, compare-and-swap, take, borrow and hold on few slots and on many", NEEDS_NOTHING)
{
    struct shared shared = {0};
    run_workers(run, run->threads, body, &shared);
    audit(&shared);
}
