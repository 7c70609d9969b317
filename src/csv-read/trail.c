/* trail: XXH3 over a text as it comes, and its state as text and back. */
#include "trail.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "diag.h"
#include "value.h"

#define XXH_INLINE_ALL
#include <xxhash.h>

struct trail_hash {
    XXH3_state_t state;
};

void trail_begin(struct trail *t)
{
    *t = (struct trail){.line = 1, .hash = aligned_alloc(64, sizeof *t->hash)};
    if (!t->hash)
        diag_die(STATUS_FAILED, "out of memory");
    XXH3_128bits_reset(&t->hash->state);
}

void trail_free(struct trail *t)
{
    free(t->hash);
    *t = (struct trail){0};
}

void trail_copy(struct trail *to, const struct trail *from)
{
    struct trail_hash *hash = to->hash;
    *to = *from;
    to->hash = hash;
    XXH3_copyState(&hash->state, &from->hash->state);
}

struct digest trail_digest(const struct trail *t)
{
    struct digest digest;
    XXH128_canonical_t canonical;
    XXH128_canonicalFromHash(&canonical, XXH3_128bits_digest(&t->hash->state));
    memcpy(digest.bytes, canonical.digest, sizeof digest.bytes);
    return digest;
}

static uint32_t head_of(struct digest digest)
{
    return (uint32_t)digest.bytes[0] << 24 | (uint32_t)digest.bytes[1] << 16 |
           (uint32_t)digest.bytes[2] << 8 | digest.bytes[3];
}

static void remember(struct trail *t, const char *bytes, size_t len)
{
    if (len >= TRAIL_LAST) {
        memcpy(t->last, bytes + len - TRAIL_LAST, TRAIL_LAST);
        return;
    }
    memmove(t->last, t->last + len, TRAIL_LAST - len);
    memcpy(t->last + TRAIL_LAST - len, bytes, len);
}

static void add(struct trail *t, const char *bytes, size_t len)
{
    XXH3_128bits_update(&t->hash->state, bytes, len);
    t->offset += len;
}

void trail_add(struct trail *t, const char *bytes, size_t len)
{
    if (len == 0)
        return;
    remember(t, bytes, len);
    if (t->offset < TRAIL_HEAD && t->offset + len >= TRAIL_HEAD) {
        size_t part = TRAIL_HEAD - (size_t)t->offset;
        add(t, bytes, part);
        t->head = head_of(trail_digest(t));
        bytes += part;
        len -= part;
    }
    add(t, bytes, len);
}

char trail_last(const struct trail *t)
{
    return t->offset ? t->last[TRAIL_LAST - 1] : '\0';
}

struct state trail_state(const struct trail *t)
{
    struct state state = {.offset = t->offset, .line = t->line, .digest = trail_digest(t)};
    state.head = t->offset < TRAIL_HEAD ? head_of(state.digest) : t->head;
    return state;
}

size_t state_write(char text[STATE_MAX], const struct state *state)
{
    int n = sprintf(text, "%" PRIu64 ":", state->offset);
    for (size_t i = 0; i < sizeof state->digest.bytes; i++)
        n += sprintf(text + n, "%02x", state->digest.bytes[i]);
    n += sprintf(text + n, ":%" PRIu64 ":%08" PRIx32, state->line, state->head);
    if (state->stamped)
        n += sprintf(text + n, ":%" PRIu64 "@%" PRId64 ".%09" PRId32, state->stamp.size,
                     state->stamp.seconds, state->stamp.nanoseconds);
    return (size_t)n;
}

/* The text up to the next END, or to the end of all. */
static struct slice take(struct slice *rest, char end)
{
    const char *at = rest->len ? memchr(rest->ptr, end, rest->len) : NULL;
    struct slice part = {rest->ptr, at ? (size_t)(at - rest->ptr) : rest->len};
    size_t skip = at ? part.len + 1 : part.len;
    *rest = (struct slice){rest->ptr + skip, rest->len - skip};
    return part;
}

static bool take_count(struct slice *rest, char end, uint64_t *count)
{
    int64_t value;
    if (!value_int(take(rest, end), &value) || value < 0)
        return false;
    *count = (uint64_t)value;
    return true;
}

static bool take_hex(struct slice *rest, unsigned char *bytes, size_t n)
{
    static const char digits[] = "0123456789abcdef";
    struct slice text = take(rest, ':');
    if (text.len != 2 * n)
        return false;
    for (size_t i = 0; i < text.len; i++) {
        const char *digit = text.ptr[i] ? strchr(digits, text.ptr[i]) : NULL;
        if (!digit)
            return false;
        bytes[i / 2] = (unsigned char)(bytes[i / 2] << 4 | (digit - digits));
    }
    return true;
}

static bool take_stamp(struct slice rest, struct stamp *stamp)
{
    int64_t nanoseconds = 0;
    if (!take_count(&rest, '@', &stamp->size) || !value_int(take(&rest, '.'), &stamp->seconds) ||
        rest.len != 9)
        return false;
    for (size_t i = 0; i < rest.len; i++) {
        if (rest.ptr[i] < '0' || rest.ptr[i] > '9')
            return false;
        nanoseconds = nanoseconds * 10 + (rest.ptr[i] - '0');
    }
    stamp->nanoseconds = (int32_t)nanoseconds;
    return true;
}

bool state_parse(struct slice text, struct state *state)
{
    struct digest head = {{0}};
    *state = (struct state){0};
    if (text.len == 0 || text.ptr[text.len - 1] == ':' || !take_count(&text, ':', &state->offset) ||
        !take_hex(&text, state->digest.bytes, sizeof state->digest.bytes) ||
        !take_count(&text, ':', &state->line) || !take_hex(&text, head.bytes, 4))
        return false;
    state->head = head_of(head);
    state->stamped = text.len > 0;
    return state->offset > 0 && state->line > 0 &&
           (!state->stamped || take_stamp(text, &state->stamp));
}
