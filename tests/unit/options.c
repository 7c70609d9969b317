/* options: the command line, its standard options and its messages. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "options.h"
#include "support/child.h"
#include "timeparse.h"

static const struct option_spec specs[] = {
    {'k', "key", "COLUMN,...", "columns that make a key"},
    {'x', "exact", NULL, "a switch"},
    {256, "tz", "ZONE", "business time zone (default UTC)"},
};

struct line {
    unsigned standard;
    const char *words[12];
};

static void parse(void *context)
{
    const struct line *line = context;
    int argc = 0;
    char *argv[16] = {(char *)(uintptr_t) "test"};
    while (line->words[argc]) {
        argv[argc + 1] = (char *)(uintptr_t)line->words[argc];
        argc++;
    }
    struct options o = {.usage = "test [OPTION]... [FILE]...\ntest --other",
                        .about = "Tests options.",
                        .specs = specs,
                        .nspecs = 3,
                        .standard = line->standard};
    options_begin(&o, argc + 1, argv);
    for (int code; (code = options_next(&o)) != -1;) {
        if (code < 256)
            dprintf(1, "%c", code);
        else
            dprintf(1, "%d", code);
        dprintf(1, "=%s ", o.arg ? o.arg : "");
    }
    if (o.std.quiet)
        dprintf(1, "quiet ");
    if (o.std.partial)
        dprintf(1, "partial ");
    if (o.std.progress)
        dprintf(1, "progress ");
    if (o.std.rejects)
        dprintf(1, "rejects=%s ", o.std.rejects);
    if (o.std.max_rejects >= 0)
        dprintf(1, "max=%lld ", (long long)o.std.max_rejects);
    if (o.std.max_rejects_permille >= 0)
        dprintf(1, "permille=%d ", (int)o.std.max_rejects_permille);
    if (o.std.memory)
        dprintf(1, "memory=%llu ", (unsigned long long)o.std.memory);
    for (size_t i = 0; i < o.noperands; i++)
        dprintf(1, "<%s>", o.operands[i]);
}

enum { ALL = STD_FILTER | STD_REJECTS | STD_MEMORY };

static void good_lines(void **state)
{
    (void)state;
    static struct ended ended;
    static const struct {
        struct line line;
        const char *out;
    } cases[] = {
        {{ALL, {NULL}}, ""},
        {{ALL, {"a", "-", "b"}}, "<a><-><b>"},
        {{ALL, {"-k", "a,b", "--key=c", "--key", "d", "-ke"}}, "k=a,b k=c k=d k=e "},
        {{ALL, {"a", "-x", "b", "--tz", "UTC", "c"}}, "x= 256=UTC <a><b><c>"},
        {{ALL, {"-x", "--", "-x", "--tz"}}, "x= <-x><--tz>"},
        {{ALL, {"-xq", "--partial", "--progress"}}, "x= quiet partial progress "},
        {{ALL, {"--rejects", "f", "--max-rejects", "10", "--memory", "64M"}},
         "rejects=f max=10 memory=67108864 "},
        {{ALL, {"--max-rejects", "2.5%"}}, "permille=25 "},
        {{ALL, {"--max-rejects", "0"}}, "max=0 "},
        {{ALL, {"--max-rejects", "5", "--max-rejects", "1%"}}, "permille=10 "},
        {{ALL, {"--max-rejects", "1%", "--max-rejects", "5"}}, "max=5 "},
        {{ALL, {"--memory", "1k"}}, "memory=1024 "},
        {{ALL, {"--memory", "7"}}, "memory=7 "},
        {{ALL, {"--memory", "2T"}}, "memory=2199023255552 "},
        {{ALL, {"--quie"}}, "quiet "}, /* as short as is unambiguous */
        {{0, {"a"}}, "<a>"},
    };
    for (unsigned i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct line line = cases[i].line;
        run_child(&ended, parse, &line, NULL, 0, 1);
        assert_string_equal(ended.errors, "");
        assert_string_equal(ended.out, cases[i].out);
        assert_int_equal(ended.status, 0);
    }
}

static void bad_lines(void **state)
{
    (void)state;
    static struct ended ended;
    static const struct {
        struct line line;
        const char *message;
    } cases[] = {
        {{ALL, {"-z"}}, "no such option: -z"},
        {{ALL, {"-xz"}}, "no such option: -z"},
        {{ALL, {"--nope"}}, "no such option, or an ambiguous one: \"--nope\""},
        {{ALL, {"a", "--nope=1", "b"}}, "no such option, or an ambiguous one: \"--nope=1\""},
        {{ALL, {"--p"}}, "no such option, or an ambiguous one: \"--p\""},
        {{ALL, {"--exact=1"}}, "this option takes no argument: \"--exact=1\""},
        {{ALL, {"--quiet=1"}}, "this option takes no argument: \"--quiet=1\""},
        {{ALL, {"--key"}}, "an argument is missing: \"--key\""},
        {{ALL, {"-k"}}, "an argument is missing: \"-k\""},
        {{ALL, {"--max-rejects", "x"}}, "--max-rejects: not a number: \"x\""},
        {{ALL, {"--max-rejects", "-1"}},
         "--max-rejects: not from 0 to 9223372036854775807: \"-1\""},
        {{ALL, {"--max-rejects", "101%"}},
         "--max-rejects: not a percentage with at most one decimal place: \"101%\""},
        {{ALL, {"--max-rejects", "%"}},
         "--max-rejects: not a percentage with at most one decimal place: \"%\""},
        {{ALL, {"--memory", "0"}}, "--memory: not a size such as 512M or 2G: \"0\""},
        {{ALL, {"--memory", "M"}}, "--memory: not a size such as 512M or 2G: \"M\""},
        {{ALL, {"--memory", "9999999T"}}, "--memory: not a size such as 512M or 2G: \"9999999T\""},
        {{ALL, {"--memory", ""}}, "--memory: not a size such as 512M or 2G: \"\""},
        {{0, {"-q"}}, "no such option: -q"},
        {{STD_FILTER, {"--rejects", "f"}}, "no such option, or an ambiguous one: \"--rejects\""},
    };
    for (unsigned i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct line line = cases[i].line;
        char errors[300];
        snprintf(errors, sizeof errors, "test: %s\ntest: Try 'test --help'.\n", cases[i].message);
        run_child(&ended, parse, &line, NULL, 0, 1);
        assert_string_equal(ended.errors, errors);
        assert_int_equal(ended.status, 2);
    }
}

