/* ids: 63-bit ids for what has none. */
#ifndef CSV_READ_IDS_H
#define CSV_READ_IDS_H

#include <stdint.h>

#include "keyed.h"

enum { ID_CACHE = 8192, ID_CACHED = 48 };

/* A keyed hash: without the key nobody can tell which text an id stands for, nor try texts out. */
struct hasher {
    struct keyed keyed;
    struct cached_id {
        int64_t id;
        unsigned char len;
        char text[ID_CACHED];
    } * cache;
};

/* Takes the key from the file at PATH, see keyed.h. Ends the program (2) when no file is named. */
void hasher_begin(struct hasher *h, const char *path);
void hasher_end(struct hasher *h);

/* The id that the keyed hash of TEXT makes. */
int64_t hasher_id(struct hasher *h, struct slice text);

/* XXH3 (64 bits, no seed) of the three texts with TABs between, without the top bit; 1 instead of
 * 0. */
int64_t session_id(struct slice user, struct slice movie, struct slice time);

#endif
