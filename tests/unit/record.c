/* record, escape, recwrite, schema: headers are found and extended, texts survive the way out and
 * in, and the table of types is sound. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "escape.h"
#include "record.h"
#include "recread.h"
#include "recwrite.h"
#include "schema.h"
#include "support/child.h"

static void headers(void **state)
{
    (void)state;
    static const char *const columns[] = {"a", "b", "_origin"}, *const add[] = {"b", "c", "c2"};
    struct header header, copy, longer, parsed;
    header_make(&header, "watch", columns, 3);
    assert_string_equal(header.text, "#watch\ta\tb\t_origin");
    assert_int_equal(header.len, strlen(header.text));
    assert_true(slice_is(header.type, "watch"));
    assert_int_equal(header_find(&header, "b"), 1);
    assert_int_equal(header_find(&header, "B"), COLUMN_NONE);
    assert_int_equal(header_find(&header, "watch"), COLUMN_NONE);
    assert_int_equal(header_find_slice(&header, header.columns[2]), 2);

    header_copy(&copy, &header);
    assert_true(header_equal(&copy, &header));
    assert_ptr_not_equal(copy.text, header.text);
    header_extend(&longer, &header, add, 3);
    assert_string_equal(longer.text, "#watch\ta\tb\t_origin\tc\tc2");
    assert_int_equal(longer.ncolumns, 5);
    assert_int_equal(header_find(&longer, "c2"), 4);
    assert_false(header_equal(&longer, &header));
    assert_null(header_parse(&parsed, (struct slice){longer.text, longer.len}));
    assert_true(header_equal(&parsed, &longer));
    header_free(&header);
    header_free(&copy);
    header_free(&longer);
    header_free(&parsed);
    assert_null(parsed.text);
    assert_int_equal(parsed.ncolumns, 0);
}

static const char *const texts[] = {
    "plain",
    "#",
    "#x",
    "a#",
    "\\",
    "\\N",
    "\\\\N",
    "N",
    "\t",
    "\n",
    "\r",
    "\r\n",
    "a\tb\nc\rd\\e",
    "\\t",
    "##",
    "\xc3\xa9",
    "\xf0\x9f\x8e\xac",
    " ",
    "\x01\x7f",
    "\\.",
    "|",
};
enum { NTEXTS = sizeof texts / sizeof *texts };

static void write_texts(void *context)
{
    (void)context;
    static const char *const columns[] = {"x", "y"};
    struct recwrite w;
    struct header header;
    recwrite_open(&w, 1, "stdout");
    header_make(&header, "t", columns, 2);
    recwrite_header(&w, &header);
    header_free(&header);
    for (unsigned i = 0; i < NTEXTS; i++) {
        recwrite_text(&w, slice_of(texts[i]));
        recwrite_text(&w, slice_of(texts[i]));
        recwrite_done(&w);
    }
    recwrite_text(&w, slice_of(""));
    recwrite_null(&w);
    recwrite_done(&w);
    recwrite_int(&w, INT64_MIN);
    recwrite_decimal(&w, -1500, 3);
    recwrite_done(&w);
    recwrite_mark(&w, slice_of("a"), slice_of("b"));
    recwrite_end(&w);
    recwrite_close(&w);
}

static void read_texts(void *context)
{
    (void)context;
    struct recread in;
    unsigned at = 0, wrong = 0;
    recread_open(&in, NULL, 0, 0);
    for (enum rec_event event; (event = recread_next(&in)) != REC_EOF;)
        if (event == REC_DATA && at < NTEXTS) {
            for (unsigned i = 0; i < 2; i++) {
                char text[100];
                struct slice back = {text, unescape(in.field[i], text)};
                wrong += !slice_is(back, texts[at]) || slice_is_null(in.field[i]);
            }
            at++;
        } else if (event == REC_DATA) {
            dprintf(1, "%.*s %.*s\n", (int)in.field[0].len, in.field[0].ptr, (int)in.field[1].len,
                    in.field[1].ptr);
        }
    recread_close(&in);
    dprintf(1, "%u texts, %u wrong\n", at, wrong);
}

static void texts_survive(void **state)
{
    (void)state;
    static struct ended out, in;
    char wanted[100];
    run_child(&out, write_texts, NULL, NULL, 0, 1);
    assert_int_equal(out.status, 0);
    /* A `#` is escaped in every field, not only where it could open a control line. */
    assert_non_null(strstr(out.out, "\n\\#\t\\#\n"));
    assert_non_null(strstr(out.out, "\n\\\\N\t\\\\N\n"));
    assert_non_null(strstr(out.out, "\n#mark\ta\tb\n#end\t23\n"));
    run_child(&in, read_texts, NULL, out.out, strlen(out.out), 7);
    assert_string_equal(in.errors, "");
    snprintf(wanted, sizeof wanted, "\\N \\N\n-9223372036854775808 -1.5\n%d texts, 0 wrong\n",
             NTEXTS);
    assert_string_equal(in.out, wanted);
}

