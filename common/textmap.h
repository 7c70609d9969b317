/* textmap: a hash map from byte strings to 64-bit integers. intmap's brother for keys that are
 * text.
 *
 *     struct textmap map = {0};
 *     *textmap_put(&map, slice, NULL) += 1;   // a new key is copied and starts with the value 0
 *     const uint64_t *count = textmap_find(&map, slice);   // NULL: the key isn't there
 *     textmap_free(&map);
 *
 * Open addressing with linear probing over XXH3 hashes, at most three quarters full: 24 bytes a
 * slot and the key's own bytes. Keys are at most 4 GiB long and are never taken out one by one.
 */
#ifndef REELPIPE_TEXTMAP_H
#define REELPIPE_TEXTMAP_H

#include <stdint.h>

#include "arena.h"
#include "slice.h"

struct textmap_slot {
    const char *key; /* NULL marks an empty slot */
    uint32_t len;
    uint32_t hash; /* the upper half: spares most comparisons and all re-hashing of keys */
    uint64_t value;
};

struct textmap {
    struct textmap_slot *slots;
    size_t mask;
    size_t used; /* the number of keys */
    struct arena keys;
};

/* The value of KEY, or NULL when it isn't there. Valid until the next textmap_put. */
uint64_t *textmap_find(const struct textmap *map, struct slice key);

/* The value of KEY, which is copied and put in with the value 0 when it isn't there yet. KEPT,
 * unless NULL, gets the map's own copy of the key, which lives as long as the map. */
uint64_t *textmap_put(struct textmap *map, struct slice key, struct slice *kept);

/* All keys and values, one by one, in no order that means anything: *AT starts as 0; false at the
 * end. */
bool textmap_each(const struct textmap *map, size_t *at, struct slice *key, uint64_t *value);

/* The bytes allocated. */
size_t textmap_memory(const struct textmap *map);

/* Frees the map and leaves an empty one. */
void textmap_free(struct textmap *map);

#endif
