/* key: TMDB's token or API key: where it comes from, and keeping it out of everything that is
 * shown.
 *
 * The key comes from a file or the environment, never from an argument. What the environment held
 * is overwritten once it has been read, so that /proc/PID/environ doesn't show it either.
 */
#ifndef TMDB_PULL_KEY_H
#define TMDB_PULL_KEY_H

#include <stdbool.h>
#include <stddef.h>

enum { KEY_MAX = 4096 }; /* bytes of a key */

struct key {
    char *token;   /* sent as `Authorization: Bearer`, or NULL … */
    char *api_key; /* … then this is sent as the parameter api_key, or NULL: no key is set */
};

/* Finds the key. A file that can't be read, and a key with bytes that no key has, end the program.
 */
void key_load(struct key *key);

static inline bool key_is_set(const struct key *key)
{
    return key->token || key->api_key;
}

/* Overwrites each occurrence of the key in TEXT with asterisks: for what a server or a library
 * says, which might repeat what it was sent. */
void key_redact(const struct key *key, char *text);

bool key_is_in(const struct key *key, const char *text);

/* Overwrites and frees the key. */
void key_free(struct key *key);

#endif
