/* fast: the quick way to split, which goes from one delimiter or line end to the next by the bits
 * of csvscan and looks closer only where a record has quotes or spaces. What it isn't sure of, it
 * leaves to libcsv. */
#include "mem.h"
#include "split.h"

enum { BLOCK = SPLIT_BLOCK };

/* The next byte of `ends`, or the next quote, from AT on, or SIZE_MAX when there is none in the
 * buffer. */
static inline size_t next_of(const struct split *s, size_t at, bool quote)
{
    size_t last = (s->scanned + BLOCK - 1) / BLOCK, b = at / BLOCK;
    if (b >= last)
        return SIZE_MAX;
    uint64_t bits = quote ? s->blocks[b].quote : s->blocks[b].ends;
    bits = bits >> at % BLOCK << at % BLOCK;
    while (!bits)
        if (++b >= last)
            return SIZE_MAX;
        else
            bits = quote ? s->blocks[b].quote : s->blocks[b].ends;
    return b * BLOCK + (size_t)__builtin_ctzll(bits);
}

struct classes {
    uint64_t quote, space, care;
};

/* Which classes have a byte in [FROM, TO). */
static inline struct classes classes_between(const struct split *s, size_t from, size_t to)
{
    size_t b = from / BLOCK, last = to / BLOCK;
    uint64_t mask = ~(uint64_t)0 << from % BLOCK;
    struct classes found = {0, 0, 0};
    for (;; b++, mask = ~(uint64_t)0) {
        if (b == last)
            mask &= ((uint64_t)1 << to % BLOCK) - 1;
        found.quote |= s->blocks[b].quote & mask;
        found.space |= s->blocks[b].space & mask;
        found.care |= s->blocks[b].care & mask;
        if (b == last)
            return found;
    }
}

static struct slice trim(const struct split *s, struct slice text)
{
    while (text.len && is_space(s, *text.ptr))
        text.ptr++, text.len--;
    while (text.len && is_space(s, text.ptr[text.len - 1]))
        text.len--;
    return text;
}

/* A record with quotes that are all at the ends of their fields, or inside bare ones. *STOP is its
 * first line end, and becomes the one that ends it. Returns false, having changed nothing that
 * lasts, when it is anything else or its end hasn't come yet. */
static bool quoted_record(struct split *s, size_t *stop, uint64_t *inner_lines)
{
    const char *bytes = s->buffer;
    size_t at = s->start, end = s->end, line_end = *stop;
    s->record.nfields = 0;
    *inner_lines = 0;
    for (;; at++) {
        if (at >= end + s->eof)
            return false;
        if (bytes[at] == '"') {
            const char *from = bytes + at + 1;
            size_t quote = next_of(s, at + 1, true);
            if (quote >= end)
                return false;
            at = quote + 1;
            if (at >= end + s->eof || (bytes[at] != s->delimiter && !is_line_end(bytes[at])))
                return false;
            split_field(s, (struct slice){from, (size_t)(bytes + quote - from)});
            if (quote > line_end)
                for (const char *p = from; (p = memchr(p, '\n', (size_t)(bytes + quote - p))); p++)
                    ++*inner_lines;
        } else {
            size_t stopped = is_space(s, bytes[at]) ? SIZE_MAX : next_of(s, at, false);
            if (stopped == SIZE_MAX)
                return false;
            split_field(s, trim(s, (struct slice){bytes + at, stopped - at}));
            at = stopped;
        }
        if (bytes[at] != s->delimiter) {
            *stop = at;
            return true;
        }
    }
}

/* Fields as far as the next line end, quotes or not. False when that hasn't come yet. */
static bool bare_record(struct split *s, size_t *stop)
{
    const char *bytes = s->buffer;
    const char delimiter = s->delimiter;
    size_t last = (s->scanned + BLOCK - 1) / BLOCK, b = s->start / BLOCK, from = s->start, at,
           n = 0;
    if (b >= last)
        return false;
    uint64_t bits = s->blocks[b].ends & ~(uint64_t)0 << from % BLOCK;
    struct slice *field = s->fields;
    do {
        while (!bits)
            if (++b >= last)
                return false;
            else
                bits = s->blocks[b].ends;
        at = b * BLOCK + (size_t)__builtin_ctzll(bits);
        bits &= bits - 1;
        if (n == s->fields_capacity)
            field = s->fields = mem_grow(s->fields, &s->fields_capacity, n + 1, sizeof *s->fields);
        field[n++] = (struct slice){bytes + from, at - from};
        from = at + 1;
    } while (bytes[at] == delimiter);
    s->record.field = field;
    s->record.nfields = n;
    *stop = at;
    return true;
}

bool split_fast(struct split *s)
{
    size_t stop;
    while (!bare_record(s, &stop)) {
        if (s->end - s->start > s->limit)
            return split_libcsv(s);
        split_fill(s);
    }
    struct classes found = classes_between(s, s->start, stop);
    uint64_t inner_lines = 0;
    if (found.quote) {
        if (!quoted_record(s, &stop, &inner_lines))
            return split_libcsv(s);
        /* Quotes may hold line ends and delimiters, which `care` of the first line doesn't know. */
        found.care |= classes_between(s, s->start, stop).care | (s->delimiter == '\t') |
                      (s->delimiter == '\\') | (uint64_t)(s->delimiter < ' ');
    } else if (found.space) {
        for (size_t i = 0; i < s->record.nfields; i++)
            s->fields[i] = trim(s, s->fields[i]);
    }
    return split_whole(s, stop - s->start, inner_lines, found.care == 0);
}
