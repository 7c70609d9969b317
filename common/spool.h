/* spool: lines that are held back: appended, read again by offset or in sequence, changed in place.
 *
 * The last few megabytes stand in memory; what is older goes to a file in TMPDIR (default /tmp)
 * that has no name and mode 0600, and is gone with the process. A spool that stays small makes no
 * file. A full disk ends the program, status 1. Offsets start at 1, so that 0 can stand for none.
 */
#ifndef REELPIPE_SPOOL_H
#define REELPIPE_SPOOL_H

#include <stdint.h>

#include "slice.h"

struct spool {
    int fd;         /* -1 until there is a file */
    uint64_t filed; /* bytes in the file, from offset 1 on */
    char *tail;     /* what comes behind them */
    size_t tail_len;
    size_t tail_size;
    char *found; /* spool_line's copy of a part, from found_from on */
    size_t found_size;
    size_t found_len;
    uint64_t found_from;
    uint64_t found_last; /* the line asked for last */
    /* The walk: lines [scan_at, scan_len) of a piece that starts at scan_from are still to come. */
    char *scan;
    size_t scan_size;
    uint64_t scan_from;
    size_t scan_len;
    size_t scan_at;
    bool scan_changed;
};

/* An empty spool that keeps up to MEMORY bytes in memory. */
void spool_open(struct spool *s, size_t memory);

/* Frees everything, the file too. */
void spool_close(struct spool *s);

/* The offset of the byte to be appended next. */
uint64_t spool_end(const struct spool *s);

/* Appends LEN bytes that the caller writes where the result points, before any other call. */
char *spool_room(struct spool *s, size_t len);

/* Reads up to LEN bytes from OFFSET on; fewer only at the end. Returns the number. */
size_t spool_read(const struct spool *s, uint64_t offset, char *buffer, size_t len);

/* The line at OFFSET, without its LF, which follows in memory. Valid until the next call of
 * spool_line or spool_room. */
struct slice spool_line(struct spool *s, uint64_t offset);

/* Changes bytes in place. During a walk, not beyond the line handed out last. */
void spool_change(struct spool *s, uint64_t offset, const char *bytes, size_t len);

/* Starts a walk over the lines from OFFSET on; spool_walk hands them out one by one and returns
 * false at the end. Lines are valid until the next call. Nothing may be appended on the way. */
void spool_walk_from(struct spool *s, uint64_t offset);
bool spool_walk(struct spool *s, uint64_t *offset, struct slice *line);

#endif
