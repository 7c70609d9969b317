#include "binary.h"

#include <stdio.h>
#include <stdlib.h>

#include "diag.h"
#include "escape.h"
#include "mem.h"
#include "value.h"

/* OIDs of built-in types, fixed for ever (pg_type.dat). */
enum {
    OID_BOOL = 16,
    OID_INT8 = 20,
    OID_INT2 = 21,
    OID_INT4 = 23,
    OID_TEXT = 25,
    OID_OID = 26,
    OID_FLOAT4 = 700,
    OID_FLOAT8 = 701,
    OID_BPCHAR = 1042,
    OID_VARCHAR = 1043,
    OID_DATE = 1082,
    OID_TIME = 1083,
    OID_TIMESTAMP = 1114,
    OID_TIMESTAMPTZ = 1184,
    OID_TIMETZ = 1266,
    OID_NUMERIC = 1700,
};

/* Days from 1970 to 2000, where the server's times and dates count from. */
enum { EPOCH_DAYS = 10957 };

/* Of a numeric: the head before the digits, of which each is one to base 10,000. */
enum { NUMERIC_HEAD = 8, NUMERIC_DIGIT = 2 };
enum { NUMERIC_NEGATIVE = 0x4000, NUMERIC_NAN = 0xC000, NUMERIC_INFINITY = 0xD000 };

enum binary_form binary_form(uint32_t type)
{
    switch (type) {
    case OID_BOOL:
        return BINARY_BOOL;
    case OID_INT2:
        return BINARY_INT2;
    case OID_INT4:
        return BINARY_INT4;
    case OID_INT8:
        return BINARY_INT8;
    case OID_OID:
        return BINARY_OID;
    case OID_FLOAT4:
    case OID_FLOAT8:
        return BINARY_FLOAT;
    case OID_NUMERIC:
        return BINARY_NUMERIC;
    case OID_DATE:
        return BINARY_DATE;
    case OID_TIMESTAMPTZ:
        return BINARY_TIME;
    case OID_TIMESTAMP:
    case OID_TIME:
    case OID_TIMETZ:
        return BINARY_REFUSED;
    case OID_TEXT:
    case OID_BPCHAR:
    case OID_VARCHAR:
        return BINARY_TEXT;
    default:
        return BINARY_CAST;
    }
}

bool binary_is_cast(enum binary_form form)
{
    return form == BINARY_CAST || form == BINARY_FLOAT || form == BINARY_REFUSED;
}

static void check_length(struct slice value, size_t len)
{
    if (value.len != len)
        diag_die(STATUS_FAILED, "the server sends a value of %zu bytes where %zu are due",
                 value.len, len);
}

/* A big-endian number of as many bytes as the value must have. */
static inline uint64_t bytes_of(struct slice value, size_t len)
{
    uint64_t n = 0;
    check_length(value, len);
    for (size_t i = 0; i < len; i++)
        n = n << 8 | (unsigned char)value.ptr[i];
    return n;
}

static char *room(struct binary *b, size_t len)
{
    if (b->size < len)
        b->buffer = mem_grow(b->buffer, &b->size, len, 1);
    return b->buffer;
}

static struct slice whole(struct binary *b, int64_t value)
{
    char *to = room(b, VALUE_MAX);
    return (struct slice){to, value_write_int(to, value)};
}

/* A day of any year, and the second of it unless that is -1, for a message: as the server shows
 * them. */
static struct slice strange_date(struct binary *b, int64_t days, int second)
{
    enum { MOST = 64 };
    int year, month, day;
    char *to = room(b, MOST), clock[16] = "";
    civil_from_days((int32_t)days, &year, &month, &day);
    if (second >= 0)
        snprintf(clock, sizeof clock, " %02d:%02d:%02d+00", second / 3600, second / 60 % 60,
                 second % 60);
    int n = snprintf(to, MOST, "%04d-%02d-%02d%s%s", year > 0 ? year : 1 - year, month, day, clock,
                     year > 0 ? "" : " BC");
    return (struct slice){to, (size_t)n};
}

static bool has_date(int64_t days)
{
    enum { FIRST = -719162, LAST = 2932896 }; /* 0001-01-01 and 9999-12-31 */
    return days >= FIRST && days <= LAST;
}

static struct slice date_field(struct binary *b, int32_t since_2000)
{
    b->wrong = "not a date of the years 1 to 9999";
    if (since_2000 == INT32_MAX || since_2000 == INT32_MIN)
        return slice_of(since_2000 > 0 ? "infinity" : "-infinity");
    int64_t days = (int64_t)since_2000 + EPOCH_DAYS;
    if (!has_date(days))
        return strange_date(b, days, -1);
    b->wrong = NULL;
    char *to = room(b, VALUE_MAX);
    return (struct slice){to, value_write_date(to, (int32_t)days)};
}