static void help_and_version(void **state)
{
    (void)state;
    static struct ended ended;
    struct line help = {STD_QUIET | STD_REJECTS, {"--help"}}, version = {0, {"--version"}};
    run_child(&ended, parse, &help, NULL, 0, 1);
    assert_string_equal(ended.out,
                        "usage: test [OPTION]... [FILE]...\n"
                        "       test --other\n"
                        "Tests options.\n"
                        "\n"
                        "  -k, --key COLUMN,...        columns that make a key\n"
                        "  -x, --exact                 a switch\n"
                        "      --tz ZONE               business time zone (default UTC)\n"
                        "      --rejects FILE          write rejected records to FILE\n"
                        "      --max-rejects N|P%      fail on more than N (or P percent) rejects\n"
                        "  -q, --quiet                 no summary at the end\n"
                        "  -h, --help                  show this help\n"
                        "      --version               show the version\n"
                        "\n"
                        "The manual is test(1).\n");
    assert_int_equal(ended.status, 0);
    run_child(&ended, parse, &version, NULL, 0, 1);
    assert_string_equal(ended.out, "test (reelpipe) " REELPIPE_VERSION "\n");
    assert_int_equal(ended.status, 0);
}

static void bad_duration(void *context)
{
    duration_option("window", context);
}

static void bad_list(void *context)
{
    size_t n;
    option_list_free(option_list("key", context, &n));
}

static const char *const ways[] = {"film", "genre", "hour"};

static void chosen_twice(void *context)
{
    int chosen[3];
    size_t n = 0;
    option_names("by", "hour", ways, 3, chosen, &n);
    option_names("by", context, ways, 3, chosen, &n);
}

static void names_in_a_list(void **state)
{
    (void)state;
    static struct ended ended;
    int chosen[3];
    size_t n = 0;
    option_names("by", "hour", ways, 3, chosen, &n);
    option_names("by", "film,genre", ways, 3, chosen, &n);
    assert_int_equal(n, 3);
    assert_int_equal(chosen[0], 2);
    assert_int_equal(chosen[1], 0);
    assert_int_equal(chosen[2], 1);
    run_child(&ended, chosen_twice, (void *)(uintptr_t) "film,hour", NULL, 0, 1);
    assert_non_null(strstr(ended.errors, "--by: twice: \"hour\""));
    assert_int_equal(ended.status, 2);
    run_child(&ended, chosen_twice, (void *)(uintptr_t) "film,user", NULL, 0, 1);
    assert_non_null(strstr(ended.errors, "--by: unknown: \"user\""));
    assert_int_equal(ended.status, 2);
}

static void lists_and_durations(void **state)
{
    (void)state;
    static struct ended ended;
    static const char *const durations[] = {"",           "7",    "d",    "-7d",
                                            "7dd",        "1.5d", "7 d",  "7D",
                                            "x",          "+7d",  "0x7d", "99999999999999999999d",
                                            "9999999999w"};
    for (unsigned i = 0; i < sizeof durations / sizeof *durations; i++) {
        run_child(&ended, bad_duration, (void *)(uintptr_t)durations[i], NULL, 0, 1);
        assert_int_equal(ended.status, 2);
        assert_non_null(strstr(ended.errors, "--window: not a length of time such as 7d or 12h: "));
    }
    static const char *const lists[] = {"", ",", "a,", ",a", "a,,b"};
    for (unsigned i = 0; i < sizeof lists / sizeof *lists; i++) {
        run_child(&ended, bad_list, (void *)(uintptr_t)lists[i], NULL, 0, 1);
        assert_int_equal(ended.status, 2);
        assert_non_null(strstr(ended.errors, "--key: an empty element: "));
    }
    size_t n;
    char **list = option_list("key", "a,bc,d", &n);
    assert_int_equal(n, 3);
    assert_string_equal(list[0], "a");
    assert_string_equal(list[1], "bc");
    assert_string_equal(list[2], "d");
    option_list_free(list);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(good_lines),       cmocka_unit_test(bad_lines),
        cmocka_unit_test(help_and_version), cmocka_unit_test(lists_and_durations),
        cmocka_unit_test(names_in_a_list),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
