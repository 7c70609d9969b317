/* value: the canonical forms, nothing else, and the same bytes back. */
#include <limits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "digits.h"
#include "value.h"

static const char *const bad_ints[] = {
    "",
    "-",
    "-0",
    "00",
    "01",
    "+1",
    " 1",
    "1 ",
    "1.0",
    "1e3",
    "0x1",
    "--1",
    "9223372036854775808",
    "-9223372036854775809",
    "99999999999999999999",
    "1,000",
    "\\N",
    "1\\t",
    "\xd9\xa1",
};

static void ints(void **state)
{
    (void)state;
    static const int64_t good[] = {0,    1,  -1,        9,         10,        -10,
                                   4321, 99, INT32_MAX, INT32_MIN, INT64_MAX, INT64_MIN};
    for (unsigned i = 0; i < sizeof good / sizeof *good; i++) {
        char text[VALUE_MAX], plain[VALUE_MAX];
        int64_t back;
        size_t len = value_write_int(text, good[i]);
        snprintf(plain, sizeof plain, "%lld", (long long)good[i]);
        assert_string_equal(text, plain);
        assert_int_equal(len, strlen(plain));
        assert_true(value_int(slice_of(text), &back));
        assert_true(back == good[i]);
    }
    for (unsigned i = 0; i < sizeof bad_ints / sizeof *bad_ints; i++) {
        int64_t back;
        if (value_int(slice_of(bad_ints[i]), &back))
            fail_msg("taken for an integer: %s", bad_ints[i]);
    }
}

/* Digits are taken in blocks: every byte at every place of every length, in memory that ends with
 * the field. */
static void every_byte_in_an_int(void **state)
{
    (void)state;
    for (size_t len = 1; len <= 18; len++) {
        char *text = malloc(len);
        for (size_t at = 0; at < len; at++)
            for (int c = 0; c < 256; c++) {
                int64_t value, expected = 0;
                memset(text, '7', len);
                text[at] = (char)c;
                bool digit = c >= '0' && c <= '9';
                bool negative = at == 0 && c == '-' && len > 1;
                bool sound = negative || (digit && (c != '0' || at > 0 || len == 1));
                for (size_t i = negative; i < len; i++)
                    expected = expected * 10 + (digit || i != at ? text[i] - '0' : 0);
                assert_int_equal(value_int((struct slice){text, len}, &value), sound);
                assert_int_equal(is_natural((struct slice){text, len}),
                                 sound && !negative && len <= 16);
                if (sound)
                    assert_true(value == (negative ? -expected : expected));
            }
        free(text);
    }
}

static void decimals(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int64_t value;
    } good[] = {
        {"0", 0},
        {"1", 1000000},
        {"-1", -1000000},
        {"0.1", 100000},
        {"-0.5", -500000},
        {"0.000001", 1},
        {"-0.000001", -1},
        {"10.25", 10250000},
        {"100", 100000000},
        {"999999999999.999999", 999999999999999999},
        {"-999999999999.999999", -999999999999999999},
    };
    for (unsigned i = 0; i < sizeof good / sizeof *good; i++) {
        char text[VALUE_MAX];
        int64_t value;
        assert_true(value_decimal(slice_of(good[i].text), &value));
        assert_true(value == good[i].value);
        value_write_decimal(text, value, 6);
        assert_string_equal(text, good[i].text);
    }
    static const char *const bad[] = {
        "",     "-",    "-0", "-0.0", "0.0",       "1.0",           "1.",    ".5", "01",
        "00.5", "1.50", "+1", "1e2",  "0.0000001", "1000000000000", "1.2.3", "1-", "-.5",
        "nan",  "inf",  " 1", "1 ",   "1,5",       "\\N",
    };
    for (unsigned i = 0; i < sizeof bad / sizeof *bad; i++) {
        int64_t value;
        if (value_decimal(slice_of(bad[i]), &value))
            fail_msg("taken for a decimal: %s", bad[i]);
    }
}

