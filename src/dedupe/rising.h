/* rising: where the records stand whose keys rose, each above all before it, as ids of a log do.
 * That such a key is new needs no look-up; any other one is looked for from where the last one was
 * found. 16 bytes a key.
 */
#ifndef DEDUPE_RISING_H
#define DEDUPE_RISING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct rising_key {
    int64_t key;
    uint64_t offset; /* of the record that stays, as far as is known */
};

struct rising {
    struct rising_key *keys; /* in order */
    size_t n;
    size_t capacity;
    size_t last;    /* where the last look-up ended */
    uint64_t steps; /* of all look-ups */
};

/* Appends a key above all others. */
void rising_add(struct rising *r, int64_t key, uint64_t offset);

/* The place of KEY, or NULL when it isn't there. Valid until the next rising_add. */
struct rising_key *rising_find(struct rising *r, int64_t key);

/* True when look-ups have taken so long that a hash table does better. */
bool rising_is_slow(const struct rising *r);

void rising_free(struct rising *r);

#endif
