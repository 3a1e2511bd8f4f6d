// thread_local.h: C++17. An object with static or thread storage may own objects and give them back in its destructor, which
// runs when the thread exits; for the main thread, when the process does.

#define counted_type LT_NAME(counted_type)
#define count_pair LT_NAME(count_pair)
#define pairs_dead LT_NAME(pairs_dead)
#define owner LT_NAME(owner)
#define own LT_NAME(own)
#define thread_local_client LT_NAME(thread_local_client)

static unsigned pairs_dead; // atomic
static void count_pair(void *) { __atomic_fetch_add(&pairs_dead, 1, __ATOMIC_RELEASE); }
static const lt_type counted_type = {"pair", sizeof(pair), LT_TYPE_ACYCLIC, nullptr, count_pair, nullptr};

struct owner {
    void *owned = nullptr;
    ~owner()
    {
        if (!owned) return;
        lt_enter();
        lt_release(owned);
        lt_leave();
    }
};

static void own()
{
    static thread_local owner mine;
    lt_enter();
    mine.owned = lt_new(&counted_type);
    lt_leave();
}

static void thread_local_client()
{
    test_begins();
    if (!lt_strategy_traits()->reclaims) leaks_are_meant();
    own(); // the main thread's: released at the process's exit
    if (lt_strategy_traits()->threads) {
        for (int i = 0; i < 10; i++) std::thread(own).join();
        lt_barrier();
        CHECK_EQ(__atomic_load_n(&pairs_dead, __ATOMIC_ACQUIRE), lt_strategy_traits()->reclaims ? 10 : 0);
    }
    test_ends();
}