/* Every rating there is, and the ways to write it wrong. */
static void ratings(void **state)
{
    (void)state;
    for (int32_t i = 0; i <= 10000; i++) {
        char text[VALUE_MAX];
        int32_t back;
        value_write_decimal(text, i, 3);
        assert_true(value_rating(slice_of(text), &back));
        assert_int_equal(back, i);
        assert_null(value_check(VALUE_RATING, slice_of(text)));
    }
    static const char *const bad[] = {"",   "-1",     "-0",  "10.001", "11",   "4.50", "4.",
                                      ".5", "0.0001", "1e1", "10.0",   "5/10", "05",   "100"};
    for (unsigned i = 0; i < sizeof bad / sizeof *bad; i++) {
        int32_t back;
        if (value_rating(slice_of(bad[i]), &back))
            fail_msg("taken for a rating: %s", bad[i]);
    }
}

static void every_date_comes_back(void **state)
{
    (void)state;
    int32_t first, last, days;
    assert_true(days_from_civil(1, 1, 1, &first));
    assert_true(days_from_civil(9999, 12, 31, &last));
    assert_true(days_from_civil(1970, 1, 1, &days));
    assert_int_equal(days, 0);
    assert_int_equal(first, -719162);
    assert_int_equal(last, 2932896);
    int py = 0, pm = 12, pd = 31;
    for (int32_t d = first; d <= last; d++) {
        int y, m, day;
        civil_from_days(d, &y, &m, &day);
        bool next_day = y == py && m == pm && day == pd + 1;
        bool next_month = y == py && m == pm + 1 && day == 1 && pd >= 28;
        bool next_year = y == py + 1 && m == 1 && day == 1 && pm == 12 && pd == 31;
        if (!next_day && !next_month && !next_year)
            fail_msg("%d-%d-%d follows %d-%d-%d", y, m, day, py, pm, pd);
        if (!days_from_civil(y, m, day, &days) || days != d)
            fail_msg("day %d", d);
        py = y;
        pm = m;
        pd = day;
    }
    static const int none[][3] = {
        {2023, 2, 29}, {1900, 2, 29}, {2024, 2, 30},  {2024, 4, 31}, {2024, 13, 1},
        {2024, 0, 1},  {2024, 1, 0},  {2024, 1, 32},  {0, 1, 1},     {10000, 1, 1},
        {-1, 1, 1},    {2100, 2, 29}, {2024, -1, 10}, {2024, 5, -3},
    };
    for (unsigned i = 0; i < sizeof none / sizeof *none; i++)
        assert_false(days_from_civil(none[i][0], none[i][1], none[i][2], &days));
    assert_true(days_from_civil(2000, 2, 29, &days));
}

static void dates(void **state)
{
    (void)state;
    static const char *const good[] = {"0001-01-01", "1970-01-01", "1969-12-31", "2024-02-29",
                                       "9999-12-31"};
    for (unsigned i = 0; i < sizeof good / sizeof *good; i++) {
        char text[VALUE_MAX];
        int32_t days;
        assert_true(value_date(slice_of(good[i]), &days));
        assert_int_equal(value_write_date(text, days), 10);
        assert_string_equal(text, good[i]);
    }
    static const char *const bad[] = {
        "",           "2024-2-29",   "2024/02/29", "2023-02-29", "2024-02-30",
        "0000-01-01", "2024-02-2 ",  " 024-02-02", "24-02-29",   "2024-02-29 ",
        "-024-02-29", "2024-02-2\n", "2024-+2-29", "20240229",   "2024-02-29T00:00:00Z",
    };
    for (unsigned i = 0; i < sizeof bad / sizeof *bad; i++) {
        int32_t days;
        if (value_date(slice_of(bad[i]), &days))
            fail_msg("taken for a date: %s", bad[i]);
    }
}

/* Two digits at P, or -1. */
static int two(const char *p)
{
    bool digits = p[0] >= '0' && p[0] <= '9' && p[1] >= '0' && p[1] <= '9';
    return digits ? (p[0] - '0') * 10 + p[1] - '0' : -1;
}

