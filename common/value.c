#include "value.h"

#include <stdio.h>

#include "digits.h"

static const char *const kind_names[] = {
    [VALUE_INT] = "integer", [VALUE_DECIMAL] = "decimal", [VALUE_RATING] = "rating",
    [VALUE_TIME] = "time",   [VALUE_DATE] = "date",       [VALUE_TEXT] = "text",
    [VALUE_LIST] = "list",   [VALUE_BOOL] = "boolean",    [VALUE_DECADE] = "decade",
};

const char *value_kind_name(enum value_kind kind)
{
    return kind_names[kind];
}

/* The LEN digits at P, 1 to 19, which always fit. */
static inline bool up_to_19_digits(const char *p, size_t len, uint64_t *value)
{
    uint64_t w, last;
    if (len <= 8) {
        w = load_up_to_64(p, len);
        *value = number_of_digits(w);
        return are_digits(w);
    }
    last = load_64(p + len - 8);
    if (len <= 16) {
        unsigned ahead = 8 * (16 - (unsigned)len);
        w = load_64(p) << ahead | zeros_ahead(ahead);
        *value = number_of_digits(w) * 100000000 + number_of_digits(last);
        return are_digits(w) && are_digits(last);
    }
    bool sound = up_to_19_digits(p, len - 8, value) && are_digits(last);
    *value = *value * 100000000 + number_of_digits(last);
    return sound;
}

bool value_int(struct slice field, int64_t *value)
{
    const char *p = field.ptr, *end = p + field.len;
    bool negative = p < end && *p == '-';
    p += negative;
    size_t digits = (size_t)(end - p);
    uint64_t n;
    if (digits == 0 || digits > 19 || (*p == '0' && (digits > 1 || negative)) ||
        !up_to_19_digits(p, digits, &n) || n > (uint64_t)INT64_MAX + negative)
        return false;
    *value = negative ? (int64_t)(0 - n) : (int64_t)n;
    return true;
}

/* A canonical decimal with at most WHOLE digits before the point and PLACES after it, in units of
 * 10^-PLACES. */
static bool fixed_point(struct slice field, size_t whole, size_t places, int64_t *value)
{
    const char *p = field.ptr, *end = p + field.len;
    bool negative = p < end && *p == '-';
    p += negative;
    const char *start = p;
    int64_t n = 0;
    for (; p < end && is_digit(*p); p++) {
        if ((size_t)(p - start) >= whole)
            return false;
        n = n * 10 + (*p - '0');
    }
    size_t digits = (size_t)(p - start);
    if (digits == 0 || (digits > 1 && *start == '0'))
        return false;
    size_t given = 0;
    if (p < end) {
        if (*p++ != '.')
            return false;
        for (; p < end && is_digit(*p); p++, given++) {
            if (given == places)
                return false;
            n = n * 10 + (*p - '0');
        }
        if (p < end || given == 0 || p[-1] == '0')
            return false;
    }
    if (negative && n == 0)
        return false;
    for (; given < places; given++)
        n *= 10;
    *value = negative ? -n : n;
    return true;
}

bool value_decimal(struct slice field, int64_t *millionths)
{
    return fixed_point(field, 12, 6, millionths); /* 18 digits in all: below 2^63 */
}

bool value_rating(struct slice field, int32_t *thousandths)
{
    int64_t value;
    const char *p = field.ptr;
    /* As nearly all are. */
    if (field.len == 3 && p[1] == '.' && is_digit(p[0]) && is_digit(p[2]) && p[2] != '0') {
        *thousandths = 1000 * (p[0] - '0') + 100 * (p[2] - '0');
        return true;
    }
    if (field.len == 1 && is_digit(*p)) {
        *thousandths = 1000 * (*p - '0');
        return true;
    }
    if (!fixed_point(field, 2, 3, &value) || value < 0 || value > 10000)
        return false;
    *thousandths = (int32_t)value;
    return true;
}

/* N digits at P, or -1. */
static inline int digits_at(const char *p, unsigned n)
{
    int value = 0;
    for (unsigned i = 0; i < n; i++) {
        if (!is_digit(p[i]))
            return -1;
        value = value * 10 + (p[i] - '0');
    }
    return value;
}

/* The date YYYY-MM-DD at P, ten bytes. Dates of a stream come in runs, so the last one is kept. */
static inline bool date_at(const char *p, int32_t *days)
{
    static char last[10];
    static int32_t last_days;
    if (memcmp(p, last, sizeof last) == 0) {
        *days = last_days;
        return true;
    }
    if (p[4] != '-' || p[7] != '-' ||
        !days_from_civil(digits_at(p, 4), digits_at(p + 5, 2), digits_at(p + 8, 2), days))
        return false;
    memcpy(last, p, sizeof last);
    last_days = *days;
    return true;
}

bool value_date(struct slice field, int32_t *days)
{
    return field.len == 10 && date_at(field.ptr, days);
}

bool value_time(struct slice field, int64_t *microseconds)
{
    const char *p = field.ptr;
    int32_t days;
    if (field.len < 20 || field.len > 27 || p[10] != 'T' || p[field.len - 1] != 'Z' ||
        !date_at(p, &days))
        return false;
    uint64_t clock = load_clock(p + 11);
    if (!is_clock(clock))
        return false;
    int fraction = 0;
    if (field.len > 20) {
        unsigned places = (unsigned)(field.len - 21); /* without the seconds, the point and the Z */
        if (p[19] != '.' || field.len == 21 || p[field.len - 2] == '0')
            return false;
        fraction = digits_at(p + 20, places);
        if (fraction < 0)
            return false;
        for (; places < 6; places++)
            fraction *= 10;
    }
    int64_t seconds = (int64_t)days * SECONDS_PER_DAY + clock_seconds(clock);
    *microseconds = seconds * MICROSECONDS + fraction;
    return true;
}

static bool list_is_canonical(struct slice field)
{
    const char *p = field.ptr, *end = p + field.len;
    for (;;) {
        const char *bar = memchr(p, '|', (size_t)(end - p));
        if ((bar ? bar : end) == p)
            return false;
        if (!bar)
            return true;
        p = bar + 1;
    }
}

bool value_decade(struct slice field, int *first_year)
{
    if (field.len != 9 || field.ptr[3] != '0' || field.ptr[4] != '-' || field.ptr[8] != '9' ||
        memcmp(field.ptr, field.ptr + 5, 3) != 0)
        return false;
    *first_year = digits_at(field.ptr, 4);
    return *first_year >= 0;
}

const char *value_check(enum value_kind kind, struct slice field)
{
    int64_t wide;
    int32_t narrow;
    int year;
    if (slice_is_null(field))
        return NULL;
    switch (kind) {
    case VALUE_INT:
        return value_int(field, &wide) ? NULL : "not an integer";
    case VALUE_DECIMAL:
        return value_decimal(field, &wide) ? NULL : "not a decimal";
    case VALUE_RATING:
        return value_rating(field, &narrow) ? NULL : "not a rating from 0 to 10";
    case VALUE_TIME:
        return value_time(field, &wide) ? NULL : "not a time";
    case VALUE_DATE:
        return value_date(field, &narrow) ? NULL : "not a date";
    case VALUE_TEXT:
        return field.len ? NULL : "empty";
    case VALUE_LIST:
        return list_is_canonical(field) ? NULL : "not a list";
    case VALUE_BOOL:
        return slice_is(field, "t") || slice_is(field, "f") ? NULL : "not t or f";
    case VALUE_DECADE:
        return value_decade(field, &year) ? NULL : "not ten years";
    }
    return "of no known kind";
}
