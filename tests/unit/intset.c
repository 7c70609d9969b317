/* Unit tests of common/intset and common/spool: against plain arrays, through growth, limits and
 * files.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "intset.h"
#include "spool.h"

enum { MANY = 300000 };

static void every_integer_is_a_key(void **state)
{
    (void)state;
    static const uint64_t keys[] = {0, 1, UINT64_MAX, UINT64_C(1) << 63, UINT64_C(1) << 32, 603};
    enum { COUNT = sizeof keys / sizeof *keys };
    struct budget budget = {0};
    struct intset set;
    intset_open(&set, &budget);
    for (size_t i = 0; i < COUNT; i++) {
        assert_false(intset_has(&set, keys[i]));
        assert_int_equal(intset_add(&set, keys[i]), INTSET_NEW);
        assert_int_equal(intset_add(&set, keys[i]), INTSET_OLD);
    }
    for (size_t i = 0; i < COUNT; i++)
        assert_true(intset_has(&set, keys[i]));
    assert_false(intset_has(&set, 2));
    intset_close(&set);
    assert_int_equal(budget.used, 0);
}

static void expected_keys_need_no_growth(void **state)
{
    (void)state;
    struct budget budget = {0};
    struct intset set;
    intset_open(&set, &budget);
    intset_expect(&set, MANY);
    uint64_t used = budget.used;
    for (uint64_t i = 0; i < MANY; i++)
        assert_int_equal(intset_add(&set, i), INTSET_NEW);
    for (uint64_t i = 0; i < MANY; i++)
        assert_true(intset_has(&set, i));
    assert_int_equal(budget.used, used);
    assert_in_range(used, MANY * 8, MANY * 11);
    intset_close(&set);
    assert_int_equal(budget.used, 0);
    /* A limit counts more than what is foreseen. */
    budget.limit = 65536;
    intset_open(&set, &budget);
    used = budget.used;
    intset_expect(&set, MANY);
    assert_int_equal(budget.used, used);
    intset_close(&set);
}

/* In sequence, in steps of a power of two, and scattered. */
static uint64_t pattern(unsigned kind, uint64_t i)
{
    return kind == 0 ? i + 1 : kind == 1 ? (i + 1) << 33 : (i + 1) * UINT64_C(0x9e3779b97f4a7c15);
}

static void many_keys_at_few_bytes(void **state)
{
    (void)state;
    for (unsigned kind = 0; kind < 3; kind++) {
        struct budget budget = {0};
        struct intset set;
        intset_open(&set, &budget);
        for (uint64_t i = 0; i < MANY; i++) {
            intset_prefetch(&set, pattern(kind, i));
            assert_int_equal(intset_add(&set, pattern(kind, i)), INTSET_NEW);
            if (i > MANY / 10)
                assert_in_range(budget.used, i * 8, i * 17);
        }
        for (uint64_t i = 0; i < MANY; i++)
            assert_int_equal(intset_add(&set, pattern(kind, i)), INTSET_OLD);
        for (uint64_t i = MANY; i < 2 * MANY; i++)
            assert_false(intset_has(&set, pattern(kind, i)));
        intset_close(&set);
    }
}

static void a_full_set_still_knows_its_keys(void **state)
{
    (void)state;
    struct budget budget = {.limit = 200000};
    struct intset set;
    intset_open(&set, &budget);
    uint64_t n = 0;
    while (intset_add(&set, pattern(2, n)) == INTSET_NEW)
        n++;
    /* Nearly all that the limit allows is used, and not more. */
    assert_in_range(n, 200000 / 8 * 7 / 10, 200000 / 8 * 8 / 10);
    assert_in_range(budget.used, 0, 200000);
    for (uint64_t i = 0; i < n; i++)
        assert_int_equal(intset_add(&set, pattern(2, i)), INTSET_OLD);
    assert_int_equal(intset_add(&set, pattern(2, n + 5)), INTSET_FULL);
    assert_false(intset_has(&set, pattern(2, n + 5)));
    intset_close(&set);
}

static void two_sets_share_a_budget(void **state)
{
    (void)state;
    struct budget budget = {.limit = 100000};
    struct intset a, b;
    intset_open(&a, &budget);
    intset_open(&b, &budget);
    uint64_t n = 0, m = 0;
    while (intset_add(&a, pattern(0, n)) == INTSET_NEW)
        n++;
    while (intset_add(&b, pattern(0, m)) == INTSET_NEW)
        m++;
    assert_true(m > 0 && m < n); /* what the first left */
    assert_in_range(budget.used, 0, 100000);
    intset_close(&a);
    while (intset_add(&b, pattern(0, m)) == INTSET_NEW)
        m++;
    assert_in_range(m, n * 9 / 10, n * 12 / 10);
    intset_close(&b);
}

