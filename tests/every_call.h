/* every_call.h: a client in the common subset of C11 and C++17 that uses every name of lifetime.h, compiled once per strategy
 * in each language: every_call.c, every_call_cxx.cpp. */

#define deaths LT_NAME(deaths)
#define run_nodes LT_NAME(run_nodes)
#define pair_trace LT_NAME(pair_trace)
#define pair_finalize LT_NAME(pair_finalize)
#define pair_freed LT_NAME(pair_freed)
#define frees LT_NAME(frees)
#define node_run LT_NAME(node_run)
#define pair_new LT_NAME(pair_new)
#define slots_and_borrows LT_NAME(slots_and_borrows)
#define references LT_NAME(references)
#define locks LT_NAME(locks)
#define weak_references LT_NAME(weak_references)
#define reuse_tokens LT_NAME(reuse_tokens)
#define every_call LT_NAME(every_call)

static unsigned deaths, frees, run_nodes;

static void pair_trace(void *object, lt_visitor *visitor)
{
    struct pair *p = (struct pair *)object;
    lt_visit_slot(visitor, &p->slot);
    lt_visit_ref(visitor, &p->ref);
    lt_visit_weak(visitor, &p->weak);
}
static void pair_finalize(void *object) { deaths += ((struct pair *)object)->ref == NULL; }
static void pair_freed(void *storage) { frees += storage != NULL; }
static void node_run(lt_node *node) { run_nodes += node != NULL; }

static struct pair *pair_new(const lt_type *type, size_t bytes)
{
    struct pair *p = (struct pair *)needed(bytes ? lt_new_sized(type, bytes) : lt_new(type));
    lt_slot_init(&p->slot, NULL);
    p->ref = NULL;
    CHECK_EQ(lt_weak_init(&p->weak, NULL), 0);
    return p;
}

static void slots_and_borrows(const lt_type *type)
{
    lt_slot slot;
    struct pair *one = pair_new(type, 0), *two = pair_new(type, 100);
    lt_slot_init(&slot, one);
    lt_borrow borrow = lt_slot_borrow(&slot);
    CHECK(lt_deref(borrow) == one);
    CHECK(lt_hold(borrow) == one);
    CHECK(lt_try_retain(lt_deref(borrow)));
    lt_unborrow(borrow);
    lt_unborrow_all();
    lt_release_n(one, 2);
    CHECK(!lt_slot_cas(&slot, two, two));
    void *loaded = lt_slot_load(&slot);
    CHECK(loaded == one);
    CHECK(lt_slot_cas(&slot, loaded, two));
    lt_release(loaded);
    CHECK(lt_slot_swap(&slot, NULL) == two);
    lt_slot_store(&slot, two);
    CHECK(lt_slot_take(&slot) == two);
    lt_release(two);
}

static void locks(const lt_type *type)
{
    struct pair *one = pair_new(type, 0), *two = pair_new(type, 0);
    lt_lock(one);
    lt_unlock(one);
    lt_lock2(one, two);
    lt_unlock2(two, one);
    lt_release(one);
    lt_release(two);
}

static void weak_references(const lt_type *type)
{
    struct pair *one = pair_new(type, 0);
    CHECK_EQ(lt_weak_store(&one->weak, one), 0);
    CHECK(lt_weak_load(&one->weak) == one);
    lt_weak_clear(&one->weak);
    CHECK(lt_weak_load(&one->weak) == NULL);
    lt_release_n(one, 2);
}

static void reuse_tokens(const lt_type *type)
{
    static const lt_type bare_type = {"bare", sizeof(struct pair), 0, NULL, NULL, NULL};
    struct pair *one = pair_new(type, 0);
    lt_token token = lt_release_reuse(one);
    CHECK_EQ(token.storage == one, lt_strategy_traits()->reuse);
    struct pair *two = (struct pair *)needed(lt_new_reusing(type, token));
    lt_slot_init(&two->slot, NULL);
    two->ref = NULL;
    CHECK_EQ(lt_weak_init(&two->weak, NULL), 0);
    lt_token_free(lt_release_reuse(two));
    void *bare = needed(lt_new(&bare_type));
    token = lt_try_reuse(bare);
    CHECK_EQ(token.storage == bare, lt_strategy_traits()->reuse);
    if (!token.storage) lt_release(bare);
    lt_token_free(token);
}

static const lt_type LT_NAME(fixed_type) = {"fixed", sizeof(struct pair), 0, pair_trace, NULL, NULL};
static struct pair LT_NAME(fixed) = {LT_IMMORTAL_OBJECT(&LT_NAME(fixed_type)), {{0}}, NULL, {{0}}};

static void references(const lt_type *type)
{
    static struct pair storage;
    CHECK_EQ(lt_init(&storage, type), 0);
    lt_slot_init(&storage.slot, NULL);
    storage.ref = NULL;
    CHECK_EQ(lt_weak_init(&storage.weak, NULL), 0);
    lt_share(&storage);
    lt_retain(&storage);
    lt_retain_n(&storage, 2);
    CHECK(!lt_is_unique(&storage));
    CHECK_EQ(lt_is_immortal(&storage), !lt_strategy_traits()->reclaims);
    lt_release_n(&storage, 3);
    lt_safepoint();
    lt_release(&storage);

    static void *kept;
    kept = pair_new(type, 0);
    lt_immortalize(kept);
    CHECK(lt_is_immortal(kept));
    CHECK(lt_is_immortal(&LT_NAME(fixed)));
    lt_release(&LT_NAME(fixed));
}

static void every_call(void)
{
    static const lt_type type = {"pair", sizeof(struct pair), LT_TYPE_ACYCLIC, pair_trace, pair_finalize, pair_freed};
    static lt_node node;
    test_begins();
    const lt_traits *traits = lt_strategy_traits();
    if (!traits->reclaims) leaks_are_meant();
    CHECK(lt_strategy_name()[0] != '\0');
    CHECK_EQ(lt_thread_register(), 0);
    CHECK_EQ(lt_configure(LT_PENDING_BYTES, 1 << 16), 0);
    lt_enter();
    slots_and_borrows(&type);
    references(&type);
    reuse_tokens(&type);
    locks(&type);
    weak_references(&type);
    lt_defer(&node, node_run);
    LT_FN(safepoint)();
    lt_leave();
    lt_poll();
    CHECK_EQ(lt_collect(), 0);
    lt_synchronize();
    lt_barrier();
    lt_barrier();
    CHECK_EQ(deaths, traits->reclaims ? 8 : 0);
    CHECK_EQ(frees, traits->reclaims);
    CHECK_EQ(run_nodes, traits->reclaims);
    lt_stats stats;
    lt_stats_read(&stats);
    CHECK_EQ(stats.created, 10);
    CHECK_EQ(stats.live, traits->reclaims ? 1 : 10);
    lt_thread_unregister();
    test_ends();
}
