#include "viewers.h"

#include <stdlib.h>

#include "mem.h"

enum { SPOOL_MEMORY = 8 * 1024 * 1024, LEAST_MEMORY = 16 * 1024, PIECE = 4096 };
#define DIRECT_USERS (INT64_C(1) << 31)

void viewers_open(struct viewers *v, enum viewers_shape shape, uint64_t memory)
{
    *v = (struct viewers){.shape = shape, .spool_memory = SPOOL_MEMORY};
    if (memory) {
        if (memory < LEAST_MEMORY)
            memory = LEAST_MEMORY;
        if (v->spool_memory > memory / 8)
            v->spool_memory = (size_t)memory / 8;
        v->map_memory = memory / 4;
        v->budget.limit = memory / 2;
    }
    intset_open(&v->pairs, &v->budget);
    spool_open(&v->spool, v->spool_memory);
}

void viewers_close(struct viewers *v)
{
    intset_close(&v->pairs);
    intmap_free(&v->users);
    for (size_t i = 0; i < v->nmasks; i++)
        intmap_free(&v->masks[i]);
    free(v->masks);
    free(v->count);
    spool_close(&v->spool);
}

void viewers_room(struct viewers *v, size_t cells)
{
    size_t old = v->count_size;
    size_t blocks = (cells + BLOCK_CELLS - 1) / BLOCK_CELLS;
    if (cells > old) {
        v->count = mem_grow(v->count, &v->count_size, cells, sizeof *v->count);
        memset(v->count + old, 0, (v->count_size - old) * sizeof *v->count);
    }
    if (v->shape == VIEWERS_DENSE && blocks > v->nmasks) {
        v->masks = mem_grow(v->masks, &v->masks_size, blocks, sizeof *v->masks);
        memset(v->masks + v->nmasks, 0, (blocks - v->nmasks) * sizeof *v->masks);
        v->nmasks = blocks;
    }
}

/* The value of a user in MAP, put there if memory allows it, else NULL. */
static uint64_t *user_value(struct viewers *v, struct intmap *map, int64_t user)
{
    uint64_t *value = intmap_find(map, user);
    if (value)
        return value;
    /* A map that has to grow doubles, and moves. */
    size_t slots = intmap_memory(map) / sizeof *map->slots;
    if (v->map_memory && !v->full && (map->used + 2) * 4 > slots * 3) {
        uint64_t all = intmap_memory(&v->users) + 2 * intmap_memory(map);
        for (size_t i = 0; i < v->nmasks; i++)
            all += intmap_memory(&v->masks[i]);
        v->full = slots && all > v->map_memory;
    }
    return v->full ? NULL : intmap_put(map, user);
}

/* The user's part of a pair. False when it has none and memory is full. */
static bool user_number(struct viewers *v, int64_t user, uint64_t *number)
{
    *number = (uint64_t)user;
    if (user >= 0 && user < DIRECT_USERS)
        return true;
    uint64_t *value = user_value(v, &v->users, user);
    if (!value)
        return false;
    if (!*value)
        *value = (uint64_t)DIRECT_USERS + intmap_count(&v->users);
    *number = *value;
    return true;
}

static uint64_t pair_of(uint32_t cell, uint64_t user)
{
    return (uint64_t)cell << 32 | user;
}

static bool count_one(struct viewers *v, const struct sighting *s)
{
    uint64_t user;
    if (!user_number(v, s->user, &user))
        return false;
    uint64_t pair = pair_of(s->cell, user);
    if (v->full)
        return intset_has(&v->pairs, pair);
    enum intset_answer answer = intset_add(&v->pairs, pair);
    v->count[s->cell] += answer == INTSET_NEW;
    v->full = answer == INTSET_FULL;
    return !v->full;
}

static bool count_group(struct viewers *v, const struct sighting *s)
{
    uint64_t *mask = user_value(v, &v->masks[s->cell / BLOCK_CELLS], s->user);
    if (!mask)
        return false;
    unsigned shift = s->cell % BLOCK_CELLS;
    uint32_t new = s->mask & ~(uint32_t)(*mask >> shift);
    *mask |= (uint64_t) new << shift;
    for (; new; new &= new - 1)
        v->count[s->cell + (unsigned)__builtin_ctz(new)]++;
    return true;
}

static void decide(struct viewers *v, const struct sighting *s)
{
    bool counted = v->shape == VIEWERS_DENSE ? count_group(v, s) : count_one(v, s);
    if (!counted)
        memcpy(spool_room(&v->spool, sizeof *s), s, sizeof *s);
}

void viewers_decide(struct viewers *v)
{
    /* Most users have small ids; for the others the guess costs nothing but the fetch. */
    if (v->shape == VIEWERS_SPARSE)
        for (size_t i = 0; i < v->nwaiting; i++)
            intset_prefetch(&v->pairs, pair_of(v->waiting[i].cell, (uint64_t)v->waiting[i].user));
    for (size_t i = 0; i < v->nwaiting; i++)
        decide(v, &v->waiting[i]);
    v->nwaiting = 0;
}

/* One pass over what found no room so far. */
static void pass(struct viewers *v)
{
    struct spool from = v->spool;
    struct sighting piece[PIECE];
    spool_open(&v->spool, v->spool_memory);
    intset_clear(&v->pairs);
    intmap_free(&v->users);
    for (size_t i = 0; i < v->nmasks; i++)
        intmap_free(&v->masks[i]);
    v->full = false;
    uint64_t end = spool_end(&from);
    for (uint64_t at = 1; at < end;) {
        size_t n = spool_read(&from, at, (char *)piece, sizeof piece);
        for (size_t i = 0; i < n / sizeof *piece; i++)
            decide(v, &piece[i]);
        at += n;
    }
    spool_close(&from);
}

void viewers_finish(struct viewers *v)
{
    viewers_decide(v);
    while (spool_end(&v->spool) > 1)
        pass(v);
}
