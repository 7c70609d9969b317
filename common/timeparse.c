#include "timeparse.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "diag.h"
#include "value.h"
#include "zone.h"

static const char *const not_a_time = "not a time";

struct cursor {
    const char *p, *end;
};

static bool take(struct cursor *c, char wanted)
{
    if (c->p == c->end || *c->p != wanted)
        return false;
    c->p++;
    return true;
}

/* Exactly N digits, or -1. */
static int take_digits(struct cursor *c, unsigned n)
{
    int value = 0;
    if ((size_t)(c->end - c->p) < n)
        return -1;
    for (unsigned i = 0; i < n; i++, c->p++) {
        if (*c->p < '0' || *c->p > '9')
            return -1;
        value = value * 10 + (*c->p - '0');
    }
    return value;
}

/* Digits of a fraction as microseconds; further digits are cut. -1 when there are none. */
static int take_fraction(struct cursor *c)
{
    int value = 0;
    unsigned n = 0;
    for (; c->p < c->end && *c->p >= '0' && *c->p <= '9'; c->p++, n++)
        if (n < 6)
            value = value * 10 + (*c->p - '0');
    if (n == 0)
        return -1;
    for (; n < 6; n++)
        value *= 10;
    return value;
}

static struct slice trim(struct slice text)
{
    while (text.len && (text.ptr[0] == ' ' || text.ptr[0] == '\t')) {
        text.ptr++;
        text.len--;
    }
    while (text.len && (text.ptr[text.len - 1] == ' ' || text.ptr[text.len - 1] == '\t'))
        text.len--;
    return text;
}

/* The zone at the cursor: Z or an offset; *KNOWN is false when there is none. */
static bool take_zone(struct cursor *c, bool *known, int *offset)
{
    *known = true;
    *offset = 0;
    if (take(c, 'Z') || take(c, 'z'))
        return true;
    bool west = c->p < c->end && *c->p == '-';
    if (!take(c, '+') && !take(c, '-')) {
        *known = false;
        return true;
    }
    int hours = take_digits(c, 2), minutes = 0;
    if (take(c, ':') || c->p < c->end)
        minutes = take_digits(c, 2);
    if (hours < 0 || hours > 18 || minutes < 0 || minutes > 59)
        return false;
    *offset = (hours * 3600 + minutes * 60) * (west ? -1 : 1);
    return true;
}

/* YYYY-MM-DD, and what may follow it. */
static const char *parse_civil(struct cursor *c, int64_t *microseconds)
{
    int32_t days;
    int year = take_digits(c, 4);
    if (year < 0 || !take(c, '-'))
        return not_a_time;
    int month = take_digits(c, 2);
    if (month < 0 || !take(c, '-'))
        return not_a_time;
    int day = take_digits(c, 2);
    if (day < 0 || !days_from_civil(year, month, day, &days))
        return not_a_time;

    int64_t local = (int64_t)days * SECONDS_PER_DAY;
    int fraction = 0, offset = 0;
    bool zone_known = false;
    if (c->p < c->end) {
        if (!take(c, 'T') && !take(c, 't') && !take(c, ' '))
            return not_a_time;
        int hour = take_digits(c, 2);
        if (hour < 0 || hour > 23 || !take(c, ':'))
            return not_a_time;
        int minute = take_digits(c, 2), second = 0;
        if (minute < 0 || minute > 59)
            return not_a_time;
        if (take(c, ':')) {
            second = take_digits(c, 2);
            if (second < 0 || second > 60)
                return not_a_time;
            if (take(c, '.') && (fraction = take_fraction(c)) < 0)
                return not_a_time;
        }
        take(c, ' ');
        if (!take_zone(c, &zone_known, &offset) || c->p != c->end)
            return not_a_time;
        local += hour * 3600 + minute * 60 + second;
    }
    int64_t utc = zone_known ? local - offset : zone_to_utc(local);
    *microseconds = utc * MICROSECONDS + fraction;
    return NULL;
}

/* Seconds (9 or 10 digits, a fraction allowed) or milliseconds (12 or 13 digits) since 1970. */
static const char *parse_unix(struct cursor *c, size_t digits, int64_t *microseconds)
{
    int64_t n = 0;
    for (size_t i = 0; i < digits; i++)
        n = n * 10 + (*c->p++ - '0');
    if (digits == 12 || digits == 13) {
        *microseconds = n * 1000;
        return c->p == c->end ? NULL : not_a_time;
    }
    int fraction = 0;
    if (take(c, '.'))
        fraction = take_fraction(c);
    if (fraction < 0 || c->p != c->end)
        return not_a_time;
    *microseconds = n * MICROSECONDS + fraction;
    return NULL;
}

/* One or two digits, a separator, one or two digits, the separator, digits: a day and a month, but
 * which is which nobody can tell from one value. */
