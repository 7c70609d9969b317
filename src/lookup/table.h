/* table: the lookup file in memory: for each key, the fields that are added for it. */
#ifndef LOOKUP_TABLE_H
#define LOOKUP_TABLE_H

#include <stdint.h>

#include "arena.h"
#include "intmap.h"
#include "slice.h"
#include "textmap.h"

/* Keys that are canonical integers stand in one map, all others in another. Both give the place of
 * the fields: a length and the bytes of the raw fields, joined with TABs. Values in a stream are
 * canonical, so that keys are equal exactly when their bytes are. */
struct table {
    struct intmap ints;
    struct textmap texts;
    struct arena fields;
    size_t nadd;
    uint64_t nulls;    /* records without a key, which nothing can match */
    uint64_t repeated; /* records whose key had been there before */
};

/* Reads the file at PATH: of each record the key column KEY and the NADD columns ADD. The last
 * record of a key counts. Bookmarks in the file are left out. FLAGS are recread_open's. */
void table_read(struct table *table, char *path, unsigned flags, const char *key,
                const char *const *add, size_t nadd);

/* The fields of KEY, a raw field, joined with TABs; a NULL pointer when there are none. */
struct slice table_find(const struct table *table, struct slice key);

void table_free(struct table *table);

#endif