/* Line I of the spool under test: some empty, some longer than its memory. */
static size_t make_line(size_t i, char *to)
{
    size_t len = i % 100 == 7 ? 9000 + i % 1000 : i % 50;
    memset(to, 'a' + (int)(i % 26), len);
    to[len] = '\n';
    return len + 1;
}

static void check_lines(struct spool *s, const uint64_t *offset, size_t n, size_t first)
{
    static char expected[16384];
    uint64_t at;
    struct slice line;
    spool_walk_from(s, offset[first]);
    for (size_t i = first; i < n; i++) {
        size_t len = make_line(i, expected);
        assert_true(spool_walk(s, &at, &line));
        assert_int_equal(at, offset[i]);
        assert_int_equal(line.len, len - 1);
        assert_memory_equal(line.ptr, expected, len);
    }
    assert_false(spool_walk(s, &at, &line));
}

static void lines_come_back(void **state)
{
    (void)state;
    enum { LINES = 20000 };
    static uint64_t offset[LINES];
    static char expected[16384], buffer[65536];
    struct spool s;
    spool_open(&s, 4096);
    assert_int_equal(spool_end(&s), 1);
    for (size_t i = 0; i < LINES; i++) {
        size_t len = make_line(i, expected);
        offset[i] = spool_end(&s);
        memcpy(spool_room(&s, len), expected, len);
        /* A line just written, and one from long ago. */
        const size_t both[] = {i, i / 3};
        for (size_t j = 0; j < 2; j++) {
            size_t old = make_line(both[j], expected);
            struct slice line = spool_line(&s, offset[both[j]]);
            assert_int_equal(line.len, old - 1);
            assert_memory_equal(line.ptr, expected, old);
        }
    }
    assert_true(s.fd >= 0);
    check_lines(&s, offset, LINES, 0);
    check_lines(&s, offset, LINES, LINES / 2);
    size_t n = spool_read(&s, offset[LINES - 3], buffer, sizeof buffer);
    assert_int_equal(n, spool_end(&s) - offset[LINES - 3]);
    spool_close(&s);
}

static void a_small_spool_makes_no_file(void **state)
{
    (void)state;
    struct spool s;
    spool_open(&s, 4096);
    memset(spool_room(&s, 4096), '\n', 4096);
    assert_int_equal(s.fd, -1);
    memset(spool_room(&s, 1), '\n', 1);
    assert_true(s.fd >= 0);
    spool_close(&s);
}

/* Changes to lines behind the walk, to the one at hand, and outside of any walk. */
static void changes_stay(void **state)
{
    (void)state;
    enum { LINES = 60000, WIDTH = 16 };
    struct spool s;
    uint64_t at;
    struct slice line;
    size_t i = 0;
    spool_open(&s, 8192);
    for (i = 0; i < LINES; i++) {
        char text[WIDTH + 1];
        snprintf(text, sizeof text, ".......%08zu\n", i);
        memcpy(spool_room(&s, WIDTH), text, WIDTH);
    }
    spool_change(&s, 1 + 5 * WIDTH, "E", 1);
    spool_change(&s, 1 + (LINES - 1) * WIDTH, "E", 1);
    spool_walk_from(&s, 1);
    for (i = 0; spool_walk(&s, &at, &line); i++) {
        spool_change(&s, at + 1, "w", 1);
        if (i >= 100)
            spool_change(&s, at - 100 * WIDTH + 2, "b", 1);
        if (i >= LINES / 2)
            spool_change(&s, at - (uint64_t)(LINES / 2) * WIDTH + 3, "c", 1);
    }
    assert_int_equal(i, LINES);
    spool_walk_from(&s, 1);
    for (i = 0; spool_walk(&s, &at, &line); i++) {
        char text[WIDTH + 1];
        snprintf(text, sizeof text, "%cw%c%c...%08zu\n", i == 5 || i == LINES - 1 ? 'E' : '.',
                 i < LINES - 100 ? 'b' : '.', i < LINES / 2 ? 'c' : '.', i);
        assert_memory_equal(line.ptr, text, WIDTH);
    }
    assert_int_equal(i, LINES);
    spool_close(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_integer_is_a_key),
        cmocka_unit_test(many_keys_at_few_bytes),
        cmocka_unit_test(expected_keys_need_no_growth),
        cmocka_unit_test(a_full_set_still_knows_its_keys),
        cmocka_unit_test(two_sets_share_a_budget),
        cmocka_unit_test(lines_come_back),
        cmocka_unit_test(a_small_spool_makes_no_file),
        cmocka_unit_test(changes_stay),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