static void utf8(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        size_t len, sound;
    } cases[] = {
        {"", 0, 0},
        {"abcdefghijklmnop", 16, 16},
        {"abcdefgh\0ijklmnopq", 18, 8},
        {"\0", 1, 0},
        {"aaaaaaa\xc3\xa9", 9, 9},
        {"\xc3", 1, 0},
        {"x\xe2\x82", 3, 1},
        {"\xe2\x82\xac", 3, 3},
        {"\xf0\x9f\x98\x80", 4, 4},
        {"\xf0\x9f\x98", 3, 0},
        {"\xc1\xbf", 2, 0},         /* overlong */
        {"\xe0\x9f\xbf", 3, 0},     /* overlong */
        {"\xf0\x8f\xbf\xbf", 4, 0}, /* overlong */
        {"\xed\x9f\xbf", 3, 3},     /* U+D7FF */
        {"\xed\xa0\x80", 3, 0},     /* a surrogate */
        {"\xee\x80\x80", 3, 3},     /* U+E000 */
        {"\xf4\x8f\xbf\xbf", 4, 4}, /* U+10FFFF */
        {"\xf4\x90\x80\x80", 4, 0}, /* beyond */
        {"\xf5\x80\x80\x80", 4, 0},
        {"\x80", 1, 0},
        {"\xff", 1, 0},
        {"12345678\x80", 9, 8},
    };
    for (unsigned i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_int_equal(utf8_prefix((struct slice){cases[i].text, cases[i].len}), cases[i].sound);
}

/* Names that are unique, keys that can't be missing, turns that follow each other. */
static void the_types_are_sound(void **state)
{
    (void)state;
    for (const struct schema_type *t = schema_types; t->name; t++) {
        unsigned keys = 0, turns = 0, last_turn = 0;
        assert_ptr_equal(schema_find(slice_of(t->name)), t);
        assert_true(strlen(t->what) > 0);
        for (size_t i = 0; i < t->ncolumns; i++) {
            const struct schema_column *c = &t->columns[i];
            assert_ptr_equal(schema_column(t, slice_of(c->name)), c);
            assert_true(c->name[0] != '_');
            if (c->key) {
                keys++;
                assert_true(c->required);
            }
            assert_false(c->key && c->identity);
            turns += c->present > 0 ? 1 : 0;
            turns += c->best > 0 ? 1 : 0;
            if ((unsigned)c->present > last_turn)
                last_turn = (unsigned)c->present;
            if ((unsigned)c->best > last_turn)
                last_turn = (unsigned)c->best;
        }
        assert_true(keys > 0);
        assert_int_equal(turns, last_turn);
        assert_true((t->keep == KEEP_BEST) == (turns > 0));
    }
    assert_null(schema_find(slice_of("nothing")));
    assert_null(schema_find(slice_of("")));
    assert_null(schema_column(schema_find(slice_of("watch")), slice_of("title")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(headers),
        cmocka_unit_test(texts_survive),
        cmocka_unit_test(utf8),
        cmocka_unit_test(the_types_are_sound),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
