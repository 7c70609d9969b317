/* journal: runs on their way into the log of the database: files of records, and loading them.
 *
 * A run is written down first and loaded then, so that it is known also when the database is away.
 * What pg-load has committed is removed; loading it twice would change nothing.
 */
#ifndef ETL_RUN_JOURNAL_H
#define ETL_RUN_JOURNAL_H

#include <stdbool.h>
#include <stdint.h>

#include "outcome.h"
#include "place.h"

/* Writes the run, and unless STAGES is NULL what its stages counted, to PATH, which is there as a
 * whole or not at all. TELL: says on standard error that the run is done and what it counted.
 * Returns false, and has said why, when that can't be done. */
bool journal_write(const char *path, const struct outcome *o, const char *stages, bool tell);

/* Loads what is in the journal, oldest first, and then FILE (NULL: nothing more), for at most
 * MICROSECONDS. Returns false when something couldn't be loaded. pg-load says why, here or, with
 * QUIET, nowhere. */
bool journal_load(const struct place *p, const char *file, int64_t microseconds, bool quiet);

/* How many runs are in the journal. */
int journal_waiting(const struct place *p);

#endif
