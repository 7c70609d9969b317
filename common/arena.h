/* arena: memory that is only added to and freed as a whole. What is put in never moves.
 *
 *     struct arena arena = {0};
 *     char *copy = arena_copy(&arena, slice);
 *     arena_free(&arena);
 */
#ifndef REELPIPE_ARENA_H
#define REELPIPE_ARENA_H

#include "slice.h"

struct arena {
    struct arena_chunk *chunks; /* the one in use first */
    size_t used;                /* bytes used in it */
    size_t memory;              /* bytes allocated in all */
};

/* LEN bytes, not cleared, aligned to ALIGN (a power of two, at most 16). Out of memory ends the
 * program. */
void *arena_take(struct arena *arena, size_t len, size_t align);

/* A copy of TEXT's bytes, without a terminating NUL. */
char *arena_copy(struct arena *arena, struct slice text);

/* Frees everything and leaves an empty arena. */
void arena_free(struct arena *arena);

#endif
