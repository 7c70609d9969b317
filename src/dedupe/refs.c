#include "refs.h"

#include <string.h>

/* Lines between two times that memory is given back while the table moves; how much it grows. */
enum {
    STRETCH = 32 * 1024,
    GROWTH_PERCENT = 60,
    LIMITED_GROWTH_PERCENT = 30,
    MOST_GROWTH_PERCENT = 300
};

static void take_lines(struct refs *refs, size_t lines)
{
    refs->table = pages_new(lines * PAGES_LINE);
    refs->lines = lines;
    refs->limit = lines * REFS_LINE / 5 * 4;
}

void refs_open(struct refs *refs, struct budget *budget)
{
    *refs = (struct refs){.budget = budget};
    take_lines(refs, pages_grow(budget, 0, GROWTH_PERCENT));
}

void refs_close(struct refs *refs)
{
    pages_free(refs->table, refs->lines * PAGES_LINE);
    pages_release(refs->budget, refs->lines);
    *refs = (struct refs){0};
}

void refs_clear(struct refs *refs)
{
    memset(refs->table, 0, refs->lines * PAGES_LINE);
    refs->used = 0;
}

/* Puts in what is known not to be there: the first empty slot will do. */
static void put_back(struct refs *refs, uint64_t tag, uint64_t offset)
{
    struct refs_probe at = refs_start_tag(refs, tag);
    while (refs->table[at.line].used == REFS_LINE)
        if (++at.line == refs->lines)
            at.line = 0;
    at.slot = refs->table[at.line].used;
    refs_set(refs, at, offset);
}

void refs_put(struct refs *refs, uint64_t hash, uint64_t offset)
{
    put_back(refs, hash >> (64 - REFS_TAG_BITS), offset);
    refs->used++;
}

/* By how many percent the table grows. Where memory is short, the old table and the new one beside
 * it are to be of nearly the same size: one is given back while the other fills. */
static unsigned growth(const struct refs *refs, uint64_t expected)
{
    if (refs->budget->limit)
        return LIMITED_GROWTH_PERCENT;
    uint64_t lines = expected / REFS_LINE * 5 / 4, percent = lines * 101 / refs->lines;
    return percent < 100 + GROWTH_PERCENT        ? GROWTH_PERCENT
           : percent > 100 + MOST_GROWTH_PERCENT ? MOST_GROWTH_PERCENT
                                                 : (unsigned)percent - 100;
}

bool refs_make_room(struct refs *refs, uint64_t expected)
{
    if (refs->used < refs->limit)
        return true;
    struct refs old = *refs;
    size_t lines = pages_grow(refs->budget, old.lines, growth(refs, expected));
    if (!lines)
        return false;
    take_lines(refs, lines);
    for (size_t from = 0; from < old.lines; from += STRETCH) {
        size_t to = from + STRETCH < old.lines ? from + STRETCH : old.lines;
        for (size_t i = from; i < to; i++)
            for (unsigned j = 0; j < old.table[i].used; j++)
                put_back(refs, old.table[i].low[j] >> 40 << 16 | old.table[i].high[j],
                         old.table[i].low[j] & REFS_OFFSET_MAX);
        pages_drop(old.table, from * PAGES_LINE, to * PAGES_LINE);
    }
    pages_free(old.table, old.lines * PAGES_LINE);
    return true;
}
