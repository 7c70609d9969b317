/* norm: from a field, a list of labels, to a list of official genres. */
#ifndef GENRE_NORM_NORM_H
#define GENRE_NORM_NORM_H

#include "arena.h"
#include "label.h"

/* What one field becomes. */
struct result {
    struct slice field; /* the new raw field, `\N` when no genre is left */
    size_t nunknown;
    const size_t *unknown;      /* indexes of struct unknown */
    struct slice first_unknown; /* raw; its start, if it is very long */
};

/* An unknown label. */
struct unknown {
    struct slice label; /* raw, as it was first met */
    uint64_t records;   /* how many records have it */
};

struct norm {
    struct labels labels;
    bool drop_unknown;

    /* Most films share few lists: fields that were worked out before are looked up. */
    struct textmap cache; /* raw field -> index in results, plus one */
    struct result *results;
    size_t nresults, results_capacity;
    struct arena kept;    /* what results point to */
    struct arena scratch; /* what the last uncached result points to */
    struct result last;

    struct textmap unknown_keys; /* raw label -> index in unknown, plus one */
    struct unknown *unknown;
    size_t nunknown, unknown_capacity;
};

/* Works FIELD (raw) out. Valid until the next call. */
const struct result *norm_field(struct norm *norm, struct slice field);

/* Counts a record with this result: its unknown labels are on it. */
void norm_count(struct norm *norm, const struct result *result);

/* Says on standard error which labels were unknown, the most frequent first. */
void norm_report(const struct norm *norm, const char *column);

void norm_free(struct norm *norm);

#endif
