/* rows: the rows of a query, as one segment. */
#ifndef PG_READ_ROWS_H
#define PG_READ_ROWS_H

#include <libpq-fe.h>

#include "query.h"
#include "recwrite.h"
#include "run.h"

/* Runs the query, whose parameters have been bound in the open transaction, writes the segment to
 * OUT, and counts what was read in RUN. A query that fails, or has a value without a canonical
 * form, ends the program without `#end`. */
void rows_write(PGconn *conn, const struct query *q, struct recwrite *out, struct run *run);

#endif
