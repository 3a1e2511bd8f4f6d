/* native.h: the atomic accesses as the compiler makes them. Included by atomic.h alone. */

static inline uint8_t lt_load8(const lt_atomic8 *a, int order) { return __atomic_load_n(&a->raw, order); }
static inline void lt_store8(lt_atomic8 *a, uint8_t v, int order) { __atomic_store_n(&a->raw, v, order); }
static inline uint8_t lt_or8(lt_atomic8 *a, uint8_t v, int order) { return __atomic_fetch_or(&a->raw, v, order); }
static inline bool lt_cas8(lt_atomic8 *a, uint8_t *expected, uint8_t v, int order, int failure)
{
    return __atomic_compare_exchange_n(&a->raw, expected, v, false, order, failure);
}

static inline uint32_t lt_load32(const lt_atomic32 *a, int order) { return __atomic_load_n(&a->raw, order); }
static inline void lt_store32(lt_atomic32 *a, uint32_t v, int order) { __atomic_store_n(&a->raw, v, order); }
static inline uint32_t lt_add32(lt_atomic32 *a, uint32_t v, int order) { return __atomic_fetch_add(&a->raw, v, order); }
static inline uint32_t lt_sub32(lt_atomic32 *a, uint32_t v, int order) { return __atomic_fetch_sub(&a->raw, v, order); }
static inline uint32_t lt_or32(lt_atomic32 *a, uint32_t v, int order) { return __atomic_fetch_or(&a->raw, v, order); }
static inline bool lt_cas32(lt_atomic32 *a, uint32_t *expected, uint32_t v, int order, int failure)
{
    return __atomic_compare_exchange_n(&a->raw, expected, v, false, order, failure);
}

static inline uint64_t lt_load64(const lt_atomic64 *a, int order) { return __atomic_load_n(&a->raw, order); }
static inline void lt_store64(lt_atomic64 *a, uint64_t v, int order) { __atomic_store_n(&a->raw, v, order); }
static inline uint64_t lt_swap64(lt_atomic64 *a, uint64_t v, int order) { return __atomic_exchange_n(&a->raw, v, order); }
static inline uint64_t lt_add64(lt_atomic64 *a, uint64_t v, int order) { return __atomic_fetch_add(&a->raw, v, order); }
static inline uint64_t lt_sub64(lt_atomic64 *a, uint64_t v, int order) { return __atomic_fetch_sub(&a->raw, v, order); }
static inline uint64_t lt_or64(lt_atomic64 *a, uint64_t v, int order) { return __atomic_fetch_or(&a->raw, v, order); }
static inline uint64_t lt_and64(lt_atomic64 *a, uint64_t v, int order) { return __atomic_fetch_and(&a->raw, v, order); }
static inline bool lt_cas64(lt_atomic64 *a, uint64_t *expected, uint64_t v, int order, int failure)
{
    return __atomic_compare_exchange_n(&a->raw, expected, v, false, order, failure);
}

/* Keeps the compiler from moving accesses across it; the processor's half of the order is membarrier(2), issued by the
 * slow side (lib/grace.c). ThreadSanitizer models neither, so its build orders the accesses around it instead:
 * LT_DEKKER_STORE is the order of the store before, LT_DEKKER_LOAD of the load after every lt_light_barrier. */
#if LT_TSAN
#define LT_DEKKER_STORE LT_SEQ_CST
#define LT_DEKKER_LOAD LT_SEQ_CST
static inline void lt_light_barrier(void) {}
#else
#define LT_DEKKER_STORE LT_RELEASE
#define LT_DEKKER_LOAD LT_ACQUIRE
static inline void lt_light_barrier(void) { __atomic_signal_fence(__ATOMIC_SEQ_CST); }
#endif
