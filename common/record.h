/* record: the header of a segment, and finding columns in it by name. reelpipe(5) is the format. */
#ifndef REELPIPE_RECORD_H
#define REELPIPE_RECORD_H

#include "slice.h"

/* The header line of a segment, `#TYPE TAB column TAB column …`. Names are kept as they stand in
 * the stream (escaped); a name without special characters is the same either way. */
struct header {
    char *text;        /* owns the bytes of all names; the line without its LF */
    size_t len;        /* bytes in text */
    struct slice type; /* without the `#` */
    size_t ncolumns;
    struct slice *columns; /* ncolumns names, slices of text */
};

enum { COLUMN_NONE = -1 };

/* Fills HEADER from a header line (without LF): copies it. Returns NULL, or what is wrong with it
 * (an empty type, a type that isn't [a-z][a-z0-9_]*, an empty or repeated column name). On failure
 * nothing is kept. */
const char *header_parse(struct header *header, struct slice line);

/* Fills HEADER from a type and column names. */
void header_make(struct header *header, const char *type, const char *const *columns,
                 size_t ncolumns);

/* Copies a header, with room for no more than its own columns. */
void header_copy(struct header *to, const struct header *from);

/* A copy of FROM with the columns of ADD that it lacks appended. */
void header_extend(struct header *to, const struct header *from, const char *const *add,
                   size_t nadd);

/* Frees what HEADER owns and clears it. */
void header_free(struct header *header);

/* The index of the column NAME, or COLUMN_NONE. */
int header_find(const struct header *header, const char *name);
int header_find_slice(const struct header *header, struct slice name);

/* True when both headers are the same line. */
bool header_equal(const struct header *a, const struct header *b);

#endif
