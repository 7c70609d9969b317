/* convert: what a CSV field says, as the canonical value of a kind. */
#ifndef CSV_READ_CONVERT_H
#define CSV_READ_CONVERT_H

#include "settings.h"

enum { VALUE_SLACK = 16 }; /* bytes behind every converted text that may be read */

/* A field of the output. */
struct value {
    struct slice text;
    bool raw; /* has nothing to escape; `\N` is raw */
};

struct fault {
    const char *rule; /* "bad-time" */
    const char *what; /* "not a time" */
};

/* What a rating of up to three bytes, D, D.D or none at all, becomes: see short_rating. */
struct short_rating {
    uint32_t written;            /* its bytes, the first in the lowest */
    unsigned char len;           /* of text; 0: convert has to look */
    char text[11 + VALUE_SLACK]; /* makes 32 bytes */
};

enum { SHORT_RATINGS = 4 << 8 };

struct convert {
    const struct settings *settings;
    char day[10]; /* YYYY-MM-DD, without NUL: the last one seen, at first any that exists */
    struct short_rating ratings[SHORT_RATINGS];
    char *list; /* the list being made */
    size_t list_capacity;
};

void convert_begin(struct convert *c, const struct settings *settings);
void convert_end(struct convert *c);

/* `\N`. */
struct value convert_null(void);

/* Converts TEXT (UTF-8, without NUL, trimmed if it was bare) into KIND; an empty text and `\N`
 * become NULL. SCRATCH (VALUE_MAX + VALUE_SLACK bytes) may hold the result; else it is a part of
 * TEXT, or the one buffer for lists (no type has two of them). PLAIN: TEXT has no byte to escape
 * but perhaps `#`. VALUE_SLACK bytes behind TEXT must be readable. False: FAULT says why. */
bool convert(struct convert *c, enum value_kind kind, struct slice text, bool plain, char *scratch,
             struct value *value, struct fault *fault);

#endif