/* The clock is read as one word, and the last date is remembered: every byte at every place. */
static void every_byte_in_a_time(void **state)
{
    (void)state;
    for (size_t at = 0; at < 20; at++)
        for (int c = 0; c < 256; c++) {
            char text[] = "2026-11-15T21:04:33Z";
            int64_t value;
            int32_t days = 0;
            text[at] = (char)c;
            int century = two(text), year = two(text + 2), month = two(text + 5),
                day = two(text + 8);
            int hour = two(text + 11), minute = two(text + 14), second = two(text + 17);
            bool sound = century >= 0 && year >= 0 && text[4] == '-' && text[7] == '-' &&
                         text[10] == 'T' && text[13] == ':' && text[16] == ':' && text[19] == 'Z' &&
                         hour >= 0 && hour < 24 && minute >= 0 && minute < 60 && second >= 0 &&
                         second < 60 && days_from_civil(century * 100 + year, month, day, &days);
            assert_int_equal(value_time((struct slice){text, 20}, &value), sound);
            if (sound)
                assert_true(value ==
                            ((((int64_t)days * 24 + hour) * 60 + minute) * 60 + second) * 1000000);
        }
}

static void times(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int64_t value;
    } good[] = {
        {"1970-01-01T00:00:00Z", 0},
        {"1969-12-31T23:59:59.999999Z", -1},
        {"1970-01-01T00:00:00.000001Z", 1},
        {"1970-01-01T00:00:01.5Z", 1500000},
        {"2026-11-15T21:04:33Z", 1794776673000000},
        {"2026-11-15T21:04:33.25Z", 1794776673250000},
        {"0001-01-01T00:00:00Z", -62135596800000000},
        {"9999-12-31T23:59:59.999999Z", 253402300799999999},
    };
    for (unsigned i = 0; i < sizeof good / sizeof *good; i++) {
        char text[VALUE_MAX];
        int64_t value;
        assert_true(value_time(slice_of(good[i].text), &value));
        assert_true(value == good[i].value);
        assert_int_equal(value_write_time(text, value), strlen(good[i].text));
        assert_string_equal(text, good[i].text);
    }
    static const char *const bad[] = {
        "",
        "2026-11-15",
        "2026-11-15T21:04:33",
        "2026-11-15 21:04:33Z",
        "2026-11-15t21:04:33Z",
        "2026-11-15T21:04:33z",
        "2026-11-15T21:04:33+00:00",
        "2026-11-15T24:00:00Z",
        "2026-11-15T21:60:33Z",
        "2026-11-15T21:04:60Z",
        "2026-11-15T21:04:33.Z",
        "2026-11-15T21:04:33.0Z",
        "2026-11-15T21:04:33.50Z",
        "2026-11-15T21:04:33.1234567Z",
        "2026-02-29T00:00:00Z",
        "2026-11-15T21:4:33Z",
        "2026-11-15T2 :04:33Z",
        "2026-11-15T21:04:33,5Z",
        "10000-01-01T00:00:00Z",
        "0000-12-31T00:00:00Z",
        "2026-11-15T-1:04:33Z",
        "2026-11-15T21:04:33.-5Z",
        "2026-11-15T21:04:33 Z",
    };
    for (unsigned i = 0; i < sizeof bad / sizeof *bad; i++) {
        int64_t value;
        if (value_time(slice_of(bad[i]), &value))
            fail_msg("taken for a time: %s", bad[i]);
    }
}

