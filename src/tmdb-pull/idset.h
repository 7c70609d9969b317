/* idset: a set of film ids: one bit each in a map from id / 64, so that a million ids that lie
 * close together take a megabyte. */
#ifndef TMDB_PULL_IDSET_H
#define TMDB_PULL_IDSET_H

#include <stdbool.h>
#include <stdint.h>

#include "intmap.h"

struct idset {
    struct intmap words;
    uint64_t count;
};

/* Puts ID (not negative) in; false when it was there already. */
static inline bool idset_add(struct idset *set, int64_t id)
{
    uint64_t *word = intmap_put(&set->words, id / 64);
    uint64_t bit = UINT64_C(1) << id % 64;
    if (*word & bit)
        return false;
    *word |= bit;
    set->count++;
    return true;
}

static inline bool idset_has(const struct idset *set, int64_t id)
{
    const uint64_t *word = intmap_find(&set->words, id / 64);
    return word && *word >> id % 64 & 1;
}

/* A list of ids that grows. */
struct idlist {
    int64_t *ids;
    size_t count;
    size_t room;
};

void idlist_add(struct idlist *list, int64_t id);
void idlist_sort(struct idlist *list);
void idlist_free(struct idlist *list);

/* The ids of SET that aren't in WITHOUT, ascending. */
void idset_minus(const struct idset *set, const struct idset *without, struct idlist *list);

void idset_free(struct idset *set);

#endif
