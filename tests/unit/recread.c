/* recread: what it takes, what it refuses and in which words, whatever pieces the bytes come in. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "recread.h"
#include "support/child.h"

static void read_all(void *context)
{
    const unsigned *flags = context;
    struct recread in;
    recread_open(&in, NULL, 0, *flags);
    for (enum rec_event event; (event = recread_next(&in)) != REC_EOF;)
        switch (event) {
        case REC_SEGMENT:
            dprintf(1, "segment %d %.*s", (int)in.segment, (int)in.header.type.len,
                    in.header.type.ptr);
            for (size_t i = 0; i < in.header.ncolumns; i++)
                dprintf(1, " %.*s", (int)in.header.columns[i].len, in.header.columns[i].ptr);
            dprintf(1, "\n");
            break;
        case REC_DATA:
            dprintf(1, "%d/%d:", (int)in.records, (int)in.total);
            for (size_t i = 0; i < in.header.ncolumns; i++)
                dprintf(1, " [%.*s]", (int)in.field[i].len, in.field[i].ptr);
            dprintf(1, "\n");
            break;
        case REC_MARK:
            dprintf(1, "mark %.*s = %.*s\n", (int)in.mark_source.len, in.mark_source.ptr,
                    (int)in.mark_state.len, in.mark_state.ptr);
            break;
        default:
            dprintf(1, "end %d\n", (int)in.records);
        }
    recread_close(&in);
}

static const size_t chunks[] = {1, 2, 3, 5, 64, 100000};
enum { NCHUNKS = sizeof chunks / sizeof *chunks };

static void expect(const char *input, unsigned flags, int status, const char *out,
                   const char *errors)
{
    static struct ended ended;
    for (unsigned i = 0; i < NCHUNKS; i++) {
        run_child(&ended, read_all, &flags, input, strlen(input), chunks[i]);
        assert_string_equal(ended.errors, errors);
        assert_string_equal(ended.out, out);
        assert_int_equal(ended.status, status);
    }
}

static void sound(void **state)
{
    (void)state;
    expect(
        "#watch\ta\tb\n1\t\\N\n\\#x\t#y\n\\t\\n\\r\\\\\té\n#end\t3\n", 0, 0,
        "segment 1 watch a b\n1/1: [1] [\\N]\n2/2: [\\#x] [#y]\n3/3: [\\t\\n\\r\\\\] [é]\nend 3\n",
        "");
    expect("#a\tx\n#end\t0\n#a\tx\n1\n#mark\tfile:z\t\n#end\t1\n#b_2\ty\tz\n\t\n#end\t1\n", 0, 0,
           "segment 1 a x\nend 0\nsegment 2 a x\n1/1: [1]\nmark file:z = \nend 1\n"
           "segment 3 b_2 y z\n1/2: [] []\nend 1\n",
           "");
    /* An empty line is a record of one empty field. */
    expect("#a\tx\n\n#end\t1\n", 0, 0, "segment 1 a x\n1/1: []\nend 1\n", "");
    /* Words that only start like a control line's. */
    expect("#ending\tx\n#end\t0\n#marks\tx\n#end\t0\n", 0, 0,
           "segment 1 ending x\nend 0\nsegment 2 marks x\nend 0\n", "");
}

static void cut(void **state)
{
    (void)state;
    static const char head[] = "segment 1 a x\n1/1: [1]\n";
    expect("", 0, 1, "", "test: stdin: the input is cut: it has no segment at all\n");
    expect("#a\tx\n1\n", 0, 1, head, "test: stdin: the input is cut: no #end after line 2\n");
    expect("#a\tx\n1\n#end\t1", 0, 1, head,
           "test: stdin:3: the input is cut: the last line has no line feed\n");
    expect("#a\tx\n1\n#end\t2\n", 0, 1, head,
           "test: stdin:3: the input is cut: #end says 2 records, here are 1\n");
    expect("#a\tx\n1\n#end\t0\n", 0, 1, head,
           "test: stdin:3: the input is cut: #end says 0 records, here are 1\n");
    expect("#a\tx\n1\n#b\ty\n", 0, 1, head,
           "test: stdin:3: the input is cut: a new header before the #end of the segment\n");
}

static void cut_but_accepted(void **state)
{
    (void)state;
    static const char whole[] = "segment 1 a x\n1/1: [1]\nend 1\n";
    expect("", RECREAD_PARTIAL, 0, "", "");
    expect("#a\tx\n1\n", RECREAD_PARTIAL, 0, whole, "");
    expect("#a\tx\n1", RECREAD_PARTIAL, 0, whole, "");
    expect("#a\tx\n1\n#end\t9\n", RECREAD_PARTIAL, 0, whole, "");
    expect("#a\tx\n1\n#b\ty\n#end\t0\n", RECREAD_PARTIAL, 0,
           "segment 1 a x\n1/1: [1]\nend 1\nsegment 2 b y\nend 0\n", "");
    expect("1\n", RECREAD_PARTIAL, 1, "", "test: stdin:1: a record without a header\n");
}

