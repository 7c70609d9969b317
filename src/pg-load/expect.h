/* expect: the segments that a stream must consist of, as --expect names them. */
#ifndef PG_LOAD_EXPECT_H
#define PG_LOAD_EXPECT_H

#include <stdbool.h>
#include <stddef.h>

#include "slice.h"

struct expected {
    const char *type;
    bool several; /* `TYPE+`: one segment or more */
};

struct expect {
    struct expected *list; /* in the order of the stream; NULL: anything may come */
    size_t count;
    size_t next; /* the first one that hasn't come yet */
    char **names;
};

/* Parses --expect TYPE[+],…; ends the program with status 2 when a type isn't in the schema. */
void expect_parse(struct expect *e, const char *text);

/* Takes note of a segment. Returns NULL, or what was wanted in its place. */
const char *expect_take(struct expect *e, struct slice type);

/* The type that is still to come at the end of the stream, or NULL. */
const char *expect_missing(const struct expect *e);

void expect_free(struct expect *e);

#endif
