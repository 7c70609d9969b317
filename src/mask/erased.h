/* erased: the users who have been erased, as the database lists them: by a keyed hash. */
#ifndef MASK_ERASED_H
#define MASK_ERASED_H

#include "intmap.h"
#include "key.h"
#include "recread.h"
#include "textmap.h"

struct erased {
    struct textmap hashes;
    struct intmap verdicts; /* of the ids seen: 1 erased, 2 not. A hash costs a microsecond. */
    struct key *key;
};

/* Reads the records of type erased_user in the file at PATH. A list without records needs no key;
 * one that was made with another key than KEY ends the program, as nobody would be found in it. */
void erased_read(struct erased *e, char *path, struct key *key);

/* True when the list has nobody. */
static inline bool erased_is_empty(const struct erased *e)
{
    return e->hashes.used == 0;
}

bool erased_has(struct erased *e, int64_t user);

/* True when one of the numbers in TEXT is the id of an erased user; TEXT may be raw. */
bool erased_is_named(struct erased *e, struct slice text);

/* Copies TEXT to TO (as long as ERASED_GROWTH times TEXT), with `(erased)` in the place of such
 * numbers. Returns the length. */
enum { ERASED_GROWTH = 8 };
size_t erased_blank(struct erased *e, struct slice text, char *to);

void erased_free(struct erased *e);

#endif
