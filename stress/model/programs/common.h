/* common.h: the programs that every strategy must pass, for the strategy that the including file has chosen. */
#include "model/things.h"
#include "programs.h"

#define NAME_1(strategy, what) #strategy "/" what
#define NAME_2(strategy, what) NAME_1(strategy, what)
#define NAME(what) NAME_2(LIFETIME_STRATEGY, what)
#define STRATEGY &LT_FN(strategy)
extern const struct lt_strategy LT_FN(strategy);

static lt_slot slot_a, slot_b;
static struct thing *owned[MODEL_THREADS]; /* references that a phase hands to the next */

/* ---- before and after ---- */

static void fill_a(void)
{
    lt_enter();
    lt_slot_init(&slot_a, thing_new());
    lt_leave();
}
static void fill_a_with_leaf(void)
{
    lt_enter();
    lt_slot_init(&slot_a, leaf_new());
    lt_leave();
}
static void fill_a_with_pair(void)
{
    lt_enter();
    struct thing *parent = thing_new();
    lt_slot_init(&parent->next, thing_new());
    parent->ref = thing_new();
    lt_slot_init(&slot_a, parent);
    lt_leave();
}
static void fill_both(void)
{
    fill_a();
    lt_enter();
    lt_slot_init(&slot_b, thing_new());
    lt_leave();
}
static void share_between_two(void)
{
    lt_enter();
    owned[0] = owned[1] = thing_new();
    lt_retain(owned[0]);
    lt_leave();
}
static void clear(void)
{
    lt_enter();
    lt_slot_store(&slot_a, NULL);
    lt_slot_store(&slot_b, NULL);
    for (unsigned t = 0; t < MODEL_THREADS; t++)
        if (owned[t]) lt_release(owned[t]);
    lt_leave();
}

/* ---- steps ---- */

static void store_a(void)
{
    lt_enter();
    lt_slot_store(&slot_a, thing_new());
    lt_leave();
}
static void store_leaf_a(void)
{
    lt_enter();
    lt_slot_store(&slot_a, leaf_new());
    lt_leave();
}
static void empty_a(void)
{
    lt_enter();
    lt_slot_store(&slot_a, NULL);
    lt_leave();
}
static void load_a(void)
{
    lt_enter();
    struct thing *t = lt_slot_load(&slot_a);
    if (t) {
        thing_guard(t);
        lt_safepoint();
        thing_unguard(t);
        lt_release(t);
    }
    lt_leave();
}
static void borrow_a(void)
{
    lt_enter();
    lt_borrow borrow = lt_slot_borrow(&slot_a);
    struct thing *t = lt_deref(borrow);
    if (t) {
        thing_guard(t);
        thing_unguard(t);
    }
    lt_unborrow(borrow);
    lt_leave();
}
static void borrow_a_and_its_next(void)
{
    lt_enter();
    lt_borrow outer = lt_slot_borrow(&slot_a);
    struct thing *parent = lt_deref(outer);
    if (parent) {
        thing_guard(parent);
        lt_borrow inner = lt_slot_borrow(&parent->next);
        struct thing *child = lt_deref(inner);
        if (child) {
            thing_guard(child);
            thing_unguard(child);
        }
        lt_unborrow(inner);
        thing_unguard(parent);
    }
    lt_unborrow(outer);
    lt_leave();
}
static void take_next_of_a(void)
{
    lt_enter();
    lt_borrow borrow = lt_slot_borrow(&slot_a);
    struct thing *parent = lt_deref(borrow);
    struct thing *child = parent ? lt_slot_take(&parent->next) : NULL;
    lt_unborrow(borrow);
    if (child) {
        thing_use(child);
        lt_release(child);
    }
    lt_leave();
}
static void hold_a(void)
{
    lt_enter();
    lt_borrow borrow = lt_slot_borrow(&slot_a);
    struct thing *t = lt_hold(borrow);
    if (t) thing_guard(t);
    lt_unborrow(borrow);
    lt_leave();
    if (!t) return;
    lt_enter();
    thing_unguard(t);
    lt_release(t);
    lt_leave();
}
static void replace_a(void)
{
    lt_enter();
    lt_borrow borrow = lt_slot_borrow(&slot_a);
    struct thing *next = thing_new();
    if (!lt_slot_cas(&slot_a, lt_deref(borrow), next)) lt_release(next);
    lt_unborrow(borrow);
    lt_leave();
}
static void a_to_b(void)
{
    lt_enter();
    struct thing *t = lt_slot_take(&slot_a);
    if (t) thing_use(t);
    lt_slot_store(&slot_b, t);
    lt_leave();
}
static void b_to_a(void)
{
    lt_enter();
    struct thing *t = lt_slot_take(&slot_b);
    if (t) thing_use(t);
    lt_slot_store(&slot_a, t);
    lt_leave();
}
static void release_owned(unsigned t)
{
    struct thing *mine = owned[t];
    owned[t] = NULL;
    lt_enter();
    thing_use(mine);
    lt_release(mine);
    lt_leave();
}
static void release_0(void) { release_owned(0); }
static void release_1(void) { release_owned(1); }
static void copy_and_release(unsigned thread)
{
    lt_enter();
    struct thing *t = owned[thread];
    owned[thread] = NULL;
    lt_retain(t);
    lt_release(t);
    thing_use(t);
    lt_release(t);
    lt_leave();
}
static void copy_and_release_1(void) { copy_and_release(1); }

