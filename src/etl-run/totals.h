/* totals: what a run has done in all, from what each of its stages has counted.
 *
 * Stages work in pipes; the column _pipe, which pipelines/lib.bash and we give them, says which
 * belong together (`-`: a program by itself; no such column: all belong together). A pipe counts
 * when it has an end: a load, an aggregate, or a program that writes what isn't records. What only
 * makes a file for others, and a pipe that failed, has none. Then for all pipes together
 *
 *     read = written + rejected + dropped
 *
 * holds unless a record got lost between two stages: `read` is taken from the sources, `written`
 * from the ends. An aggregate is an end, and its load is a pipe of its own that begins there.
 */
#ifndef ETL_RUN_TOTALS_H
#define ETL_RUN_TOTALS_H

#include "arena.h"
#include "recread.h"
#include "textmap.h"

struct counts {
    int64_t read, written, rejected, dropped, inserted, updated, unchanged, bytes_in, bytes_out;
};

struct totals {
    struct textmap index; /* the text of _pipe to its number in `pipe`, from 1 */
    struct pipe_counts *pipe;
    size_t npipes, pipes_size;
    uint64_t stages;
};

/* Takes the etl_stage record at hand. */
void totals_add(struct totals *t, const struct recread *in);

/* The sum over all pipes that count. */
struct counts totals_sum(const struct totals *t);

void totals_free(struct totals *t);

#endif
