#include "value.h"

#include <endian.h>
#include <stdio.h>

static const char *const kind_names[] = {
    [VALUE_INT] = "integer", [VALUE_DECIMAL] = "decimal", [VALUE_RATING] = "rating",
    [VALUE_TIME] = "time",   [VALUE_DATE] = "date",       [VALUE_TEXT] = "text",
    [VALUE_LIST] = "list",   [VALUE_BOOL] = "boolean",    [VALUE_DECADE] = "decade",
};

const char *value_kind_name(enum value_kind kind)
{
    return kind_names[kind];
}

static inline bool is_digit(char c)
{
    return (unsigned char)(c - '0') < 10;
}

/* Digits side by side in one register: pairs become numbers below 100, then pairs of those, and so
 * on. Ids are read millions of times, and digit by digit each step waits for the one before. */
static inline bool eight_digits(const char *p, uint64_t *value)
{
    uint64_t w;
    memcpy(&w, p, sizeof w);
    w = le64toh(w);
    if (((w & (w + 0x0606060606060606)) & 0xf0f0f0f0f0f0f0f0) != 0x3030303030303030 ||
        ((w | (w + 0x0606060606060606)) & 0xf0f0f0f0f0f0f0f0) != 0x3030303030303030)
        return false;
    w &= 0x0f0f0f0f0f0f0f0f;
    w = (w * 10 + (w >> 8)) & 0x00ff00ff00ff00ff;
    w = (w * 100 + (w >> 16)) & 0x0000ffff0000ffff;
    *value = (w * 10000 + (w >> 32)) & 0xffffffff;
    return true;
}

static inline bool four_digits(const char *p, uint64_t *value)
{
    uint32_t w;
    memcpy(&w, p, sizeof w);
    w = le32toh(w);
    if (((w & (w + 0x06060606)) & 0xf0f0f0f0) != 0x30303030 ||
        ((w | (w + 0x06060606)) & 0xf0f0f0f0) != 0x30303030)
        return false;
    w &= 0x0f0f0f0f;
    w = (w * 10 + (w >> 8)) & 0x00ff00ff;
    *value = (w * 100 + (w >> 16)) & 0xffff;
    return true;
}

