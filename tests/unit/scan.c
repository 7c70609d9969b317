/* Every variant of the scan gives the bits that the definition gives. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "scan.h"

enum { WORDS = 8, ROUNDS = 2000 };

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
        uint64_t separators[WORDS], specials[WORDS];
        variants[v].scan(bytes, WORDS, separators, specials);
        for (unsigned i = 0; i < WORDS * 64; i++) {
            unsigned char c = (unsigned char)bytes[i];
            assert_int_equal(separators[i / 64] >> i % 64 & 1, is_separator(c));
            assert_int_equal(specials[i / 64] >> i % 64 & 1, is_special(c));
        }
    }
}

/* Each of the 256 bytes, at every place of a vector. */
static void every_byte(void **state)
{
    (void)state;
    char bytes[WORDS * 64];
    for (unsigned shift = 0; shift < 64; shift++) {
        for (unsigned i = 0; i < sizeof bytes; i++)
            bytes[i] = (char)(i + shift);
        check(bytes);
    }
}

static void random_bytes(void **state)
{
    (void)state;
    char bytes[WORDS * 64];
    uint64_t seed = 1;
    for (unsigned round = 0; round < ROUNDS; round++) {
        for (unsigned i = 0; i < sizeof bytes; i++) {
            seed = seed * 6364136223846793005u + 1442695040888963407u;
            bytes[i] = "\t\n\\\r\0a0|\x80\xc3"[seed >> 33 & 7   ? seed >> 40 & 7
                                               : seed >> 40 & 1 ? 8
                                                                : 9];
        }
        check(bytes);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_byte),
        cmocka_unit_test(random_bytes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
