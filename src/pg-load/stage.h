/* stage: the temporary table pg_temp.stage, and copying records into it.
 *
 * It has all columns of the type (those the stream lacks stay NULL), `_origin` when the stream
 * carries it, and `record`, the record's number in its segment. Beside it stands
 * pg_temp.stage_reject(record, rule, reason), which the merge fills.
 */
#ifndef PG_LOAD_STAGE_H
#define PG_LOAD_STAGE_H

#include "order.h"
#include "pg.h"
#include "segment.h"

enum { STAGE_BUFFER = 256 * 1024 };

struct stage {
    PGconn *conn;
    const struct segment *segment;
    char *copy;      /* the COPY statement; NULL: the tables aren't made yet */
    char *columns;   /* the columns that came, as an array literal: {session_id,rating} */
    char *selection; /* the same as a list for SELECT */
    bool copying;
    uint64_t records;   /* copied since the last stage_finish */
    struct order order; /* of these records */
    uint64_t sent;      /* bytes, in all */
    char *buffer;       /* STAGE_BUFFER bytes */
    size_t len;
};

/* Gets ready for the records of SEGMENT. Nothing is sent before the first one. */
void stage_begin(struct stage *s, PGconn *conn, const struct segment *segment,
                 const struct header *header);

/* Makes the tables and begins to copy, also when no record may come. A transaction must be open. */
void stage_start(struct stage *s);

/* Copies the current record. A transaction must be open. */
void stage_record(struct stage *s, const struct recread *in);

/* Ends the COPY; true when there is something to merge. The server must have taken every record. */
bool stage_finish(struct stage *s);

/* Leaves the tables to the end of the session. */
void stage_free(struct stage *s);

#endif
