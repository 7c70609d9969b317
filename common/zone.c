#include "zone.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include "diag.h"
#include "value.h"

/* The offset is the same all through nearly every quarter of an hour, so one look-up serves it. A
 * quarter that a change falls into (in Gaza they came at a minute past midnight), and times before
 * 1972, when offsets had odd seconds, are looked up one by one. There is a slot for every quarter
 * of nearly two years, for records in no order; pages of slots that aren't used take no memory. */
enum { SLOT_SECONDS = 900, SLOTS = 65536 };
static const int64_t slots_from = 63072000; /* 1972-01-01 */

static struct {
    int64_t quarter;
    int32_t offset;
    bool known;
    bool changes; /* within the quarter: the offset isn't all of it */
} cache[SLOTS];

static bool is_utc = true;

static bool zone_exists(const char *name)
{
    const char *dir = getenv("TZDIR");
    char path[512];
    struct stat info;
    if (name[0] == '/' || name[0] == '\0' || strstr(name, ".."))
        return false;
    int n = snprintf(path, sizeof path, "%s/%s", dir ? dir : "/usr/share/zoneinfo", name);
    return n > 0 && (size_t)n < sizeof path && stat(path, &info) == 0 && S_ISREG(info.st_mode);
}

void zone_set(const char *name)
{
    is_utc = strcmp(name, "UTC") == 0;
    if (!is_utc && !zone_exists(name))
        diag_usage("not a time zone of this system's tzdata: %s", diag_quote(slice_of(name)));
    if (setenv("TZ", is_utc ? "UTC0" : name, 1) != 0)
        diag_die(STATUS_FAILED, "can't set the time zone: %s", strerror(errno));
    tzset();
    static bool used;
    if (used)
        memset(cache, 0, sizeof cache);
    used = true;
}

static int32_t look_up(int64_t utc_seconds)
{
    time_t t = (time_t)utc_seconds;
    struct tm local;
    if (!localtime_r(&t, &local))
        return 0;
    return (int32_t)local.tm_gmtoff;
}

int32_t zone_offset(int64_t utc_seconds)
{
    if (is_utc)
        return 0;
    if (utc_seconds < slots_from)
        return look_up(utc_seconds);
    int64_t quarter = utc_seconds / SLOT_SECONDS;
    size_t slot = (size_t)quarter % SLOTS;
    if (!cache[slot].known || cache[slot].quarter != quarter) {
        cache[slot].quarter = quarter;
        cache[slot].offset = look_up(quarter * SLOT_SECONDS);
        cache[slot].changes =
            look_up(quarter * SLOT_SECONDS + SLOT_SECONDS - 1) != cache[slot].offset;
        cache[slot].known = true;
    }
    return cache[slot].changes ? look_up(utc_seconds) : cache[slot].offset;
}

int32_t zone_day(int64_t microseconds)
{
    int64_t seconds = floor_div(microseconds, MICROSECONDS);
    return (int32_t)floor_div(seconds + zone_offset(seconds), SECONDS_PER_DAY);
}

void zone_clock(int64_t microseconds, int32_t *day, int *hour)
{
    int64_t seconds = floor_div(microseconds, MICROSECONDS);
    int64_t local = seconds + zone_offset(seconds);
    *day = (int32_t)floor_div(local, SECONDS_PER_DAY);
    *hour = (int)(floor_mod(local, SECONDS_PER_DAY) / 3600);
}

int iso_weekday(int32_t day)
{
    /* 1970-01-01 was a Thursday. */
    return (int)floor_mod((int64_t)day + 3, 7) + 1;
}

int64_t zone_to_utc(int64_t local_seconds)
{
    /* The offsets a day before and a day after enclose any change. With the one from before, a time
     * in a fold comes out as its first occurrence and one in a gap as the moment after the gap;
     * only when the result shows that the change lies behind does the later offset count. */
    int32_t before = zone_offset(local_seconds - SECONDS_PER_DAY);
    int32_t after = zone_offset(local_seconds + SECONDS_PER_DAY);
    int64_t utc = local_seconds - before;
    if (before == after || zone_offset(utc) == before)
        return utc;
    int64_t later = local_seconds - after;
    return zone_offset(later) == after ? later : utc;
}

int64_t zone_day_start(int32_t day)
{
    int64_t local = (int64_t)day * SECONDS_PER_DAY, utc = zone_to_utc(local);
    /* Where midnight is skipped zone_to_utc goes past it by the gap; walk back to the day's first
     * quarter of an hour. */
    while (zone_day((utc - SLOT_SECONDS) * MICROSECONDS) == day)
        utc -= SLOT_SECONDS;
    return utc;
}
