/* viewers: how many different users are behind each of many numbered cells, exactly.
 *
 *     struct viewers v;
 *     viewers_open(&v, VIEWERS_SPARSE, memory);
 *     viewers_room(&v, cell + 1);
 *     viewers_add(&v, cell, 0, user);
 *     viewers_finish(&v);
 *     … v.count[cell] …
 *
 * Sparse, for many cells: a set of (cell, user). Dense, for few: cells come in groups of 32, two
 * groups make a block, and each block has a map from users to the cells they were seen in. Past the
 * memory limit sightings that need a new entry go to a spool and are counted in later passes, each
 * with empty tables.
 */
#ifndef REELPIPE_VIEWERS_H
#define REELPIPE_VIEWERS_H

#include <stdbool.h>

#include "intmap.h"
#include "intset.h"
#include "spool.h"

enum { GROUP_CELLS = 32, BLOCK_CELLS = 2 * GROUP_CELLS, SIGHTINGS = 64 };

enum viewers_shape { VIEWERS_SPARSE, VIEWERS_DENSE };

struct sighting {
    int64_t user;
    uint32_t cell; /* dense: the first of a group */
    uint32_t mask; /* dense: the cells of the group */
};

struct viewers {
    enum viewers_shape shape;
    uint64_t *count; /* by cell */
    size_t count_size;
    struct budget budget;
    uint64_t map_memory; /* what the maps may take; 0: no limit */
    struct intset pairs;
    struct intmap users;  /* sparse: numbers for users whose ids don't fit 31 bits */
    struct intmap *masks; /* dense: by block; user to cells */
    size_t nmasks, masks_size;
    bool full;
    size_t spool_memory;
    struct spool spool;
    struct sighting waiting[SIGHTINGS];
    size_t nwaiting;
};

/* MEMORY is a limit in bytes, 0 for none. */
void viewers_open(struct viewers *v, enum viewers_shape shape, uint64_t memory);
void viewers_close(struct viewers *v);

/* Makes sure that the cells 0 to CELLS - 1 can be counted. */
void viewers_room(struct viewers *v, size_t cells);

void viewers_decide(struct viewers *v);

/* Sparse: USER was seen in CELL, MASK is 0. Dense: in those cells of the group that begins with
 * CELL whose bits are in MASK, which isn't 0. */
static inline void viewers_add(struct viewers *v, uint32_t cell, uint32_t mask, int64_t user)
{
    v->waiting[v->nwaiting++] = (struct sighting){user, cell, mask};
    if (v->nwaiting == SIGHTINGS)
        viewers_decide(v);
}

/* Counts all that is waiting and spooled: `count` is complete then. */
void viewers_finish(struct viewers *v);

#endif
