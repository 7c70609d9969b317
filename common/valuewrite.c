/* The half of value.h that writes. */
#include <stdio.h>

#include "value.h"

/* "00" to "99": two digits at a time take half the divisions. */
#define TEN(n) #n "0" #n "1" #n "2" #n "3" #n "4" #n "5" #n "6" #n "7" #n "8" #n "9"
static const char pairs[] = TEN(0) TEN(1) TEN(2) TEN(3) TEN(4) TEN(5) TEN(6) TEN(7) TEN(8) TEN(9);

size_t value_write_int(char *buffer, int64_t value)
{
    char digits[20], *p = digits + sizeof digits;
    uint64_t rest = value < 0 ? 0 - (uint64_t)value : (uint64_t)value;
    for (; rest >= 100; rest /= 100)
        memcpy(p -= 2, pairs + rest % 100 * 2, 2);
    if (rest >= 10)
        memcpy(p -= 2, pairs + rest * 2, 2);
    else
        *--p = (char)('0' + rest);
    size_t n = (size_t)(digits + sizeof digits - p), sign = value < 0;
    buffer[0] = '-';
    memcpy(buffer + sign, p, n);
    buffer[sign + n] = '\0';
    return sign + n;
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

/* The last two digits of VALUE. */
static inline char *two_digits(char *p, int value)
{
    memcpy(p, pairs + value % 100 * 2, 2);
    return p + 2;
}

size_t value_write_date(char *buffer, int32_t days)
{
    int year, month, day;
    civil_from_days(days, &year, &month, &day);
    char *p = two_digits(two_digits(buffer, year / 100), year);
    *p++ = '-';
    p = two_digits(p, month);
    *p++ = '-';
    p = two_digits(p, day);
    *p = '\0';
    return (size_t)(p - buffer);
}

size_t value_write_decade(char *buffer, int year)
{
    int decade = year / 10;
    return (size_t)snprintf(buffer, VALUE_MAX, "%03d0-%03d9", decade, decade);
}

/* Most times are of the same day as the one before. */
static char *write_day(char *buffer, int32_t day)
{
    enum { LENGTH = sizeof "2026-11-15" - 1 };
    static char text[VALUE_MAX];
    static int32_t last;
    if (!text[0] || day != last)
        value_write_date(text, last = day);
    memcpy(buffer, text, LENGTH);
    return buffer + LENGTH;
}

size_t value_write_time(char *buffer, int64_t microseconds)
{
    int64_t seconds = floor_div(microseconds, MICROSECONDS);
    int fraction = (int)floor_mod(microseconds, MICROSECONDS);
    int of_day = (int)floor_mod(seconds, SECONDS_PER_DAY);
    char *p = write_day(buffer, (int32_t)floor_div(seconds, SECONDS_PER_DAY));
    *p++ = 'T';
    p = two_digits(p, of_day / 3600);
    *p++ = ':';
    p = two_digits(p, of_day / 60 % 60);
    *p++ = ':';
    p = two_digits(p, of_day % 60);
    if (fraction) {
        *p++ = '.';
        p = two_digits(two_digits(two_digits(p, fraction / 10000), fraction / 100), fraction);
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
