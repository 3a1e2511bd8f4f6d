/* Object locks: plain fields under them, one lock and two, threads that let borrows end in the wait, and a clock of grace
 * periods beside, which stands still if a thread waits inside its section. */
#include "life.h"
#include "scenario.h"

enum { ACCOUNTS = 8, SUM = 1000 };

struct shared {
    lt_slot slot[ACCOUNTS];
    struct being *account[ACCOUNTS]; /* owned; value: under its lock */
};

static void open_accounts(struct worker *w)
{
    struct shared *shared = (struct shared *)w->shared;
    lt_enter();
    for (int i = 0; i < ACCOUNTS; i++) shared->account[i] = being_new(SUM);
    lt_leave();
}

static void transfer(struct worker *w, struct being *from, struct being *to)
{
    uint64_t most = draw_below(w, 10);
    lt_lock2(from, to);
    uint64_t before = from->value + to->value, amount = from->value < most ? from->value : most;
    from->value -= amount;
    if (one_in(w, 64)) lt_release(being_new(0)); /* finalizers may run under a lock */
    to->value += amount;
    EXPECT(from->value + to->value == before);
    lt_unlock2(from, to);
}

/* What a slot holds is held, locked, changed and given back. */
static void visit(struct worker *w, lt_slot *slot)
{
    struct being *b = (struct being *)lt_slot_load(slot);
    if (b) {
        struct watch seen = watch(b);
        lt_lock(b);
        b->value++;
        lt_unlock(b);
        unwatch(seen);
        lt_release(b);
    }
    if (one_in(w, 8)) lt_slot_store(slot, being_new(0));
}

static void body(struct worker *w)
{
    struct shared *shared = (struct shared *)w->shared;
    while (goes_on(w)) {
        lt_enter();
        unsigned i = draw_below(w, ACCOUNTS), j = draw_below(w, ACCOUNTS);
        transfer(w, shared->account[i], shared->account[j]);
        visit(w, &shared->slot[i]);
        lt_leave();
    }
}

static void close_accounts(struct worker *w)
{
    struct shared *shared = (struct shared *)w->shared;
    uint64_t sum = 0;
    lt_enter();
    for (int i = 0; i < ACCOUNTS; i++) {
        sum += shared->account[i]->value;
        lt_release(shared->account[i]);
        lt_slot_store(&shared->slot[i], NULL);
    }
    lt_leave();
    EXPECT(sum == ACCOUNTS * SUM);
}

SCENARIO(object_lock, "transfers between objects under their locks", NEEDS_NOTHING)
{
    struct shared shared = {0};
    run_workers(run, 1, open_accounts, &shared);
    ages_begin(run);
    run_workers(run, run->threads, body, &shared);
    run_workers(run, 1, close_accounts, &shared);
}
