/* ids: HMAC-SHA-256 for --hash-id, XXH3 for --derive session_id. */
#include "ids.h"

#include <stdlib.h>

#include "diag.h"
#include "mem.h"

#define XXH_INLINE_ALL
#include <xxhash.h>

void hasher_begin(struct hasher *h, const char *path)
{
    if (!path || !*path)
        diag_usage("--hash-id needs a key: --hash-key FILE or REELPIPE_ID_KEY_FILE");
    *h = (struct hasher){0};
    keyed_begin(&h->keyed, path);
    h->cache = mem_zeroed(ID_CACHE * sizeof *h->cache);
}

void hasher_end(struct hasher *h)
{
    keyed_end(&h->keyed);
    free(h->cache);
    *h = (struct hasher){0};
}

int64_t hasher_id(struct hasher *h, struct slice text)
{
    struct cached_id *slot = &h->cache[XXH3_64bits(text.ptr, text.len) % ID_CACHE];
    if (slot->len && slot->len == text.len && memcmp(slot->text, text.ptr, text.len) == 0)
        return slot->id;

    unsigned char hash[KEYED_SIZE];
    keyed_hash(&h->keyed, &text, 1, hash);
    int64_t id = keyed_id(hash);
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
    int64_t id = (int64_t)(XXH3_64bits(text, len) & INT64_MAX);
    return id ? id : 1;
}
