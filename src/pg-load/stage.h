/* stage: the temporary table pg_temp.stage, and copying records into it.
 *
 * It has all columns of the type (those the stream lacks stay NULL), `_origin` when the stream
 * carries it, and `record`, the record's number in its segment. Beside it stands
 * pg_temp.stage_reject(record, rule, reason), which the merge fills.
 */
#ifndef PG_LOAD_STAGE_H
#define PG_LOAD_STAGE_H

#include "copyin.h"
#include "order.h"
#include "spool.h"

struct stage {
    PGconn *conn;
    struct copyin *copyin;
    const struct segment *segment;
    char *copy;         /* the COPY statement; NULL: the tables aren't made yet */
    char *columns;      /* the columns that came, as an array literal: {session_id,rating} */
    char *selection;    /* the same as a list for SELECT */
    uint64_t records;   /* staged and not merged yet */
    struct order order; /* of these records */
};

/* Gets ready for the records of SEGMENT. Nothing is sent before the first one. */
void stage_begin(struct stage *s, struct copyin *copyin, const struct segment *segment,
                 const struct header *header);

/* Makes the tables and begins, or goes on, to copy, also when no record may come. A transaction
 * must be open. */
void stage_start(struct stage *s);

/* Copies the current record. A transaction must be open. */
void stage_record(struct stage *s, const struct recread *in);

/* Empties the tables and copies the lines of ASIDE in place of records: the fields that
 * stage_record would take, and the record's number. The COPY is ended, too. */
void stage_aside(struct stage *s, struct spool *aside);

/* Ends the COPY; true when there was one. The server must have taken every record. */
bool stage_finish(struct stage *s);

/* What is staged has been merged: what comes next is the first. The tables are emptied by the
 * commit. */
void stage_merged(struct stage *s);

/* Leaves the tables to the end of the session. */
void stage_free(struct stage *s);

#endif