static void malformed(void **state)
{
    (void)state;
    static const struct {
        const char *line;
        const char *message;
    } cases[] = {
        {"1", "a malformed line: 1 fields, the header has 2 columns"},
        {"1\t2\t3", "a malformed line: 3 fields, the header has 2 columns"},
        {"", "a malformed line: 1 fields, the header has 2 columns"},
        {"1\t\r", "a malformed line: a raw CR at byte 3"},
        {"1\\x\t2", "a malformed line: an escape that isn't \\t \\n \\r \\\\ \\# or \\N at byte 2"},
        {"1\t2\\", "a malformed line: a backslash at the end of a field at byte 4"},
        {"1\\\t2", "a malformed line: a backslash at the end of a field at byte 2"},
        {"a\\#\t2", "a malformed line: the escape \\# inside a field at byte 2"},
        {"1\t\\Nx", "a malformed line: the escape \\N inside a field at byte 3"},
        {"\\.", "a malformed line: an escape that isn't \\t \\n \\r \\\\ \\# or \\N at byte 1"},
        {"1\t\xff", "a malformed line: invalid UTF-8 at byte 3"},
        {"\xc0\xaf\t2", "a malformed line: invalid UTF-8 at byte 1"},
        {"\xed\xa0\x80\t2", "a malformed line: invalid UTF-8 at byte 1"},
        {"\xf4\x90\x80\x80\t2", "a malformed line: invalid UTF-8 at byte 1"},
        {"1\t\xe2\x82", "a malformed line: invalid UTF-8 at byte 3"},
        {"#end", "#end: not a count: \"\""},
        {"#end\t-1", "#end: not a count: \"-1\""},
        {"#end\t01", "#end: not a count: \"01\""},
        {"#end\tx", "#end: not a count: \"x\""},
        {"#mark", "#mark needs a source and a state: \"\""},
        {"#mark\ta", "#mark needs a source and a state: \"a\""},
        {"#mark\t\tb", "#mark needs a source and a state: \"\\tb\""},
        {"#mark\ta\tb\tc", "#mark needs a source and a state: \"a\\tb\\tc\""},
    };
    for (unsigned i = 0; i < sizeof cases / sizeof *cases; i++) {
        char input[200], errors[300];
        snprintf(input, sizeof input, "#a\tx\ty\n%s\n#end\t1\n", cases[i].line);
        snprintf(errors, sizeof errors, "test: stdin:2: %s\n", cases[i].message);
        expect(input, 0, 1, "segment 1 a x y\n", errors);
    }
}

static void headers(void **state)
{
    (void)state;
    static const struct {
        const char *line;
        const char *message;
    } cases[] = {
        {"1\t2", "a record without a header"},
        {"\xef\xbb\xbf#a\tx", "a record without a header"},
        {"#", "not a record type: \"#\""},
        {"#\tx", "not a record type: \"#\\tx\""},
        {"#A\tx", "not a record type: \"#A\\tx\""},
        {"#1a\tx", "not a record type: \"#1a\\tx\""},
        {"#a b\tx", "not a record type: \"#a b\\tx\""},
        {"#a", "a header without columns: \"#a\""},
        {"#a\t", "a header with an empty column name: \"#a\\t\""},
        {"#a\tx\ty\tx", "a header with the same column twice: \"#a\\tx\\ty\\tx\""},
        {"#a\t\\N", "a header with \\N for a column name: \"#a\\t\\\\N\""},
        {"#a\tx\r", "a malformed line: a raw CR at byte 5"},
        {"#end\t0", "an #end without a segment"},
        {"#mark\ta\tb", "a #mark without a segment"},
    };
    for (unsigned i = 0; i < sizeof cases / sizeof *cases; i++) {
        char input[200], errors[300];
        snprintf(input, sizeof input, "%s\n", cases[i].line);
        snprintf(errors, sizeof errors, "test: stdin:1: %s\n", cases[i].message);
        expect(input, 0, 1, "", errors);
    }
}

static void a_nul_is_malformed(void **state)
{
    (void)state;
    static struct ended ended;
    static const char input[] = "#a\tx\n1\0002\n#end\t1\n";
    unsigned flags = 0;
    for (unsigned i = 0; i < NCHUNKS; i++) {
        run_child(&ended, read_all, &flags, input, sizeof input - 1, chunks[i]);
        assert_string_equal(ended.errors,
                            "test: stdin:2: a malformed line: a NUL byte at byte 2\n");
        assert_int_equal(ended.status, 1);
    }
}

