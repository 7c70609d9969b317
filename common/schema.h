/* schema: the record types, in one table. reelpipe(5), sql/schema and the filters go by it. */
#ifndef REELPIPE_SCHEMA_H
#define REELPIPE_SCHEMA_H

#include "value.h"

/* How two records of one key are compared to find the one that stays. */
enum keep {
    KEEP_LAST,  /* the later one in the stream */
    KEEP_FIRST, /* the earlier one */
    KEEP_BEST, /* turn by turn (1, 2, 3 …) until one decides: at a column's `present` turn a value
                  beats NULL, at its `best` turn the greater value beats the smaller */
};

struct schema_column {
    const char *name;
    enum value_kind kind;
    bool required; /* NULL isn't allowed */
    bool key;      /* part of the key */
    bool identity; /* records of one key must agree on it, else the later is a key-conflict */
    int present;   /* KEEP_BEST: the turn in which a value beats NULL; 0: none */
    int best;      /* KEEP_BEST: the turn in which the greater value wins; 0: none */
};

struct schema_type {
    const char *name;
    const char *what; /* one line for manuals */
    enum keep keep;
    size_t ncolumns;
    const struct schema_column *columns;
};

/* All types, ended by one whose name is NULL. */
extern const struct schema_type schema_types[];

/* The type of that name, or NULL. */
const struct schema_type *schema_find(struct slice name);

/* The column of that name, or NULL. */
const struct schema_column *schema_column(const struct schema_type *type, struct slice name);

#endif
