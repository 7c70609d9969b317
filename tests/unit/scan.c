/* Every variant of the scan gives the bits that the definition gives. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "scan.h"

enum { BLOCKS = 8, STREAM = 8192, ROUNDS = 2000 };

static bool is_separator(unsigned char c)
{
    return c == '\t' || c == '\n';
}

static bool is_special(unsigned char c)
{
    return c == '\\' || c == '\r' || c == '\0' || c >= 0x80;
}

static void check(const char *bytes)
{
    size_t count;
    const struct scan_variant *variants = scan_variants(&count);
    assert_true(count >= 1);
    assert_string_equal(variants[count - 1].name, "portable");
    for (size_t v = 0; v < count; v++) {
        struct scan_raw raw[BLOCKS];
        variants[v].scan(bytes, BLOCKS, raw);
        for (unsigned i = 0; i < BLOCKS * 64; i++) {
            unsigned char c = (unsigned char)bytes[i];
            assert_int_equal(raw[i / 64].block.separators >> i % 64 & 1, is_separator(c));
            assert_int_equal(raw[i / 64].block.lines >> i % 64 & 1, c == '\n');
            assert_int_equal(raw[i / 64].block.specials >> i % 64 & 1, is_special(c));
            assert_int_equal(raw[i / 64].nulls >> i % 64 & 1, c == '\\' && bytes[i + 1] == 'N');
        }
    }
}

/* Each of the 256 bytes, at every place of a vector. */
static void every_byte(void **state)
{
    (void)state;
    char bytes[BLOCKS * 64 + 1];
    for (unsigned shift = 0; shift < 64; shift++) {
        for (unsigned i = 0; i < sizeof bytes; i++)
            bytes[i] = (char)(i + shift);
        check(bytes);
    }
}

static void fill(char *bytes, size_t len, uint64_t *seed, const char *likely)
{
    for (size_t i = 0; i < len; i++) {
        *seed = *seed * 6364136223846793005u + 1442695040888963407u;
        unsigned r = (unsigned)(*seed >> 40);
        bytes[i] = *seed >> 33 & 7 ? likely[r & 7] : "|\x80\xc3\0"[r & 3];
    }
}

static void random_bytes(void **state)
{
    (void)state;
    char bytes[BLOCKS * 64 + 1];
    uint64_t seed = 1;
    for (unsigned round = 0; round < ROUNDS; round++) {
        fill(bytes, sizeof bytes, &seed, "\t\n\\\r\0a0N");
        check(bytes);
    }
}

/* Streams of any length, scanned in two steps: the backslash of a whole `\N` isn't special, unless
 * what tells so came with the second step. */
static void streams(void **state)
{
    (void)state;
    static char bytes[STREAM + 65];
    static struct scan_block blocks[STREAM / 64 + 1];
    uint64_t seed = 2;
    for (unsigned round = 0; round < ROUNDS; round++) {
        fill(bytes, sizeof bytes, &seed, "\t\\N\n\\NaN");
        size_t end = seed >> 20 & (STREAM - 1), cut = end ? (seed >> 34) % end : 0;
        scan_stream(bytes, 0, cut, blocks);
        scan_stream(bytes, cut, end, blocks);
        for (size_t i = 0; i < (end + 63) / 64 * 64 + 64; i++) {
            unsigned char c = (unsigned char)bytes[i];
            const struct scan_block *block = &blocks[i / 64];
            bool in = i < end, special = block->specials >> i % 64 & 1;
            bool null = c == '\\' && (i == 0 || is_separator((unsigned char)bytes[i - 1])) &&
                        i + 2 < end && bytes[i + 1] == 'N' &&
                        is_separator((unsigned char)bytes[i + 2]);
            assert_int_equal(block->separators >> i % 64 & 1, in && is_separator(c));
            assert_int_equal(block->lines >> i % 64 & 1, in && c == '\n');
            if (null && i / 64 < cut / 64 && (i + 2) / 64 >= cut / 64)
                continue;
            assert_int_equal(special, in && is_special(c) && !null);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_byte),
        cmocka_unit_test(random_bytes),
        cmocka_unit_test(streams),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