/* Alone with it, a thread may change it. */
static void change_if_unique(void)
{
    lt_enter();
    if (lt_is_unique(owned[0])) {
        owned[0]->value = 1;
        owned[0]->value = 0;
    }
    lt_release(owned[0]);
    owned[0] = NULL;
    lt_leave();
}

/* ---- weak references ---- */

static lt_weak weak_a;

static void refer(struct thing *t) { REQUIRE(lt_weak_store(&weak_a, t) == 0); }
static void use_and_release(struct thing *t)
{
    thing_guard(t);
    lt_safepoint();
    thing_unguard(t);
    lt_release(t);
}
static void own_one_weakly(void)
{
    lt_enter();
    refer(owned[0] = thing_new());
    lt_leave();
}
static void load_weak_a(void)
{
    lt_enter();
    struct thing *t = lt_weak_load(&weak_a);
    if (t) use_and_release(t);
    lt_leave();
}
static void clear_weak_a(void)
{
    lt_enter();
    lt_weak_clear(&weak_a);
    lt_leave();
}
static void release_0_and_settle(void)
{
    release_0();
    lt_barrier();
}
static void succeed(void)
{
    lt_enter();
    struct thing *last = owned[0];
    refer(owned[0] = thing_new());
    lt_release(last);
    lt_leave();
}
static void load_successor(void)
{
    lt_enter();
    struct thing *t = lt_weak_load(&weak_a);
    REQUIRE(t); /* one or the other lives */
    use_and_release(t);
    lt_leave();
}
static void all_clear(void)
{
    clear_weak_a();
    clear();
    lt_barrier();
    lt_stats stats;
    lt_stats_read(&stats);
    REQUIRE(stats.weak == 0);
}

/* ---- cycles ---- */

/* A ring of two; the reference to the one that is returned is the caller's. */
static struct thing *ring(void)
{
    struct thing *one = thing_new(), *two = thing_new();
    lt_retain(one);
    lt_slot_init(&two->next, one);
    lt_slot_init(&one->next, two);
    return one;
}
static void fill_a_with_ring(void)
{
    lt_enter();
    lt_slot_init(&slot_a, ring());
    lt_leave();
}
static void drop_ring_weakly_known(void)
{
    lt_enter();
    struct thing *t = ring();
    refer(t);
    lt_release(t);
    lt_leave();
    lt_barrier(); /* no thread has a part of its count to itself */
}
static void collect(void)
{
    int error = lt_collect();
    REQUIRE(error == 0 || error == EAGAIN); /* who does not come to a safepoint in time is not waited for */
}
static void collect_all(void)
{
    clear_weak_a();
    clear();
    lt_barrier();
    while (lt_collect() == EAGAIN) continue;
    lt_barrier();
    life_require_all_over();
}
/* Walks once around. Whoever has a reference to one of a ring has the ring. */
static void use_ring(const struct thing *t)
{
    thing_guard(t);
    lt_borrow other = lt_slot_borrow((lt_slot *)(uintptr_t)&t->next);
    struct thing *next = lt_deref(other);
    REQUIRE(next);
    thing_use(next);
    lt_unborrow(other);
    lt_safepoint();
    thing_unguard(t);
}
/* For a while there is no reference to the ring but this thread's. */
static void ring_from_a_to_b(void)
{
    lt_enter();
    struct thing *t = lt_slot_load(&slot_a);
    lt_slot_store(&slot_a, NULL);
    use_ring(t);
    lt_slot_store(&slot_b, t);
    lt_leave();
}
/* The ring is in no slot then, nor anybody's but this thread's, which has the other end of it. */
static void turn_ring(void)
{
    lt_enter();
    struct thing *t = lt_slot_take(&slot_a), *other = lt_slot_load(&t->next);
    lt_release(t);
    lt_safepoint();
    use_ring(other);
    lt_slot_store(&slot_a, other);
    lt_leave();
}
/* It becomes part of the ring while that is looked at. */
static void join_ring(void)
{
    lt_enter();
    struct thing *t = lt_slot_load(&slot_a), *third = thing_new();
    lt_slot_store(&third->next, lt_slot_load(&t->next));
    lt_slot_store(&t->next, third);
    use_ring(t);
    lt_release(t);
    lt_leave();
}
static void load_weak_ring(void)
{
    lt_enter();
    struct thing *t = lt_weak_load(&weak_a);
    if (t) {
        use_ring(t);
        lt_release(t);
    }
    lt_leave();
}
static void drop_ring_of_a(void)
{
    lt_enter();
    struct thing *t = lt_slot_load(&slot_a);
    lt_slot_store(&slot_a, NULL);
    if (t) {
        use_ring(t);
        lt_release(t);
    }
    lt_leave();
}

