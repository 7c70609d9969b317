/* refs: where the record of a key stands in the spool, found by the key's hash.
 *
 * 40 bits of offset and 40 bits of hash, whatever the key looks like; the key itself is read in the
 * spool, so an answer is exact. Lines of six as intset has lines of eight: 13 to 22 bytes a key,
 * which grow as intset does, without reading a key again.
 */
#ifndef DEDUPE_REFS_H
#define DEDUPE_REFS_H

#include <stdbool.h>

#include "pages.h"

enum { REFS_LINE = 6, REFS_TAG_BITS = 40 };
#define REFS_OFFSET_MAX ((UINT64_C(1) << 40) - 1)

struct refs_line {
    uint64_t low[REFS_LINE];  /* offset (40 bits), upper 24 bits of the tag */
    uint16_t high[REFS_LINE]; /* lower 16 bits of the tag */
    uint32_t used;            /* slots in use: the first ones */
};

struct refs {
    struct refs_line *table;
    size_t lines;
    size_t used;  /* slots in use */
    size_t limit; /* slots that may be in use */
    struct budget *budget;
};

/* A look-up on its way, and where it stands. */
struct refs_probe {
    uint64_t tag; /* the upper 40 bits of the hash */
    size_t line;
    unsigned slot;
};

void refs_open(struct refs *refs, struct budget *budget);
void refs_close(struct refs *refs);

/* Takes all out and keeps the memory. */
void refs_clear(struct refs *refs);

/* Makes sure that one more fits. False when the budget forbids it. May move slots: probe again.
 * EXPECTED is how many there may be in the end, 0 when nobody knows: moving the table again and
 * again costs more than filling it. A guess that is wrong costs up to four times the memory. */
bool refs_make_room(struct refs *refs, uint64_t expected);

/* Puts in a key that is known not to be there, when room has been made. */
void refs_put(struct refs *refs, uint64_t hash, uint64_t offset);

static inline struct refs_probe refs_start_tag(const struct refs *refs, uint64_t tag)
{
    unsigned __int128 upper = tag << (64 - REFS_TAG_BITS);
    return (struct refs_probe){tag, (size_t)(upper * refs->lines >> 64), 0};
}

static inline struct refs_probe refs_start(const struct refs *refs, uint64_t hash)
{
    return refs_start_tag(refs, hash >> (64 - REFS_TAG_BITS));
}

static inline void refs_prefetch(const struct refs *refs, uint64_t hash)
{
    __builtin_prefetch(&refs->table[refs_start(refs, hash).line], 1);
}

/* A bit for each slot of LINE that may hold TAG: all that do, and now and then another one. The
 * lower halves of the tags are compared side by side: a difference of 0 is what subtracting 1 takes
 * the upper bit from (and may take it from the lane behind, too). */
static inline unsigned refs_candidates(const struct refs_line *line, uint64_t tag)
{
    const uint64_t ones = 0x0001000100010001, all = (uint16_t)tag * ones;
    const uint16_t *high = line->high;
    uint64_t first = all ^ ((uint64_t)high[0] | (uint64_t)high[1] << 16 | (uint64_t)high[2] << 32 |
                            (uint64_t)high[3] << 48);
    uint64_t last = all ^ ((uint64_t)high[4] | (uint64_t)high[5] << 16);
    first = ((first - ones) & ~first) >> 15 & ones;
    last = ((last - ones) & ~last) >> 15 & ones;
    /* One factor brings the bits 0, 16, 32 and 48 to the top, side by side. */
    const uint64_t gather = 0x1000200040008000;
    return (unsigned)(first * gather >> 60) | (unsigned)(last * gather >> 60 & 3) << 4;
}

/* The offset of the next record whose hash agrees, from the slot of AT on; 0 when there is none:
 * then AT is the empty slot where the key belongs. */
static inline uint64_t refs_find(const struct refs *refs, struct refs_probe *at)
{
    for (;;) {
        const struct refs_line *line = &refs->table[at->line];
        unsigned used = (1u << line->used) - 1, from = ~0u << at->slot;
        for (unsigned agree = refs_candidates(line, at->tag) & used & from; agree;
             agree &= agree - 1) {
            at->slot = (unsigned)__builtin_ctz(agree);
            if (line->low[at->slot] >> 40 == at->tag >> 16)
                return line->low[at->slot] & REFS_OFFSET_MAX;
        }
        if (line->used < REFS_LINE) {
            at->slot = line->used;
            return 0;
        }
        at->slot = 0;
        if (++at->line == refs->lines)
            at->line = 0;
    }
}

/* Goes on behind the slot found. */
static inline void refs_step(struct refs_probe *at)
{
    at->slot++;
}

/* Puts an offset into the slot where a look-up ended. */
static inline void refs_set(struct refs *refs, struct refs_probe at, uint64_t offset)
{
    struct refs_line *line = &refs->table[at.line];
    line->low[at.slot] = offset | at.tag >> 16 << 40;
    line->high[at.slot] = (uint16_t)at.tag;
    line->used += line->used == at.slot;
}

#endif
