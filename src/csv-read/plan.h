/* plan: which column of the output comes from which column of a CSV file. */
#ifndef CSV_READ_PLAN_H
#define CSV_READ_PLAN_H

#include "record.h"
#include "settings.h"

enum plan_how {
    PLAN_VALUE,  /* a value of the column's kind */
    PLAN_HASH,   /* any text, made into an id */
    PLAN_DERIVE, /* an id made from other columns where the file has none */
    PLAN_ORIGIN, /* file:line */
};

enum { PLAN_NONE = -1 };

struct plan_column {
    char *name;
    enum value_kind kind;
    enum plan_how how;
    int source; /* the field of the CSV record, from 0, or PLAN_NONE */
};

struct plan {
    struct header header;
    struct plan_column *columns;
    size_t ncolumns;
    size_t nfields;        /* that a CSV record must have */
    int user, movie, time; /* the columns that PLAN_DERIVE needs */
};

/* Matches a file's header (or, with --no-header, its first record, of which only the number of
 * fields counts). Returns NULL, or one message (for free()) about what doesn't fit: a column that
 * is required and missing, or that several columns of the file could be. Then PLAN is only to be
 * freed. */
char *plan_make(struct plan *plan, const struct settings *settings, const struct slice *names,
                size_t nnames);

void plan_free(struct plan *plan);

#endif
