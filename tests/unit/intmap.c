/* Unit tests of common/intmap, common/textmap and common/arena: against plain arrays that hold the
 * same, with the keys that open addressing gets wrong.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "arena.h"
#include "intmap.h"
#include "textmap.h"

enum { MANY = 200000 };

static void empty_map_finds_nothing(void **state)
{
    (void)state;
    struct intmap map = {0};
    assert_null(intmap_find(&map, 0));
    assert_null(intmap_find(&map, 1));
    assert_int_equal(intmap_count(&map), 0);
    assert_int_equal(intmap_memory(&map), 0);
    size_t at = 0;
    int64_t key;
    uint64_t value;
    assert_false(intmap_each(&map, &at, &key, &value));
    assert_false(intmap_each(&map, &at, &key, &value));
    intmap_free(&map);
}

static void every_integer_is_a_key(void **state)
{
    (void)state;
    static const int64_t keys[] = {0, 1, -1, INT64_MAX, INT64_MIN, INT64_C(1) << 32, -603};
    enum { COUNT = sizeof keys / sizeof *keys };
    struct intmap map = {0};
    for (size_t i = 0; i < COUNT; i++) {
        assert_false(intmap_has(&map, keys[i]));
        assert_int_equal(*intmap_put(&map, keys[i]), 0);
        *intmap_put(&map, keys[i]) = i + 10;
        assert_int_equal(intmap_count(&map), i + 1);
    }
    for (size_t i = 0; i < COUNT; i++)
        assert_int_equal(*intmap_find(&map, keys[i]), i + 10);
    assert_null(intmap_find(&map, 2));

    bool seen[COUNT] = {false};
    size_t at = 0, n = 0;
    int64_t key;
    for (uint64_t value; intmap_each(&map, &at, &key, &value); n++) {
        assert_in_range(value, 10, COUNT + 9);
        assert_true(key == keys[value - 10]);
        assert_false(seen[value - 10]);
        seen[value - 10] = true;
    }
    assert_int_equal(n, COUNT);
    intmap_free(&map);
    assert_null(intmap_find(&map, 0));
    assert_null(intmap_find(&map, 1));
}

static void zero_alone_takes_no_table(void **state)
{
    (void)state;
    struct intmap map = {0};
    *intmap_put(&map, 0) = 7;
    assert_int_equal(intmap_memory(&map), 0);
    assert_null(intmap_find(&map, 1));
    size_t at = 0;
    int64_t key = 1;
    uint64_t value;
    assert_true(intmap_each(&map, &at, &key, &value));
    assert_int_equal(key, 0);
    assert_int_equal(value, 7);
    assert_false(intmap_each(&map, &at, &key, &value));
    intmap_free(&map);
}

/* Ids in steps that a weak hash would put into one run of slots. */
static void steps_spread(void **state)
{
    (void)state;
    static const int64_t steps[] = {1, 2, 1000, 1 << 16, INT64_C(1) << 32, -(INT64_C(1) << 40)};
    for (size_t s = 0; s < sizeof steps / sizeof *steps; s++) {
        struct intmap map = {0};
        for (int64_t i = 0; i < MANY; i++)
            *intmap_put(&map, i * steps[s]) = (uint64_t)i * 3;
        assert_int_equal(intmap_count(&map), MANY);
        for (int64_t i = 0; i < MANY; i++)
            assert_int_equal(*intmap_find(&map, i * steps[s]), i * 3);
        assert_null(intmap_find(&map, MANY * steps[s]));

        size_t longest = 0, run = 0;
        for (size_t i = 0; i <= map.mask; i++) {
            run = map.slots[i].key != 0 ? run + 1 : 0;
            longest = run > longest ? run : longest;
        }
        assert_in_range(longest, 1, 500);
        assert_true(map.used <= (map.mask + 1) / 4 * 3);
        intmap_free(&map);
    }
}

static void reserved_room_is_enough(void **state)
{
    (void)state;
    struct intmap map = {0};
    intmap_reserve(&map, MANY);
    size_t memory = intmap_memory(&map);
    for (int64_t i = 1; i <= MANY; i++)
        *intmap_put(&map, i) = 1;
    assert_int_equal(intmap_memory(&map), memory);
    intmap_reserve(&map, 1); /* never shrinks */
    assert_int_equal(intmap_memory(&map), memory);
    intmap_free(&map);
}

static void texts_are_keys(void **state)
{
    (void)state;
    struct textmap map = {0};
    char text[32];
    assert_null(textmap_find(&map, slice_of("1")));
    for (uint64_t i = 0; i < MANY; i++) {
        struct slice key = {text, (size_t)snprintf(text, sizeof text, "%ju", (uintmax_t)i * 7)};
        struct slice kept;
        *textmap_put(&map, key, &kept) = i;
        assert_true(kept.ptr != key.ptr);
        assert_true(slice_equal(kept, key));
    }
    assert_int_equal(map.used, MANY);
    for (uint64_t i = 0; i < MANY; i++) {
        struct slice key = {text, (size_t)snprintf(text, sizeof text, "%ju", (uintmax_t)i * 7)};
        assert_int_equal(*textmap_find(&map, key), i);
    }
    assert_null(textmap_find(&map, slice_of("1")));

    size_t at = 0, n = 0;
    struct slice key;
    uint64_t sum = 0;
    for (uint64_t value; textmap_each(&map, &at, &key, &value); n++)
        sum += value;
    assert_int_equal(n, MANY);
    assert_int_equal(sum, (uint64_t)MANY * (MANY - 1) / 2);
    textmap_free(&map);
    assert_null(textmap_find(&map, slice_of("0")));
}

/* The empty text is a key, NUL bytes count, and a prefix isn't the whole. */
static void odd_texts_are_keys(void **state)
{
    (void)state;
    static const struct slice keys[] = {{"", 0}, {"a", 1}, {"a\0", 2}, {"a\0b", 3}, {"ab", 2}};
    struct textmap map = {0};
    for (size_t i = 0; i < 5; i++)
        *textmap_put(&map, keys[i], NULL) = i + 1;
    assert_int_equal(map.used, 5);
    for (size_t i = 0; i < 5; i++)
        assert_int_equal(*textmap_find(&map, keys[i]), i + 1);
    textmap_free(&map);
}

static void arena_pieces_stay(void **state)
{
    (void)state;
    struct arena arena = {0};
    static char *copies[3000];
    static char big[3 * 1024 * 1024];
    for (size_t i = 0; i < 3000; i++) {
        memset(big, (int)('a' + i % 26), i);
        copies[i] = arena_copy(&arena, (struct slice){big, i});
    }
    memset(big, 'Z', sizeof big);
    char *large = arena_copy(&arena, (struct slice){big, sizeof big});
    void *aligned = arena_take(&arena, 8, 8);
    assert_int_equal((uintptr_t)aligned % 8, 0);
    for (size_t i = 1; i < 3000; i++) {
        assert_int_equal(copies[i][0], 'a' + i % 26);
        assert_int_equal(copies[i][i - 1], 'a' + i % 26);
    }
    assert_memory_equal(large, big, sizeof big);
    arena_free(&arena);
    assert_int_equal(arena.memory, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(empty_map_finds_nothing),   cmocka_unit_test(every_integer_is_a_key),
        cmocka_unit_test(zero_alone_takes_no_table), cmocka_unit_test(steps_spread),
        cmocka_unit_test(reserved_room_is_enough),   cmocka_unit_test(texts_are_keys),
        cmocka_unit_test(odd_texts_are_keys),        cmocka_unit_test(arena_pieces_stay),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
