#include "viewers.h"

#include <stdlib.h>

#include "mem.h"

enum { SPOOL_MEMORY = 8 * 1024 * 1024, LEAST_MEMORY = 16 * 1024, PIECE = 4096 };
/* A set takes a page at least: with little memory, or of many years, parts share sets. */
enum { PART_MEMORY = 1024 * 1024, MOST_PARTS = 4096 };
#define DIRECT_USERS (INT64_C(1) << 31)

void viewers_open(struct viewers *v, enum viewers_shape shape, uint64_t memory)
{
    *v = (struct viewers){.shape = shape, .spool_memory = SPOOL_MEMORY, .most_parts = MOST_PARTS};
    if (memory) {
        if (memory < LEAST_MEMORY)
            memory = LEAST_MEMORY;
        if (v->spool_memory > memory / 8)
            v->spool_memory = (size_t)memory / 8;
        v->map_memory = memory / 4;
        v->budget.limit = memory / 2;
        if (v->most_parts > v->budget.limit / PART_MEMORY)
            v->most_parts = (size_t)(v->budget.limit / PART_MEMORY) + 1;
    }
    spool_open(&v->spool, v->spool_memory);
}

static void empty_tables(struct viewers *v)
{
    for (size_t i = 0; i < v->nparts; i++)
        if (v->parts[i].slots)
            intset_close(&v->parts[i]);
    intmap_free(&v->users);
    for (size_t i = 0; i < v->nmasks; i++)
        intmap_free(&v->masks[i]);
}

void viewers_close(struct viewers *v)
{
    empty_tables(v);
    free(v->parts);
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
    if (!v->map_memory)
        return intmap_put(map, user);
    /* A map that has to grow doubles, and moves. */
    size_t slots = intmap_memory(map) / sizeof *map->slots;
    if (!v->full && (map->used + 2) * 4 > slots * 3) {
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

/* Parts and blocks are alike, one day as the other: a table starts at the size that its neighbour
 * has come to, as growing costs more than filling. */
static struct intset *open_part(struct viewers *v, size_t i)
{
    intset_open(&v->parts[i], &v->budget);
    if (i)
        intset_expect(&v->parts[i], v->parts[i - 1].used / 4 * 5);
    return &v->parts[i];
}

static struct intset *part_of(struct viewers *v, uint32_t part)
{
    size_t i = part < v->most_parts ? part : part % v->most_parts;
    if (i >= v->nparts) {
        v->parts = mem_grow(v->parts, &v->parts_size, i + 1, sizeof *v->parts);
        memset(v->parts + v->nparts, 0, (i + 1 - v->nparts) * sizeof *v->parts);
        v->nparts = i + 1;
    }
    return v->parts[i].slots ? &v->parts[i] : open_part(v, i);
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
    struct intset *pairs = part_of(v, s->part);
    uint64_t pair = pair_of(s->place, user);
    if (v->full)
        return intset_has(pairs, pair);
    enum intset_answer answer = intset_add(pairs, pair);
    v->count[s->place] += answer == INTSET_NEW;
    v->full = answer == INTSET_FULL;
    return !v->full;
}

static bool count_mask(struct viewers *v, const struct sighting *s)
{
    struct intmap *masks = &v->masks[s->place];
    if (!masks->slots && s->place && !v->map_memory)
        intmap_reserve(masks, masks[-1].used);
    uint64_t *mask = user_value(v, masks, s->user);
    if (!mask)
        return false;
    uint64_t *count = v->count + (size_t)s->place * BLOCK_CELLS;
    uint64_t new = s->mask & ~*mask;
    *mask |= new;
    for (; new; new &= new - 1)
        count[__builtin_ctzll(new)]++;
    return true;
}

static void decide(struct viewers *v, const struct sighting *s)
{
    bool counted = v->shape == VIEWERS_DENSE ? count_mask(v, s) : count_one(v, s);
    if (!counted)
        memcpy(spool_room(&v->spool, sizeof *s), s, sizeof *s);
}

void viewers_decide(struct viewers *v)
{
    /* Most users have small ids; for the others the guess costs nothing but the fetch. */
    for (size_t i = 0; v->shape == VIEWERS_SPARSE && i < v->nwaiting; i++) {
        const struct sighting *s = &v->waiting[i];
        intset_prefetch(part_of(v, s->part), pair_of(s->place, (uint64_t)s->user));
    }
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
    empty_tables(v);
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
