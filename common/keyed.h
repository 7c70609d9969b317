/* keyed: HMAC-SHA-256 under a key from a file: without the key nobody can tell what was hashed, nor
 * try out guesses.
 *
 *     struct keyed k;
 *     keyed_begin(&k, path);
 *     keyed_hash(&k, parts, 2, hash);
 *     keyed_end(&k);
 */
#ifndef REELPIPE_KEYED_H
#define REELPIPE_KEYED_H

#include <openssl/types.h>
#include <stdint.h>

#include "slice.h"

enum { KEYED_SIZE = 32 }; /* bytes of a hash */

struct keyed {
    EVP_MAC *mac;
    EVP_MAC_CTX *context;
};

/* Reads the key from PATH: 16 to 4096 bytes, without the line end behind them. Ends the program (1)
 * when there is none; the key is in no message. A note is given when others may read the file. */
void keyed_begin(struct keyed *k, const char *path);

/* Hashes the N PARTS, one behind the other with a NUL between them. */
void keyed_hash(struct keyed *k, const struct slice *parts, size_t n,
                unsigned char hash[KEYED_SIZE]);

/* The id that a hash makes: its first 8 bytes, big endian, without the top bit; 1 instead of 0. Of
 * n ids, two are equal with a probability of about n * n / 2^64. */
int64_t keyed_id(const unsigned char *hash);

void keyed_end(struct keyed *k);

#endif
