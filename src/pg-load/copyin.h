/* copyin: a COPY … FROM STDIN and the records that go into it, a block at a time. A connection has
 * one at a time, so all that copy share it.
 */
#ifndef PG_LOAD_COPYIN_H
#define PG_LOAD_COPYIN_H

#include "pg.h"
#include "segment.h"

struct copyin {
    PGconn *conn;
    const struct segment *segment; /* of the records that are copied now */
    bool open;
    bool numbered;    /* its lines are the segment's records, from the first one on */
    uint64_t records; /* added since it was opened */
    uint64_t sent;    /* bytes, in all */
    char *buffer;
    size_t len;
};

/* Begins the COPY that SQL is, of records of SEGMENT, for messages NUMBERED. */
void copyin_open(struct copyin *c, const struct segment *segment, const char *sql, bool numbered);

/* Adds a record that is written already; LINE ends before the LF. */
void copyin_line(struct copyin *c, struct slice line);

/* Adds the staged columns of the current record, _origin only if ORIGIN. */
void copyin_record(struct copyin *c, const struct recread *in, bool origin);

/* Ends the COPY. The server must have taken every record. */
void copyin_close(struct copyin *c);

void copyin_free(struct copyin *c);

#endif