static unsigned counted;
static void count_locked(void)
{
    lt_enter();
    lt_lock(owned[0]);
    counted++;
    lt_unlock(owned[0]);
    lt_leave();
}
static void count_locked_twice(void)
{
    count_locked();
    count_locked();
}
static void own_one(void)
{
    lt_enter();
    owned[0] = thing_new();
    lt_leave();
}
static void clear_four(void)
{
    REQUIRE(counted == 4);
    clear();
}

/* ---- waiting ---- */

static void store_and_synchronize(void)
{
    store_a();
    lt_synchronize();
    lt_poll();
}
static void release_0_and_wait(void)
{
    release_0();
    lt_barrier();
    REQUIRE(life_is_over(0)); /* both have released it before the call */
}

static struct raw { lt_node node; uint64_t value; } raw_one, raw_two;
static lt_atomic64 raw_shared;

static void share_raw(void)
{
    raw_one.value = raw_two.value = 1;
    raw_shared.raw = (uint64_t)(uintptr_t)&raw_one;
}
static void read_raw(void)
{
    lt_enter();
    struct raw *r = (struct raw *)(uintptr_t)lt_load64(&raw_shared, LT_ACQUIRE);
    REQUIRE(r->value == 1);
    REQUIRE(r->value == 1);
    lt_leave();
}
static void retire_raw(lt_node *node) { ((struct raw *)node)->value += 2; } /* a race with whoever still reads it */
static void replace_raw_and_wait(void)
{
    (void)lt_swap64(&raw_shared, (uint64_t)(uintptr_t)&raw_two, LT_ACQ_REL);
    lt_synchronize();
    retire_raw(&raw_one.node);
}
/* By a store, which may be late. The reader comes in a new epoch before it is seen. */
static void share_raw_and_come(void)
{
    share_raw();
    lt_enter();
    lt_leave();
}
static void come_in(void)
{
    lt_enter();
    lt_leave();
}
static void store_raw_and_wait(void)
{
    lt_store64(&raw_shared, (uint64_t)(uintptr_t)&raw_two, LT_RELEASE);
    lt_synchronize();
    retire_raw(&raw_one.node);
}
static void poll_and_read_raw(void)
{
    lt_poll();
    read_raw();
}
static void replace_raw_and_defer(void)
{
    lt_enter();
    (void)lt_swap64(&raw_shared, (uint64_t)(uintptr_t)&raw_two, LT_ACQ_REL);
    lt_defer(&raw_one.node, retire_raw);
    lt_leave();
    lt_synchronize();
    lt_poll();
}
static void replace_raw_defer_and_go(void)
{
    lt_enter();
    (void)lt_swap64(&raw_shared, (uint64_t)(uintptr_t)&raw_two, LT_ACQ_REL);
    lt_defer(&raw_one.node, retire_raw);
    lt_leave();
    lt_thread_unregister();
}
static void raw_retired(void)
{
    lt_barrier();
    REQUIRE(raw_one.value == 3); /* once */
}

/* ---- threads that come and go ---- */

static void load_keep_and_go(void)
{
    lt_enter();
    owned[1] = lt_slot_load(&slot_a);
    lt_slot_store(&slot_a, thing_new());
    lt_leave();
    lt_thread_unregister();
}
static void go_and_come(void)
{
    lt_thread_unregister();
    load_a();
}
static void go(void) { lt_thread_unregister(); }

