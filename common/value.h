/* value: the canonical forms of a stream's values: checking, parsing, writing. reelpipe(5), VALUES.
 *
 * Numbers are exact: ratings are integer thousandths, times integer microseconds since
 * 1970-01-01T00:00:00Z without leap seconds, dates integer days since 1970-01-01, in the proleptic
 * Gregorian calendar, years 0001 to 9999. The parsers accept exactly the canonical form; what
 * sources accept beside it is in timeparse.h and in the sources.
 */
#ifndef REELPIPE_VALUE_H
#define REELPIPE_VALUE_H

#include <stdint.h>

#include "slice.h"

enum value_kind {
    VALUE_INT,     /* signed 64-bit integer: -?[1-9][0-9]* or 0 */
    VALUE_DECIMAL, /* up to 12 digits before the point and 6 after, no trailing zeros, no -0 */
    VALUE_RATING,  /* decimal 0..10 with at most 3 places */
    VALUE_TIME,    /* YYYY-MM-DDTHH:MM:SS[.ffffff]Z, fraction without trailing zeros */
    VALUE_DATE,    /* YYYY-MM-DD */
    VALUE_TEXT,    /* any non-empty text */
    VALUE_LIST,    /* non-empty texts joined with `|` */
    VALUE_BOOL,    /* t or f, as COPY writes them */
    VALUE_DECADE,  /* ten years, YYY0-YYY9: all that is to be known of a year of birth */
};

enum {
    VALUE_MAX = 40, /* bytes that any number, time or date takes, terminating NUL included */
    SECONDS_PER_DAY = 86400,
};
#define MICROSECONDS ((int64_t)1000000)

/* The kind's name for manuals, messages and `validate --list-types`: "integer", "decimal", … */
const char *value_kind_name(enum value_kind kind);

/* NULL when the raw field is a canonical value of KIND (or `\N`), else what it isn't, as a
 * message's "not a time". */
const char *value_check(enum value_kind kind, struct slice field);

/* Each returns false when FIELD isn't canonical. A rating is in thousandths, a decimal in
 * millionths. */
bool value_int(struct slice field, int64_t *value);
bool value_decimal(struct slice field, int64_t *millionths);
bool value_rating(struct slice field, int32_t *thousandths);
bool value_time(struct slice field, int64_t *microseconds);
bool value_date(struct slice field, int32_t *days);
bool value_decade(struct slice field, int *first_year);

/* Each writes the canonical form and a NUL into BUFFER (VALUE_MAX bytes); returns the length. */
size_t value_write_int(char *buffer, int64_t value);
size_t value_write_decimal(char *buffer, int64_t value, unsigned places); /* value / 10^places */
size_t value_write_time(char *buffer, int64_t microseconds);
size_t value_write_date(char *buffer, int32_t days);
size_t value_write_decade(char *buffer, int year); /* the ten years that YEAR is of */

/* Days since 1970-01-01 of a date that exists; false for one that doesn't (2023-02-29, month 13).
 * Civil-calendar arithmetic after Howard Hinnant, "chrono-compatible low-level date algorithms". */
bool days_from_civil(int year, int month, int day, int32_t *days);
void civil_from_days(int32_t days, int *year, int *month, int *day);

/* Quotient rounded half up (towards plus infinity at .5) of NUMERATOR * 10^PLACES / DENOMINATOR;
 * DENOMINATOR > 0. The rounding of DESIGN's averages. Uses 128 bits between. */
int64_t divide_half_up(int64_t numerator, int64_t denominator, unsigned places);

/* Floor division and its non-negative remainder, for times before 1970. DIVISOR > 0. */
static inline int64_t floor_div(int64_t value, int64_t divisor)
{
    return value / divisor - (value % divisor < 0);
}

static inline int64_t floor_mod(int64_t value, int64_t divisor)
{
    int64_t r = value % divisor;
    return r < 0 ? r + divisor : r;
}

#endif
