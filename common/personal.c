#include "personal.h"

#include "diag.h"

/* Digits, a sign, a point: an id, or what should have been one. */
static bool is_numeric(struct slice value)
{
    for (size_t i = 0; i < value.len; i++)
        if (!value.ptr[i] || !strchr("0123456789+-.", value.ptr[i]))
            return false;
    return value.len <= 24;
}

bool is_personal(struct slice type, struct slice column, struct slice value)
{
    if (value.len && memchr(value.ptr, '@', value.len))
        return true;
    if (slice_is(column, "user_id"))
        return !is_numeric(value);
    return slice_is(type, "user");
}

const char *quote_unless_personal(struct slice type, struct slice column, struct slice value)
{
    return is_personal(type, column, value) ? "(not shown)" : diag_quote(value);
}

const char *quote_field(const struct header *header, size_t column, struct slice field)
{
    return quote_unless_personal(header->type, header->columns[column], field);
}
