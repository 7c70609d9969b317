/* rows: the rows of a query, as one segment.
 *
 *     struct rows *rows = rows_describe(conn, &query);   // of each query, before the first writes
 *     rows_write(rows, &out, &run);
 */
#ifndef PG_READ_ROWS_H
#define PG_READ_ROWS_H

#include <libpq-fe.h>

#include "query.h"
#include "recwrite.h"
#include "run.h"

/* Asks the server for the columns of a query, in the open transaction. One that is wrong ends the
 * program. */
struct rows *rows_describe(PGconn *conn, const struct query *q);

/* Runs the query, whose parameters have been bound, writes the segment to OUT, counts what was read
 * in RUN, and frees ROWS. A query that fails, or has a value without a canonical form, ends the
 * program behind the segment's header, so that the stream is a cut one. */
void rows_write(struct rows *rows, struct recwrite *out, struct run *run);

#endif
