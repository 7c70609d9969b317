#include "viewers.h"

#include <stdlib.h>

#include "mem.h"

enum { SPOOL_MEMORY = 8 * 1024 * 1024, LEAST_MEMORY = 16 * 1024, PIECE = 4096 };
#define DIRECT_USERS (INT64_C(1) << 31)

void viewers_open(struct viewers *v, uint64_t memory)
{
    *v = (struct viewers){.spool_memory = SPOOL_MEMORY};
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
    free(v->sights);
    for (int w = 0; w < WINDOWS; w++)
        free(v->count[w]);
    spool_close(&v->spool);
}

static void make_counters(struct viewers *v, size_t items)
{
    for (int w = 0; w < WINDOWS; w++) {
        size_t old = v->count_size[w];
        if (items <= old)
            continue;
        v->count[w] = mem_grow(v->count[w], &v->count_size[w], items, sizeof *v->count[w]);
        memset(v->count[w] + old, 0, (v->count_size[w] - old) * sizeof *v->count[w]);
    }
}

uint32_t viewers_sight(struct viewers *v, uint32_t item, uint32_t mask)
{
    size_t blocks = mask ? item / BLOCK_ITEMS + 1 : 0;
    v->sights = mem_grow(v->sights, &v->sights_size, v->nsights + 1, sizeof *v->sights);
    v->sights[v->nsights] = (struct sight){item, mask};
    make_counters(v, (size_t)item + (mask ? BLOCK_ITEMS : 1));
    if (blocks > v->nmasks) {
        v->masks = mem_grow(v->masks, &v->masks_size, blocks, sizeof *v->masks);
        memset(v->masks + v->nmasks, 0, (blocks - v->nmasks) * sizeof *v->masks);
        v->nmasks = blocks;
    }
    return (uint32_t)v->nsights++;
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

static bool count_film(struct viewers *v, const struct sighting *s, uint32_t film)
{
    uint64_t user;
    if (!user_number(v, s->user, &user))
        return false;
    uint64_t pair = (uint64_t)film << 33 | (uint64_t)s->window << 32 | user;
    if (v->full)
        return intset_has(&v->pairs, pair);
    enum intset_answer answer = intset_add(&v->pairs, pair);
    v->count[s->window][film] += answer == INTSET_NEW;
    v->full = answer == INTSET_FULL;
    return !v->full;
}

static bool count_genres(struct viewers *v, const struct sighting *s, const struct sight *sight)
{
    uint64_t *mask = user_value(v, &v->masks[sight->item / BLOCK_ITEMS], s->user);
    if (!mask)
        return false;
    unsigned shift = s->window == CURRENT ? 32 : 0;
    uint32_t new = sight->mask & ~(uint32_t)(*mask >> shift);
    *mask |= (uint64_t) new << shift;
    for (; new; new &= new - 1)
        v->count[s->window][sight->item + (unsigned)__builtin_ctz(new)]++;
    return true;
}

static void decide(struct viewers *v, const struct sighting *s)
{
    const struct sight *sight = &v->sights[s->sight];
    bool counted = sight->mask ? count_genres(v, s, sight) : count_film(v, s, sight->item);
    if (!counted)
        memcpy(spool_room(&v->spool, sizeof *s), s, sizeof *s);
}

void viewers_decide(struct viewers *v)
{
    /* Most users have small ids; for the others the guess costs nothing but the fetch. */
    for (size_t i = 0; i < v->nwaiting; i++) {
        const struct sighting *s = &v->waiting[i];
        const struct sight *sight = &v->sights[s->sight];
        if (!sight->mask)
            intset_prefetch(&v->pairs, (uint64_t)sight->item << 33 | (uint64_t)s->window << 32 |
                                           (uint64_t)s->user);
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
