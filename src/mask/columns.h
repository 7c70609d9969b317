/* columns: what becomes of the columns of a segment: which are removed, which get pseudonyms. */
#ifndef MASK_COLUMNS_H
#define MASK_COLUMNS_H

#include "intmap.h"
#include "key.h"
#include "recread.h"

/* A column that the command line names. */
struct masked {
    const char *name;
    bool removed;      /* `\N` in its place; else it gets pseudonyms */
    int at;            /* in the segment, or COLUMN_NONE */
    bool is_id;        /* an integer stays one */
    struct intmap ids; /* pseudonyms of the integers seen */
    char text[PSEUDONYM_TEXT];
};

struct columns {
    struct masked *list;
    size_t n;
    struct key *key;
    char *plain; /* an unescaped field */
    size_t plain_size;
};

void columns_add(struct columns *c, const char *name, bool removed);

/* Finds the columns in the segment that IN has just opened. Ends the program when one isn't there
 * that the type doesn't have either (a name that is misspelt must not leave a column in clear), or
 * when what is asked can't be done to it. */
void columns_find(struct columns *c, const struct recread *in);

/* Replaces the fields of the current record in FIELDS, which are valid until the next call. */
void columns_mask(struct columns *c, const struct recread *in, struct slice *fields);

void columns_free(struct columns *c);

#endif
