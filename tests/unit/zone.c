/* zone: offsets, and the way from local time to UTC, against the C library asked second by second
 * around every change of some zones, among them the ones with odd habits. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <time.h>

#include <cmocka.h>

#include "value.h"
#include "zone.h"

static int32_t plain_offset(int64_t utc)
{
    time_t t = (time_t)utc;
    struct tm local;
    assert_non_null(localtime_r(&t, &local));
    return (int32_t)local.tm_gmtoff;
}

/* Half-hour shifts, shifts at a minute past midnight, skipped midnights, a skipped day, an odd
 * offset. */
static const char *const zones[] = {
    "Europe/Berlin",     "America/New_York",     "America/St_Johns",  "Asia/Gaza",
    "America/Sao_Paulo", "Australia/Lord_Howe",  "Pacific/Apia",      "Africa/Monrovia",
    "Asia/Kathmandu",    "America/Scoresbysund", "Africa/Casablanca", "Asia/Beirut",
};
enum { NZONES = sizeof zones / sizeof *zones };

/* Calls CHECK with each change's first second between 1950 and 2040. */
static void each_change(void (*check)(int64_t change))
{
    const int64_t from = -631152000, to = 2208988800;
    int changes = 0;
    for (int64_t t = from; t < to; t += SECONDS_PER_DAY) {
        int32_t before = plain_offset(t), after = plain_offset(t + SECONDS_PER_DAY);
        if (before == after)
            continue;
        int64_t low = t, high = t + SECONDS_PER_DAY;
        while (high - low > 1) {
            int64_t middle = low + (high - low) / 2;
            if (plain_offset(middle) == before)
                low = middle;
            else
                high = middle;
        }
        check(high);
        changes++;
    }
    assert_true(changes > 0);
}

static void check_offsets(int64_t change)
{
    for (int64_t t = change - 1000; t<change + 1000; t += t> change - 3 && t < change + 3 ? 1 : 31)
        if (zone_offset(t) != plain_offset(t))
            fail_msg("offset at %lld", (long long)t);
    assert_int_equal(zone_offset(change - 1), plain_offset(change - 1));
    assert_int_equal(zone_offset(change), plain_offset(change));
}

static void offsets_are_exact(void **state)
{
    (void)state;
    for (unsigned i = 0; i < NZONES; i++) {
        zone_set(zones[i]);
        each_change(check_offsets);
    }
}

/* What the header promises, found by trying: of the moments that show this local time the first; if
 * none does, the local time taken with the offset from before the gap. */
static int64_t plain_to_utc(int64_t local, int64_t change)
{
    int32_t before = plain_offset(change - 1), after = plain_offset(change);
    int64_t early = local - before, late = local - after;
    int64_t first = early < late ? early : late, second = early < late ? late : early;
    if (first + plain_offset(first) == local)
        return first;
    if (second + plain_offset(second) == local)
        return second;
    return early;
}

static void check_local(int64_t change)
{
    int32_t before = plain_offset(change - 1), after = plain_offset(change);
    int64_t from = change + (before < after ? before : after) - 5000;
    int64_t to = change + (before < after ? after : before) + 5000;
    for (int64_t local = from; local < to; local += 37)
        if (zone_to_utc(local) != plain_to_utc(local, change))
            fail_msg("local %lld near %lld: %lld, not %lld", (long long)local, (long long)change,
                     (long long)zone_to_utc(local), (long long)plain_to_utc(local, change));
}

static void local_times_come_back(void **state)
{
    (void)state;
    for (unsigned i = 0; i < NZONES; i++) {
        zone_set(zones[i]);
        each_change(check_local);
    }
}

static int64_t plain_day(int64_t utc)
{
    return floor_div(utc + plain_offset(utc), SECONDS_PER_DAY);
}

static void check_day_start(int64_t change)
{
    for (int64_t t = change - SECONDS_PER_DAY; t <= change + SECONDS_PER_DAY;
         t += SECONDS_PER_DAY) {
        int64_t day = plain_day(t), start = zone_day_start((int32_t)day);
        if (plain_day(start) != day || plain_day(start - 1) == day)
            fail_msg("day %lld starts at %lld?", (long long)day, (long long)start);
        assert_int_equal(zone_day(start * MICROSECONDS), day);
        assert_int_equal(zone_day(start * MICROSECONDS - 1), plain_day(start - 1));
    }
}

static void days_start_at_their_first_second(void **state)
{
    (void)state;
    for (unsigned i = 0; i < NZONES; i++) {
        zone_set(zones[i]);
        each_change(check_day_start);
    }
}

static void a_known_gap_and_fold(void **state)
{
    (void)state;
    zone_set("Europe/Berlin");
    /* 2026-03-29 02:30 doesn't exist: 03:30 CEST. */
    assert_int_equal(zone_to_utc(1774751400), 1774747800);
    /* 2026-10-25 02:30 comes twice: the first, in CEST. */
    assert_int_equal(zone_to_utc(1792895400), 1792888200);
    zone_set("UTC");
    assert_int_equal(zone_to_utc(1792895400), 1792895400);
    assert_int_equal(zone_day(-1), -1);
    assert_int_equal(zone_day_start(-1), -SECONDS_PER_DAY);
}

static void the_clock_of_a_time(void **state)
{
    (void)state;
    int32_t day;
    int hour;
    zone_set("Asia/Kolkata");
    zone_clock(INT64_C(1763145000) * MICROSECONDS - 1, &day, &hour); /* 2025-11-14T18:30Z */
    assert_int_equal(day, 20406);
    assert_int_equal(hour, 23);
    zone_clock(INT64_C(1763145000) * MICROSECONDS, &day, &hour);
    assert_int_equal(day, 20407);
    assert_int_equal(hour, 0);
    assert_int_equal(iso_weekday(day), 6);
    zone_set("UTC");
    zone_clock(-1, &day, &hour);
    assert_int_equal(day, -1);
    assert_int_equal(hour, 23);
    assert_int_equal(iso_weekday(0), 4);
    assert_int_equal(iso_weekday(-1), 3);
    assert_int_equal(iso_weekday(-4), 7);
    assert_int_equal(iso_weekday(4), 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(offsets_are_exact),
        cmocka_unit_test(local_times_come_back),
        cmocka_unit_test(days_start_at_their_first_second),
        cmocka_unit_test(a_known_gap_and_fold),
        cmocka_unit_test(the_clock_of_a_time),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