static struct slice time_field(struct binary *b, int64_t since_2000)
{
    b->wrong = "not a time of the years 1 to 9999";
    if (since_2000 == INT64_MAX || since_2000 == INT64_MIN)
        return slice_of(since_2000 > 0 ? "infinity" : "-infinity");
    int64_t seconds = floor_div(since_2000, MICROSECONDS);
    int64_t days = floor_div(seconds, SECONDS_PER_DAY) + EPOCH_DAYS;
    if (!has_date(days))
        return strange_date(b, days, (int)floor_mod(seconds, SECONDS_PER_DAY));
    b->wrong = NULL;
    char *to = room(b, VALUE_MAX);
    int64_t moment = since_2000 + EPOCH_DAYS * SECONDS_PER_DAY * MICROSECONDS;
    return (struct slice){to, value_write_time(to, moment)};
}

/* Writes the four decimal digits of one to base 10,000. */
static char *four_digits(char *to, unsigned digit)
{
    to[0] = (char)('0' + digit / 1000);
    to[1] = (char)('0' + digit / 100 % 10);
    to[2] = (char)('0' + digit / 10 % 10);
    to[3] = (char)('0' + digit % 10);
    return to + 4;
}

static unsigned two_bytes(const char *p)
{
    return (unsigned)(unsigned char)p[0] << 8 | (unsigned char)p[1];
}

/* numeric_send: four numbers of 16 bits (how many digits, the power of 10,000 that the first of
 * them counts, the sign, decimal places shown), then the digits to base 10,000. */
static struct slice numeric_field(struct binary *b, struct slice value)
{
    check_length(value, value.len < NUMERIC_HEAD ? NUMERIC_HEAD : value.len);
    int ndigits = (int)two_bytes(value.ptr), weight = (int16_t)two_bytes(value.ptr + 2);
    unsigned sign = two_bytes(value.ptr + 4);
    const char *digits = value.ptr + NUMERIC_HEAD;
    check_length(value, NUMERIC_HEAD + (size_t)ndigits * NUMERIC_DIGIT);
    if (sign >= NUMERIC_NAN) {
        b->wrong = "not a plain decimal number";
        return slice_of(sign == NUMERIC_NAN        ? "NaN"
                        : sign == NUMERIC_INFINITY ? "Infinity"
                                                   : "-Infinity");
    }
    if (ndigits == 0)
        return slice_of("0");
    int before = weight < 0 ? 0 : weight + 1; /* digits before the point, and behind it */
    int behind = ndigits > weight + 1 ? ndigits - weight - 1 : 0;
    char *start = room(b, 4 * (size_t)(before + behind) + 4) + 1; /* a sign may come before it */
    char *to = start, *point;
    for (int i = 0; i < before; i++)
        to = four_digits(to, i < ndigits ? two_bytes(digits + NUMERIC_DIGIT * i) : 0);
    if (!before)
        *to++ = '0';
    point = to;
    *to++ = '.';
    for (int i = weight + 1; i < ndigits; i++)
        to = four_digits(to, i >= 0 ? two_bytes(digits + NUMERIC_DIGIT * i) : 0);
    while (*start == '0' && start + 1 < point)
        start++;
    while (to[-1] == '0' && to > point)
        to--;
    if (to[-1] == '.')
        to--;
    if (sign == NUMERIC_NEGATIVE)
        *--start = '-';
    return (struct slice){start, (size_t)(to - start)};
}

static struct slice text_field(struct binary *b, struct slice text)
{
    if (text.len == 0)
        return SLICE_NULL;
    char *to = room(b, 2 * text.len);
    return (struct slice){to, escape(text, to)};
}

static struct slice float_field(struct binary *b, struct slice text)
{
    for (size_t i = 0; i < text.len; i++)
        if (text.ptr[i] > '9') { /* NaN, Infinity, 1e-07 */
            b->wrong = "not a plain decimal number";
            return text;
        }
    return slice_is(text, "-0") ? slice_of("0") : text;
}

struct slice binary_canonical(struct binary *b, enum binary_form form, struct slice value)
{
    b->wrong = NULL;
    switch (form) {
    case BINARY_INT2:
        return whole(b, (int16_t)bytes_of(value, 2));
    case BINARY_INT4:
        return whole(b, (int32_t)bytes_of(value, 4));
    case BINARY_INT8:
        return whole(b, (int64_t)bytes_of(value, 8));
    case BINARY_OID:
        return whole(b, (int64_t)bytes_of(value, 4));
    case BINARY_BOOL:
        return slice_of(bytes_of(value, 1) ? "t" : "f");
    case BINARY_DATE:
        return date_field(b, (int32_t)bytes_of(value, 4));
    case BINARY_TIME:
        return time_field(b, (int64_t)bytes_of(value, 8));
    case BINARY_NUMERIC:
        return numeric_field(b, value);
    case BINARY_FLOAT:
        return float_field(b, value);
    case BINARY_REFUSED:
        b->wrong = "a time without a zone (AT TIME ZONE gives it one)";
        return value;
    case BINARY_TEXT:
    case BINARY_CAST:
        break;
    }
    return text_field(b, value);
}

void binary_free(struct binary *b)
{
    free(b->buffer);
    *b = (struct binary){0};
}
