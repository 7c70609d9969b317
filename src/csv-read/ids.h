/* ids: 63-bit ids for what has none. */
#ifndef CSV_READ_IDS_H
#define CSV_READ_IDS_H

#include <openssl/types.h>
#include <stdint.h>

#include "slice.h"

enum { ID_CACHE = 8192, ID_CACHED = 48 };

/* A keyed hash: without the key nobody can tell which text an id stands for, nor try texts out. */
struct hasher {
    EVP_MAC *mac;
    EVP_MAC_CTX *context;
    struct cached_id {
        int64_t id;
        unsigned char len;
        char text[ID_CACHED];
    } * cache;
};

/* Reads the key from PATH: 16 to 4096 bytes, without the line end behind them. Ends the program (2
 * when there is no file named, 1 otherwise); the key is in no message. A note is given when others
 * may read the file. */
void hasher_begin(struct hasher *h, const char *path);
void hasher_end(struct hasher *h);

/* The first 8 bytes of HMAC-SHA-256(key, TEXT), big endian, without the top bit; 1 instead of 0. */
int64_t hasher_id(struct hasher *h, struct slice text);

/* XXH3 (64 bits, no seed) of the three texts with TABs between, without the top bit; 1 instead of
 * 0. */
int64_t session_id(struct slice user, struct slice movie, struct slice time);

#endif
