/* intmap: a hash map from 64-bit integers to 64-bit integers, for ids.
 *
 *     struct intmap map = {0};               // an empty map; nothing is allocated yet
 *     *intmap_put(&map, id) += 1;            // a new key starts with the value 0
 *     const uint64_t *count = intmap_find(&map, id);  // NULL: the key isn't there
 *     intmap_free(&map);
 *
 * Open addressing with linear probing in a table of a power of two, at most three quarters full: 16
 * bytes a slot, 21 to 43 bytes a key. Every 64-bit integer can be a key. Keys are never taken out
 * one by one. The order of slots follows from the keys and the order of their arrival alone, but it
 * means nothing: sort before anything is shown.
 */
#ifndef REELPIPE_INTMAP_H
#define REELPIPE_INTMAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct intmap_slot {
    int64_t key; /* 0 marks an empty slot; the key 0 itself lives in struct intmap */
    uint64_t value;
};

struct intmap {
    struct intmap_slot *slots; /* NULL while the map has no key but 0 */
    size_t mask;               /* slots - 1 */
    size_t used;               /* slots in use */
    bool has_zero;             /* the key 0 is there … */
    uint64_t zero;             /* … with this value */
};

/* Mixes the bits of a key so that ids in sequence, in steps, or with a fixed low half spread over
 * the table. */
static inline uint64_t intmap_hash(int64_t key)
{
    uint64_t h = (uint64_t)key;
    h = (h ^ h >> 32) * UINT64_C(0xd6e8feb86659fd93);
    h = (h ^ h >> 32) * UINT64_C(0xd6e8feb86659fd93);
    return h ^ h >> 32;
}

/* The value of KEY, or NULL when it isn't there. Valid until the next intmap_put. */
static inline uint64_t *intmap_find(const struct intmap *map, int64_t key)
{
    if (key == 0)
        return map->has_zero ? (uint64_t *)&map->zero : NULL;
    if (!map->slots)
        return NULL;
    for (size_t i = intmap_hash(key) & map->mask;; i = (i + 1) & map->mask) {
        if (map->slots[i].key == key)
            return &map->slots[i].value;
        if (map->slots[i].key == 0)
            return NULL;
    }
}

static inline bool intmap_has(const struct intmap *map, int64_t key)
{
    return intmap_find(map, key) != NULL;
}

/* The value of KEY, which is put in with the value 0 when it isn't there yet. Valid until the next
 * intmap_put. Out of memory ends the program. */
uint64_t *intmap_put(struct intmap *map, int64_t key);

/* The number of keys. */
static inline size_t intmap_count(const struct intmap *map)
{
    return map->used + map->has_zero;
}

/* The bytes allocated. */
static inline size_t intmap_memory(const struct intmap *map)
{
    return map->slots ? (map->mask + 1) * sizeof *map->slots : 0;
}

/* Makes room for COUNT keys at once. */
void intmap_reserve(struct intmap *map, size_t count);

/* All keys and values, one by one: *AT starts as 0; false at the end. */
bool intmap_each(const struct intmap *map, size_t *at, int64_t *key, uint64_t *value);

/* Frees the table and leaves an empty map. */
void intmap_free(struct intmap *map);

#endif
