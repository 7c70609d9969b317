/* intset: an exact set of 64-bit integers at 10 to 16 bytes each, as fast as memory allows.
 *
 *     struct budget budget = {.limit = 0};
 *     struct intset set;
 *     intset_open(&set, &budget);
 *     if (intset_add(&set, id) == INTSET_NEW) …
 *     intset_close(&set);
 *
 * A hash table of lines of eight keys, each line filled from its front, what doesn't fit going to
 * the next: a look-up touches hardly more than one line of memory, at up to four fifths full. A
 * key's home is the upper part of its hash times the number of lines, so the table may have any
 * size, and keys stand nearly in the order of their hashes: growing copies them front to back,
 * giving the old memory back on the way, and the peak is the new table alone.
 */
#ifndef REELPIPE_INTSET_H
#define REELPIPE_INTSET_H

#include <stdbool.h>

#include "pages.h"

enum { INTSET_LINE = PAGES_LINE / sizeof(uint64_t) };

struct intset {
    uint64_t *slots; /* 0 marks an empty slot; the key 0 itself is has_zero */
    size_t lines;
    size_t used;  /* slots in use */
    size_t limit; /* slots that may be in use */
    bool has_zero;
    struct budget *budget;
};

enum intset_answer {
    INTSET_OLD,  /* the key was there already */
    INTSET_NEW,  /* it has been put in */
    INTSET_FULL, /* it isn't there, and the budget has no room for it */
};

void intset_open(struct intset *set, struct budget *budget);
void intset_close(struct intset *set);

/* Makes room for KEYS in a set that has none yet, if the budget has no limit: growing to a size
 * that can be foreseen costs more than filling it. */
void intset_expect(struct intset *set, size_t keys);

/* Makes room for one more key. False when the budget forbids it. The slow half of intset_add. */
bool intset_grow(struct intset *set);

static inline uint64_t *intset_home(const struct intset *set, uint64_t key)
{
    key = (key ^ key >> 32) * UINT64_C(0xd6e8feb86659fd93);
    key = (key ^ key >> 32) * UINT64_C(0xd6e8feb86659fd93);
    key ^= key >> 32;
    return set->slots + (size_t)((unsigned __int128)key * set->lines >> 64) * INTSET_LINE;
}

/* Fetches the line of KEY into the cache. Worth it a few dozen keys ahead. */
static inline void intset_prefetch(const struct intset *set, uint64_t key)
{
    __builtin_prefetch(intset_home(set, key), 1);
}

/* The slot that holds KEY (not 0), or the empty one where it belongs. */
static inline uint64_t *intset_slot(const struct intset *set, uint64_t key)
{
    uint64_t *line = intset_home(set, key), *end = set->slots + set->lines * INTSET_LINE;
    for (;;) {
        /* Without a branch that depends on where in the line the key is. */
        unsigned used = 0, before = INTSET_LINE;
        for (unsigned i = 0; i < INTSET_LINE; i++) {
            used += line[i] != 0;
            before = line[i] == key ? i : before;
        }
        if (before < INTSET_LINE)
            return line + before;
        if (used < INTSET_LINE)
            return line + used;
        line += INTSET_LINE;
        if (line == end)
            line = set->slots;
    }
}

static inline bool intset_has(const struct intset *set, uint64_t key)
{
    return key ? *intset_slot(set, key) == key : set->has_zero;
}

static inline enum intset_answer intset_add(struct intset *set, uint64_t key)
{
    if (!key) {
        bool old = set->has_zero;
        set->has_zero = true;
        return old ? INTSET_OLD : INTSET_NEW;
    }
    uint64_t *slot = intset_slot(set, key);
    if (*slot)
        return INTSET_OLD;
    if (set->used == set->limit) {
        if (!intset_grow(set))
            return INTSET_FULL;
        slot = intset_slot(set, key);
    }
    *slot = key;
    set->used++;
    return INTSET_NEW;
}

#endif
