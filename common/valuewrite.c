/* The half of value.h that writes. */
#include <stdio.h>

#include "value.h"

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
