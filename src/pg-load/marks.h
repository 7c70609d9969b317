/* marks: the bookmarks of a stream, until they are committed with the records they cover. */
#ifndef PG_LOAD_MARKS_H
#define PG_LOAD_MARKS_H

#include <stdint.h>

#include "pg.h"
#include "slice.h"

struct mark {
    char *source;
    char *state;
};

struct marks {
    struct mark *list;
    size_t count;
    size_t capacity;
    uint64_t unstored; /* marks given up by marks_forget */
};

/* Notes a bookmark; the last one of a source counts. The fields are raw, as in the stream. */
void marks_add(struct marks *m, struct slice source, struct slice state);

/* Writes them to etl_bookmark under PIPELINE, in the open transaction, and forgets them. */
void marks_store(struct marks *m, PGconn *conn, const char *pipeline);

/* Forgets them without storing them. */
void marks_forget(struct marks *m);

void marks_free(struct marks *m);

#endif
