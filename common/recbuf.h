/* recbuf: the read buffer of recread: bytes of a stream, and where its separators and special bytes
 * are.
 *
 * The bytes [position, end) have been read and not handed out. Lines are slices of it, valid until
 * the next recbuf_fill. The buffer grows only for a line that doesn't fit.
 */
#ifndef REELPIPE_RECBUF_H
#define REELPIPE_RECBUF_H

#include "io.h"
#include "scan.h"

struct recbuf {
    char *bytes;
    struct scan_block *blocks; /* of bytes */
    size_t capacity;           /* a multiple of 64; a block more can be read */
    size_t position;
    size_t end;
    size_t whole; /* offset behind the last LF, or 0: up to here lines are complete */
};

/* A line that has been split. */
struct recbuf_line {
    size_t end;    /* offset of its LF */
    size_t fields; /* how many it has */
    bool special;  /* has a byte that must be looked at, see scan.h */
};

void recbuf_open(struct recbuf *b);
void recbuf_close(struct recbuf *b);

/* Reads a block behind what is there. Returns the number of bytes, 0 at the end of the input.
 * Offsets into the buffer change. */
size_t recbuf_fill(struct recbuf *b, struct in *in);

/* Appends the LF that the last line of a cut input lacks. Only after recbuf_fill returned 0. */
void recbuf_add_newline(struct recbuf *b);

/* Finds the fields of the line at `position`, and puts the first ROOM of them into FIELDS. False
 * when the line's end isn't in the buffer yet. */
bool recbuf_split(const struct recbuf *b, struct slice *fields, size_t room,
                  struct recbuf_line *line);

/* Steps over a line that has been split. */
static inline void recbuf_step(struct recbuf *b, const struct recbuf_line *line)
{
    b->position = line->end + 1;
}

#endif
