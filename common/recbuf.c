#include "recbuf.h"

#include <stdlib.h>

#include "mem.h"
#include "scan.h"

static void make_room(struct recbuf *b, size_t capacity)
{
    b->bytes = mem_resize(b->bytes, capacity, 1);
    memset(b->bytes + b->capacity, 0, capacity - b->capacity);
    b->separators = mem_resize(b->separators, capacity / 64, sizeof *b->separators);
    b->specials = mem_resize(b->specials, capacity / 64, sizeof *b->specials);
    b->capacity = capacity;
}

void recbuf_open(struct recbuf *b)
{
    *b = (struct recbuf){0};
    make_room(b, 2 * IO_BLOCK);
}

void recbuf_close(struct recbuf *b)
{
    free(b->bytes);
    free(b->separators);
    free(b->specials);
    *b = (struct recbuf){0};
}

/* Scans [from, b->end) from the start of its first word on. Bytes beyond the end may hold anything,
 * so their bits are cleared. */
static void scan(struct recbuf *b, size_t from)
{
    size_t first = from / 64, words = (b->end + 63) / 64;
    scan_words(b->bytes + first * 64, words - first, b->separators + first, b->specials + first);
    if (b->end % 64) {
        uint64_t valid = ((uint64_t)1 << b->end % 64) - 1;
        b->separators[words - 1] &= valid;
        b->specials[words - 1] &= valid;
    }
}

static size_t special_from(const struct recbuf *b, size_t offset)
{
    size_t words = (b->end + 63) / 64, w = offset / 64;
    if (w >= words)
        return b->end;
    uint64_t mask = b->specials[w] & (~(uint64_t)0 << offset % 64);
    while (!mask) {
        if (++w == words)
            return b->end;
        mask = b->specials[w];
    }
    return w * 64 + (size_t)__builtin_ctzll(mask);
}

static void extend(struct recbuf *b, size_t n, size_t scanned)
{
    b->end += n;
    const char *last = memrchr(b->bytes + b->position, '\n', b->end - b->position);
    b->whole = last ? (size_t)(last - b->bytes) + 1 : 0;
    scan(b, scanned);
    b->next_special = special_from(b, b->position);
}

size_t recbuf_fill(struct recbuf *b, struct in *in)
{
    size_t scanned = b->end;
    if (b->position) {
        b->end -= b->position;
        memmove(b->bytes, b->bytes + b->position, b->end);
        b->position = 0;
        scanned = 0;
    }
    if (b->capacity - b->end < IO_BLOCK)
        make_room(b, 2 * b->capacity);
    size_t n = in_read(in, b->bytes + b->end, IO_BLOCK);
    extend(b, n, scanned);
    return n;
}

void recbuf_add_newline(struct recbuf *b)
{
    b->bytes[b->end] = '\n';
    extend(b, 1, b->end);
}

bool recbuf_split(const struct recbuf *b, struct slice *fields, size_t room, size_t *found,
                  size_t *line_end)
{
    const char *bytes = b->bytes;
    size_t words = (b->end + 63) / 64, w = b->position / 64, start = b->position, n = 0;
    if (start >= b->end)
        return false;
    uint64_t mask = b->separators[w] & (~(uint64_t)0 << start % 64);
    for (;;) {
        while (!mask) {
            if (++w == words)
                return false;
            mask = b->separators[w];
        }
        size_t at = w * 64 + (size_t)__builtin_ctzll(mask);
        mask &= mask - 1;
        if (n < room)
            fields[n] = (struct slice){bytes + start, at - start};
        n++;
        start = at + 1;
        if (bytes[at] == '\n') {
            *line_end = at;
            *found = n;
            return true;
        }
    }
}

/* True when the special byte at AT, in a line that ends with LF, is the backslash of a whole field
 * `\N`. */
static bool is_null_field(const struct recbuf *b, size_t at)
{
    const char *p = b->bytes + at;
    return p[0] == '\\' && p[1] == 'N' && (p[2] == '\t' || p[2] == '\n') &&
           (at == b->position || p[-1] == '\t');
}

bool recbuf_step(struct recbuf *b, size_t line_end)
{
    bool special = false;
    while (b->next_special < line_end && !special) {
        special = !is_null_field(b, b->next_special);
        b->next_special = special_from(b, special ? line_end : b->next_special + 1);
    }
    b->position = line_end + 1;
    return special;
}
