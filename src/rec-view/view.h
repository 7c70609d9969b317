/* view: what the two ways of showing records, table and JSON, have in common. */
#ifndef REC_VIEW_VIEW_H
#define REC_VIEW_VIEW_H

#include "recread.h"
#include "schema.h"

struct view_options {
    char **columns; /* to be shown, in this order; NULL: all */
    size_t ncolumns;
    const char *bars; /* column, or NULL */
    bool json;
    uint64_t top; /* records of each segment to be shown */
    size_t width; /* of the terminal; 0: no limit */
    bool utf8;    /* the terminal shows UTF-8 */
    bool colour;  /* the terminal shows bold and dim */
};

/* The columns shown of the open segment. */
struct shown {
    size_t n;
    size_t *at;                           /* their places in the segment */
    const struct schema_column **columns; /* what the schema says of them, or NULL */
};

/* Finds the columns of the segment just opened. Ends the program when one isn't there. */
void shown_find(struct shown *shown, const struct view_options *options, const struct recread *in);
void shown_free(struct shown *shown);

/* Writes a record as a JSON object on a line of its own. */
void json_write(const struct shown *shown, const struct recread *in, struct out *out);

/* A table: it holds the first records back, until it knows how wide the columns are. */
struct table;

struct table *table_new(const struct view_options *options, struct out *out);

/* True when the segment just opened has the header of the table that is open: its records belong to
 * that table. */
bool table_goes_on(const struct table *table, const struct recread *in);

/* Opens a table for the segment just opened, whose columns are SHOWN, which must live as long. */
void table_begin(struct table *table, const struct shown *shown, const struct recread *in);

/* Adds the record that IN stands at. */
void table_add(struct table *table, const struct recread *in);

/* True while records are held back. */
bool table_holds(const struct table *table);

/* Settles the widths and writes what was held back. */
void table_settle(struct table *table);

/* Ends the table that is open, if one is. */
void table_end(struct table *table);

void table_free(struct table *table);

#endif
