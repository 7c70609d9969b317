/* intmap: a hash map from 64-bit integers to 64-bit integers. intmap.h has the contract; finding is
 * inline there, and what changes the table is here.
 */
#include "intmap.h"

#include <stdlib.h>

#include "diag.h"
#include "mem.h"

enum { SMALLEST = 64 };

/* Three quarters full is where the probe runs of linear probing are still short. */
static bool too_full(size_t used, size_t slots)
{
    return used > slots / 4 * 3;
}

/* The slot of KEY, which isn't 0, or the empty one where it belongs. */
static struct intmap_slot *slot_of(struct intmap_slot *slots, size_t mask, int64_t key)
{
    size_t i = intmap_hash(key) & mask;
    while (slots[i].key != 0 && slots[i].key != key)
        i = (i + 1) & mask;
    return &slots[i];
}

static void rehash(struct intmap *map, size_t nslots)
{
    if (nslots > SIZE_MAX / sizeof *map->slots)
        diag_die(STATUS_FAILED, "out of memory");
    struct intmap_slot *slots = mem_zeroed(nslots * sizeof *slots);
    if (map->slots) {
        for (size_t i = 0; i <= map->mask; i++)
            if (map->slots[i].key != 0)
                *slot_of(slots, nslots - 1, map->slots[i].key) = map->slots[i];
        free(map->slots);
    }
    map->slots = slots;
    map->mask = nslots - 1;
}

void intmap_reserve(struct intmap *map, size_t count)
{
    size_t nslots = map->slots ? map->mask + 1 : SMALLEST;
    while (too_full(count, nslots) && nslots <= SIZE_MAX / 2)
        nslots *= 2;
    if (!map->slots || nslots > map->mask + 1)
        rehash(map, nslots);
}

uint64_t *intmap_put(struct intmap *map, int64_t key)
{
    if (key == 0) {
        map->has_zero = true;
        return &map->zero;
    }
    struct intmap_slot *slot = map->slots ? slot_of(map->slots, map->mask, key) : NULL;
    if (slot && slot->key)
        return &slot->value;
    if (!slot || too_full(map->used + 1, map->mask + 1)) {
        intmap_reserve(map, map->used + 1);
        slot = slot_of(map->slots, map->mask, key);
    }
    slot->key = key;
    map->used++;
    return &slot->value;
}

bool intmap_each(const struct intmap *map, size_t *at, int64_t *key, uint64_t *value)
{
    if (*at == 0 && map->has_zero) {
        *at = 1;
        *key = 0;
        *value = map->zero;
        return true;
    }
    size_t nslots = map->slots ? map->mask + 1 : 0;
    for (size_t i = *at ? *at - 1 : 0; i < nslots; i++)
        if (map->slots[i].key != 0) {
            *at = i + 2;
            *key = map->slots[i].key;
            *value = map->slots[i].value;
            return true;
        }
    *at = nslots + 1;
    return false;
}

void intmap_free(struct intmap *map)
{
    free(map->slots);
    *map = (struct intmap){0};
}