/* A record of LEN bytes, its length told. */
static void read_long(void *context)
{
    (void)context;
    struct recread in;
    recread_open(&in, NULL, 0, 0);
    for (enum rec_event event; (event = recread_next(&in)) != REC_EOF;)
        if (event == REC_DATA) {
            size_t same = 0;
            while (same < in.field[0].len && in.field[0].ptr[same] == 'x')
                same++;
            dprintf(1, "%zu %zu %zu\n", in.line.len, same, in.field[1].len);
        }
    recread_close(&in);
}

static void long_lines(void **state)
{
    (void)state;
    static struct ended ended;
    static const size_t lengths[] = {255 * 1024,     262144,         300000,
                                     1000000,        RECORD_MAX - 1, RECORD_MAX,
                                     RECORD_MAX + 1, 2 * RECORD_MAX, 3 * RECORD_MAX + 17};
    char *input = malloc(4 * (size_t)RECORD_MAX);
    for (unsigned i = 0; i < sizeof lengths / sizeof *lengths; i++) {
        char *p = input + sprintf(input, "#a\tx\ty\n1\t2\n");
        memset(p, 'x', lengths[i] - 2);
        p += lengths[i] - 2;
        p += sprintf(p, "\ty\n3\t4\n#end\t3\n");
        run_child(&ended, read_long, NULL, input, (size_t)(p - input), 100000);
        if (lengths[i] > RECORD_MAX) {
            assert_string_equal(ended.errors, "test: stdin:3: a line of over 16 MiB\n");
            assert_string_equal(ended.out, "3 0 1\n");
            assert_int_equal(ended.status, 1);
        } else {
            char out[100];
            snprintf(out, sizeof out, "3 0 1\n%zu %zu 1\n3 0 1\n", lengths[i], lengths[i] - 2);
            assert_string_equal(ended.errors, "");
            assert_string_equal(ended.out, out);
            assert_int_equal(ended.status, 0);
        }
    }
    free(input);
}

static void need(void *context)
{
    struct recread in;
    recread_open(&in, NULL, 0, 0);
    recread_next(&in);
    dprintf(1, "%zu\n", recread_need(&in, context));
    recread_close(&in);
}

static void a_column_that_is_needed(void **state)
{
    (void)state;
    static struct ended ended;
    static const char input[] = "#a\tx\ty\n#end\t0\n";
    run_child(&ended, need, (void *)(uintptr_t) "y", input, sizeof input - 1, 100);
    assert_string_equal(ended.out, "1\n");
    run_child(&ended, need, (void *)(uintptr_t) "z", input, sizeof input - 1, 100);
    assert_string_equal(ended.out, "");
    assert_string_equal(ended.errors,
                        "test: stdin:1: the a records have no column z: their columns "
                        "are \"x\\ty\"\n");
    assert_int_equal(ended.status, 1);
}

/* What recread_estimate says of two files of 40,000 records and of a pipe, after 5,000. */
static void estimates(void **state)
{
    (void)state;
    char name[] = "/tmp/reelpipe-recread.XXXXXX";
    int fd = mkstemp(name), ends[2];
    assert_true(fd >= 0 && pipe(ends) == 0);
    FILE *file = fdopen(fd, "w");
    fprintf(file, "#watch\tsession_id\trating\n");
    for (int i = 0; i < 40000; i++)
        fprintf(file, "%d\t%s\n", 100000 + i, i % 3 ? "\\N" : "7.5");
    fprintf(file, "#end\t40000\n");
    fclose(file);
    char *paths[] = {name, name};
    struct recread in;
    recread_open(&in, paths, 2, 0);
    assert_true(recread_estimate(&in) == 0);
    while (in.total < 5000)
        recread_next(&in);
    uint64_t estimate = recread_estimate(&in);
    assert_in_range(estimate, 79000, 81000);
    recread_close(&in);
    char *pipes[] = {name, (char[]){"/dev/fd/000"}};
    snprintf(pipes[1], 12, "/dev/fd/%d", ends[0]);
    recread_open(&in, pipes, 2, 0);
    while (in.total < 5000)
        recread_next(&in);
    assert_true(recread_estimate(&in) == 0);
    recread_close(&in);
    unlink(name);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sound),
        cmocka_unit_test(cut),
        cmocka_unit_test(cut_but_accepted),
        cmocka_unit_test(malformed),
        cmocka_unit_test(headers),
        cmocka_unit_test(a_nul_is_malformed),
        cmocka_unit_test(long_lines),
        cmocka_unit_test(a_column_that_is_needed),
        cmocka_unit_test(estimates),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
