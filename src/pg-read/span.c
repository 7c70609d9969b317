#include "span.h"

#include <stdio.h>
#include <string.h>

#include "diag.h"
#include "timeparse.h"
#include "value.h"
#include "zone.h"

bool span_is_length(const char *text)
{
    size_t digits = strspn(text, "0123456789");
    return digits > 0 && digits < 10 && text[digits] && strchr("smhdw", text[digits]) &&
           !text[digits + 1];
}

static bool of_days(const char *text)
{
    char unit = text[strlen(text) - 1];
    return unit == 'd' || unit == 'w';
}

/* A length may reach back to before the first year. */
static int64_t in_calendar(const char *option, const char *text, int64_t moment)
{
    const int64_t first = -719162 * (int64_t)SECONDS_PER_DAY * MICROSECONDS; /* 0001-01-01 */
    if (moment < first)
        diag_usage("--%s: before the year 1: %s", option, diag_quote(slice_of(text)));
    return moment;
}

int64_t span_start(const char *name, const char *text, int64_t now)
{
    char option[80];
    int64_t moment;
    snprintf(option, sizeof option, "param %s", name);
    if (!span_is_length(text)) {
        const char *wrong = timeparse(slice_of(text), &moment);
        if (wrong)
            diag_usage("--%s: neither a time nor a length such as 7d: %s", option,
                       diag_quote(slice_of(text)));
        return moment;
    }
    int64_t length = duration_option(option, text);
    if (!of_days(text))
        return in_calendar(option, text, now - length);
    int64_t days = length / (SECONDS_PER_DAY * MICROSECONDS);
    if (days < 1 || days > 1000000)
        diag_usage("--%s: not 1 to 1000000 days: %s", option, diag_quote(slice_of(text)));
    int64_t start = zone_day_start(zone_day(now) - (int32_t)days + 1) * MICROSECONDS;
    return in_calendar(option, text, start);
}

int64_t span_end(const char *text, int64_t now)
{
    return of_days(text) ? zone_day_start(zone_day(now) + 1) * MICROSECONDS : now;
}
