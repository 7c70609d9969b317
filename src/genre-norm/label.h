/* label: from one label, as people and catalogues write it, to official genres. */
#ifndef GENRE_NORM_LABEL_H
#define GENRE_NORM_LABEL_H

#include <stdint.h>

#include "intmap.h"
#include "slice.h"
#include "textmap.h"

/* Up to eight official genres in their order, a byte each: its index in official_genres plus one,
 * the first in the lowest byte. 0 is none: the label is known to stand for no genre. */
typedef uint64_t genres;

enum { LABEL_MAX = 1024 }; /* a longer label is unknown */

struct labels {
    struct textmap keys; /* label_key -> genres */
    struct intmap ids;   /* TMDB's number -> genres */
};

/* Fills LABELS with the built-in table. */
void labels_begin(struct labels *labels);

/* Adds what the record file at PATH says: records with the columns `label` and `genre`, or `id` and
 * `name`. Later files beat earlier ones and the built-in table. FLAGS are recread_open's. */
void labels_read(struct labels *labels, char *path, unsigned flags);

/* Walks through the keys of a row of the table: KEY starts empty at their first byte, and becomes
 * the next one; false at the end. */
bool keys_next(struct slice *key);

/* Makes LABEL (at most LABEL_MAX bytes) mean MEANING. */
void labels_add(struct labels *labels, struct slice label, genres meaning);

/* What LABEL (plain text) means; false when it is unknown. */
bool labels_find(const struct labels *labels, struct slice label, genres *found);

/* The official genres named in TEXT, joined with `|`; "" is none. False when a name isn't official.
 */
bool genres_parse(struct slice text, genres *parsed);

/* Writes the part of LABEL that counts to KEY (2 * label.len bytes are enough), returns its length:
 * case folded, without spaces and punctuation and without the word `and`. */
size_t label_key(struct slice label, char *key);

void labels_free(struct labels *labels);

#endif
