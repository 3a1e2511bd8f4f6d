/* common.h: what all workloads' texts do alike. Each text includes it, so it is compiled once per strategy and has no
 * include guard; a peer plays several texts in one file and includes it once for all of them. The words of lifetime.h
 * mean the strategy, or the peer, that is being compiled. */

static const lt_type LT_NAME(bench_type) = {"bench", sizeof(struct bench_object), LT_TYPE_ACYCLIC, NULL, NULL, NULL};

static inline struct bench_object *LT_NAME(bench_make)(uint64_t value)
{
    struct bench_object *o = (struct bench_object *)lt_new(&LT_NAME(bench_type));
    if (LT_UNLIKELY(!o)) bench_fail("lt_new: out of memory");
    o->value = value;
    return o;
}

static inline void LT_NAME(bench_register)(void)
{
    if (lt_thread_register() != 0) bench_fail("lt_thread_register");
}

static inline uint64_t LT_NAME(bench_alive)(void)
{
    if (!lt_strategy_traits()->reclaims) return 0;
    lt_stats stats;
    lt_barrier();
    lt_stats_read(&stats);
    return stats.live;
}
