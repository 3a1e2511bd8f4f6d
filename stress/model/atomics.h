/* atomics.h: lifetime's atomic accesses with the scheduler's say before each (LT_ATOMICS of lifetime/atomic.h). The access
 * itself is made here, in instrumented code, by the thread that it belongs to. */
#ifndef MODEL_ATOMICS_H
#define MODEL_ATOMICS_H

#include "hooks.h"

#define MODEL_LOAD(bits) \
    static inline uint##bits##_t lt_load##bits(const lt_atomic##bits *a, int order) \
    { \
        uint64_t value; \
        if (model_load(&a->raw, bits / 8, &value)) return (uint##bits##_t)value; \
        return __atomic_load_n(&a->raw, order); \
    }
#define MODEL_STORE(bits) \
    static inline void lt_store##bits(lt_atomic##bits *a, uint##bits##_t v, int order) \
    { \
        if (!model_store(&a->raw, bits / 8, v, order)) __atomic_store_n(&a->raw, v, order); \
    }
#define MODEL_CHANGE(name, bits, builtin) \
    static inline uint##bits##_t lt_##name##bits(lt_atomic##bits *a, uint##bits##_t v, int order) \
    { \
        model_change(&a->raw); \
        return builtin(&a->raw, v, order); \
    }
#define MODEL_CAS(bits) \
    static inline bool lt_cas##bits(lt_atomic##bits *a, uint##bits##_t *expected, uint##bits##_t v, int order, int failure) \
    { \
        model_change(&a->raw); \
        return __atomic_compare_exchange_n(&a->raw, expected, v, false, order, failure); \
    }

MODEL_LOAD(8)
MODEL_STORE(8)
MODEL_CHANGE(or, 8, __atomic_fetch_or)
MODEL_CAS(8)

MODEL_LOAD(32)
MODEL_STORE(32)
MODEL_CHANGE(add, 32, __atomic_fetch_add)
MODEL_CHANGE(sub, 32, __atomic_fetch_sub)
MODEL_CHANGE(or, 32, __atomic_fetch_or)
MODEL_CAS(32)

MODEL_LOAD(64)
MODEL_STORE(64)
MODEL_CHANGE(swap, 64, __atomic_exchange_n)
MODEL_CHANGE(add, 64, __atomic_fetch_add)
MODEL_CHANGE(sub, 64, __atomic_fetch_sub)
MODEL_CHANGE(or, 64, __atomic_fetch_or)
MODEL_CHANGE(and, 64, __atomic_fetch_and)
MODEL_CAS(64)

/* The asymmetric fence as in production (lifetime/native.h without ThreadSanitizer), not in the seq_cst variant: here it is
 * the store buffers that show a missing one, and membarrier drains them. */
#define LT_DEKKER_STORE LT_RELEASE
#define LT_DEKKER_LOAD LT_ACQUIRE
static inline void lt_light_barrier(void) { __atomic_signal_fence(__ATOMIC_SEQ_CST); }

#endif
