/* biased.c: the owner against the others: merges, the queue, owners that are away, and publication. Thread 0 is the owner. */
#define LIFETIME_STRATEGY biased
#include "common.h"
#include "turns.h"

/* All three references are in the owner's half; threads 1 and 2 give theirs back in the other. */
static void own_for_all(void)
{
    lt_enter();
    owned[0] = owned[1] = owned[2] = thing_new();
    lt_retain_n(owned[0], 2);
    lt_leave();
}
static void own_for_others(void)
{
    lt_enter();
    owned[1] = owned[2] = thing_new();
    lt_retain(owned[1]);
    lt_leave();
}
static void release_2(void) { release_owned(2); }

/* The owner drains its queue at a safepoint, with the section going on. */
static void release_0_in_long_section(void)
{
    lt_enter();
    struct thing *mine = owned[0];
    owned[0] = NULL;
    thing_use(mine);
    lt_safepoint();
    lt_release(mine);
    lt_safepoint();
    lt_leave();
}
static void pass_safepoints(void)
{
    lt_enter();
    lt_safepoint();
    lt_leave();
    lt_enter();
    lt_leave();
}
static void release_0_and_go(void)
{
    release_0();
    lt_thread_unregister();
}
/* Works for owners that are outside. */
static void release_1_and_poll(void)
{
    release_1();
    lt_poll();
}

/* A thing that nobody else knows is shown to all, and its owner goes on counting. */
static void publish_and_count(void)
{
    lt_enter();
    struct thing *t = thing_new();
    lt_retain(t);
    lt_slot_store(&slot_a, t);
    lt_retain(t);
    lt_release(t);
    thing_use(t);
    lt_release(t);
    lt_leave();
}
/* It comes from the slot while the owner's last reference and the slot's go away. */
static void own_and_publish(void)
{
    lt_enter();
    owned[0] = thing_new();
    lt_retain(owned[0]);
    lt_slot_init(&slot_a, owned[0]);
    lt_leave();
}
static void release_0_and_empty_a(void)
{
    lt_enter();
    thing_use(owned[0]);
    lt_release(owned[0]);
    owned[0] = NULL;
    lt_slot_store(&slot_a, NULL);
    lt_leave();
}

/* Something lies in the retirer's list already, so that its links can be broken. */
static void retire_one(void)
{
    lt_enter();
    lt_slot_store(&slot_b, thing_new());
    lt_slot_store(&slot_b, NULL);
    lt_leave();
}

/* Queued by one thread, raised again by another, and then the owner gives up the last of its half. */
static void one_in_a_one_for_1(void)
{
    lt_enter();
    owned[1] = thing_new();
    lt_retain(owned[1]);
    lt_slot_init(&slot_a, owned[1]);
    lt_leave();
}
static void copy_a_to_b(void)
{
    lt_enter();
    lt_slot_store(&slot_b, lt_slot_load(&slot_a));
    lt_leave();
}
static void empty_a_then_b(void)
{
    lt_enter();
    lt_slot_store(&slot_a, NULL);
    lt_slot_store(&slot_b, NULL);
    lt_leave();
}

/* The parent is thread 1's, the child thread 2's: who merges the one has the other to pass on. */
static void add_child_to_a(void)
{
    lt_enter();
    lt_borrow borrow = lt_slot_borrow(&slot_a);
    struct thing *parent = lt_deref(borrow);
    lt_slot_store(&parent->next, thing_new());
    lt_unborrow(borrow);
    lt_leave();
}

/* It was in a slot, so whoever drops its last reference cannot know that it is the only one. */
static struct thing *known_new(void)
{
    lt_slot_store(&slot_b, thing_new());
    return lt_slot_take(&slot_b);
}

/* An owner that has gone is not waited for. */
static void own_for_1_and_go(void)
{
    lt_enter();
    owned[1] = known_new();
    lt_leave();
    lt_thread_unregister();
}
static void nothing(void) {}
static void release_1_at_once(void)
{
    release_1();
    REQUIRE(life_is_over(0));
}

/* No memory for a batch: the object is posted. */
static void release_1_without_memory(void)
{
    world_is_full = true;
    release_1();
    world_is_full = false;
}

