#include "key.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "diag.h"
#include "mem.h"

/* The text of a key without the white space around it. WHERE is named in messages, the text never
 * is. */
static char *checked(const char *text, size_t len, const char *where)
{
    while (len && strchr(" \t\r\n", text[len - 1]))
        len--;
    while (len && strchr(" \t\r\n", *text))
        text++, len--;
    if (len == 0)
        diag_die(STATUS_FAILED, "%s: no key in it", where);
    if (len >= KEY_MAX)
        diag_die(STATUS_FAILED, "%s: not a key: it is too long", where);
    for (size_t i = 0; i < len; i++)
        if (text[i] <= ' ' || text[i] > '~')
            diag_die(STATUS_FAILED, "%s: not a key: it has a space or an unusual byte", where);
    return mem_text(text, len);
}

/* The key in a file. NULL when OPTIONAL and there is no such file. */
static char *from_file(const char *path, bool optional)
{
    char text[KEY_MAX];
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0 && optional && errno == ENOENT)
        return NULL;
    size_t len = 0;
    ssize_t n = 0;
    while (fd >= 0 && len < sizeof text && (n = read(fd, text + len, sizeof text - len)) != 0) {
        if (n > 0)
            len += (size_t)n;
        else if (errno != EINTR)
            break;
    }
    if (fd < 0 || n < 0)
        diag_die(STATUS_FAILED, "%s: can't read the key: %s", path, strerror(errno));
    close(fd);
    if (len == sizeof text)
        diag_die(STATUS_FAILED, "%s: not a key: it is too long", path);
    char *key = checked(text, len, path);
    explicit_bzero(text, sizeof text);
    return key;
}

/* One kind of key: the file that VARIABLE_FILE names, else the credential of systemd, else VARIABLE
 * itself. */
static char *find(const char *variable_file, const char *credential, const char *variable)
{
    const char *path = getenv(variable_file), *directory = getenv("CREDENTIALS_DIRECTORY");
    char *value = getenv(variable), *key = NULL;
    if (path && *path)
        key = from_file(path, false);
    if (!key && directory && *directory) {
        size_t len = strlen(directory) + strlen(credential) + 2;
        char *joined = mem_zeroed(len);
        snprintf(joined, len, "%s/%s", directory, credential);
        key = from_file(joined, true);
        free(joined);
    }
    if (value && *value) {
        if (!key)
            key = checked(value, strlen(value), variable);
        explicit_bzero(value, strlen(value));
    }
    unsetenv(variable);
    return key;
}

void key_load(struct key *key)
{
    *key = (struct key){0};
    key->token = find("TMDB_TOKEN_FILE", "tmdb_token", "TMDB_TOKEN");
    key->api_key = find("TMDB_API_KEY_FILE", "tmdb_api_key", "TMDB_API_KEY");
}

static void redact(const char *secret, char *text)
{
    size_t len = secret ? strlen(secret) : 0;
    for (char *at = text; len && (at = strstr(at, secret)); at += len)
        memset(at, '*', len);
}

void key_redact(const struct key *key, char *text)
{
    redact(key->token, text);
    redact(key->api_key, text);
}

bool key_is_in(const struct key *key, const char *text)
{
    return (key->token && strstr(text, key->token)) || (key->api_key && strstr(text, key->api_key));
}

void key_free(struct key *key)
{
    char *texts[] = {key->token, key->api_key};
    for (size_t i = 0; i < 2; i++) {
        if (texts[i])
            explicit_bzero(texts[i], strlen(texts[i]));
        free(texts[i]);
    }
    *key = (struct key){0};
}
