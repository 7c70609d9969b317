#include "keyed.h"

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/params.h>
#include <sys/stat.h>

#include "diag.h"
#include "io.h"

enum { KEY_MIN = 16, KEY_MAX = 4096 };

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

void keyed_begin(struct keyed *k, const char *path)
{
    char key[KEY_MAX + 2], digest[] = "SHA256";
    OSSL_PARAM parameters[] = {OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, digest, 0),
                               OSSL_PARAM_construct_end()};
    size_t len = read_key(path, key);
    *k = (struct keyed){.mac = EVP_MAC_fetch(NULL, "HMAC", NULL)};
    k->context = k->mac ? EVP_MAC_CTX_new(k->mac) : NULL;
    if (!k->context || !EVP_MAC_init(k->context, (unsigned char *)key, len, parameters))
        diag_die(STATUS_FAILED, "libcrypto has no HMAC-SHA-256");
    OPENSSL_cleanse(key, sizeof key);
}

void keyed_hash(struct keyed *k, const struct slice *parts, size_t n,
                unsigned char hash[KEYED_SIZE])
{
    size_t len;
    int sound = EVP_MAC_init(k->context, NULL, 0, NULL);
    for (size_t i = 0; i < n; i++) {
        if (i)
            sound &= EVP_MAC_update(k->context, (const unsigned char *)"", 1);
        sound &= EVP_MAC_update(k->context, (const unsigned char *)parts[i].ptr, parts[i].len);
    }
    if (!sound || !EVP_MAC_final(k->context, hash, &len, KEYED_SIZE))
        diag_die(STATUS_FAILED, "libcrypto failed to hash");
}

int64_t keyed_id(const unsigned char *hash)
{
    uint64_t number = 0;
    for (size_t i = 0; i < 8; i++)
        number = number << 8 | hash[i];
    int64_t id = (int64_t)(number & INT64_MAX);
    return id ? id : 1;
}

void keyed_end(struct keyed *k)
{
    EVP_MAC_CTX_free(k->context);
    EVP_MAC_free(k->mac);
    *k = (struct keyed){0};
}