/* A finalizer of the owner waits for the lock under which thread 1 waits for the owner. */
static struct thing *locked;
static void lock_and_end(void *object)
{
    struct thing *t = object;
    thing_use(t);
    lt_lock(locked);
    lt_unlock(locked);
    life_end(t->id);
    t->canary = THING_DEAD + t->id;
}
static const lt_type locker_type = {.name = "locker", .size = sizeof(struct thing), .finalize = lock_and_end};
static void own_a_locker_and_for_others(void)
{
    lt_enter();
    locked = thing_new();
    owned[0] = thing_of(lt_new(&locker_type), &thing_type);
    owned[1] = known_new();
    owned[2] = known_new();
    lt_leave();
}
static void release_two_without_memory_under_the_lock(void)
{
    lt_enter();
    lt_lock(locked);
    world_is_full = true;
    lt_release(owned[1]);
    lt_release(owned[2]);
    world_is_full = false;
    lt_unlock(locked);
    owned[1] = owned[2] = NULL;
    lt_leave();
}
static void release_the_lock(void)
{
    lt_enter();
    lt_release(locked);
    lt_leave();
}

/* A record's next thread finds what was queued to the last. */
static void come(void)
{
    lt_enter();
    lt_safepoint();
    lt_leave();
}

/* In turns. The object has no reference left, but an entry in a queue: the one that thread 1 has open, which thread 0 gets
 * when it is inside already. Before thread 0 looks, everything of thread 2's is reclaimed that it let go of three epochs
 * ago. */
static void stay(void) { lt_enter(); }
static void release_the_last_two_look_late(void)
{
    await_turn(2);
    empty_a_then_b();
    end_turn();
    await_turn(4);
    lt_enter();
    end_turn();
    await_turn(7);
    lt_safepoint();
    lt_leave();
}
static void queue_early_push_late(void)
{
    lt_poll();
    lt_enter();
    lt_release(owned[1]);
    owned[1] = NULL;
    end_turn();
    await_turn(5);
    lt_leave();
    end_turn();
}
static void copy_twice_drop_last(void)
{
    await_turn(1);
    lt_slot_store(&slot_b, lt_slot_load(&slot_a));
    struct thing *mine = lt_slot_load(&slot_a);
    end_turn();
    await_turn(3);
    lt_release(mine);
    lt_leave();
    lt_poll();
    end_turn();
    await_turn(6);
    lt_poll();
    end_turn();
}

/* lt_share: threads take references many at a time, and keep them. */
static void share_for_others(void)
{
    own_for_others();
    lt_enter();
    lt_share(owned[1]);
    lt_leave();
}
static void copy_and_release_2(void) { copy_and_release(2); }
static void copy_release_1_and_go(void)
{
    copy_and_release(1);
    lt_thread_unregister();
}
/* What it keeps is given back as epochs pass, while the other thread takes and drops. */
static void copy_release_2_and_poll(void)
{
    copy_and_release(2);
    for (unsigned i = 0; i < 2; i++) lt_poll();
}
/* The hint of another thread, while the owner counts and a third finds the object in a slot. */
static void share_and_release_1(void)
{
    lt_enter();
    struct thing *t = owned[1];
    owned[1] = NULL;
    lt_share(t);
    lt_retain(t);
    lt_release(t);
    lt_release(t);
    lt_leave();
}
static void copy_a_for_1(void)
{
    lt_enter();
    owned[1] = lt_slot_load(&slot_a);
    lt_leave();
}
static void fill_a_and_share(void)
{
    lt_enter();
    struct thing *t = thing_new();
    lt_share(t);
    lt_slot_init(&slot_a, t);
    lt_leave();
}

/* An object that is its owner's to finalize, whoever drops it last. */
static lt_thread *home;
static void finalize_at_home(void *object)
{
    struct thing *t = object;
    thing_use(t);
    REQUIRE(lt_biased_self == home);
    life_end(t->id);
    t->canary = THING_DEAD + t->id;
}
static const lt_type owners_type = {
    .name = "owner's", .size = sizeof(struct thing), .flags = LT_TYPE_FINALIZE_ON_OWNER, .finalize = finalize_at_home};
static void own_at_home_for_others(void)
{
    lt_enter();
    home = lt_biased_self;
    owned[1] = owned[2] = thing_of(lt_new(&owners_type), &thing_type);
    lt_retain(owned[1]);
    lt_leave();
}
static void own_at_home_in_a(void)
{
    lt_enter();
    home = lt_biased_self;
    owned[0] = thing_of(lt_new(&owners_type), &thing_type);
    lt_retain(owned[0]);
    lt_slot_init(&slot_a, owned[0]);
    lt_leave();
}

