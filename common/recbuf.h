/* recbuf: the read buffer of recread: bytes of a stream, and where its separators and special bytes
 * are.
 *
 * The bytes [position, end) have been read and not handed out. Lines are slices of it, valid until
 * the next recbuf_fill. The buffer grows only for a line that doesn't fit.
 */
#ifndef REELPIPE_RECBUF_H
#define REELPIPE_RECBUF_H

#include "io.h"

struct recbuf {
    char *bytes;
    uint64_t *separators; /* a bit a byte: TAB or LF; see scan.h */
    uint64_t *specials;   /* a bit a byte: backslash, CR, NUL, not ASCII */
    size_t capacity;      /* a multiple of 64 */
    size_t position;
    size_t end;
    size_t whole;        /* offset behind the last LF, or 0: up to here lines are complete */
    size_t next_special; /* offset of the first special byte from `position` on, or `end` */
};

void recbuf_open(struct recbuf *b);
void recbuf_close(struct recbuf *b);

/* Reads a block behind what is there. Returns the number of bytes, 0 at the end of the input.
 * Offsets into the buffer change. */
size_t recbuf_fill(struct recbuf *b, struct in *in);

/* Appends the LF that the last line of a cut input lacks. Only after recbuf_fill returned 0. */
void recbuf_add_newline(struct recbuf *b);

/* Finds the fields of the line at `position`: puts the first ROOM of them into FIELDS, their number
 * into *FOUND, and the offset of the line's LF into *LINE_END. False when the line's end isn't in
 * the buffer yet. */
bool recbuf_split(const struct recbuf *b, struct slice *fields, size_t room, size_t *found,
                  size_t *line_end);

/* Steps over the line whose LF is at LINE_END; returns true when it has a special byte that must be
 * looked at: any but the backslash of a missing value, which is in so many lines that it's dealt
 * with here. */
bool recbuf_step(struct recbuf *b, size_t line_end);

#endif
