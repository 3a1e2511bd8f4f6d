/* hash.h: a map from keys to objects: a fixed number of buckets, each a list.h. All functions but hash_init inside a section. */
#ifndef STRUCTURES_HASH_H
#define STRUCTURES_HASH_H

#include <stdlib.h>

#include "list.h"

struct hash {
    struct list *bucket;
    unsigned bits; /* 2^bits buckets; from 1 to 32 */
};

/* 0 or ENOMEM. */
static inline int hash_init(struct hash *hash, unsigned bits)
{
    hash->bits = bits;
    hash->bucket = (struct list *)calloc((size_t)1 << bits, sizeof *hash->bucket);
    return hash->bucket ? 0 : ENOMEM;
}

/* Releases what is in it, and its buckets, when nobody uses it any more. */
static inline void hash_destroy(struct hash *hash)
{
    for (size_t i = 0; i < (size_t)1 << hash->bits; i++) lt_slot_store(&hash->bucket[i].first, NULL);
    free(hash->bucket);
}

static inline struct list *hash_bucket(struct hash *hash, uint64_t key)
{
    return &hash->bucket[key * 0x9e3779b97f4a7c15u >> (64 - hash->bits)]; /* Fibonacci hashing: Knuth 3, 6.4 */
}

static inline void *hash_find(struct hash *hash, uint64_t key) { return list_find(hash_bucket(hash, key), key); }

static inline int hash_insert(struct hash *hash, uint64_t key, void *item)
{
    return list_insert(hash_bucket(hash, key), key, item);
}

static inline int hash_remove(struct hash *hash, uint64_t key, void **item)
{
    return list_remove(hash_bucket(hash, key), key, item);
}

#endif