/* Nobody but its maker counted it; who drops it last writes nothing shared. */
static void write_and_release_two(void)
{
    lt_enter();
    thing_use(owned[0]);
    lt_release(owned[0]);
    lt_release(owned[0]);
    owned[0] = NULL;
    lt_leave();
}

/* The last but one goes to the owner, who drops it while thread 1, which was to be the last, looks at both halves. */
static void give_one_to_the_owner(void)
{
    lt_enter();
    struct thing *t = owned[2];
    owned[2] = NULL;
    lt_retain(t);
    lt_slot_store(&slot_b, t);
    thing_guard(t);
    lt_safepoint();
    thing_unguard(t);
    lt_release(t);
    lt_leave();
}
static void take_b(void)
{
    lt_enter();
    struct thing *t = lt_slot_take(&slot_b);
    if (t) lt_release(t);
    lt_leave();
}
/* Retained without a sign that another thread did. */
static void try_0_for_1(void)
{
    lt_enter();
    REQUIRE(lt_try_retain(owned[0]));
    owned[1] = owned[0];
    lt_leave();
}

/* Of all that others could count two come back: so what is published next has no owner from then on. */
static void come_back(void)
{
    struct thing *t = known_new();
    lt_share(t);
    lt_safepoint();
    lt_release(t);
}
static void own_for_all_revoked(void)
{
    REQUIRE(lt_configure(LT_REVOKE_AT, 8) == 0);
    lt_enter();
    come_back();
    for (int i = 0; i < 4; i++) lt_release(thing_new());
    come_back();
    lt_leave();
    own_for_all();
}
static void publish_0(void)
{
    lt_enter();
    lt_slot_store(&slot_a, owned[0]);
    owned[0] = NULL;
    lt_leave();
}

/* Of all that are made: what is made next has none. */
static void own_for_all_without_an_owner(void)
{
    REQUIRE(lt_configure(LT_REVOKE_AT, 4) == 0);
    lt_enter();
    come_back();
    lt_leave();
    own_for_all();
}
static void copy_and_release_0(void) { copy_and_release(0); }

/* Two threads find it by what has the only reference to it. */
static void own_one_without_an_owner(void)
{
    own_for_all_without_an_owner();
    lt_enter();
    lt_release_n(owned[0], 2);
    lt_leave();
}
static void copy_of_0(void)
{
    lt_enter();
    struct thing *t = owned[0];
    lt_retain(t);
    thing_use(t);
    lt_release(t);
    lt_leave();
}
static void release_0_of_one(void)
{
    release_0();
    owned[1] = owned[2] = NULL;
}

/* Thread 1 finds the owner away, which comes back and counts while thread 1 is about to work for it. */
static void synchronize(void) { lt_synchronize(); }
static void come_back_and_count(void)
{
    lt_enter();
    lt_retain(owned[0]);
    thing_use(owned[0]);
    lt_release(owned[0]);
    lt_leave();
}

