/* json: cJSON, with what it lets pass caught. */
#ifndef TMDB_PULL_JSON_H
#define TMDB_PULL_JSON_H

#include <cjson/cJSON.h>
#include <stdbool.h>
#include <stdint.h>

#include "slice.h"

/* The tree of one whole JSON text, or NULL when it isn't one (cut, trailing bytes, nested over 1000
 * deep). Free with cJSON_Delete. The tree's strings are C strings: a NUL or half a surrogate pair
 * in a text, which C strings and UTF-8 can't hold, reads as U+FFFF, which isn't a character and
 * which json_text refuses. */
cJSON *json_parse(struct slice text);

/* The member NAME of an object, or NULL: not there, or null, or OBJECT isn't an object. */
const cJSON *json_member(const cJSON *object, const char *name);

/* The text of a string. NULL when ITEM isn't a string of valid UTF-8 without NUL. */
const char *json_text(const cJSON *item);

/* A whole number from MIN to MAX. */
bool json_integer(const cJSON *item, int64_t min, int64_t max, int64_t *value);

/* A number from 0 to MAX, as a count of 10^-PLACES, rounded. */
bool json_decimal(const cJSON *item, int64_t max, unsigned places, int64_t *value);

/* ITEM for a message: a scalar quoted as diag_quote does, "an object", "an array". */
const char *json_show(const cJSON *item);

#endif
