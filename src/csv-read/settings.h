/* settings: what the command line asks for. */
#ifndef CSV_READ_SETTINGS_H
#define CSV_READ_SETTINGS_H

#include <stdbool.h>
#include <stdint.h>

#include "schema.h"
#include "split.h"

/* --map COLUMN=HEADER. An empty HEADER leaves the column out. */
struct map_option {
    struct slice column;
    struct slice header;
};

struct settings {
    const struct schema_type *type; /* NULL: table, the file's own columns */
    char delimiter;
    bool no_header;
    const char *encoding; /* NULL: UTF-8 */
    struct map_option *maps;
    size_t nmaps;
    char **hashed; /* --hash-id: columns whose text becomes an id */
    size_t nhashed;
    const char *hash_key; /* the file that holds the key */
    bool derive_session;
    bool origin;
    bool utc; /* --tz is UTC: local times need no look-up */
    const char *time_format;
    const char *date_format;
    int64_t rating_scale;
    enum split_mode scan;
    const char *resume; /* a stream of bookmarks, or NULL */
    bool follow;
    int64_t settle; /* microseconds after which an unchanged file has ended; -1: never */
};

#endif
