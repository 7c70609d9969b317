/* slice: a run of bytes that somebody else owns.
 *
 * Fields, lines and option values are slices of the block they were read into. A slice isn't
 * terminated by NUL and is valid only as long as its owner says.
 */
#ifndef REELPIPE_SLICE_H
#define REELPIPE_SLICE_H

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

struct slice {
    const char *ptr;
    size_t len;
};

static inline struct slice slice_of(const char *text)
{
    return (struct slice){text, strlen(text)};
}

static inline bool slice_equal(struct slice a, struct slice b)
{
    return a.len == b.len && (a.len == 0 || memcmp(a.ptr, b.ptr, a.len) == 0);
}

/* Less than, equal to or greater than 0, by bytes. */
static inline int slice_compare(struct slice a, struct slice b)
{
    size_t len = a.len < b.len ? a.len : b.len;
    int order = len ? memcmp(a.ptr, b.ptr, len) : 0;
    return order ? order : (a.len > b.len) - (a.len < b.len);
}

static inline bool slice_is(struct slice a, const char *text)
{
    return slice_equal(a, slice_of(text));
}

/* True when the raw field is `\N`, the format's NULL. */
static inline bool slice_is_null(struct slice field)
{
    return field.len == 2 && field.ptr[0] == '\\' && field.ptr[1] == 'N';
}

#define SLICE_NULL ((struct slice){"\\N", 2})

#endif