static bool is_ambiguous(struct slice text)
{
    size_t i = 0, digits[3] = {0, 0, 0};
    char separator = '\0';
    for (unsigned part = 0; part < 3; part++) {
        for (; i < text.len && text.ptr[i] >= '0' && text.ptr[i] <= '9'; i++)
            digits[part]++;
        if (part == 2)
            break;
        if (i == text.len || !memchr("/.-", text.ptr[i], 3) ||
            (separator && text.ptr[i] != separator))
            return false;
        separator = text.ptr[i++];
    }
    return digits[0] >= 1 && digits[0] <= 2 && digits[1] >= 1 && digits[1] <= 2 &&
           (digits[2] == 2 || digits[2] == 4);
}

/* The years of value.h: 0001-01-01T00:00:00Z and 9999-12-31T23:59:59Z. */
static const int64_t first_second = -62135596800, last_second = 253402300799;

static bool in_range(int64_t microseconds)
{
    int64_t seconds = floor_div(microseconds, MICROSECONDS);
    return seconds >= first_second && seconds <= last_second;
}

const char *timeparse(struct slice text, int64_t *microseconds)
{
    text = trim(text);
    struct cursor c = {text.ptr, text.ptr + text.len};
    size_t digits = 0;
    while (digits < text.len && text.ptr[digits] >= '0' && text.ptr[digits] <= '9')
        digits++;
    const char *wrong;
    if (digits == 9 || digits == 10 || digits == 12 || digits == 13)
        wrong = parse_unix(&c, digits, microseconds);
    else if (is_ambiguous(text))
        return "an ambiguous date (day/month or month/day?)";
    else
        wrong = parse_civil(&c, microseconds);
    return !wrong && !in_range(*microseconds) ? not_a_time : wrong;
}

const char *timeparse_format(const char *format, struct slice text, int64_t *microseconds)
{
    char buffer[128];
    struct tm tm = {.tm_mday = 1, .tm_year = 70, .tm_isdst = -1};
    int32_t days;
    text = trim(text);
    if (text.len == 0 || text.len >= sizeof buffer)
        return not_a_time;
    memcpy(buffer, text.ptr, text.len);
    buffer[text.len] = '\0';
    tm.tm_gmtoff = INT32_MAX; /* stays so unless the format has %z */
    char *end = strptime(buffer, format, &tm);
    if (!end || *end)
        return not_a_time;
    if (strstr(format, "%s")) { /* strptime made local time of it; the way back is exact */
        int64_t seconds = strtoll(buffer, NULL, 10);
        if (strcmp(format, "%s") != 0 || seconds > last_second || seconds < first_second)
            return not_a_time;
        *microseconds = seconds * MICROSECONDS;
        return NULL;
    }
    if (!days_from_civil(tm.tm_year + 1900, tm.tm_mon + 1, tm.tm_mday, &days))
        return not_a_time;
    int64_t local =
        (int64_t)days * SECONDS_PER_DAY + tm.tm_hour * 3600 + tm.tm_min * 60 + tm.tm_sec;
    bool zone_known = tm.tm_gmtoff != INT32_MAX;
    int64_t utc = zone_known ? local - tm.tm_gmtoff : zone_to_utc(local);
    *microseconds = utc * MICROSECONDS;
    return in_range(*microseconds) ? NULL : not_a_time;
}

int64_t timeparse_option(const char *option, const char *text)
{
    int64_t microseconds;
    if (strcmp(text, "now") == 0)
        return time_now();
    const char *wrong = timeparse(slice_of(text), &microseconds);
    if (wrong)
        diag_usage("--%s: %s: %s", option, wrong, diag_quote(slice_of(text)));
    return microseconds;
}

int64_t duration_option(const char *option, const char *text)
{
    char *end;
    long long n = strtoll(text, &end, 10);
    int64_t unit = 0;
    if (text[0] >= '0' && text[0] <= '9' && n >= 0 && end[0] && !end[1])
        switch (end[0]) {
        case 's':
            unit = 1;
            break;
        case 'm':
            unit = 60;
            break;
        case 'h':
            unit = 3600;
            break;
        case 'd':
            unit = SECONDS_PER_DAY;
            break;
        case 'w':
            unit = 7 * SECONDS_PER_DAY;
            break;
        }
    if (unit == 0 || n > last_second / unit)
        diag_usage("--%s: not a length of time such as 7d or 12h: %s", option,
                   diag_quote(slice_of(text)));
    return n * unit * MICROSECONDS;
}

int days_option(const char *option, const char *text, int max)
{
    const int64_t day = SECONDS_PER_DAY * MICROSECONDS;
    int64_t length = duration_option(option, text);
    if (length < day || length % day || length / day > max)
        diag_usage("--%s: not a number of whole days from 1 to %d: %s", option, max,
                   diag_quote(slice_of(text)));
    return (int)(length / day);
}

int64_t time_now(void)
{
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    return (int64_t)now.tv_sec * MICROSECONDS + now.tv_nsec / 1000;
}
