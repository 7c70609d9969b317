/* arena: memory that is only added to and freed as a whole. Chunks double from 4 KiB to 1 MiB, so a
 * small table stays small and a big one takes few allocations; a piece that is larger gets a chunk
 * of its own.
 */
#include "arena.h"

#include <stdalign.h>
#include <stdint.h>
#include <stdlib.h>

#include "diag.h"
#include "mem.h"

struct arena_chunk {
    struct arena_chunk *next;
    size_t size; /* of bytes */
    alignas(16) char bytes[];
};

enum { FIRST_CHUNK = 4096, LARGEST_CHUNK = 1024 * 1024 };

static void add_chunk(struct arena *arena, size_t len)
{
    size_t size = FIRST_CHUNK;
    if (arena->chunks)
        size = arena->chunks->size < LARGEST_CHUNK / 2 ? arena->chunks->size * 2 : LARGEST_CHUNK;
    if (size < len)
        size = len;
    if (size > SIZE_MAX - sizeof(struct arena_chunk))
        diag_die(STATUS_FAILED, "out of memory");
    struct arena_chunk *chunk = mem_resize(NULL, 1, sizeof *chunk + size);
    chunk->size = size;
    chunk->next = arena->chunks;
    arena->chunks = chunk;
    arena->used = 0;
    arena->memory += sizeof *chunk + size;
}

void *arena_take(struct arena *arena, size_t len, size_t align)
{
    size_t at = (arena->used + align - 1) & ~(align - 1);
    if (!arena->chunks || at > arena->chunks->size || len > arena->chunks->size - at) {
        add_chunk(arena, len);
        at = 0;
    }
    arena->used = at + len;
    return arena->chunks->bytes + at;
}

char *arena_copy(struct arena *arena, struct slice text)
{
    char *copy = arena_take(arena, text.len, 1);
    if (text.len)
        memcpy(copy, text.ptr, text.len);
    return copy;
}

void arena_free(struct arena *arena)
{
    while (arena->chunks) {
        struct arena_chunk *next = arena->chunks->next;
        free(arena->chunks);
        arena->chunks = next;
    }
    *arena = (struct arena){0};
}
