/* ids: HMAC-SHA-256 for --hash-id, XXH3 for --derive session_id. */
#include "ids.h"

#include <errno.h>
#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/params.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "diag.h"
#include "io.h"
#include "mem.h"

#define XXH_INLINE_ALL
#include <xxhash.h>

enum { KEY_MIN = 16, KEY_MAX = 4096 };

static int64_t positive(uint64_t hash)
{
    int64_t id = (int64_t)(hash & INT64_MAX);
    return id ? id : 1;
}

static size_t read_key(const char *path, char *key)
{
    struct in in;
    struct stat status;
    size_t len = 0;
    in_open(&in, path);
    if (fstat(in.fd, &status) == 0 && S_ISREG(status.st_mode) && (status.st_mode & 077))
        diag_note("%s: others may read this key: chmod 600 it", path);
    for (size_t n = 1; n && len < KEY_MAX + 2; len += n)
        n = in_read(&in, key + len, KEY_MAX + 2 - len);
    in_close(&in);
    if (len && key[len - 1] == '\n')
        len--;
    if (len && key[len - 1] == '\r')
        len--;
    if (len < KEY_MIN || len > KEY_MAX)
        diag_die(STATUS_FAILED, "%s: a key has %d to %d bytes, this one %s", path, KEY_MIN, KEY_MAX,
                 len < KEY_MIN ? "fewer" : "more");
    return len;
}

void hasher_begin(struct hasher *h, const char *path)
{
    char key[KEY_MAX + 2], digest[] = "SHA256";
    OSSL_PARAM parameters[] = {OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, digest, 0),
                               OSSL_PARAM_construct_end()};
    if (!path || !*path)
        diag_usage("--hash-id needs a key: --hash-key FILE or REELPIPE_ID_KEY_FILE");
    size_t len = read_key(path, key);
    *h = (struct hasher){.mac = EVP_MAC_fetch(NULL, "HMAC", NULL)};
    h->context = h->mac ? EVP_MAC_CTX_new(h->mac) : NULL;
    if (!h->context || !EVP_MAC_init(h->context, (unsigned char *)key, len, parameters))
        diag_die(STATUS_FAILED, "libcrypto has no HMAC-SHA-256");
    OPENSSL_cleanse(key, sizeof key);
    h->cache = mem_zeroed(ID_CACHE * sizeof *h->cache);
}

void hasher_end(struct hasher *h)
{
    EVP_MAC_CTX_free(h->context);
    EVP_MAC_free(h->mac);
    free(h->cache);
    *h = (struct hasher){0};
}

int64_t hasher_id(struct hasher *h, struct slice text)
{
    struct cached_id *slot = &h->cache[XXH3_64bits(text.ptr, text.len) % ID_CACHE];
    if (slot->len && slot->len == text.len && memcmp(slot->text, text.ptr, text.len) == 0)
        return slot->id;

    unsigned char hash[32];
    size_t len;
    if (!EVP_MAC_init(h->context, NULL, 0, NULL) ||
        !EVP_MAC_update(h->context, (const unsigned char *)text.ptr, text.len) ||
        !EVP_MAC_final(h->context, hash, &len, sizeof hash))
        diag_die(STATUS_FAILED, "libcrypto failed to hash");
    uint64_t number = 0;
    for (size_t i = 0; i < 8; i++)
        number = number << 8 | hash[i];
    int64_t id = positive(number);
    if (text.len <= ID_CACHED) {
        slot->id = id;
        slot->len = (unsigned char)text.len;
        memcpy(slot->text, text.ptr, text.len);
    }
    return id;
}

int64_t session_id(struct slice user, struct slice movie, struct slice time)
{
    char text[128];
    size_t len = 0;
    const struct slice parts[3] = {user, movie, time};
    for (size_t i = 0; i < 3; i++) {
        if (i)
            text[len++] = '\t';
        memcpy(text + len, parts[i].ptr, parts[i].len); /* canonical values are short */
        len += parts[i].len;
    }
    return positive(XXH3_64bits(text, len));
}
