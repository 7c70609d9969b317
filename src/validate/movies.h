/* movies: the set of known films. */
#ifndef VALIDATE_MOVIES_H
#define VALIDATE_MOVIES_H

#include "intmap.h"

/* Films' ids are dense and mostly below two million: a bit each keeps the set in the processor's
 * cache, where a hash table costs a miss a record. Ids that are negative or huge go into a map. */
struct movies {
    uint64_t *bits;
    size_t words; /* bits are there for the ids [0, 64 * words) */
    struct intmap others;
};

/* Adds the films of a record file: the column movie_id of every segment, whatever its type. FLAGS
 * are recread_open's. */
void movies_read(struct movies *movies, char *path, unsigned flags);

static inline bool movies_have(const struct movies *movies, int64_t id)
{
    if (id >= 0 && (uint64_t)id / 64 < movies->words)
        return movies->bits[id / 64] >> id % 64 & 1;
    return intmap_has(&movies->others, id);
}

void movies_free(struct movies *movies);

#endif
