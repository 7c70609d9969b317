/* viewers: how many different users are behind each of many numbered cells, exactly.
 *
 *     struct viewers v;
 *     viewers_open(&v, VIEWERS_SPARSE, memory);
 *     viewers_room(&v, cell + 1);
 *     viewers_add(&v, part, cell, user);
 *     viewers_finish(&v);
 *     … v.count[cell] …
 *
 * Sparse, for many cells: sets of (cell, user). Cells belong to parts, each with a set of its own:
 * when sightings come part by part (days in their order), the set they need is small and near.
 * Dense, for few: 64 cells make a block, and each block has a map from users to the cells they were
 * seen in: one look-up for all of them. Past the memory limit sightings that need a new entry go to
 * a spool and are counted in later passes, each with empty tables.
 */
#ifndef REELPIPE_VIEWERS_H
#define REELPIPE_VIEWERS_H

#include <stdbool.h>

#include "intmap.h"
#include "intset.h"
#include "spool.h"

enum { BLOCK_CELLS = 64, SIGHTINGS = 64 };

enum viewers_shape { VIEWERS_SPARSE, VIEWERS_DENSE };

struct sighting {
    int64_t user;
    uint64_t mask;  /* dense: the cells of the block */
    uint32_t place; /* the cell; dense: the block */
    uint32_t part;
};

struct viewers {
    enum viewers_shape shape;
    uint64_t *count; /* by cell */
    size_t count_size;
    struct budget budget;
    uint64_t map_memory;  /* what the maps may take; 0: no limit */
    struct intset *parts; /* sparse: of pairs; opened when the first one comes */
    size_t nparts, parts_size, most_parts;
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

/* Sightings are decided some dozens at a time, so that they wait for memory together. */
static inline void viewers_wait(struct viewers *v, struct sighting s)
{
    v->waiting[v->nwaiting++] = s;
    if (v->nwaiting == SIGHTINGS)
        viewers_decide(v);
}

/* Sparse: USER was seen in CELL, which always belongs to the same PART, a number from 0 on. */
static inline void viewers_add(struct viewers *v, uint32_t part, uint32_t cell, int64_t user)
{
    viewers_wait(v, (struct sighting){.user = user, .place = cell, .part = part});
}

/* Dense: USER was seen in the cells of BLOCK (from BLOCK * BLOCK_CELLS on) whose bits are in MASK,
 * which isn't 0. */
static inline void viewers_add_mask(struct viewers *v, uint32_t block, uint64_t mask, int64_t user)
{
    viewers_wait(v, (struct sighting){.user = user, .mask = mask, .place = block});
}

/* Counts all that is waiting and spooled: `count` is complete then. */
void viewers_finish(struct viewers *v);

#endif
