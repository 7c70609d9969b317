/* viewers: how many different users watched each item in each window, exactly.
 *
 * Films: a set of (film, window, user). Genres, of which there are few: for every user a mask of
 * the genres seen, 32 genres to a block. Past the memory limit sightings that need a new entry go
 * to a spool and are counted in later passes, each with empty tables.
 */
#ifndef TRENDING_VIEWERS_H
#define TRENDING_VIEWERS_H

#include <stdbool.h>

#include "intmap.h"
#include "intset.h"
#include "spool.h"
#include "window.h"

enum { BLOCK_ITEMS = 32, SIGHTINGS = 64 };

/* What one user has seen: one film, or those genres of a list that are in one block. */
struct sight {
    uint32_t item; /* of a film; the first of a block of genres */
    uint32_t mask; /* genres of the block; 0: a film */
};

struct sighting {
    int64_t user;
    uint32_t sight;
    uint32_t window;
};

struct viewers {
    struct sight *sights;
    size_t nsights, sights_size;
    uint64_t *count[WINDOWS]; /* by item */
    size_t count_size[WINDOWS];
    struct budget budget;
    uint64_t map_memory; /* what the maps may take; 0: no limit */
    struct intset pairs;
    struct intmap users;  /* films: numbers for users whose ids don't fit 31 bits */
    struct intmap *masks; /* genres: by block; user to mask, the current window in the upper half */
    size_t nmasks, masks_size;
    bool full;
    size_t spool_memory;
    struct spool spool;
    struct sighting waiting[SIGHTINGS];
    size_t nwaiting;
};

/* MEMORY is a limit in bytes, 0 for none. */
void viewers_open(struct viewers *v, uint64_t memory);
void viewers_close(struct viewers *v);

/* A new sight; its number is returned. */
uint32_t viewers_sight(struct viewers *v, uint32_t item, uint32_t mask);

void viewers_decide(struct viewers *v);

static inline void viewers_add(struct viewers *v, uint32_t sight, uint32_t window, int64_t user)
{
    v->waiting[v->nwaiting++] = (struct sighting){user, sight, window};
    if (v->nwaiting == SIGHTINGS)
        viewers_decide(v);
}

/* Counts all that is waiting and spooled: `count` is complete then. */
void viewers_finish(struct viewers *v);

#endif
