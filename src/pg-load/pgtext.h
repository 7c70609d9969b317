/* pgtext: values as PostgreSQL's COPY writes them, made canonical.
 *
 * The server formats faster the way it likes best (ISO dates, UTC); what is left to do is small: a
 * `T` and a `Z` in times, trailing zeros of numerics, the escapes that reelpipe(5) doesn't have.
 */
#ifndef PG_LOAD_PGTEXT_H
#define PG_LOAD_PGTEXT_H

#include "slice.h"

enum pgtext_form {
    PGTEXT_PLAIN,   /* integers, booleans: canonical as they are */
    PGTEXT_TEXT,    /* everything that has no form of its own here */
    PGTEXT_TIME,    /* timestamptz in UTC */
    PGTEXT_DATE,    /* date */
    PGTEXT_NUMERIC, /* numeric, real, double precision */
};

struct pgtext {
    char *buffer; /* of the value last converted */
    size_t size;
    const char *wrong; /* of the value last converted: NULL, or what it isn't */
};

/* The canonical field for a COPY field (an empty text becomes NULL, as the format has no empty
 * string). Valid until the next call, or as long as RAW. When it has none (infinity, NaN, a year
 * over 9999), `wrong` says what it isn't. */
struct slice pgtext_canonical(struct pgtext *t, enum pgtext_form form, struct slice raw);

/* Frees the buffer. */
void pgtext_free(struct pgtext *t);

#endif
