/* Values, the text forms of times, escapes and messages: what is accepted comes back as the same
 * bytes, and nothing that is parsed can't be written. */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "diag.h"
#include "escape.h"
#include "fuzz.h"
#include "options.h"
#include "timeparse.h"
#include "value.h"
#include "zone.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

static void check_numbers(struct slice field)
{
    char text[VALUE_MAX];
    int64_t wide;
    int32_t narrow;
    bool is_int = value_int(field, &wide);
    if (is_int)
        fuzz_check(slice_equal(field, (struct slice){text, value_write_int(text, wide)}),
                   "an integer comes back otherwise");
    bool is_decimal = value_decimal(field, &wide);
    if (is_decimal)
        fuzz_check(slice_equal(field, (struct slice){text, value_write_decimal(text, wide, 6)}),
                   "a decimal comes back otherwise");
    bool is_rating = value_rating(field, &narrow);
    if (is_rating) {
        fuzz_check(slice_equal(field, (struct slice){text, value_write_decimal(text, narrow, 3)}),
                   "a rating comes back otherwise");
        fuzz_check(is_decimal && wide == (int64_t)narrow * 1000, "a rating is no decimal");
    }
    bool null = slice_is_null(field);
    fuzz_check(!value_check(VALUE_INT, field) == (is_int || null), "value_check of an integer");
    fuzz_check(!value_check(VALUE_DECIMAL, field) == (is_decimal || null), "of a decimal");
    fuzz_check(!value_check(VALUE_RATING, field) == (is_rating || null), "of a rating");
    value_check(VALUE_LIST, field);
    value_check(VALUE_TEXT, field);
    value_check(VALUE_BOOL, field);
}

static void check_times(struct slice field)
{
    char text[VALUE_MAX];
    int64_t time, parsed;
    int32_t days;
    bool is_time = value_time(field, &time), is_date = value_date(field, &days);
    bool null = slice_is_null(field);
    if (is_time) {
        fuzz_check(slice_equal(field, (struct slice){text, value_write_time(text, time)}),
                   "a time comes back otherwise");
        fuzz_check(!timeparse(field, &parsed) && parsed == time, "timeparse takes it otherwise");
    }
    if (is_date)
        fuzz_check(slice_equal(field, (struct slice){text, value_write_date(text, days)}),
                   "a date comes back otherwise");
    fuzz_check(!value_check(VALUE_TIME, field) == (is_time || null), "value_check of a time");
    fuzz_check(!value_check(VALUE_DATE, field) == (is_date || null), "value_check of a date");
}

/* Whatever a source takes for a time, it has to be able to write. */
static void check_written(int64_t parsed)
{
    char text[VALUE_MAX];
    int64_t back;
    struct slice written = {text, value_write_time(text, parsed)};
    fuzz_check(value_time(written, &back) && back == parsed, "a parsed time isn't canonical");
}

static void check_parsing(struct slice field)
{
    static const char *const formats[] = {
        "%d/%m/%Y %H:%M", "%s", "%d/%b/%Y:%H:%M:%S %z", "%c", "%D", "%Y%j", "%C%y %U %u"};
    static const char *const zones[] = {"UTC", "Europe/Berlin", "Asia/Gaza", "Pacific/Apia"};
    int64_t parsed;
    for (unsigned i = 0; i < 4; i++) {
        zone_set(zones[i]);
        if (!timeparse(field, &parsed))
            check_written(parsed);
    }
    for (unsigned i = 0; i < sizeof formats / sizeof *formats; i++)
        if (!timeparse_format(formats[i], field, &parsed))
            check_written(parsed);
}

/* A sound field without escapes that needn't be there is what escaping its text gives. */
static void check_escapes(struct slice line)
{
    char text[256], escaped[2 * sizeof text];
    size_t at;
    const char *wrong = line_check(line, &at);
    if (wrong) {
        fuzz_check(at < line.len, "a fault outside of the line");
        return;
    }
    if (memchr(line.ptr, '\t', line.len) || memchr(line.ptr, '\n', line.len) ||
        slice_is_null(line) || (line.len && line.ptr[0] == '#'))
        return;
    static struct out out; /* stays open, and is never flushed */
    if (!out.buffer)
        out_open(&out, -1, "memory");
    size_t len = unescape(line, text);
    fuzz_check(len <= line.len, "unescape writes more than it reads");
    out.len = 0;
    escape_write(&out, (struct slice){text, len});
    fuzz_check(slice_equal(line, (struct slice){out.buffer, out.len}),
               "a text comes back otherwise");
    struct slice same = {escaped, escape((struct slice){text, len}, escaped)};
    fuzz_check(slice_equal(line, same), "escape and escape_write differ");
    out.len = 0;
}

static void check_quote(struct slice value)
{
    const char *quoted = diag_quote(value);
    size_t len = strlen(quoted);
    fuzz_check(len >= 2 && quoted[0] == '"' && quoted[len - 1] == '"', "not in quotes");
    fuzz_check(utf8_prefix((struct slice){quoted, len}) == len, "a message that isn't UTF-8");
    for (size_t i = 0; i < len; i++)
        fuzz_check((unsigned char)quoted[i] >= 0x20 && quoted[i] != 0x7f, "a control byte");
}

static void parse_options(void *context)
{
    const char *text = context;
    size_t n;
    switch (text[0] % 5) {
    case 0:
        option_int("o", text + 1, -10, 1000);
        break;
    case 1:
        option_size("o", text + 1);
        break;
    case 2:
        option_list_free(option_list("o", text + 1, &n));
        break;
    case 3:
        duration_option("o", text + 1);
        break;
    default:
        timeparse_option("o", text + 1);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    char text[256];
    if (len == 0 || len >= sizeof text)
        return 0;
    struct slice field = {(const char *)bytes, len};
    check_numbers(field);
    check_times(field);
    check_parsing(field);
    check_escapes(field);
    check_quote(field);
    memcpy(text, bytes, len);
    text[len] = '\0';
    int status = fuzz_run(parse_options, text);
    fuzz_check(status == 0 || status == 1000 + STATUS_USAGE, "an option ends in another way");
    return 0;
}
