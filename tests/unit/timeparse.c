/* timeparse: every form that the header names, the ones it refuses, and results that can be
 * written. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "timeparse.h"
#include "value.h"
#include "zone.h"

static void expect(const char *text, const char *canonical)
{
    char got[VALUE_MAX];
    int64_t value;
    const char *wrong = timeparse(slice_of(text), &value);
    if (wrong)
        fail_msg("%s: %s", text, wrong);
    value_write_time(got, value);
    if (strcmp(got, canonical) != 0)
        fail_msg("%s: %s, not %s", text, got, canonical);
}

static void with_a_zone(void **state)
{
    (void)state;
    zone_set("America/New_York"); /* doesn't count */
    expect("2026-11-15T21:04:33Z", "2026-11-15T21:04:33Z");
    expect("2026-11-15t21:04:33z", "2026-11-15T21:04:33Z");
    expect("2026-11-15 21:04:33Z", "2026-11-15T21:04:33Z");
    expect("2026-11-15T21:04Z", "2026-11-15T21:04:00Z");
    expect("2026-11-15T21:04:33+01:00", "2026-11-15T20:04:33Z");
    expect("2026-11-15T21:04:33-0530", "2026-11-16T02:34:33Z");
    expect("2026-11-15T21:04:33+02", "2026-11-15T19:04:33Z");
    expect("2026-11-15 21:04:33 +02:00", "2026-11-15T19:04:33Z");
    expect("2026-11-15T21:04:33.5Z", "2026-11-15T21:04:33.5Z");
    expect("2026-11-15T21:04:33.123456789Z", "2026-11-15T21:04:33.123456Z");
    expect("2026-11-15T21:04:33.000Z", "2026-11-15T21:04:33Z");
    expect("2016-12-31T23:59:60Z", "2017-01-01T00:00:00Z");
    expect("1969-12-31T23:59:59.5Z", "1969-12-31T23:59:59.5Z");
    expect("  2026-11-15T21:04:33Z ", "2026-11-15T21:04:33Z");
    expect("0001-01-01T00:00:00Z", "0001-01-01T00:00:00Z");
    expect("9999-12-31T23:59:59Z", "9999-12-31T23:59:59Z");
}

static void local(void **state)
{
    (void)state;
    zone_set("Europe/Berlin");
    expect("2026-07-01 12:00:00", "2026-07-01T10:00:00Z");
    expect("2026-12-01T12:00:00.25", "2026-12-01T11:00:00.25Z");
    expect("2026-12-01 12:00", "2026-12-01T11:00:00Z");
    expect("2026-07-01", "2026-06-30T22:00:00Z");
    expect("2026-03-29 02:30:00", "2026-03-29T01:30:00Z"); /* the gap */
    expect("2026-10-25 02:30:00", "2026-10-25T00:30:00Z"); /* the fold: the first */
}

static void unix_times(void **state)
{
    (void)state;
    zone_set("Europe/Berlin"); /* doesn't count */
    expect("1000000000", "2001-09-09T01:46:40Z");
    expect("964982703", "2000-07-30T18:45:03Z");
    expect("1000000000.25", "2001-09-09T01:46:40.25Z");
    expect("1000000000123", "2001-09-09T01:46:40.123Z");
    expect("964982703000", "2000-07-30T18:45:03Z");
}

