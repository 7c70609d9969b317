#include "key.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "diag.h"
#include "value.h"

/* The credential's path, or NULL when there is none. */
static const char *credential(char *path, size_t size)
{
    const char *directory = getenv("CREDENTIALS_DIRECTORY");
    if (!directory || !*directory)
        return NULL;
    int n = snprintf(path, size, "%s/mask_key", directory);
    return n > 0 && (size_t)n < size && access(path, F_OK) == 0 ? path : NULL;
}

void write_hex(char *to, const unsigned char *bytes, size_t n)
{
    static const char digits[] = "0123456789abcdef";
    for (size_t i = 0; i < n; i++) {
        to[2 * i] = digits[bytes[i] >> 4];
        to[2 * i + 1] = digits[bytes[i] & 15];
    }
}

/* The first of the parts keeps the hashes for different purposes apart. */
static void hash_for(struct key *key, const char *purpose, struct slice a, struct slice b,
                     unsigned char hash[KEYED_SIZE])
{
    const struct slice parts[] = {slice_of(purpose), a, b};
    keyed_hash(&key->keyed, parts, 3, hash);
}

void key_need(struct key *key)
{
    char path[4096];
    unsigned char hash[KEYED_SIZE];
    const char *given = key->path ? key->path : getenv("REELPIPE_MASK_KEY_FILE");
    if (key->open)
        return;
    if (!given || !*given)
        given = credential(path, sizeof path);
    if (!given)
        diag_usage("a key is needed: --key-file FILE, REELPIPE_MASK_KEY_FILE or the credential "
                   "mask_key");
    keyed_begin(&key->keyed, given);
    key->open = true;
    hash_for(key, "key", slice_of(""), slice_of(""), hash);
    write_hex(key->mark, hash, sizeof key->mark / 2);
}

void key_pseudonym(struct key *key, struct slice column, struct slice text,
                   unsigned char hash[KEYED_SIZE])
{
    hash_for(key, "pseudonym", column, text, hash);
}

void key_erasure(struct key *key, int64_t user, char text[ERASURE_TEXT])
{
    char id[VALUE_MAX];
    unsigned char hash[KEYED_SIZE];
    hash_for(key, "erased", slice_of("user_id"), (struct slice){id, value_write_int(id, user)},
             hash);
    memcpy(text, key->mark, sizeof key->mark);
    text[sizeof key->mark] = ':';
    write_hex(text + sizeof key->mark + 1, hash, (ERASURE_TEXT - sizeof key->mark - 1) / 2);
}

void key_close(struct key *key)
{
    if (key->open)
        keyed_end(&key->keyed);
}
