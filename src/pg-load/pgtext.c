#include "pgtext.h"

#include <stdlib.h>

#include "mem.h"

static bool four_digit_year(struct slice raw)
{
    return raw.len >= 10 && raw.ptr[4] == '-' && raw.ptr[7] == '-' && raw.ptr[raw.len - 1] != 'C';
}

/* 2026-11-15 21:04:33.5+00 becomes 2026-11-15T21:04:33.5Z; the server cuts trailing zeros itself.
 */
static struct slice time_field(struct pgtext *t, struct slice raw)
{
    enum { SHORTEST = sizeof "2026-11-15 21:04:33+00" - 1 };
    if (raw.len < SHORTEST || !four_digit_year(raw) || memcmp(raw.ptr + raw.len - 3, "+00", 3)) {
        t->wrong = "not a time of the years 1 to 9999";
        return raw;
    }
    memcpy(t->buffer, raw.ptr, raw.len - 3);
    t->buffer[10] = 'T';
    t->buffer[raw.len - 3] = 'Z';
    return (struct slice){t->buffer, raw.len - 2};
}

static struct slice numeric_field(struct pgtext *t, struct slice raw)
{
    for (size_t i = 0; i < raw.len; i++)
        if (raw.ptr[i] > '9') { /* NaN, Infinity, 1e-07 */
            t->wrong = "not a plain decimal number";
            return raw;
        }
    if (memchr(raw.ptr, '.', raw.len)) {
        while (raw.ptr[raw.len - 1] == '0')
            raw.len--;
        if (raw.ptr[raw.len - 1] == '.')
            raw.len--;
    }
    return slice_is(raw, "-0") ? slice_of("0") : raw;
}

static struct slice text_field(struct pgtext *t, struct slice raw)
{
    if (raw.len == 0)
        return SLICE_NULL;
    bool hash = raw.ptr[0] == '#';
    if (!hash && !memchr(raw.ptr, '\\', raw.len))
        return raw;
    char *to = t->buffer;
    if (hash)
        *to++ = '\\';
    for (size_t i = 0; i < raw.len; i++) {
        *to = raw.ptr[i];
        if (*to == '\\' && i + 1 < raw.len) {
            char escaped = raw.ptr[++i];
            if (escaped == 'b')
                *to = '\b';
            else if (escaped == 'f')
                *to = '\f';
            else if (escaped == 'v')
                *to = '\v';
            else
                *++to = escaped;
        }
        to++;
    }
    return (struct slice){t->buffer, (size_t)(to - t->buffer)};
}

struct slice pgtext_canonical(struct pgtext *t, enum pgtext_form form, struct slice raw)
{
    t->wrong = NULL;
    if (form == PGTEXT_PLAIN || slice_is_null(raw))
        return raw;
    if (t->size < raw.len + 1)
        t->buffer = mem_grow(t->buffer, &t->size, raw.len + 1, 1);
    switch (form) {
    case PGTEXT_TIME:
        return time_field(t, raw);
    case PGTEXT_NUMERIC:
        return numeric_field(t, raw);
    case PGTEXT_DATE:
        if (raw.len != 10 || !four_digit_year(raw))
            t->wrong = "not a date of the years 1 to 9999";
        return raw;
    case PGTEXT_TEXT:
    case PGTEXT_PLAIN:
        break;
    }
    return text_field(t, raw);
}

void pgtext_free(struct pgtext *t)
{
    free(t->buffer);
    *t = (struct pgtext){0};
}
