/* segment: what of a stream's segment is loaded, and how: its type, its merge and its columns. */
#ifndef PG_LOAD_SEGMENT_H
#define PG_LOAD_SEGMENT_H

#include "recread.h"
#include "schema.h"

struct segment {
    const struct schema_type *type;
    char *merge_path; /* sql/load/TYPE.sql */
    char *merge;      /* its text */
    bool always;      /* the merge runs for a segment without records, too */
    size_t ncolumns;  /* of the stream */
    /* For each column of the stream: its schema entry, or NULL for one that starts with `_`, and
     * whether it goes into the staging table. */
    const struct schema_column **column;
    bool *staged;
    size_t nstaged;
    bool whole_lines; /* every column is staged: lines are sent as they are */
    int origin;       /* the index of _origin, or COLUMN_NONE */
};

/* Makes the plan for the segment that IN has just opened. Ends the program when its type has no
 * merge, a column isn't the type's, or a column of the key is missing. */
void segment_begin(struct segment *s, const struct recread *in);

/* Checks the fields of the current record; ends the program, naming line, column and value, when
 * one isn't canonical. */
void segment_check(const struct segment *s, const struct recread *in);

void segment_free(struct segment *s);

#endif
