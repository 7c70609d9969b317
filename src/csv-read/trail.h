/* trail: how far a file's text has been read, known by a hash of all of it up to there; and the
 * state of a bookmark, which says the same in one line of text: reelpipe(5), MARKS.
 *
 *     OFFSET:HASH:LINE:HEAD[:SIZE@MTIME]
 *
 * The text is what input.h makes of a file, so a file and its gzipped copy have the same trail. The
 * hash is XXH3 of 128 bits: as fast as the file comes from memory, so that all of it can be hashed
 * every time, and wide enough that no two texts that anybody logs meet in it. It keeps nobody from
 * forging a log; who can write the logs needn't.
 */
#ifndef CSV_READ_TRAIL_H
#define CSV_READ_TRAIL_H

#include <stdint.h>

#include "slice.h"

enum {
    TRAIL_HEAD = 1024, /* bytes of text that HEAD is about, at most */
    TRAIL_LAST = 64,   /* bytes before the offset that a trail remembers */
    STATE_MAX = 192,   /* bytes of a state's text, NUL included */
};

struct digest {
    unsigned char bytes[16]; /* the highest first */
};

struct stamp { /* of a file that was read to its very end */
    uint64_t size;
    int64_t seconds; /* of its last change, since 1970 */
    int32_t nanoseconds;
};

struct state {
    uint64_t offset; /* bytes of text that have been read */
    uint64_t line;   /* the number of the line behind them */
    struct digest digest;
    uint32_t head; /* the first 4 bytes of the digest of the first TRAIL_HEAD bytes */
    bool stamped;
    struct stamp stamp;
};

struct trail {
    uint64_t offset;
    uint64_t line;
    uint32_t head; /* once offset is TRAIL_HEAD or more */
    char last[TRAIL_LAST];
    struct trail_hash *hash;
};

/* At the start of a text. */
void trail_begin(struct trail *t);

/* The next LEN bytes of text. The line is the caller's affair. */
void trail_add(struct trail *t, const char *bytes, size_t len);

/* Sets TO, which has begun, to FROM. */
void trail_copy(struct trail *to, const struct trail *from);

void trail_free(struct trail *t);

struct digest trail_digest(const struct trail *t);

/* The last byte before the offset, or 0. */
char trail_last(const struct trail *t);

/* The state, without a stamp. */
struct state trail_state(const struct trail *t);

/* Writes the text of STATE and a NUL; returns the length. */
size_t state_write(char text[STATE_MAX], const struct state *state);

/* False when TEXT isn't a state. */
bool state_parse(struct slice text, struct state *state);

#endif
