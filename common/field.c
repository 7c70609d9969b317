#include "field.h"

#include "personal.h"
#include "value.h"

_Noreturn static void die(const struct recread *in, size_t column, const char *what)
{
    struct slice name = in->header.columns[column];
    recread_die(in, "%.*s: %s: %s", (int)name.len, name.ptr, what,
                quote_field(&in->header, column, in->field[column]));
}

/* NULL is hardly ever there, so it is looked for last. */
static bool missing(const struct recread *in, size_t column, enum value_kind kind)
{
    if (!slice_is_null(in->field[column]))
        die(in, column, value_check(kind, in->field[column]));
    return true;
}

bool field_int(const struct recread *in, size_t column, int64_t *value)
{
    return value_int(in->field[column], value) || !missing(in, column, VALUE_INT);
}

bool field_time(const struct recread *in, size_t column, int64_t *microseconds)
{
    return value_time(in->field[column], microseconds) || !missing(in, column, VALUE_TIME);
}

bool field_date(const struct recread *in, size_t column, int32_t *days)
{
    return value_date(in->field[column], days) || !missing(in, column, VALUE_DATE);
}

bool field_rating(const struct recread *in, size_t column, int32_t *thousandths)
{
    return value_rating(in->field[column], thousandths) || !missing(in, column, VALUE_RATING);
}

bool field_count(const struct recread *in, size_t column, int64_t *value)
{
    if (!field_int(in, column, value))
        return false;
    if (*value < 0 || *value > COUNT_MAX)
        die(in, column, "not a count");
    return true;
}

bool field_rating_sum(const struct recread *in, size_t column, int64_t *thousandths)
{
    int64_t millionths;
    if (!value_decimal(in->field[column], &millionths))
        return !missing(in, column, VALUE_DECIMAL);
    if (millionths < 0 || millionths % 1000)
        die(in, column, "not a sum of ratings");
    *thousandths = millionths / 1000;
    return true;
}
