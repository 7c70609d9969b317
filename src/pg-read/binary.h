/* binary: values as PostgreSQL's binary COPY sends them, made canonical.
 *
 * The server formats no text then, which for times costs it as much as reading them; and what comes
 * is quickly written. The forms are those of the types' send functions (int8send, numeric_send …),
 * which haven't changed since 7.4. Types that aren't known here are to be cast to text in the
 * query.
 */
#ifndef PG_READ_BINARY_H
#define PG_READ_BINARY_H

#include <stdint.h>

#include "slice.h"

enum binary_form {
    BINARY_INT2,
    BINARY_INT4,
    BINARY_INT8,
    BINARY_OID,
    BINARY_BOOL,
    BINARY_TIME, /* timestamptz */
    BINARY_DATE,
    BINARY_NUMERIC,
    BINARY_TEXT,    /* text, varchar, char */
    BINARY_CAST,    /* anything else, cast to text */
    BINARY_FLOAT,   /* real, double precision, cast to text */
    BINARY_REFUSED, /* timestamp, time, cast to text: which zone they mean is unknown */
};

struct binary {
    char *buffer; /* of the value last made canonical */
    size_t size;
    const char *wrong; /* of that value: NULL, or what it isn't; the value is then for a message */
};

/* The form of values of a type, by its OID. */
enum binary_form binary_form(uint32_t type);

/* True when values of this form come only if the query casts them to text. */
bool binary_is_cast(enum binary_form form);

/* The canonical field for a value that isn't NULL (an empty text becomes NULL, as the format has no
 * empty string). Valid until the next call, or as long as VALUE. When it has none (infinity, NaN, a
 * year over 9999), `wrong` says what it isn't. A value of the wrong length ends the program. */
struct slice binary_canonical(struct binary *b, enum binary_form form, struct slice value);

/* Frees the buffer. */
void binary_free(struct binary *b);

#endif