#define COMMON_PROGRAMS \
    {NAME("store-and-load"), STRATEGY, 2, .before = {fill_a}, .body = {store_a, load_a}, .after = {clear}}, \
    {NAME("leaf-store-and-load"), STRATEGY, 2, .before = {fill_a_with_leaf}, .body = {load_a, store_leaf_a}, .after = {clear}}, \
    {NAME("store-and-borrow"), STRATEGY, 2, .before = {fill_a}, .body = {store_and_synchronize, borrow_a}, .after = {clear}}, \
    {NAME("hold"), STRATEGY, 2, .before = {fill_a}, .body = {empty_a, hold_a}, .after = {clear}}, \
    {NAME("three-replace"), STRATEGY, 3, .before = {fill_a}, .body = {replace_a, replace_a, load_a}, .after = {clear}}, \
    {NAME("hand-over-hand"), STRATEGY, 3, .before = {fill_a_with_pair}, \
     .body = {store_and_synchronize, borrow_a_and_its_next, take_next_of_a}, .after = {clear}}, \
    {NAME("to-and-fro"), STRATEGY, 2, .before = {fill_both}, .body = {a_to_b, b_to_a}, .after = {clear}}, \
    {NAME("two-owners"), STRATEGY, 2, .before = {share_between_two}, .body = {release_0, copy_and_release_1}, .after = {clear}}, \
    {NAME("synchronize"), STRATEGY, 2, .before = {share_raw}, .body = {replace_raw_and_wait, read_raw}}, \
    {NAME("synchronize-after-store"), STRATEGY, 2, .before = {share_raw_and_come, come_in}, \
     .body = {store_raw_and_wait, poll_and_read_raw}}, \
    {NAME("defer"), STRATEGY, 2, .before = {share_raw}, .body = {replace_raw_and_defer, read_raw}, .after = {raw_retired}}, \
    {NAME("defer-and-go"), STRATEGY, 2, .before = {share_raw}, .body = {replace_raw_defer_and_go, read_raw}, \
     .after = {NULL, raw_retired}}, \
    {NAME("unique"), STRATEGY, 2, .before = {share_between_two}, .body = {change_if_unique, release_1}}, \
    {NAME("lock"), STRATEGY, 3, .before = {own_one}, .body = {count_locked_twice, count_locked, count_locked}, \
     .after = {clear_four}}, \
    {NAME("weak-and-last"), STRATEGY, 2, .before = {own_one_weakly}, .body = {release_0, load_weak_a}, .after = {all_clear}}, \
    {NAME("weak-and-settled"), STRATEGY, 2, .before = {own_one_weakly}, .body = {release_0_and_settle, load_weak_a}, \
     .after = {all_clear}}, \
    {NAME("weak-cleared"), STRATEGY, 3, .before = {own_one_weakly}, .body = {release_0, load_weak_a, clear_weak_a}, \
     .after = {all_clear}}, \
    {NAME("weak-succession"), STRATEGY, 2, .before = {own_one_weakly}, .body = {succeed, load_successor}, .after = {all_clear}}, \
    {NAME("collect-and-move"), STRATEGY, 2, .before = {fill_a_with_ring}, .body = {collect, ring_from_a_to_b}, .after = {collect_all}}, \
    {NAME("collect-and-turn"), STRATEGY, 2, .before = {fill_a_with_ring}, .body = {collect, turn_ring}, .after = {collect_all}}, \
    {NAME("collect-and-join"), STRATEGY, 2, .before = {fill_a_with_ring}, .body = {collect, join_ring}, .after = {collect_all}}, \
    {NAME("collect-and-drop"), STRATEGY, 2, .before = {fill_a_with_ring}, .body = {collect, drop_ring_of_a}, .after = {collect_all}}, \
    {NAME("collect-and-load-weak"), STRATEGY, 2, .before = {drop_ring_weakly_known}, .body = {collect, load_weak_ring}, \
     .after = {collect_all}}, \
    {NAME("collect-twice"), STRATEGY, 2, .before = {drop_ring_weakly_known}, .body = {collect, collect}, .after = {collect_all}}, \
    {NAME("barrier"), STRATEGY, 2, .before = {share_between_two, release_1}, .body = {release_0_and_wait, load_a}, .after = {clear}}, \
    {NAME("keep-and-go"), STRATEGY, 2, .before = {fill_a}, .body = {store_a, load_keep_and_go}, .after = {clear}}, \
    {NAME("records-pass-on"), STRATEGY, 3, .before = {fill_a, go}, .body = {store_a, load_a, go_and_come}, .after = {clear}}