bool value_int(struct slice field, int64_t *value)
{
    const char *p = field.ptr, *end = p + field.len;
    bool negative = p < end && *p == '-';
    p += negative;
    size_t digits = (size_t)(end - p);
    if (digits == 0 || digits > 19 || (*p == '0' && (digits > 1 || negative)))
        return false;
    uint64_t n = 0, some; /* 19 digits always fit */
    for (; end - p >= 8; p += 8) {
        if (!eight_digits(p, &some))
            return false;
        n = n * 100000000 + some;
    }
    if (end - p >= 4) {
        if (!four_digits(p, &some))
            return false;
        n = n * 10000 + some;
        p += 4;
    }
    for (; p < end; p++) {
        if (!is_digit(*p))
            return false;
        n = n * 10 + (uint64_t)(*p - '0');
    }
    if (n > (uint64_t)INT64_MAX + negative)
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

/* The date YYYY-MM-DD at P, ten bytes. */
static inline bool date_at(const char *p, int32_t *days)
{
    if (p[4] != '-' || p[7] != '-')
        return false;
    return days_from_civil(digits_at(p, 4), digits_at(p + 5, 2), digits_at(p + 8, 2), days);
}

bool value_date(struct slice field, int32_t *days)
{
    return field.len == 10 && date_at(field.ptr, days);
}

bool value_time(struct slice field, int64_t *microseconds)
{
    const char *p = field.ptr;
    int32_t days;
    if (field.len < 20 || field.len > 27 || p[10] != 'T' || p[13] != ':' || p[16] != ':' ||
        p[field.len - 1] != 'Z' || !date_at(p, &days))
        return false;
    int hour = digits_at(p + 11, 2), minute = digits_at(p + 14, 2), second = digits_at(p + 17, 2);
    if (hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 59)
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
    int64_t seconds = (int64_t)days * SECONDS_PER_DAY + hour * 3600 + minute * 60 + second;
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

size_t value_write_int(char *buffer, int64_t value)
{
    char digits[20];
    size_t n = 0, len = 0;
    uint64_t rest = value < 0 ? 0 - (uint64_t)value : (uint64_t)value;
    do {
        digits[n++] = (char)('0' + rest % 10);
        rest /= 10;
    } while (rest);
    if (value < 0)
        buffer[len++] = '-';
    while (n)
        buffer[len++] = digits[--n];
    buffer[len] = '\0';
    return len;
}

size_t value_write_decimal(char *buffer, int64_t value, unsigned places)
{
    uint64_t rest = value < 0 ? 0 - (uint64_t)value : (uint64_t)value;
    while (places && rest % 10 == 0) {
        rest /= 10;
        places--;
    }
    uint64_t unit = 1;
    for (unsigned i = 0; i < places; i++)
        unit *= 10;
    size_t len = 0;
    if (value < 0)
        buffer[len++] = '-';
    len += value_write_int(buffer + len, (int64_t)(rest / unit));
    if (places) {
        buffer[len++] = '.';
        for (rest %= unit; unit > 1; rest %= unit) {
            unit /= 10;
            buffer[len++] = (char)('0' + rest / unit);
        }
    }
    buffer[len] = '\0';
    return len;
}

static inline char *write_digits(char *p, int value, unsigned n)
{
    for (unsigned i = n; i-- > 0; value /= 10)
        p[i] = (char)('0' + value % 10);
    return p + n;
}

size_t value_write_date(char *buffer, int32_t days)
{
    int year, month, day;
    civil_from_days(days, &year, &month, &day);
    char *p = write_digits(buffer, year, 4);
    *p++ = '-';
    p = write_digits(p, month, 2);
    *p++ = '-';
    p = write_digits(p, day, 2);
    *p = '\0';
    return (size_t)(p - buffer);
}

size_t value_write_decade(char *buffer, int year)
{
    int decade = year / 10;
    return (size_t)snprintf(buffer, VALUE_MAX, "%03d0-%03d9", decade, decade);
}

size_t value_write_time(char *buffer, int64_t microseconds)
{
    int64_t seconds = floor_div(microseconds, MICROSECONDS);
    int fraction = (int)floor_mod(microseconds, MICROSECONDS);
    int of_day = (int)floor_mod(seconds, SECONDS_PER_DAY);
    char *p = buffer + value_write_date(buffer, (int32_t)floor_div(seconds, SECONDS_PER_DAY));
    *p++ = 'T';
    p = write_digits(p, of_day / 3600, 2);
    *p++ = ':';
    p = write_digits(p, of_day / 60 % 60, 2);
    *p++ = ':';
    p = write_digits(p, of_day % 60, 2);
    if (fraction) {
        *p++ = '.';
        p = write_digits(p, fraction, 6);
        while (p[-1] == '0')
            p--;
    }
    *p++ = 'Z';
    *p = '\0';
    return (size_t)(p - buffer);
}

bool days_from_civil(int year, int month, int day, int32_t *days)
{
    static const char lengths[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    if (year < 1 || year > 9999 || month < 1 || month > 12 || day < 1)
        return false;
    bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    if (day > lengths[month - 1] + (month == 2 && leap))
        return false;
    int y = year - (month <= 2); /* years start in March: the leap day comes last */
    int era = y / 400, year_of_era = y % 400;
    int day_of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
    int day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    *days = era * 146097 + day_of_era - 719468;
    return true;
}

void civil_from_days(int32_t days, int *year, int *month, int *day)
{
    int z = days + 719468;
    int era = (z >= 0 ? z : z - 146096) / 146097;
    int day_of_era = z - era * 146097;
    int year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
    int day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    int shifted = (5 * day_of_year + 2) / 153;
    *day = day_of_year - (153 * shifted + 2) / 5 + 1;
    *month = shifted < 10 ? shifted + 3 : shifted - 9;
    *year = year_of_era + era * 400 + (*month <= 2);
}

int64_t divide_half_up(int64_t numerator, int64_t denominator, unsigned places)
{
    __int128 scaled = numerator;
    for (unsigned i = 0; i < places; i++)
        scaled *= 10;
    __int128 twice = 2 * scaled + denominator, divisor = 2 * (__int128)denominator;
    __int128 quotient = twice / divisor;
    return (int64_t)(quotient - (twice % divisor < 0));
}
