/* csvout: quoted fields are libcsv's, byte for byte, and only those are quoted that need it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>
#include <csv.h>

#include "csvout.h"

enum { BYTES = 4096 };

/* Writes TEXT by csvout_field or csvout_quoted into BUFFER through an output that is never flushed.
 */
static size_t write_field(struct out *out, char *buffer, struct slice text, char delimiter)
{
    out->len = 0;
    if (delimiter)
        csvout_field(out, text, delimiter);
    else
        csvout_quoted(out, text);
    memcpy(buffer, out->buffer, out->len);
    return out->len;
}

static void quoted_is_libcsv(void **state)
{
    struct out *out = *state;
    static const char bytes[] = "\",\r\n \tab\xc3\xa9'\\\0;";
    char text[8], got[BYTES], want[BYTES];
    /* All texts of up to five of these bytes. */
    for (size_t len = 0, count = 1; len <= 5; len++, count *= sizeof bytes - 1)
        for (size_t n = 0; n < count; n++) {
            for (size_t i = 0, rest = n; i < len; i++, rest /= sizeof bytes - 1)
                text[i] = bytes[rest % (sizeof bytes - 1)];
            size_t got_len = write_field(out, got, (struct slice){text, len}, '\0');
            size_t want_len = csv_write2(want, sizeof want, text, len, '"');
            assert_int_equal(got_len, want_len);
            assert_memory_equal(got, want, want_len);
        }
}

static void only_what_needs_it(void **state)
{
    struct out *out = *state;
    static const struct {
        const char *text;
        char delimiter;
        const char *want;
    } cases[] = {
        {"", ',', ""},
        {"a", ',', "a"},
        {"a b", ',', "a b"},
        {" a", ',', "\" a\""},
        {"a ", ',', "\"a \""},
        {"\ta", ',', "\"\ta\""},
        {"a\tb", ',', "a\tb"},
        {"a\tb", '\t', "\"a\tb\""},
        {"a,b", ',', "\"a,b\""},
        {"a,b", ';', "a,b"},
        {"a;b", ';', "\"a;b\""},
        {"\"", ',', "\"\"\"\""},
        {"a\nb", ',', "\"a\nb\""},
        {"a\rb", ',', "\"a\rb\""},
        {"it's", ',', "it's"},
        {"\xe6\x97\xa5", ',', "\xe6\x97\xa5"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char got[BYTES];
        size_t len = write_field(out, got, slice_of(cases[i].text), cases[i].delimiter);
        assert_int_equal(len, strlen(cases[i].want));
        assert_memory_equal(got, cases[i].want, len);
    }
}

int main(void)
{
    struct out out = {.fd = -1, .name = "nowhere", .buffer = malloc(IO_BLOCK)};
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_prestate(quoted_is_libcsv, &out),
        cmocka_unit_test_prestate(only_what_needs_it, &out),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    free(out.buffer);
    return failed;
}