static void checks(void **state)
{
    (void)state;
    static const struct {
        enum value_kind kind;
        const char *field;
        const char *wrong;
    } cases[] = {
        {VALUE_INT, "12", NULL},
        {VALUE_INT, "x", "not an integer"},
        {VALUE_DECIMAL, "1.5", NULL},
        {VALUE_DECIMAL, "1.50", "not a decimal"},
        {VALUE_RATING, "10", NULL},
        {VALUE_RATING, "11", "not a rating from 0 to 10"},
        {VALUE_TIME, "x", "not a time"},
        {VALUE_DATE, "x", "not a date"},
        {VALUE_TEXT, "x y", NULL},
        {VALUE_TEXT, "", "empty"},
        {VALUE_LIST, "a", NULL},
        {VALUE_LIST, "a|b c|d", NULL},
        {VALUE_LIST, "", "not a list"},
        {VALUE_LIST, "|", "not a list"},
        {VALUE_LIST, "a|", "not a list"},
        {VALUE_LIST, "|a", "not a list"},
        {VALUE_LIST, "a||b", "not a list"},
        {VALUE_DECADE, "1980-1989", NULL},
        {VALUE_DECADE, "1984", "not ten years"},
        {VALUE_DECADE, "1984-1993", "not ten years"},
        {VALUE_DECADE, "1980-1999", "not ten years"},
        {VALUE_DECADE, "198x-198x", "not ten years"},
        {VALUE_DECADE, "1980-1989 ", "not ten years"},
        {VALUE_DECADE, "abc0-abc9", "not ten years"},
        {VALUE_DECADE, "", "not ten years"},
        {VALUE_BOOL, "t", NULL},
        {VALUE_BOOL, "f", NULL},
        {VALUE_BOOL, "true", "not t or f"},
        {VALUE_BOOL, "", "not t or f"},
    };
    for (unsigned i = 0; i < sizeof cases / sizeof *cases; i++) {
        const char *wrong = value_check(cases[i].kind, slice_of(cases[i].field));
        if (cases[i].wrong)
            assert_string_equal(wrong, cases[i].wrong);
        else
            assert_null(wrong);
        assert_null(value_check(cases[i].kind, SLICE_NULL));
    }
    assert_string_equal(value_kind_name(VALUE_INT), "integer");
    assert_string_equal(value_kind_name(VALUE_BOOL), "boolean");
}

static void halves_are_rounded_up(void **state)
{
    (void)state;
    static const struct {
        int64_t numerator, denominator;
        unsigned places;
        int64_t result;
    } cases[] = {
        {1, 2, 0, 1},
        {-1, 2, 0, 0},
        {3, 2, 0, 2},
        {-3, 2, 0, -1},
        {1, 3, 4, 3333},
        {2, 3, 4, 6667},
        {0, 7, 4, 0},
        {1, 8, 2, 13},
        {-1, 8, 2, -12},
        {7, 1, 4, 70000},
        {1, 16, 3, 63},
        {49, 100, 0, 0},
        {50, 100, 0, 1},
        {-50, 100, 0, 0},
        {-51, 100, 0, -1},
        {INT64_MAX, INT64_MAX, 4, 10000},
        {INT64_MAX, 1, 0, INT64_MAX},
        {INT64_MIN, 1, 0, INT64_MIN},
        {INT64_MAX / 10000, 1, 4, INT64_MAX / 10000 * 10000},
    };
    for (unsigned i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_true(divide_half_up(cases[i].numerator, cases[i].denominator, cases[i].places) ==
                    cases[i].result);
}

static void floors(void **state)
{
    (void)state;
    for (int64_t a = -20; a <= 20; a++)
        for (int64_t b = 1; b <= 7; b++) {
            int64_t q = floor_div(a, b), r = floor_mod(a, b);
            assert_true(r >= 0 && r < b);
            assert_true(q * b + r == a);
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ints),
        cmocka_unit_test(every_byte_in_an_int),
        cmocka_unit_test(decimals),
        cmocka_unit_test(ratings),
        cmocka_unit_test(every_date_comes_back),
        cmocka_unit_test(dates),
        cmocka_unit_test(every_byte_in_a_time),
        cmocka_unit_test(times),
        cmocka_unit_test(checks),
        cmocka_unit_test(halves_are_rounded_up),
        cmocka_unit_test(floors),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
