/* mixed.h: a client of each strategy for a program that uses all of them at once: mixed.c. */

#define mixed_type LT_NAME(mixed_type)
#define mixed_trace LT_NAME(mixed_trace)
#define mixed_slot LT_NAME(mixed_slot)
#define mixed_begin LT_NAME(mixed_begin)
#define mixed_work LT_NAME(mixed_work)
#define mixed_end LT_NAME(mixed_end)
#define mixed_settle LT_NAME(mixed_settle)
#define mixed_new LT_NAME(mixed_new)
#define mixed_retain LT_NAME(mixed_retain)
#define mixed_calls LT_NAME(mixed_calls)

static lt_slot mixed_slot;

static void mixed_trace(void *object, lt_visitor *visitor) { lt_visit_slot(visitor, &((struct pair *)object)->slot); }
static const lt_type mixed_type = {.name = "pair", .size = sizeof(struct pair), .trace = mixed_trace, .finalize = count_death};

static void mixed_begin(void) { lt_enter(); }
static void mixed_end(void) { lt_leave(); }

static void *mixed_new(void)
{
    struct pair *p = needed(lt_new(&mixed_type));
    p->value = VALUE;
    lt_slot_init(&p->slot, NULL);
    return p;
}

static void mixed_retain(void *object) { lt_retain(object); }

static void mixed_work(unsigned rounds)
{
    for (unsigned i = 0; i < rounds; i++) {
        struct pair *p = mixed_new(), *child = mixed_new();
        lt_slot_store(&p->slot, child);
        lt_slot_store(&mixed_slot, p);
        lt_borrow borrow = lt_slot_borrow(&mixed_slot);
        struct pair *seen = lt_deref(borrow);
        if (seen) CHECK_EQ(seen->value, VALUE);
        lt_unborrow(borrow);
        lt_safepoint();
    }
}

/* How many objects of this strategy are left. */
static uint64_t mixed_settle(void)
{
    lt_enter();
    lt_slot_store(&mixed_slot, NULL);
    lt_leave();
    lt_barrier();
    lt_barrier();
    lt_stats stats;
    lt_stats_read(&stats);
    return lt_strategy_traits()->reclaims ? stats.live : 0;
}

static const struct calls mixed_calls = {mixed_begin, mixed_work, mixed_end, mixed_settle, mixed_new, mixed_retain};
