/* key: the one key of an installation for all that is said of people, and what is made with it. */
#ifndef MASK_KEY_H
#define MASK_KEY_H

#include "keyed.h"

enum {
    PSEUDONYM_TEXT = 32,       /* bytes of the pseudonym of a text: 128 bits in hexadecimal */
    ERASURE_TEXT = 8 + 1 + 32, /* the key's mark, a colon, 128 bits of the user's hash */
};

struct key {
    const char *path; /* --key-file, or NULL */
    bool open;
    struct keyed keyed;
    char mark[8]; /* tells keys apart without saying anything about them */
};

/* Opens the key, unless it is open: --key-file, else REELPIPE_MASK_KEY_FILE, else systemd's
 * credential mask_key. Ends the program (2) when there is none of them. */
void key_need(struct key *key);

/* The hash of a TEXT in COLUMN: the same text has another one in another column. */
void key_pseudonym(struct key *key, struct slice column, struct slice text,
                   unsigned char hash[KEYED_SIZE]);

/* What an erased user is known by. */
void key_erasure(struct key *key, int64_t user, char text[ERASURE_TEXT]);

/* Two hexadecimal digits for each of N bytes. */
void write_hex(char *to, const unsigned char *bytes, size_t n);

void key_close(struct key *key);

#endif