static void refused(void **state)
{
    (void)state;
    zone_set("UTC");
    static const char *const bad[] = {
        "",
        " ",
        "yesterday",
        "now",
        "0",
        "12345678",
        "12345678901",
        "12345678901234",
        "-1000000000",
        "1000000000.",
        "1000000000x",
        "1000000000123.5",
        "2026",
        "2026-11",
        "2026-11-",
        "20261115",
        "2026-11-15T",
        "2026-11-15T21",
        "2026-11-15T21:",
        "2026-11-15T21:04:",
        "2026-11-15T21:04:61Z",
        "2026-11-15T24:00:00Z",
        "2026-11-15T21:60Z",
        "2026-02-29",
        "2026-13-01",
        "2026-00-10",
        "2026-11-31",
        "0000-01-01",
        "2026-11-15T21:04:33+",
        "2026-11-15T21:04:33+1",
        "2026-11-15T21:04:33+25:00",
        "2026-11-15T21:04:33+01:60",
        "2026-11-15T21:04:33+01:00x",
        "2026-11-15T21:04:33.",
        "2026-11-15T21:04:33.Z",
        "2026-11-15T21:04:33ZZ",
        "2026-11-15x",
        "2026-11-15 ",
        "0001-01-01T00:00:00+05:00",
        "9999-12-31T23:59:59-01:00",
        "2026/11/15",
        "15 Nov 2026",
        "Sun, 15 Nov 2026 21:04:33 GMT",
        "2026-11-15T21:04:33 UTC",
    };
    for (unsigned i = 0; i < sizeof bad / sizeof *bad; i++) {
        int64_t value;
        const char *wrong = timeparse(slice_of(bad[i]), &value);
        /* A blank behind is trimmed, so this one is a date. */
        if (strcmp(bad[i], "2026-11-15 ") == 0)
            assert_null(wrong);
        else if (!wrong)
            fail_msg("taken for a time: %s", bad[i]);
        else
            assert_string_equal(wrong, "not a time");
    }
    static const char *const ambiguous[] = {"03/04/2020", "3/4/20",     "03.04.2020",
                                            "03-04-2020", "13/04/2020", "03/04/2020 10:00"};
    for (unsigned i = 0; i < sizeof ambiguous / sizeof *ambiguous; i++) {
        int64_t value;
        const char *wrong = timeparse(slice_of(ambiguous[i]), &value);
        assert_non_null(wrong);
        assert_string_equal(wrong, "an ambiguous date (day/month or month/day?)");
    }
    int64_t value;
    static const char nul[] = "2026-11-15T21:04:33Z\0junk";
    assert_non_null(timeparse((struct slice){nul, sizeof nul - 1}, &value));
}

static void expect_format(const char *format, const char *text, const char *canonical)
{
    char got[VALUE_MAX];
    int64_t value;
    const char *wrong = timeparse_format(format, slice_of(text), &value);
    if (!canonical) {
        if (!wrong)
            fail_msg("%s: %s: taken for a time", format, text);
        return;
    }
    if (wrong)
        fail_msg("%s: %s: %s", format, text, wrong);
    value_write_time(got, value);
    assert_string_equal(got, canonical);
}

static void formats(void **state)
{
    (void)state;
    zone_set("Europe/Berlin");
    expect_format("%d/%m/%Y %H:%M", "03/04/2020 10:30", "2020-04-03T08:30:00Z");
    expect_format("%d/%m/%Y", "03/12/2020", "2020-12-02T23:00:00Z");
    expect_format("%d/%b/%Y:%H:%M:%S %z", "10/Oct/2000:13:55:36 -0700", "2000-10-10T20:55:36Z");
    expect_format("%s", "1000000000", "2001-09-09T01:46:40Z");
    expect_format("%s", "999999999999999", NULL);
    expect_format("%s", "99999999999999999999999", NULL);
    expect_format("%d/%m/%Y", "31/02/2020", NULL);
    expect_format("%d/%m/%Y", "03/04/2020x", NULL);
    expect_format("%d/%m/%Y", "03/04", NULL);
    expect_format("%d/%m/%Y", "", NULL);
    expect_format("%Y-%m-%dT%H:%M:%S%z", "0001-01-01T00:00:00+0500", NULL);
}

static void options(void **state)
{
    (void)state;
    zone_set("UTC");
    assert_true(duration_option("window", "7d") == 7 * 86400 * MICROSECONDS);
    assert_true(duration_option("window", "2w") == 14 * 86400 * MICROSECONDS);
    assert_true(duration_option("window", "12h") == 12 * 3600 * MICROSECONDS);
    assert_true(duration_option("window", "90m") == 5400 * MICROSECONDS);
    assert_true(duration_option("window", "30s") == 30 * MICROSECONDS);
    assert_true(timeparse_option("now", "1970-01-02") == 86400 * MICROSECONDS);
    int64_t before = time_now(), now = timeparse_option("now", "now"), after = time_now();
    assert_true(before <= now && now <= after);
    assert_true(before > 1700000000 * MICROSECONDS);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(with_a_zone), cmocka_unit_test(local),   cmocka_unit_test(unix_times),
        cmocka_unit_test(refused),     cmocka_unit_test(formats), cmocka_unit_test(options),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
