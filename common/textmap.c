/* textmap: a hash map from byte strings to 64-bit integers. textmap.h has the contract; the hash is
 * libxxhash's XXH3, inlined.
 */
#include "textmap.h"

#include <stdlib.h>
#define XXH_INLINE_ALL
#include <xxhash.h>

#include "diag.h"
#include "mem.h"

enum { SMALLEST = 64 };

static uint32_t hash_of(struct slice key)
{
    return (uint32_t)(XXH3_64bits(key.ptr, key.len) >> 32);
}

/* The slot of KEY, or the empty one where it belongs. */
static struct textmap_slot *slot_of(const struct textmap *map, struct slice key, uint32_t hash)
{
    size_t i = hash & map->mask;
    for (; map->slots[i].key; i = (i + 1) & map->mask) {
        struct textmap_slot *slot = &map->slots[i];
        if (slot->hash == hash && slot->len == key.len && memcmp(slot->key, key.ptr, key.len) == 0)
            break;
    }
    return &map->slots[i];
}

static void grow(struct textmap *map)
{
    size_t nslots = map->slots ? (map->mask + 1) * 2 : SMALLEST;
    /* The stored half of the hash places keys in up to 2^32 slots: 96 GiB of them. */
    if (nslots > (size_t)1 << 32)
        diag_die(STATUS_FAILED, "out of memory");
    struct textmap_slot *slots = mem_zeroed(nslots * sizeof *slots);
    for (size_t i = 0; map->slots && i <= map->mask; i++) {
        if (!map->slots[i].key)
            continue;
        size_t to = map->slots[i].hash & (nslots - 1);
        while (slots[to].key)
            to = (to + 1) & (nslots - 1);
        slots[to] = map->slots[i];
    }
    free(map->slots);
    map->slots = slots;
    map->mask = nslots - 1;
}

uint64_t *textmap_find(const struct textmap *map, struct slice key)
{
    if (!map->slots)
        return NULL;
    struct textmap_slot *slot = slot_of(map, key, hash_of(key));
    return slot->key ? &slot->value : NULL;
}

uint64_t *textmap_put(struct textmap *map, struct slice key, struct slice *kept)
{
    if (!map->slots || map->used + 1 > (map->mask + 1) / 4 * 3)
        grow(map);
    uint32_t hash = hash_of(key);
    struct textmap_slot *slot = slot_of(map, key, hash);
    if (!slot->key) {
        if (key.len > UINT32_MAX)
            diag_die(STATUS_FAILED, "a key is longer than 4 GiB");
        slot->key = arena_copy(&map->keys, key);
        slot->len = (uint32_t)key.len;
        slot->hash = hash;
        map->used++;
    }
    if (kept)
        *kept = (struct slice){slot->key, slot->len};
    return &slot->value;
}

bool textmap_each(const struct textmap *map, size_t *at, struct slice *key, uint64_t *value)
{
    while (map->slots && *at <= map->mask) {
        const struct textmap_slot *slot = &map->slots[(*at)++];
        if (slot->key) {
            *key = (struct slice){slot->key, slot->len};
            *value = slot->value;
            return true;
        }
    }
    return false;
}

size_t textmap_memory(const struct textmap *map)
{
    return map->keys.memory + (map->slots ? (map->mask + 1) * sizeof *map->slots : 0);
}

void textmap_free(struct textmap *map)
{
    free(map->slots);
    arena_free(&map->keys);
    *map = (struct textmap){0};
}