const struct model_program biased_programs[] = {
    COMMON_PROGRAMS,
    {"biased/owner-and-two", STRATEGY, 3, .before = {own_for_all}, .body = {release_0, release_1, release_2}, .after = {clear}},
    {"biased/two-below-zero", STRATEGY, 3, .before = {own_for_others}, .body = {pass_safepoints, release_1, release_2}},
    {"biased/merge-at-safepoint", STRATEGY, 2, .before = {share_between_two}, .body = {release_0_in_long_section, release_1}},
    {"biased/owner-goes", STRATEGY, 2, .before = {share_between_two}, .body = {release_0_and_go, release_1}},
    {"biased/owner-goes-before", STRATEGY, 3, .before = {own_for_others}, .body = {go, release_1, release_2}},
    {"biased/owner-is-outside", STRATEGY, 2, .before = {own_for_others, release_2}, .body = {come, release_1_and_poll}},
    {"biased/two-help", STRATEGY, 3, .before = {own_for_others}, .body = {pass_safepoints, release_1_and_poll, release_2}},
    {"biased/publish", STRATEGY, 2, .body = {publish_and_count, load_a}, .after = {clear}},
    {"biased/load-of-the-last", STRATEGY, 3, .before = {own_and_publish}, .body = {release_0_and_empty_a, load_a, hold_a}},
    {"biased/load-of-the-last-to-a-list", STRATEGY, 2, .before = {own_and_publish, retire_one},
     .body = {release_0_and_empty_a, load_a}},
    {"biased/queued-and-the-last", STRATEGY, 3, .before = {one_in_a_one_for_1}, .body = {empty_a_then_b, release_1, copy_a_to_b},
     .after = {clear}},
    {"biased/handed-over", STRATEGY, 2, .before = {own_for_all}, .body = {write_and_release_two, release_1}},
    {"biased/handed-over-and-counted", STRATEGY, 3, .before = {own_for_all}, .body = {release_0, release_1, copy_and_release_2}},
    {"biased/handed-over-and-back", STRATEGY, 3, .before = {own_for_others}, .body = {take_b, release_1, give_one_to_the_owner},
     .after = {clear}},
    {"biased/tried", STRATEGY, 2, .before = {own_one, try_0_for_1}, .body = {release_0, release_1}},
    {"biased/revoked", STRATEGY, 3, .before = {own_for_all_revoked},
     .body = {publish_0, release_1, copy_and_release_2}, .after = {clear}},
    {"biased/made-without-an-owner", STRATEGY, 3, .before = {own_for_all_without_an_owner},
     .body = {copy_and_release_0, release_1, release_2}},
    {"biased/found-without-an-owner", STRATEGY, 2, .before = {own_one_without_an_owner}, .body = {copy_of_0, copy_of_0},
     .after = {release_0_of_one}},
    {"biased/published-without-an-owner", STRATEGY, 3, .before = {own_for_all_without_an_owner},
     .body = {publish_0, release_1, copy_and_release_2}, .after = {clear}},
    {"biased/passed-on", STRATEGY, 3, .before = {NULL, fill_a, add_child_to_a}, .body = {come, pass_safepoints, empty_a}},
    {"biased/for-one-that-went", STRATEGY, 2, .before = {own_for_1_and_go}, .body = {nothing, release_1_at_once}},
    {"biased/without-memory", STRATEGY, 2, .before = {share_between_two}, .body = {release_0, release_1_without_memory}},
    {"biased/without-memory-under-a-lock", STRATEGY, 2, .before = {own_a_locker_and_for_others},
     .body = {release_0, release_two_without_memory_under_the_lock}, .after = {release_the_lock}},
    {"biased/owner-is-replaced", STRATEGY, 3, .before = {own_for_others, NULL, go}, .body = {go, release_1, come}, .after = {clear}},
    {"biased/entry-outlives-references", STRATEGY, 3, .before = {one_in_a_one_for_1, NULL, stay},
     .body = {release_the_last_two_look_late, queue_early_push_late, copy_twice_drop_last}},
    {"biased/shared", STRATEGY, 3, .before = {share_for_others}, .body = {pass_safepoints, copy_and_release_1, copy_and_release_2}},
    {"biased/shared-as-epochs-pass", STRATEGY, 3, .before = {share_for_others},
     .body = {nothing, copy_and_release_1, copy_release_2_and_poll}},
    {"biased/shared-and-gone", STRATEGY, 3, .before = {share_for_others},
     .body = {nothing, copy_release_1_and_go, copy_and_release_2}},
    {"biased/shared-late", STRATEGY, 2, .before = {share_between_two}, .body = {release_0, share_and_release_1}},
    {"biased/shared-late-and-loaded", STRATEGY, 3, .before = {one_in_a_one_for_1},
     .body = {empty_a_then_b, share_and_release_1, load_a}},
    {"biased/shared-at-the-last", STRATEGY, 2, .before = {fill_a, copy_a_for_1}, .body = {empty_a, share_and_release_1}},
    {"biased/shared-in-a-slot", STRATEGY, 3, .before = {fill_a_and_share}, .body = {empty_a, load_a, hold_a}},
    {"biased/finalized-at-home", STRATEGY, 3, .before = {own_at_home_for_others}, .body = {pass_safepoints, release_1, release_2},
     .after = {come}},
    {"biased/finalized-at-home-late", STRATEGY, 3, .before = {own_at_home_in_a}, .body = {release_0, load_a, empty_a},
     .after = {come}},
    {"biased/owner-comes-back", STRATEGY, 2, .before = {share_between_two, synchronize}, .body = {come_back_and_count, release_1},
     .after = {clear}},
    {0},
};
