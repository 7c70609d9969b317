#include "recbuf.h"

#include <stdlib.h>

#include "mem.h"

enum { BLOCK = SCAN_BLOCK };

static void make_room(struct recbuf *b, size_t capacity)
{
    b->bytes = mem_resize(b->bytes, capacity + BLOCK, 1);
    memset(b->bytes + b->capacity, 0, capacity + BLOCK - b->capacity);
    b->blocks = mem_resize(b->blocks, capacity / BLOCK + 2, sizeof *b->blocks);
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
    free(b->blocks);
    *b = (struct recbuf){0};
}

static void extend(struct recbuf *b, size_t n, size_t scanned)
{
    b->end += n;
    const char *last = memrchr(b->bytes + b->position, '\n', b->end - b->position);
    b->whole = last ? (size_t)(last - b->bytes) + 1 : 0;
    scan_stream(b->bytes, scanned, b->end, b->blocks);
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

bool recbuf_split(const struct recbuf *b, struct slice *fields, size_t room,
                  struct recbuf_line *line)
{
    uint64_t special = 0;
    size_t n = 0;
    const char *from = b->bytes + b->position;
    /* Words that begin with the line, not with a block: one has all the bits of most lines. */
    for (size_t offset = b->position; offset < b->end; offset += BLOCK) {
        const struct scan_block *block = &b->blocks[offset / BLOCK];
        const char *start = b->bytes + offset;
        size_t shift = offset % BLOCK;
        uint64_t lines = scan_window(block[0].lines, block[1].lines, shift);
        uint64_t upto = lines ^ (lines - 1); /* all when there is no line's end */
        uint64_t separators = scan_window(block[0].separators, block[1].separators, shift) & upto;
        special |= scan_window(block[0].specials, block[1].specials, shift) & upto;
        for (; separators; separators &= separators - 1, n++) {
            const char *at = start + (unsigned)__builtin_ctzll(separators);
            if (n < room)
                fields[n] = (struct slice){from, (size_t)(at - from)};
            from = at + 1;
        }
        if (lines) {
            *line = (struct recbuf_line){(size_t)(from - b->bytes) - 1, n, special != 0};
            return true;
        }
    }
    return false;
}
